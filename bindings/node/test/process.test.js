// The program around the calls: how it ends beside them, its threads, what of it is left alone.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Client } from "graph-invalidate";
import { ADELE, program, startEmulator } from "./support.js";

/** A generous bound for machines that are busy: what is waited for takes 60 s. */
const SOON_MS = 5000;

/** The bound itself. A busy machine may hold one program up; whoever waits for a call is held up each time. */
const AT_ONCE_MS = 500;
const TRIES = 8;

const PREAMBLE = `
import { Client } from "graph-invalidate";
const token = process.env.TOKEN;
const requests = async () => (await (await fetch(process.env.GRAPH_INVALIDATE_ENDPOINT + "/__emulator/requests")).json()).count;
const underWay = async (count) => { while (await requests() < count); };
const adele = ${JSON.stringify(ADELE)};
`;

async function stalled(context, times = 100) {
  const emulator = await startEmulator(context);
  const environment = { TOKEN: await emulator.token() };
  await emulator.faults({ kind: "stall", times });
  return { emulator, environment };
}

const ends = {
  "process.exit()": "process.exit(7);",
  "an uncaught exception": 'setImmediate(() => { throw new Error("elsewhere"); });',
  "a signal": 'process.kill(process.pid, "SIGTERM");',
};

for (const [name, end] of Object.entries(ends)) {
  test(`${name} ends the program beside calls, runs and sign-ins that wait`, async (context) => {
    const { emulator, environment } = await stalled(context);
    const once = () =>
      program(
        context,
        `${PREAMBLE}
        const client = new Client({ token, timeout: 60_000 });
        const ignore = () => {};
        client.invalidate(adele).then(ignore, ignore);
        client.run([adele]).next().then(ignore, ignore);
        client.access({ online: true }).then(ignore, ignore);
        await underWay(3);
        console.log("ready");
        ${end}`,
        [],
        { environment },
      );
    let shortest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < TRIES && shortest > AT_ONCE_MS; round++) {
      const ended = await once();
      assert.ok(ended.code !== 0, `${ended.errors}`);
      assert.ok(ended.output.includes("ready"), ended.errors);
      assert.ok(ended.afterReady < SOON_MS, `it took ${ended.afterReady} ms`);
      shortest = Math.min(shortest, ended.afterReady);
      await emulator.control("reset", {});
      await emulator.faults({ kind: "stall", times: 100 });
    }
    assert.ok(shortest <= AT_ONCE_MS, `it took ${shortest} ms at best`);
  });
}

test("a worker that is terminated ends its calls, whether others use the addon or not", async (context) => {
  const { environment } = await stalled(context);
  const worker = `${PREAMBLE}
    import { parentPort } from "node:worker_threads";
    const client = new Client({ token, timeout: 60_000 });
    client.invalidate(adele);
    client.run([adele]).next();
    client.access({ online: true });
    await underWay(Number(process.env.EXPECTED));
    parentPort.postMessage("ready");`;
  const ended = await program(
    context,
    `import { Worker } from "node:worker_threads";
     import { once } from "node:events";
     const code = ${JSON.stringify(worker)};
     const took = [];
     for (let round = 1; round <= 5; round++) {
       const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(code.replaceAll('"graph-invalidate"', JSON.stringify(import.meta.resolve("graph-invalidate"))))), { env: { ...process.env, EXPECTED: String(round * 3) } });
       await once(worker, "message");
       const began = performance.now();
       await worker.terminate();
       took.push(performance.now() - began);
     }
     console.log("ready", Math.min(...took), Math.max(...took));
    `,
    [],
    { environment },
  );
  assert.equal(ended.code, 0, ended.errors);
  const [, shortest, longest] = ended.output.split(" ").map(Number);
  assert.ok(shortest <= AT_ONCE_MS && longest < SOON_MS, ended.output);
  assert.ok(ended.afterReady < SOON_MS, `it took ${ended.afterReady} ms`);
});

test("many workers have clients of their own, and an environment of their own", async (context) => {
  const emulator = await startEmulator(context);
  const code = `
    import { parentPort } from "node:worker_threads";
    import { Client } from "graph-invalidate";
    const client = new Client({ token: process.env.TOKEN });
    const statuses = await Promise.all(Array.from({ length: 20 }, () => client.invalidate(${JSON.stringify(ADELE)})));
    for await (const outcome of client.run(["me"])) statuses.push(outcome);
    client.close();
    parentPort.postMessage(statuses.filter(({ status }) => status === "accepted").length);`;
  const ended = await program(
    context,
    `import { Worker } from "node:worker_threads";
     import { once } from "node:events";
     const code = ${JSON.stringify(code)}.replaceAll('"graph-invalidate"', JSON.stringify(import.meta.resolve("graph-invalidate")));
     const environment = { ...process.env };
     process.env.GRAPH_INVALIDATE_ENDPOINT = "http://127.0.0.1:9";
     const accepted = await Promise.all(Array.from({ length: 16 }, async () => {
       const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(code)), { env: environment });
       // Both may come in one go.
       const [[count]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
       return count;
     }));
     console.log(accepted.join());`,
    [],
    { environment: { TOKEN: await emulator.token() } },
  );
  assert.equal(ended.output.trim(), Array(16).fill(21).join(), ended.errors);
  assert.equal(await emulator.accepted(ADELE), 320);
});

test("the files and names of the program do not wait for calls that stall", async (context) => {
  const { environment } = await stalled(context);
  const ended = await program(
    context,
    `${PREAMBLE}
    import { readFile } from "node:fs/promises";
    import { lookup } from "node:dns/promises";
    const client = new Client({ token, timeout: 60_000 });
    const abort = new AbortController();
    const calls = Array.from({ length: 50 }, () => client.invalidate(adele, { signal: abort.signal }));
    const runs = Array.from({ length: 20 }, () => client.run([adele], { signal: abort.signal }).next());
    await underWay(60);
    await readFile(import.meta.filename);
    await lookup("localhost");
    console.log("ready");
    abort.abort();
    const ends = await Promise.allSettled([...calls, ...runs]);
    console.log(new Set(ends.map(({ reason }) => reason?.name)).size, ends[0].reason.name, ends.at(-1).reason.name);`,
    [],
    { environment },
  );
  assert.match(ended.output, /ready\n1 AbortError AbortError/, ended.errors);
  assert.ok(ended.afterReady < SOON_MS);
});

test("a program ends by itself when its calls have, closed or not", async (context) => {
  const emulator = await startEmulator(context);
  const ended = await program(
    context,
    `import { Client } from "graph-invalidate";
    const client = new Client({ token: process.env.TOKEN });
    console.log((await client.invalidate("me")).status);
    const run = client.run(["me", "you"]);
    console.log((await run.next()).value.user);
    console.log("ready");`,
    [],
    { environment: { TOKEN: await emulator.token() } },
  );
  assert.equal(ended.code, 0, ended.errors);
  assert.ok(ended.afterReady < SOON_MS, `it took ${ended.afterReady} ms`);
});

const hasProc = existsSync("/proc/self/task");

test("clients and runs that are forgotten leave no thread and no descriptor", { skip: !hasProc }, async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  const count = () => [readdirSync("/proc/self/task").length, readdirSync("/proc/self/fd").length];
  const some = async () => {
    for (let index = 0; index < 20; index++) {
      const client = new Client({ token });
      await client.invalidate(ADELE);
      await client.run([ADELE, "nobody@contoso.example"]).next();
    }
  };
  await some();
  const rest = async () => {
    const until = performance.now() + 60_000;
    let before = "";
    while (performance.now() < until) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const now = count().join();
      if (now === before) {
        break;
      }
      before = now;
    }
    return count();
  };
  const [threads, descriptors] = await rest();
  await some();
  const [threadsAfter, descriptorsAfter] = await rest();
  assert.ok(threadsAfter <= threads, `${threads} threads, then ${threadsAfter}`);
  assert.ok(descriptorsAfter <= descriptors, `${descriptors} descriptors, then ${descriptorsAfter}`);
});

test("threads of ours take no signals", { skip: !hasProc }, async (context) => {
  const { emulator, environment } = await stalled(context);
  const client = new Client({ token: environment.TOKEN });
  const abort = new AbortController();
  const own = new Set(readdirSync("/proc/self/task"));
  const call = client.invalidate(ADELE, { signal: abort.signal });
  const run = client.run([ADELE], { signal: abort.signal }).next();
  while ((await emulator.requests()).count < 2) {}
  const ours = readdirSync("/proc/self/task").filter((task) => !own.has(task));
  assert.ok(ours.length >= 2);
  for (const task of ours) {
    const blocked = /^SigBlk:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/self/task/${task}/status`, "utf8"))?.[1];
    // SIGINT, SIGTERM and SIGCHLD are 2, 15 and 17.
    for (const signal of [2n, 15n, 17n]) {
      assert.ok((BigInt(`0x${blocked}`) >> (signal - 1n)) & 1n, `${task} takes signal ${signal}`);
    }
  }
  abort.abort();
  await Promise.allSettled([call, run]);
  client.close();
});
