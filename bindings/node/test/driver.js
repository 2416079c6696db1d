// The driver of the scenarios: reads situations as JSON lines, and answers each with what the public interface showed.
// The judge is tests/conformance.rs; tests/scenarios/README.md describes the protocol.

import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { Client, GraphInvalidateError, TokenError } from "graph-invalidate";

/** Something that this language has no way to say. */
class Inexpressible extends Error {}

const camel = (name) => name.replace(/_ms$/, "").replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Options by this language's names. */
function options(given) {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (name === "credential") {
        return [name, options(value)];
      }
      if (name === "certificate") {
        return [name, Buffer.from(value, "base64")];
      }
      return [camel(name), value === "unlimited" || value === "infinite" ? Number.POSITIVE_INFINITY : value];
    }),
  );
}

function fields({ status, httpStatus, attempts, user, code, message, hint, sessionsValidFrom }) {
  return {
    status,
    http_status: httpStatus,
    attempts,
    user,
    code,
    message,
    hint,
    sessions_valid_from: sessionsValidFrom,
  };
}

/** The outcome of what was thrown. */
function outcomeOf(error) {
  if (error instanceof GraphInvalidateError) {
    return error.outcome;
  }
  throw error;
}

/** All that a person may be shown. */
const shown = (...values) =>
  values
    .map((value) => `${value} ${inspect(value, { depth: 9, showHidden: true })} ${JSON.stringify(value)}`)
    .join(" ");

/** Makes the calls one after another, until one fails; answers with the last outcome. */
async function calls(situation) {
  let outcome;
  let client;
  try {
    client = new Client(options(situation.client));
    for (const call of situation.calls) {
      outcome = await one(client, call, outcome);
    }
  } catch (error) {
    outcome = outcomeOf(error);
    return { outcome: fields(outcome), shown: shown(error, client) };
  } finally {
    client?.close();
  }
  return { outcome: fields(outcome), shown: shown(outcome, client) };
}

function one(client, call, before) {
  switch (call.call) {
    case "sign_in":
      return client.signIn();
    case "invalidate":
      return client.invalidate(call.user);
    case "show":
      return client.showCutOff(call.user);
    default:
      return client.verify(call.user, call.not_before ?? before?.serverDate);
  }
}

/** Runs to the end; answers with all that was seen. */
async function run(situation) {
  const { token: first, ...others } = options(situation.client);
  const waiting = [...(situation.tokens_when_needed ?? [])];
  const answer = { outcomes: [], failure: null, tokens_needed: 0, progress: {} };
  let isUsedUp = waiting.length === 0;
  let last = "";
  const hasProvider = waiting.length > 0;
  if (hasProvider && first !== undefined) {
    waiting.unshift(first);
    answer.tokens_needed--;
  }
  const provider = () => {
    answer.tokens_needed++;
    isUsedUp = waiting.length === 0;
    last = waiting.shift() ?? last;
    return last;
  };
  const token = hasProvider ? provider : first;
  const client = new Client({ ...others, ...(token === undefined ? {} : { token }) });
  let running;
  try {
    running = client.run(situation.users, options(situation.run));
    for await (const outcome of running) {
      answer.outcomes.push([outcome.user, outcome.status]);
      if (answer.outcomes.length === situation.cancel_after) {
        running.cancel();
      }
    }
  } catch (error) {
    const outcome = outcomeOf(error);
    // That nobody had another token is no failure here: the judge counts how often one was needed.
    const nobody = error instanceof TokenError && isUsedUp && running?.progress !== undefined;
    answer.tokens_needed += nobody && !hasProvider ? 1 : 0;
    answer.failure = nobody ? null : fields(outcome);
    answer.shown = shown(error, running, client);
  }
  client.close();
  answer.notice = running?.notice;
  const numbers = Object.entries(running?.progress ?? {}).filter(([, value]) => Number.isInteger(value));
  answer.progress = Object.fromEntries(numbers.map(([name, value]) => [snake(name), value]));
  return answer;
}

/** All of them on one client, at once: each by a chain of calls whose asynchronous context knows whose token it has. */
async function identities(situation) {
  if (situation.by === "threads") {
    throw new Inexpressible("a client belongs to its thread: each worker has one of its own");
  }
  const caller = new AsyncLocalStorage();
  const token = async () => {
    await sleep(2);
    return caller.getStore();
  };
  const client = new Client({ ...options(situation.client), token });
  const act = async (user) => {
    if (!situation.in_runs) {
      return client.invalidate(user);
    }
    for await (const outcome of client.run([user])) {
      return outcome;
    }
  };
  const statuses = await Promise.all(
    situation.identities.map((identity) =>
      caller.run(identity.token, async () => {
        const ends = [];
        for (let count = 0; count < identity.calls; count++) {
          ends.push((await act(identity.user).catch(outcomeOf)).status);
        }
        return ends;
      }),
    ),
  );
  client.close();
  return { identities: statuses };
}

async function answerTo(situation) {
  try {
    if (situation.identities !== undefined && situation.identities !== null) {
      return await identities(situation);
    }
    return situation.run === undefined || situation.run === null ? await calls(situation) : await run(situation);
  } catch (error) {
    if (error instanceof Inexpressible) {
      return { inexpressible: error.message };
    }
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!process.stdout.write(`${JSON.stringify(await answerTo(JSON.parse(line)))}\n`)) {
    await once(process.stdout, "drain");
  }
}
