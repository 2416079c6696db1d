// What the pages say: every block of the README, the examples and the lines of the migration guide run, and their types
// hold.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { Client } from "graph-invalidate";
import { ADELE, codeOf, folder, INSTALLED, program, run, startEmulator } from "./support.js";

const ROOT = process.env.GRAPH_INVALIDATE_TEST_ROOT;
const TOOLS = process.env.GRAPH_INVALIDATE_TEST_TOOLS;

/** A block as a module of its own: the token is that of the first. */
const moduleOf = (block) =>
  block.includes("const token =")
    ? block
    : block.replace(/(?<=^import [^;]*;\n)(?!import)/m, "const token = process.env.GRAPH_INVALIDATE_TOKEN;\n");

test("every block of the README runs", async (context) => {
  const emulator = await startEmulator(context);
  const cwd = folder(context);
  writeFileSync(join(cwd, "users.txt"), `${ADELE}\nnobody@contoso.example\n`);
  const environment = {
    GRAPH_INVALIDATE_TOKEN: await emulator.token(),
    AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.url,
  };
  const said = [
    /adele\.vance@contoso\.example accepted/,
    /verified Sign-in sessions are valid from/,
    /user_not_found ERR_GRAPH_INVALIDATE_USER_NOT_FOUND Resource/,
    /adele\.vance@contoso\.example verified[\s\S]*1 verified, 1 failed/,
    /^$/,
    /'others'/,
  ];
  const blocks = codeOf("README.md");
  assert.equal(blocks.length, said.length);
  for (const [index, block] of blocks.entries()) {
    const ended = await program(context, moduleOf(block), [], { cwd, environment });
    assert.equal(ended.code, 0, `${block}\n${ended.errors}`);
    assert.match(ended.output, said[index], block);
  }
});

/** The declarations of the packed package, and every block, under the strictest settings. */
test("the types of every block hold, and a wrong one is found", { timeout: 120_000 }, (context) => {
  const compile = (blocks, settings = {}) => {
    const names = blocks.map((block, index) => {
      const name = join(INSTALLED, `block-${index}.mts`);
      writeFileSync(name, moduleOf(block));
      context.after(() => rmSync(name, { force: true }));
      return name;
    });
    const project = join(INSTALLED, "tsconfig.json");
    writeFileSync(
      project,
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: "es2022",
          module: "nodenext",
          lib: ["es2022", "esnext.disposable"],
          typeRoots: [join(TOOLS, "node_modules/@types")],
          types: ["node"],
          ...settings,
        },
        files: names,
      }),
    );
    context.after(() => rmSync(project, { force: true }));
    return spawnSync(join(TOOLS, "node_modules/.bin/tsc"), ["-p", project], { encoding: "utf8", cwd: INSTALLED });
  };
  const right = compile(codeOf("README.md"));
  assert.equal(right.status, 0, right.stdout);
  const wrong = [
    'const client = new Client({ tokn: "x" });',
    "const client = new Client({ token: 5 });",
    "await new Client().run([5]).next();",
    'const status: "nonsense" = (await new Client().invalidate("me")).status;',
    'const text: string = (await new Client().invalidate("me")).code;',
    "await new Client().invalidate(null);",
    'await new Client().verify("me");',
  ];
  const found = compile(wrong.map((line) => `import { Client } from "graph-invalidate";\n${line}\nexport {};\n`));
  for (const [index, line] of wrong.entries()) {
    assert.match(found.stdout, new RegExp(`block-${index}\\.mts`), line);
  }
});

test("every line of the migration guide runs", async (context) => {
  const emulator = await startEmulator(context);
  const guide = readFileSync(join(ROOT, "docs/migrate.md"), "utf8");
  const part = guide.split("\n## JavaScript\n")[1].split("\n## ")[0];
  const rows = [...part.matchAll(/^\| `.*?` \| `(.*?)` \|/gm)].map(([, line]) => line);
  assert.equal(rows.length, part.match(/^\| `/gm).length);
  assert.ok(rows.length >= 8, `${rows.length}`);
  const body = rows.map((line) => line.replaceAll("{user-id}", ADELE)).filter((line) => !line.startsWith("import "));
  const text = `import { Client, GraphInvalidateError, invalidateAllRefreshTokens } from "graph-invalidate";
    const accessToken = process.env.GRAPH_INVALIDATE_TOKEN;
    const credential = { getToken: async () => ({ token: accessToken, expiresOnTimestamp: 0 }) };
    const tenantId = "contoso.example", clientId = "aaaaaaaa-0000-4000-8000-000000000003", clientSecret = "emulated-secret";
    const users = [${JSON.stringify(ADELE)}];
    ${body.map((line) => `${line}\n`).join("")}
    console.log(own.status, outcome.status, proof.status);`;
  const ended = await program(context, text, [], {
    cwd: folder(context),
    environment: { GRAPH_INVALIDATE_TOKEN: await emulator.token() },
  });
  assert.equal(ended.code, 0, ended.errors);
  assert.match(ended.output, /accepted accepted verified\n$/);
  assert.ok((await emulator.accepted(ADELE)) >= 2);
});

const HTML = { headers: [["Content-Type", "text/html"]], body: "<html><title>Sign in</title></html>" };

/** What the service does in each row of the guide's table, and for whom. */
const ROWS = {
  "a page of HTML with status 200": [[{ kind: "status", status: 200, ...HTML }]],
  "204 without a body": [[{ kind: "empty" }]],
  "an explicit `false`": [[{ kind: "value_false" }]],
  "a guest": [[], "x_y.fabrikam.example#EXT#@contoso.example"],
  "nobody of this name": [[], "nobody@contoso.example"],
  "a user who is `undefined`": [[], undefined],
  "403 with a page of HTML": [[{ kind: "status", status: 403, ...HTML }]],
  "429, `Retry-After: 600`": [[{ kind: "status", status: 429, headers: [["Retry-After", "600"]] }]],
  "503, again and again": [[{ kind: "status", status: 503, times: 100 }]],
  "500, once": [[{ kind: "status", status: 500 }]],
  "a connection that is reset": [[{ kind: "reset_before" }]],
  "an answer that breaks off": [[{ kind: "truncated_body" }]],
  "no answer at all": [[{ kind: "stall", times: 100 }]],
};

test("every row of the guide about what goes wrong ends as it says", async (context) => {
  const emulator = await startEmulator(context);
  const guide = readFileSync(join(ROOT, "docs/migrate.md"), "utf8");
  const part = guide.split("\n### When something goes wrong, in JavaScript\n")[1].split("\n## ")[0];
  const rows = [...part.matchAll(/^\| ([^|]*?) \|[^|]*\|[^|]*\| `([^|`]*)` \|$/gm)].map(([, what, end]) => [what, end]);
  assert.equal(rows.length, Object.keys(ROWS).length);
  for (const [what, end] of rows) {
    const [, [faults, ...users]] = Object.entries(ROWS).find(([beginning]) => what.startsWith(beginning)) ?? [];
    await emulator.control("reset", {});
    await emulator.faults(...faults);
    const client = new Client({ token: await emulator.token(), timeout: 5000 });
    const call = client.invalidate(users.length === 0 ? ADELE : users[0]);
    const said = await call.then(
      ({ status }) => status,
      ({ name, status }) => `${name}: ${status}`,
    );
    client.close();
    assert.equal(said, end, what);
  }
});

test("the example of a file signs everyone out, and goes on where it stopped", async (context) => {
  const emulator = await startEmulator(context, "--users", "50");
  const cwd = folder(context);
  const users = Array.from({ length: 50 }, (_, index) => `user${String(index + 1).padStart(6, "0")}@contoso.example`);
  writeFileSync(join(cwd, "users.txt"), `${users.join("\n")}\n`);
  const environment = { GRAPH_INVALIDATE_TOKEN: await emulator.token() };
  const file = join(INSTALLED, "examples/sign-out-file.js");
  const ended = await run(file, ["users.txt", "run.jsonl"], { cwd, environment });
  assert.equal(ended.code, 0, ended.errors);
  assert.match(ended.errors, /50 verified, 0 failed/);
  assert.ok(existsSync(join(cwd, "run.jsonl")));
  const again = await run(file, ["users.txt", "run.jsonl"], { cwd, environment });
  assert.equal(again.code, 0, again.errors);
  assert.equal(await emulator.accepted(users[0]), 1);
  assert.equal((await run(file, [], { cwd, environment })).code, 2);
});

test("the example of a server acts with each caller's token", async (context) => {
  const emulator = await startEmulator(context);
  const child = spawn(process.execPath, [join(INSTALLED, "examples/server.js")], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => child.kill());
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const url = line.replace("listening on ", "");
  const ask = async (user, token) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/sign-outs/${encodeURIComponent(user)}`, { method: "POST", headers });
    return [answer.status, await answer.json()];
  };
  const token = await emulator.token();
  const [[good, outcome], [missing], [nobody], [rejected]] = await Promise.all([
    ask(ADELE, token),
    ask(ADELE),
    ask("nobody@contoso.example", token),
    ask(ADELE, "nonsense"),
  ]);
  assert.deepEqual([good, missing, nobody, rejected], [200, 401, 404, 401]);
  assert.equal(outcome.status, "accepted");
});
