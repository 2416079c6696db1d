// The packed packages as a stranger installs them: into an empty folder, with old and new npm, for old and new Node.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import * as api from "graph-invalidate";
import { ADELE, codeOf, folder, INSTALLED, program, run, startEmulator } from "./support.js";

const PACKAGES = process.env.GRAPH_INVALIDATE_TEST_PACKAGES;
const OTHERS = join(process.env.GRAPH_INVALIDATE_TEST_OTHERS, "node_modules");
const TOOLS = process.env.GRAPH_INVALIDATE_TEST_TOOLS;
const ROOT = process.env.GRAPH_INVALIDATE_TEST_ROOT;

const packed = readdirSync(PACKAGES).map((name) => join(PACKAGES, name));
const nodes = { oldest: join(OTHERS, "node-oldest/bin/node"), newest: join(OTHERS, "node-newest/bin/node") };

function install(context, npm, ...flags) {
  const place = folder(context);
  writeFileSync(join(place, "package.json"), "{}\n");
  const files = flags.includes("--omit=optional") ? packed.filter((name) => !name.includes("linux")) : packed;
  const installed = spawnSync(
    process.execPath,
    [join(OTHERS, npm, "bin/npm-cli.js"), "install", "--offline", "--no-audit", "--no-fund", ...flags, ...files],
    { cwd: place, encoding: "utf8" },
  );
  assert.equal(installed.status, 0, installed.stderr);
  return { place, said: installed.stdout + installed.stderr };
}

for (const npm of ["npm-10", "npm-11"]) {
  test(`an empty folder takes the packages by ${npm}, and runs the first screen`, async (context) => {
    const emulator = await startEmulator(context);
    const { place, said } = install(context, npm);
    assert.doesNotMatch(said, /scripts|deprecated/i);
    const environment = { GRAPH_INVALIDATE_TOKEN: await emulator.token() };
    for (const [name, text] of [
      ["first.mjs", codeOf("README.md")[0]],
      [
        "common.cjs",
        `const { Client } = require("graph-invalidate");
        const client = new Client({ token: process.env.GRAPH_INVALIDATE_TOKEN });
        client.invalidate("${ADELE}").then(({ user, status }) => { console.log(user, status); client.close(); });`,
      ],
    ]) {
      writeFileSync(join(place, name), text);
      for (const node of Object.values(nodes)) {
        const ended = await run(join(place, name), [], { cwd: place, node, environment });
        assert.equal(ended.output, `${ADELE} accepted\n`, ended.errors);
      }
    }
    assert.equal(await emulator.accepted(ADELE), 4);
  });
}

test("the packages have no script, no dependency but the addon, and are small", (context) => {
  const { place } = install(context, "npm-11");
  let bytes = 0;
  let files = 0;
  for (const entry of readdirSync(join(place, "node_modules"), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.name.startsWith(".")) {
      bytes += statSync(join(entry.parentPath ?? entry.path, entry.name)).size;
      files++;
    }
  }
  assert.ok(bytes <= 4.5e6, `${bytes} bytes`);
  context.diagnostic(`${(bytes / 1e6).toFixed(2)} MB in ${files} files`);
  for (const name of ["graph-invalidate", "@graph-invalidate/linux-x64-gnu"]) {
    const description = JSON.parse(readFileSync(join(place, "node_modules", name, "package.json"), "utf8"));
    assert.equal(description.scripts, undefined);
    assert.equal(description.dependencies, undefined);
    assert.equal(description.version, "0.1.0");
  }
});

test("the tests run on the oldest and on the newest Node", { timeout: 300_000 }, async () => {
  for (const [name, node] of Object.entries(nodes)) {
    const ended = await run(join(INSTALLED, "test/runs.test.js"), [], {
      node,
      flags: ["--test", "--test-reporter=tap"],
      // Otherwise Node takes it for a part of this test, and does nothing.
      environment: { NODE_TEST_CONTEXT: undefined },
    });
    assert.equal(ended.code, 0, `${name}: ${ended.output}`);
    assert.match(ended.output, /^# pass \d\d$/m);
  }
});

/** Says how the addon is refused. */
const LOADING = `import { Client, AddonError } from "graph-invalidate";
  try { new Client(); } catch (error) { console.log(error instanceof AddonError, error.code, error.message); }`;

test("an addon that is left out, is another's or is of another version is named", async (context) => {
  const { place } = install(context, "npm-11", "--omit=optional");
  writeFileSync(join(place, "left-out.mjs"), LOADING);
  const leftOut = await run(join(place, "left-out.mjs"), [], { cwd: place });
  assert.match(
    leftOut.output,
    /^true ERR_GRAPH_INVALIDATE_ADDON .*@graph-invalidate\/linux-x64-gnu.*--omit=optional/,
    leftOut.errors,
  );

  const older = join(folder(context), "older.cjs");
  writeFileSync(older, 'module.exports = { version: "0.0.1" };');
  const other = await program(context, LOADING, [], { environment: { GRAPH_INVALIDATE_ADDON: older } });
  assert.match(other.output, /version 0\.0\.1, and graph-invalidate of 0\.1\.0/, other.errors);

  const none = await program(
    context,
    `Object.defineProperty(process, "platform", { value: "aix" });\n${LOADING}`,
    [],
    {},
  );
  assert.match(none.output, /@graph-invalidate\/aix-x64/, none.errors + none.output);
});

test("an addon that is cut short is refused, and ends no program", async (context) => {
  const whole = readFileSync(join(INSTALLED, "node_modules/@graph-invalidate/linux-x64-gnu/addon.node"));
  const file = join(folder(context), "short.node");
  for (const length of [64, 5000, whole.length >> 1, Math.floor(whole.length * 0.9), whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    const ended = await program(context, LOADING, [], { environment: { GRAPH_INVALIDATE_ADDON: file } });
    assert.match(ended.output, /^true ERR_GRAPH_INVALIDATE_ADDON .*short\.node is cut short: install/, `${length}`);
    assert.equal(ended.code, 0, ended.errors);
  }
});

test("an addon of another processor is refused", async (context) => {
  const content = readFileSync(join(INSTALLED, "node_modules/@graph-invalidate/linux-x64-gnu/addon.node"));
  content[18] = 21; // that of PowerPC
  const file = join(folder(context), "other.node");
  writeFileSync(file, content);
  const ended = await program(context, LOADING, [], { environment: { GRAPH_INVALIDATE_ADDON: file } });
  assert.match(ended.output, /other\.node is for another processor than this Node: install/, ended.errors);
});

test("the loader tells musl from glibc by the loader that a program names", async (context) => {
  // The package is one file, which does not give its parts away.
  const place = folder(context);
  const part = join(place, "platform.mjs");
  const source = join(TOOLS, "src/platform.ts");
  const built = spawnSync(join(TOOLS, "node_modules/.bin/esbuild"), [source, `--outfile=${part}`]);
  assert.equal(built.status, 0, `${built.stderr}`);
  const { libcOf } = await import(part);
  assert.equal(libcOf(process.execPath), "gnu");
  const compiled = spawnSync("musl-gcc", ["-x", "c", "-", "-o", join(place, "musl")], {
    input: "int main(void) { return 0; }\n",
  });
  if (compiled.error !== undefined) {
    context.diagnostic("musl-gcc is not here: nothing of musl was tried");
    return;
  }
  assert.equal(libcOf(join(place, "musl")), "musl");
});

test("every option of the description is an option here, by its own name", async (context) => {
  const emulator = await startEmulator(context);
  const description = JSON.parse(readFileSync(join(ROOT, "include/graph_invalidate.json"), "utf8"));
  const examples = {
    text: "x",
    secret: "x",
    path: "x",
    texts: ["x"],
    bytes: Buffer.from("x"),
    pairs: { a: "b" },
    duration_ms: 5,
    switch: true,
    number: 5,
    real: 5,
    structure: { kind: "chain" },
  };
  const names = (structure) =>
    description.structures
      .find(({ name }) => name === structure)
      .fields.filter((field) => field.public !== undefined)
      .map((field) => [field.public.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), examples[field.kind]]);
  const client = new api.Client({ token: await emulator.token() });
  context.after(() => client.close());
  const taken = (use) => {
    try {
      use();
    } catch (error) {
      // What the library says of such a value is its own affair; a name that is unknown is not.
      assert.ok(error instanceof api.GraphInvalidateError, String(error));
    }
  };
  let count = 0;
  for (const [name, value] of names("graph_client_options")) {
    taken(() => new api.Client({ [name]: value }).close());
    count++;
  }
  for (const [name, value] of names("graph_credential_options")) {
    taken(() => new api.Client({ credential: { kind: "chain", [name]: value } }).close());
    count++;
  }
  for (const [name, value] of names("graph_run_options").filter(([name]) => name !== "token")) {
    taken(() => client.run([], { [name]: value }));
    count++;
  }
  assert.ok(count > 40, `${count}`);
  assert.throws(() => new api.Client({ credential: { kind: "chain", secret: "x" } }), TypeError);
});

test("the types are those of the values", () => {
  const exported = Object.keys(createRequire(import.meta.url)("graph-invalidate")).sort();
  assert.deepEqual(exported, Object.keys(api).sort());
  const declared = readFileSync(join(INSTALLED, "node_modules/graph-invalidate/dist/index.d.ts"), "utf8");
  for (const name of exported) {
    assert.match(declared, new RegExp(`\\b${name}\\b`));
  }
  for (const file of readdirSync(join(INSTALLED, "node_modules/graph-invalidate/dist"), { recursive: true })) {
    if (file.endsWith(".d.ts")) {
      const text = readFileSync(join(INSTALLED, "node_modules/graph-invalidate/dist", file), "utf8");
      assert.doesNotMatch(text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*/g, ""), /\bany\b/, file);
    }
  }
});
