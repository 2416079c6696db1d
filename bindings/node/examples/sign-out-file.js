// Signs out the users of a file, one a line, and goes on after an interruption: the journal knows who is done.
//
//   GRAPH_INVALIDATE_TOKEN=… node sign-out-file.js users.txt incident-4711.jsonl

import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { Client, GraphInvalidateError } from "graph-invalidate";

const [file, journal] = process.argv.slice(2);
if (file === undefined || journal === undefined) {
  console.error("usage: node sign-out-file.js FILE JOURNAL");
  process.exit(2);
}

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

const client = new Client({ token: process.env.GRAPH_INVALIDATE_TOKEN });
const run = client.run(createInterface({ input: createReadStream(file) }), {
  journal,
  resume: existsSync(journal),
  verify: true,
  signal: interrupted.signal,
});
try {
  for await (const { user, status, message } of run) {
    console.log([user, status, ...(status === "verified" ? [] : [message])].join("\t"));
  }
} catch (error) {
  if (!(error instanceof GraphInvalidateError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
} finally {
  client.close();
}
const { progress } = run;
console.error(`${progress?.verified ?? 0} verified, ${progress?.failed ?? 0} failed`);
if (progress === undefined || progress.failed > 0 || progress.neverAttempted > 0) {
  process.exitCode ||= 3;
}
