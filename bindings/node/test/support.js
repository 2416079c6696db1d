// What the tests share: emulators, and programs of their own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const ADELE = "adele.vance@contoso.example";

/** The folder in which the package is installed. */
export const INSTALLED = join(import.meta.dirname, "..");

const COMMAND = process.env.GRAPH_INVALIDATE_TEST_COMMAND;

/** An emulator of its own, which ends with the test; and calls are made to it while nothing else is said. */
export async function startEmulator(context, ...args) {
  const child = spawn(COMMAND, ["emulator", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => child.kill());
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const url = line.replace("listening on ", "");
  const before = process.env.GRAPH_INVALIDATE_ENDPOINT;
  process.env.GRAPH_INVALIDATE_ENDPOINT = url;
  context.after(() => {
    delete process.env.GRAPH_INVALIDATE_ENDPOINT;
    if (before !== undefined) {
      process.env.GRAPH_INVALIDATE_ENDPOINT = before;
    }
  });
  const control = async (path, body) => {
    const answer = await fetch(
      `${url}/__emulator/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  };
  return {
    url,
    control,
    token: async (claims = {}) => (await control("tokens", claims)).access_token,
    faults: (...faults) => control("faults", faults),
    requests: () => control("requests"),
    accepted: async (user) => (await control(`accepted?user=${encodeURIComponent(user)}`)).count,
  };
}

/** The blocks of JavaScript of a page of the binding. */
export function codeOf(page) {
  const text = readFileSync(join(process.env.GRAPH_INVALIDATE_TEST_ROOT, "bindings/node", page), "utf8");
  return [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
}

/** A folder that is gone after the test. */
export function folder(context) {
  const made = mkdtempSync(join(tmpdir(), "graph-invalidate-node-"));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/**
 * Runs a program to its end; gives what it said, how it ended, and how long that took from the first line that says
 * `ready`.
 */
export async function run(file, args = [], options = {}) {
  const { node = process.execPath, flags = [], environment = {} } = options;
  const child = spawn(node, [...flags, file, ...args], {
    cwd: options.cwd ?? INSTALLED,
    env: Object.fromEntries(
      Object.entries({ ...process.env, ...environment }).filter(([, value]) => value !== undefined),
    ),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let ready = Number.NaN;
  let output = "";
  let errors = "";
  child.stdout.on("data", (data) => {
    output += data;
    if (Number.isNaN(ready) && output.includes("ready")) {
      ready = performance.now();
    }
  });
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const [code, signal] = await once(child, "close");
  return { output, errors, code, signal, afterReady: performance.now() - ready };
}

/** Writes a program beside the installed package, and runs it. */
export async function program(context, text, args = [], options = {}) {
  const name = join(INSTALLED, `program-${Math.random().toString(36).slice(2)}.${options.ending ?? "mjs"}`);
  writeFileSync(name, text);
  context.after(() => rmSync(name, { force: true }));
  return run(name, args, options);
}
