// What cargo xtask bench node measures: `measure.js WHAT EMULATOR …`. The first line of input is the token; each
// further line asks for the next number.

import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [what, endpoint, argument] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value: token } = await lines.next();
const { Client } = await import("graph-invalidate");
const client = new Client({ token, endpoint });

/** Answers each line with a number. */
async function answers(work) {
  while (!(await lines.next()).done) {
    console.log(await work());
  }
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** What this process holds: memory in KiB, threads, descriptors. */
function held() {
  globalThis.gc?.();
  const status = readFileSync("/proc/self/status", "utf8");
  const memory = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]);
  return [memory, readdirSync("/proc/self/task").length, readdirSync("/proc/self/fd").length];
}

async function together(count) {
  await Promise.all(Array.from({ length: count }, () => client.invalidate()));
}

async function ticksPerSecond(work) {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  const took = await seconds(work);
  clearInterval(timer);
  return ticks / took;
}

const measures = {
  first: () => client.invalidate(),
  warm: () =>
    answers(() =>
      seconds(async () => {
        for (let call = 0; call < Number(argument); call++) {
          await client.invalidate();
        }
      }),
    ),
  together: () => answers(() => seconds(() => together(Number(argument)))),
  // The same: how often a timer of 10 ms ticks meanwhile, against a timer in a program that does nothing.
  ticks: () =>
    answers(async () => {
      const meanwhile = await ticksPerSecond(() => together(Number(argument)));
      return meanwhile / (await ticksPerSecond(() => new Promise((resolve) => setTimeout(resolve, 250))));
    }),
  many: async () => {
    for (let half = 0; half < 2; half++) {
      for (let made = 0; made < Number(argument); made += 50) {
        await together(50);
      }
      // Idle connections and threads are put away.
      await new Promise((resolve) => setTimeout(resolve, 5000));
      console.log(held().join("\n"));
    }
  },
  run: () =>
    answers(() =>
      seconds(async () => {
        const users = createInterface({ input: createReadStream(argument) });
        for await (const { status } of client.run(users, { rate: Number.POSITIVE_INFINITY })) {
          if (status !== "accepted") {
            throw new Error(status);
          }
        }
      }),
    ),
  array: () =>
    answers(() => {
      const users = readFileSync(argument, "utf8").trim().split("\n");
      return seconds(async () => {
        for await (const { status } of client.run(users, { rate: Number.POSITIVE_INFINITY })) {
          if (status !== "accepted") {
            throw new Error(status);
          }
        }
      });
    }),
};
await measures[what]();
process.exit();
