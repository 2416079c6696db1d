// The baseline of the first call: the same POST with what Node has itself. The first line of input is the token.

import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value: token } = await lines.next();
const answer = await fetch(`${process.argv[2]}/beta/me/invalidateAllRefreshTokens`, {
  method: "POST",
  headers: { authorization: `Bearer ${token}` },
});
if (!answer.ok || (await answer.json()).value !== true) {
  throw new Error(`${answer.status}`);
}
process.exit();
