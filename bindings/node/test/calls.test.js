// One call after another: what comes back, what is thrown, where tokens come from.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { inspect } from "node:util";
import * as api from "graph-invalidate";
import { ADELE, startEmulator } from "./support.js";

const { Client, invalidateAllRefreshTokens } = api;

test("one call signs a user out", async (context) => {
  const emulator = await startEmulator(context);
  const outcome = await invalidateAllRefreshTokens(ADELE, { token: await emulator.token() });
  assert.equal(outcome.status, "accepted");
  assert.equal(outcome.user, ADELE);
  assert.ok(outcome.time instanceof Date && outcome.serverDate instanceof Date);
  assert.equal(new Headers(outcome.headers).get("request-id"), outcome.requestId);
  assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(outcome))).slice(0, 3), ["time", "status", "http_status"]);
  assert.equal(await emulator.accepted(ADELE), 1);
});

test("an outcome is read back from its JSON, and made of what matters to a test", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  const outcome = await client.invalidate(ADELE);
  const again = api.Outcome.from(JSON.parse(JSON.stringify(outcome)));
  assert.ok(again instanceof api.Outcome);
  assert.deepEqual({ ...again, headers: outcome.headers }, { ...outcome });
  assert.equal((await client.verify(again.user, again.serverDate)).status, "verified");
  const row = { status: "throttled", user: "a@b", retry_after: "2.5", id: "", Department: "Sales" };
  const made = api.Outcome.from(row);
  assert.deepEqual([made.status, made.user, made.retryAfter, made.id], ["throttled", "a@b", 2500, undefined]);
  for (const wrong of [
    {},
    { status: "signed out" },
    { status: "accepted", server_date: "05.12.2026 10:00" },
    { status: "accepted", server_date: "2026-12-05T10:00:00" },
    { status: "accepted", server_date: new Date(Number.NaN) },
    { status: "accepted", attempts: -1 },
    { status: "accepted", user: ["a@b"] },
  ]) {
    assert.throws(() => api.Outcome.from(wrong), TypeError);
  }
  for (const nothing of [null, undefined, 5, "accepted"]) {
    assert.throws(() => api.Outcome.from(nothing), /^TypeError: The values must be an object, not /);
  }
});

test("the caller is named, and nobody else is meant by nothing", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  for (const nobody of [undefined, null, Number.NaN]) {
    await assert.rejects(client.invalidate(nobody), { name: "InputError", status: "null_argument" });
    await assert.rejects(client.verify(nobody, new Date()), { status: "null_argument" });
    await assert.rejects(client.access({ user: nobody }), { status: "null_argument" });
    await assert.rejects(invalidateAllRefreshTokens(nobody, { token: "x" }), { status: "null_argument" });
  }
  assert.equal((await emulator.requests()).count, 0);
  assert.equal((await client.invalidate()).user, "me");
  assert.equal((await client.invalidate("ME")).user, "me");
});

test("the proof wants a time, and what is shown is none", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  const accepted = await client.invalidate(ADELE);
  assert.equal((await client.verify(ADELE, accepted.serverDate)).status, "verified");
  assert.equal((await client.verify(ADELE, accepted.serverDate.toISOString())).status, "verified");
  assert.equal((await client.showCutOff(ADELE)).status, "shown");
  await assert.rejects(client.verify(ADELE, undefined), { status: "null_argument" });
  await assert.rejects(client.verify(ADELE, new Date(Number.NaN)), { status: "invalid_time" });
  await assert.rejects(client.verify(ADELE, "yesterday"), { status: "invalid_time" });
  await assert.rejects(client.verify(ADELE, 5), TypeError);
});

test("a failure is an Error of its kind, with all that is known", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  const error = await client.invalidate("nobody@contoso.example").catch((thrown) => thrown);
  assert.ok(error instanceof api.UserError && error instanceof api.GraphInvalidateError && error instanceof Error);
  assert.equal(error.name, "UserError");
  assert.equal(error.status, "user_not_found");
  assert.equal(error.code, "ERR_GRAPH_INVALIDATE_USER_NOT_FOUND");
  assert.equal(error.outcome.httpStatus, 404);
  assert.equal(error.outcome.code, "Request_ResourceNotFound");
  assert.match(error.stack, /calls\.test\.js/);
  for (const [fault, kind] of [
    [{ kind: "status", status: 503, times: 100 }, api.ServiceError],
    [{ kind: "status", status: 429, headers: [["Retry-After", "600"]] }, api.ThrottledError],
  ]) {
    await emulator.control("reset", {});
    const impatient = new Client({ token: await emulator.token(), timeout: 1500 });
    await emulator.faults(fault);
    await assert.rejects(impatient.invalidate(ADELE), kind);
    impatient.close();
  }
  const nobodyThere = new Client({ token: await emulator.token(), endpoint: "http://127.0.0.1:9", timeout: 2000 });
  await assert.rejects(nobodyThere.invalidate(ADELE), api.NetworkError);
  nobodyThere.close();
});

test("NUL and half of a surrogate pair are answers, and no cuts", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  for (const [user, character] of [
    ["adele.vance@contoso.example\0.evil", "U+0000"],
    ["a\ud800b", "U+D800"],
    ["a\udc00", "U+DC00"],
    ["\0", "U+0000"],
  ]) {
    await assert.rejects(
      client.invalidate(user),
      (error) => error.status === "invalid_utf8" && error.message.includes(character),
    );
  }
  assert.equal((await emulator.requests()).count, 0);
  await assert.rejects(client.invalidate("\u{1F600}@contoso.example"), { status: "user_not_found" });
  const [request] = (await emulator.requests()).requests;
  assert.match(request.path, /%F0%9F%98%80%40contoso\.example/);
});

test("wrong types are refused before anything crosses, in every position", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  const wrong = [5, 5n, true, Symbol("x"), [], {}, () => "x", new Date(), Buffer.from("x")];
  const options = {
    cloud: wrong,
    endpoint: wrong,
    api: wrong,
    proxy: wrong,
    caFile: wrong,
    expectTenant: wrong,
    timeout: wrong.filter((value) => typeof value !== "number").concat("5"),
    headers: [5, "x", [], { a: 5 }, { a: null }],
    environment: [5, "x", [], { a: 5 }],
    credential: [
      5,
      "x",
      [],
      { kind: 5 },
      { kind: "client-secret", certificate: "x" },
      { kind: "client-secret", sendCertificateChain: 1 },
    ],
    token: [5, 5n, true, Symbol("x"), [], {}, null],
    noSuchOption: ["x"],
  };
  for (const [name, values] of Object.entries(options)) {
    for (const value of values) {
      assert.throws(() => new Client({ [name]: value }), TypeError, `${name}: ${inspect(value)}`);
    }
  }
  for (const value of [5, "x", null, []]) {
    assert.throws(() => new Client(value), TypeError);
  }
  const client = new Client({ token });
  context.after(() => client.close());
  for (const value of wrong) {
    await assert.rejects(client.invalidate(value), TypeError);
    await assert.rejects(client.showCutOff(value), TypeError);
  }
  for (const value of [5, "x", null, [], { signl: 1 }, { signal: 5 }, { signal: {} }, { signal: null }]) {
    await assert.rejects(client.invalidate(ADELE, value), TypeError);
  }
  const run = {
    journal: [5, true, {}],
    exclude: ["x", 5, {}, [5]],
    rate: ["5", true],
    resume: [1, "true"],
    batchSize: ["5", true],
    wait: ["5", new Date()],
    signal: [5, {}],
    token: ["x"],
  };
  for (const [name, values] of Object.entries(run)) {
    for (const value of values) {
      assert.throws(() => client.run([ADELE], { [name]: value }), TypeError, `${name}: ${inspect(value)}`);
    }
  }
  for (const users of [5, undefined, null, {}, () => []]) {
    assert.throws(() => client.run(users), TypeError);
  }
  for (const value of [5, undefined, null]) {
    assert.throws(() => client.setToken(value), TypeError);
  }
  assert.equal((await emulator.requests()).count, 0);
});

test("what protects and arrives as nothing is refused", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  for (const name of ["expectTenant", "endpoint", "caFile"]) {
    for (const nothing of [undefined, null]) {
      assert.throws(() => new Client({ token, [name]: nothing }), { status: "null_argument" });
    }
  }
  const client = new Client({ token });
  context.after(() => client.close());
  for (const name of ["journal", "exclude"]) {
    for (const nothing of [undefined, null]) {
      assert.throws(() => client.run([ADELE], { [name]: nothing }), { status: "null_argument" });
    }
  }
  assert.throws(() => client.run([ADELE], { exclude: [] }), { status: "empty_argument" });
  for (const [name, value] of [
    ["batchSize", 1.5],
    ["wait", -1],
    ["deadline", Number.NaN],
    ["wait", 2 ** 40],
  ]) {
    assert.throws(() => client.run([ADELE], { [name]: value }), { status: "invalid_option" });
  }
});

test("what protects is not lost with the way in which it is given", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  class Options {
    token = token;
    get expectTenant() {
      return "11111111-2222-4333-8444-555555555555";
    }
  }
  for (const options of [Object.create({ token, expectTenant: new Options().expectTenant }), new Options()]) {
    const client = new Client(options);
    await assert.rejects(client.invalidate(ADELE), { status: "token_wrong_tenant" });
    client.close();
  }
  const client = new Client({ token });
  context.after(() => client.close());
  for (const options of [Object.create({ exclude: [ADELE] }), Object.create(Object.create({ exclude: [ADELE] }))]) {
    for await (const { status } of client.run([ADELE], options)) {
      assert.fail(status);
    }
  }
  assert.throws(() => client.run([ADELE], Object.create({ exlude: [ADELE] })), TypeError);
  await assert.rejects(client.access(Object.create({ user: undefined })), { status: "null_argument" });
  assert.equal(await emulator.accepted(ADELE), 0);
  const pairs = { "x-one": "1" };
  for (const headers of [new Map(Object.entries(pairs)), new Headers(pairs), pairs, Object.create(pairs)]) {
    const own = new Client({ token, headers });
    await own.invalidate(ADELE);
    own.close();
    const [request] = (await emulator.control("requests?newest=1")).requests;
    assert.equal(new Headers(request.headers).get("x-one"), "1");
  }
  // Somebody's own library may give all objects properties: they are nobody's options.
  Object.prototype.signal = AbortSignal.abort();
  context.after(() => delete Object.prototype.signal);
  assert.equal((await client.invalidate(ADELE, {})).status, "accepted");
});

test("a certificate without a byte is refused, and an empty environment is none of the process's", async (context) => {
  const emulator = await startEmulator(context);
  process.env.AZURE_CLIENT_CERTIFICATE_PATH = "/another/ones.pem";
  context.after(() => delete process.env.AZURE_CLIENT_CERTIFICATE_PATH);
  const credential = { kind: "client-certificate", tenant: "x.example", clientId: "y", certificate: new Uint8Array() };
  assert.throws(
    () => new Client({ credential, endpoint: emulator.url }),
    (error) => !error.message.includes("ones.pem"),
  );
  assert.throws(() => new Client({ credential: { kind: "environment" }, environment: {}, endpoint: emulator.url }), {
    status: "invalid_credential",
  });
});

test("a token comes from a function, a promise or a credential, and goes with that call", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  let asked;
  const credential = {
    async getToken(scope) {
      asked = scope;
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  for (const given of [{ token: () => token }, { token: async () => token }, { token: credential }, { credential }]) {
    const client = new Client(given);
    assert.equal((await client.invalidate(ADELE)).status, "accepted");
    client.close();
  }
  assert.equal(asked, "https://graph.microsoft.com/.default");
  const caller = new AsyncLocalStorage();
  const seen = [];
  const client = new Client({
    token: () => {
      seen.push(caller.getStore());
      return token;
    },
  });
  await Promise.all([1, 2, 3].map((who) => caller.run(who, () => client.invalidate(ADELE))));
  const run = caller.run(4, () => client.run([ADELE]));
  for await (const outcome of run) {
    assert.equal(outcome.status, "accepted");
  }
  assert.deepEqual(seen.sort(), [1, 2, 3, 4]);
  client.close();
});

test("a provider that throws, rejects, gives nothing or the wrong thing fails its call", async (context) => {
  const emulator = await startEmulator(context);
  const reason = new Error("the vault is sealed: hunter2");
  for (const [provider, cause] of [
    [
      () => {
        throw reason;
      },
      reason,
    ],
    [() => Promise.reject(reason), reason],
    [async () => Promise.reject("hunter2"), "hunter2"],
    [() => undefined, undefined],
    [async () => null, undefined],
    [() => "", undefined],
    [() => 5, undefined],
    [async () => ({ token: "hunter2" }), undefined],
    [{ getToken: async () => null }, undefined],
    [
      {
        getToken: () => {
          throw reason;
        },
      },
      reason,
    ],
  ]) {
    const client = new Client({ token: provider });
    for (const call of [() => client.invalidate(ADELE), () => client.run([ADELE]).next()]) {
      const error = await call().then(
        () => assert.fail("it went through"),
        (thrown) => thrown,
      );
      assert.ok(error instanceof api.TokenError, inspect(error));
      assert.equal(error.status, "token_provider_failed");
      assert.equal(error.cause, cause);
      assert.ok(!error.message.includes("hunter2"));
    }
    client.close();
  }
  assert.equal((await emulator.requests()).count, 0);
});

test("a provider that never ends is left after the timeout, and at once by an abort", async (context) => {
  await startEmulator(context);
  const client = new Client({ token: () => new Promise(() => {}), timeout: 300 });
  context.after(() => client.close());
  await assert.rejects(client.invalidate(ADELE), { status: "deadline_exceeded" });
  const patient = new Client({ token: () => new Promise(() => {}) });
  context.after(() => patient.close());
  const abort = new AbortController();
  const call = patient.invalidate(ADELE, { signal: abort.signal });
  abort.abort("enough");
  await assert.rejects(call, { name: "AbortError", cause: "enough" });
});

test("a token that comes after the timeout is not used, whatever its provider blocks", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  const late = () => {
    const until = performance.now() + 400;
    while (performance.now() < until);
    return token;
  };
  for (const provider of [late, async () => late(), { getToken: () => ({ token: late() }) }]) {
    const client = new Client({ token: provider, timeout: 200 });
    await assert.rejects(client.invalidate(ADELE), { status: "deadline_exceeded" });
    client.close();
  }
  assert.equal((await emulator.requests()).count, 0);
});

test("a token that expired is asked for once more, within the same call", async (context) => {
  const emulator = await startEmulator(context);
  const [old, fresh] = [await emulator.token({ expires_in: -3600 }).catch(() => undefined), await emulator.token()];
  if (old === undefined) {
    assert.fail("the emulator gives no expired token");
  }
  let asked = 0;
  const client = new Client({ token: () => (asked++ === 0 ? old : fresh) });
  context.after(() => client.close());
  assert.equal((await client.invalidate(ADELE)).status, "accepted");
  assert.equal(asked, 2);
  asked = -99;
  await assert.rejects(new Client({ token: () => old }).invalidate(ADELE), { status: "token_expired" });
});

test("an abort ends a call whatever the network does, with its reason", async (context) => {
  const emulator = await startEmulator(context);
  await emulator.faults({ kind: "stall", times: 3 });
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  const abort = new AbortController();
  const reason = new Error("the incident is over");
  const call = client.invalidate(ADELE, { signal: abort.signal });
  while ((await emulator.requests()).count === 0) {
    // The event is that the request has left.
  }
  const began = performance.now();
  abort.abort(reason);
  const error = await call.catch((thrown) => thrown);
  const took = performance.now() - began;
  assert.ok(error instanceof api.AbortError && error instanceof api.RunError);
  assert.deepEqual([error.name, error.code, error.status], ["AbortError", "ABORT_ERR", "cancelled"]);
  assert.equal(error.cause, reason);
  assert.ok(took < 2000, `${took} ms`);
  const late = await client.invalidate(ADELE, { signal: abort.signal }).catch((thrown) => thrown);
  assert.equal(late.name, "AbortError");
  assert.equal(late.cause, reason);
  await assert.rejects(client.signIn({ signal: abort.signal }), { name: "AbortError" });
  await assert.rejects(client.access({ signal: abort.signal }), { name: "AbortError" });
  await assert.rejects(client.run([ADELE], { signal: abort.signal }).next(), { name: "AbortError" });
  const timed = await client.invalidate(ADELE, { signal: AbortSignal.timeout(50) }).catch((thrown) => thrown);
  assert.equal(timed.cause.name, "TimeoutError");
});

test("an abort takes no more than 100 ms", async (context) => {
  const emulator = await startEmulator(context);
  await emulator.faults({ kind: "stall", times: 100 });
  const client = new Client({ token: await emulator.token(), timeout: 60_000 });
  context.after(() => client.close());
  // A busy machine may hold one up; whoever waits for the network is held up each time.
  const ways = {
    call: (signal) => client.invalidate(ADELE, { signal }),
    enquiry: (signal) => client.access({ online: true, signal }),
    run: (signal) => client.run([ADELE], { signal }).next(),
  };
  for (const [name, way] of Object.entries(ways)) {
    let shortest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20 && shortest > 100; round++) {
      const { count } = await emulator.requests();
      const abort = new AbortController();
      const call = way(abort.signal).catch((thrown) => [thrown.name, performance.now()]);
      while ((await emulator.requests()).count === count) {
        // The event is that the request has left.
      }
      const began = performance.now();
      abort.abort();
      const [thrown, ended] = await call;
      assert.equal(thrown, "AbortError", name);
      shortest = Math.min(shortest, ended - began);
    }
    assert.ok(shortest <= 100, `${name}: ${shortest} ms at best`);
  }
});

test("one signal for many calls has one listener", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({ token: await emulator.token() });
  context.after(() => client.close());
  const warnings = [];
  const warned = (warning) => warnings.push(warning.name);
  process.on("warning", warned);
  context.after(() => process.off("warning", warned));
  const abort = new AbortController();
  let listeners = 0;
  const add = abort.signal.addEventListener;
  abort.signal.addEventListener = (...args) => {
    listeners++;
    return add.apply(abort.signal, args);
  };
  const calls = Array.from({ length: 200 }, () => client.invalidate(ADELE, { signal: abort.signal }));
  assert.equal(new Set((await Promise.all(calls)).map(({ status }) => status)).size, 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([listeners, warnings], [1, []]);
});

test("a closed client says so, and calls under way go on", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  await emulator.faults({ kind: "delay", milliseconds: 200, times: 1 });
  const client = new Client({ token: async () => token });
  const call = client.invalidate(ADELE);
  const run = client.run([ADELE]);
  client.close();
  client.close();
  assert.equal((await call).status, "accepted");
  assert.equal((await run.next()).value.status, "accepted");
  await run.return();
  for (const used of [
    () => client.invalidate(ADELE),
    () => client.verify(ADELE, new Date()),
    () => client.access(),
    () => client.signIn(),
  ]) {
    await assert.rejects(used(), { code: "ERR_GRAPH_INVALIDATE_CLOSED" });
  }
  for (const used of [() => client.run([ADELE]), () => client.setToken("x"), () => client.scope]) {
    assert.throws(used, { code: "ERR_GRAPH_INVALIDATE_CLOSED" });
  }
  const disposable = new Client({ token });
  disposable[Symbol.dispose]();
  await assert.rejects(disposable.invalidate(ADELE), { code: "ERR_GRAPH_INVALIDATE_CLOSED" });
});

test("a credential of ours signs in", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({
    credential: {
      kind: "client-secret",
      tenant: "contoso.example",
      clientId: "aaaaaaaa-0000-4000-8000-000000000003",
      clientSecret: "emulated-secret",
    },
    endpoint: emulator.url,
  });
  context.after(() => client.close());
  assert.equal((await client.signIn()).status, "signed_in");
  assert.equal((await client.access()).kind, "application");
  assert.equal((await client.access({ user: ADELE })).findings.find(({ job }) => job === "target").verdict, "allowed");
  assert.equal((await client.invalidate(ADELE)).status, "accepted");
});

test("no secret is shown", async (context) => {
  const emulator = await startEmulator(context);
  const token = await emulator.token();
  const client = new Client({ token, proxy: "http://user:hunter2@127.0.0.1:1", headers: { "x-secret": "hunter3" } });
  context.after(() => client.close());
  const run = client.run([ADELE]);
  const error = await client.invalidate("nobody@contoso.example").catch((thrown) => thrown);
  const text = [client, run, error]
    .map((value) => inspect(value, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(value))
    .join();
  assert.ok(!text.includes(token.split(".")[2]) && !text.includes("hunter"));
  await run.return();
});

test("a client reads the environment that it is given, and no other", async (context) => {
  const emulator = await startEmulator(context);
  const client = new Client({
    token: await emulator.token(),
    environment: { GRAPH_INVALIDATE_EXPECT_TENANT: "11111111-2222-4333-8444-555555555555" },
    endpoint: emulator.url,
  });
  context.after(() => client.close());
  await assert.rejects(client.invalidate(ADELE), { status: "token_wrong_tenant" });
});
