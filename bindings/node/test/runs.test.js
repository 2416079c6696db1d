// Many users: where they come from, how far ahead a run goes, how it ends.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Client, GraphInvalidateError, Progress, RunError } from "graph-invalidate";
import { ADELE, folder, startEmulator } from "./support.js";

const user = (index) => `user${String(index).padStart(6, "0")}@contoso.example`;
const users = (count) => Array.from({ length: count }, (_, index) => user(index + 1));

async function arranged(context, count = 500) {
  const emulator = await startEmulator(context, "--users", String(count));
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  return { emulator, client };
}

async function statuses(run) {
  const found = {};
  for await (const { status } of run) {
    found[status] = (found[status] ?? 0) + 1;
  }
  return found;
}

async function* later(source) {
  for (const item of source) {
    await turn();
    yield item;
  }
}

test("users come from every source of values", async (context) => {
  const { client } = await arranged(context);
  const all = users(120);
  const sources = {
    array: () => all,
    set: () => new Set(all),
    generator: () =>
      (function* () {
        yield* all;
      })(),
    "asynchronous generator": () => later(all),
    "stream of strings": () => Readable.from(all),
    "stream of lines": () => createInterface({ input: Readable.from([`${all.join("\n")}\n`]) }),
    "array iterator": () => all[Symbol.iterator](),
  };
  for (const [name, source] of Object.entries(sources)) {
    const run = client.run(source());
    assert.deepEqual(await statuses(run), { accepted: 120 }, name);
    assert.ok(run.progress instanceof Progress);
    assert.deepEqual([run.progress.added, run.progress.accepted], [120, 120]);
  }
});

test("a list that is longer than what a run holds is fed to its end", async (context) => {
  const { client } = await arranged(context, 6000);
  for (const source of [users(6000), later(users(6000))]) {
    assert.deepEqual(await statuses(client.run(source, { rate: Number.POSITIVE_INFINITY })), { accepted: 6000 });
  }
});

test("what is no user is an outcome, and the others go on", async (context) => {
  const { client } = await arranged(context);
  const mixed = [user(1), null, undefined, Number.NaN, 5, {}, "a\0b", "\ud800", "", Buffer.from(user(2)), user(3)];
  assert.deepEqual(await statuses(client.run(mixed)), {
    accepted: 2,
    null_argument: 3,
    invalid_user: 3,
    invalid_utf8: 2,
    empty_argument: 1,
  });
  const run = client.run([]);
  assert.equal(run.progress, undefined);
  assert.deepEqual(await statuses(run), {});
});

test("a stream in pieces is no list, and what is no result of an iterator ends the run", async (context) => {
  const { emulator, client } = await arranged(context);
  const pieces = Readable.from([Buffer.from(user(1))], { objectMode: false });
  assert.throws(() => client.run(pieces), /TypeError: users is a stream in pieces: give its lines/);
  assert.throws(() => client.run(pieces.setEncoding("utf8")), TypeError);
  for (const next of [() => 5, () => undefined]) {
    for (const kind of [Symbol.iterator, Symbol.asyncIterator]) {
      await assert.rejects(client.run({ [kind]: () => ({ next }) }).next(), TypeError);
    }
  }
  assert.equal((await emulator.requests()).count, 0);
});

test("nothing is sent before somebody reads", async (context) => {
  const { emulator, client } = await arranged(context);
  let taken = 0;
  const source = (function* () {
    for (;;) {
      taken++;
      yield user(taken);
    }
  })();
  const run = client.run(source);
  await turn();
  assert.equal(taken, 0);
  await run.return();
  assert.equal((await emulator.requests()).count, 0);
  assert.deepEqual(await run.next(), { done: true, value: undefined });
});

test("a run goes no further ahead of its reader than it is told, and takes no more users than it wants", async (context) => {
  const { emulator, client } = await arranged(context, 5000);
  let taken = 0;
  const source = (function* () {
    for (;;) {
      taken++;
      yield user(taken);
    }
  })();
  const run = client.run(source, { ahead: 7, batchSize: 1 });
  for (let read = 1; read <= 40; read++) {
    await run.next();
    const { items, count } = await emulator.requests();
    assert.ok(count - (items ?? 0) <= read + 7, `${count} sent after ${read} were read`);
  }
  assert.ok(taken < 50_000, `${taken} were taken`);
  await run.return();
});

test("leaving the loop ends the run, closes the source, and leaves a journal that can be resumed", async (context) => {
  const { emulator, client } = await arranged(context, 2000);
  const journal = join(folder(context), "run.jsonl");
  let isClosed = false;
  const source = (function* () {
    try {
      yield* users(2000);
    } finally {
      isClosed = true;
    }
  })();
  let read = 0;
  const run = client.run(source, { journal });
  for await (const outcome of run) {
    assert.equal(outcome.status, "accepted");
    if (++read === 30) {
      break;
    }
  }
  assert.ok(isClosed);
  const lines = readFileSync(journal, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).type, "summary");
  assert.equal(lines.at(-1).reason, "cancelled");
  await assert.rejects(client.run(users(2000), { journal }).next(), { name: "RunError", status: "journal_exists" });
  const resumed = client.run(users(2000), { journal, resume: true });
  await statuses(resumed);
  assert.match(resumed.notice, /./);
  assert.equal(resumed.progress.acceptedBefore + resumed.progress.accepted, 2000);
  for (const name of [user(1), user(2000)]) {
    assert.ok((await emulator.accepted(name)) >= 1);
  }
});

test("a source that fails midway is told after the outcomes of whom it gave", async (context) => {
  const { client } = await arranged(context);
  const reason = new Error("the file is gone");
  const failing = {
    generator: () =>
      (function* () {
        yield* users(30);
        throw reason;
      })(),
    "asynchronous generator": () =>
      (async function* () {
        yield* later(users(30));
        throw reason;
      })(),
  };
  for (const [name, source] of Object.entries(failing)) {
    const journal = join(folder(context), "run.jsonl");
    const run = client.run(source(), { journal });
    let read = 0;
    const thrown = await (async () => {
      for await (const outcome of run) {
        read += outcome.status === "accepted" ? 1 : 0;
      }
    })().catch((error) => error);
    assert.equal(thrown, reason, name);
    assert.equal(read, 30, name);
    assert.match(readFileSync(journal, "utf8"), /"reason":"list"/);
  }
});

test("an abort ends a run, also while its source or its token is waited for", async (context) => {
  const { emulator, client } = await arranged(context);
  const reason = new Error("enough");
  const never = (async function* () {
    yield user(1);
    await new Promise(() => {});
  })();
  const abort = new AbortController();
  const seen = [];
  const error = await (async () => {
    for await (const outcome of client.run(never, { signal: abort.signal })) {
      seen.push(outcome.user);
      abort.abort(reason);
    }
  })().catch((thrown) => thrown);
  assert.deepEqual(seen, [user(1)]);
  assert.equal(error.name, "AbortError");
  assert.equal(error.cause, reason);

  const asked = new EventEmitter();
  const asking = new Client({
    token: () => {
      asked.emit("token");
      return new Promise(() => {});
    },
    endpoint: emulator.url,
  });
  context.after(() => asking.close());
  for (const begun of [turn, () => once(asked, "token")]) {
    const second = new AbortController();
    const next = asking.run([ADELE], { signal: second.signal }).next();
    await begun();
    second.abort(reason);
    await assert.rejects(next, { name: "AbortError", cause: reason });
  }
});

test("cancelling hands out what is known, and ends without an error", async (context) => {
  const { client } = await arranged(context);
  const run = client.run(users(500), { rate: 40 });
  let read = 0;
  for await (const _ of run) {
    if (++read === 5) {
      run.cancel();
    }
  }
  assert.ok(read >= 5 && read < 500);
  assert.ok(run.progress.neverAttempted > 0);
});

test("a run that is cancelled, left or late waits for no token", async (context) => {
  const { emulator } = await arranged(context);
  let asked = () => {};
  const token = () => {
    asked();
    return new Promise(() => {});
  };
  const client = new Client({ token, endpoint: emulator.url });
  context.after(() => client.close());
  const began = performance.now();
  for (const end of [(run) => run.cancel(), (run) => run.return()]) {
    const isAsked = new Promise((resolve) => {
      asked = resolve;
    });
    const run = client.run([ADELE]);
    const next = run.next();
    await isAsked;
    end(run);
    assert.deepEqual(await next, { done: true, value: undefined });
    assert.equal(run.progress.neverAttempted, 1);
  }
  await assert.rejects(client.run([ADELE], { deadline: 200 }).next(), {
    name: "RunError",
    status: "deadline_exceeded",
  });
  // What they would wait for is the client's timeout, which is 100 s.
  assert.ok(performance.now() - began < 20_000);
});

test("who is on the way when a token is missing has an outcome all the same", async (context) => {
  const emulator = await startEmulator(context, "--users", "100");
  const token = await emulator.token();
  let asked = 0;
  const client = new Client({
    token: () => {
      if (asked++ > 0) {
        throw new Error("the vault is sealed");
      }
      return token;
    },
    endpoint: emulator.url,
  });
  context.after(() => client.close());
  // The first two requests are answered late; the third finds the token expired.
  await emulator.faults(
    { kind: "delay", milliseconds: 500, times: 2, path_contains: "$batch" },
    { kind: "tokens_expire", after: 2, path_contains: "$batch" },
  );
  const seen = [];
  const run = client.run(users(100), { batchSize: 10, concurrency: 3, rate: Number.POSITIVE_INFINITY });
  const error = await (async () => {
    for await (const outcome of run) {
      seen.push(outcome.user);
    }
  })().catch((thrown) => thrown);
  assert.equal(error.status, "token_provider_failed");
  const known = new Set(seen);
  for (const name of users(100)) {
    assert.ok(known.has(name) || (await emulator.accepted(name)) === 0, `${name} was signed out without a word`);
  }
  assert.ok(known.size >= 20, `${known.size}`);
});

test("a token that is used up midway is asked for again", async (context) => {
  const emulator = await startEmulator(context, "--users", "100");
  const tokens = [await emulator.token({ expires_in: -3600 }), await emulator.token()];
  let asked = 0;
  const client = new Client({ token: async () => tokens[Math.min(asked++, 1)] });
  context.after(() => client.close());
  assert.deepEqual(await statuses(client.run(users(100))), { accepted: 100 });
  assert.equal(asked, 2);
  const stubborn = new Client({ token: () => tokens[0] });
  context.after(() => stubborn.close());
  await assert.rejects(stubborn.run([user(1)]).next(), { name: "TokenError" });
});

test("many runs at once have an outcome each for all of their users", async (context) => {
  const { client } = await arranged(context);
  const runs = Array.from({ length: 40 }, (_, index) =>
    client.run(users(500).slice(index * 10, index * 10 + 10), { rate: Number.POSITIVE_INFINITY }),
  );
  for (const found of await Promise.all(runs.map(statuses))) {
    assert.deepEqual(found, { accepted: 10 });
  }
});

test("what ends a whole run is thrown", async (context) => {
  const { client } = await arranged(context);
  const journal = join(folder(context), "none", "run.jsonl");
  const error = await client
    .run([ADELE], { journal })
    .next()
    .catch((thrown) => thrown);
  assert.ok(error instanceof RunError && error instanceof GraphInvalidateError);
  assert.equal(error.status, "journal_unusable");
  await assert.rejects(client.run([ADELE], { batchSize: 21 }).next(), { name: "InputError", status: "invalid_option" });
  await assert.rejects(client.run([ADELE], { journal: "a\0b" }).next(), { name: "InputError" });
});
