#!/usr/bin/env bash
# What Microsoft's JavaScript clients make of what may become of an action's request.
#
# Guess:  a client of Graph asks for the path that it is given, takes success for what Graph calls success, throws an
#         error with the status otherwise, and waits as long as the service asks before it repeats.
# Seen:   @microsoft/microsoft-graph-client 3.0.7 cuts the path at a '#', which guests have in their names; gives a
#         stream, and no error, for a page of HTML with status 200; has the status -1 and no class of error for a
#         connection that breaks; repeats after 180 s where the service asked for 600. The adapter of
#         @microsoft/msgraph-beta-sdk 1.0.0-preview.81 encodes the name and refuses the page, without its status; it
#         gives nothing for true and false alike, and repeats as early. The package of users that its own README names
#         is not published: no typed package has the action.
# Use:    docs/migrate.md has the table, and what this project does instead.
#
# Needs node with npm. The service is a program of ten lines, and nothing leaves the machine after the installation.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"

npm install --silent --no-audit --no-fund @microsoft/microsoft-graph-client@3.0.7 \
  @microsoft/msgraph-beta-sdk@1.0.0-preview.81 @microsoft/kiota-http-fetchlibrary@1.0.0-preview.109 >/dev/null
npm view @microsoft/msgraph-beta-sdk-users version >/dev/null 2>&1 && is_published="" || is_published="not "
echo "users: ${is_published}published" >seen

cat >ask.mjs <<'JAVASCRIPT'
import { createServer } from "node:http";
import { Client } from "@microsoft/microsoft-graph-client";
import { AnonymousAuthenticationProvider, HttpMethod, RequestInformation } from "@microsoft/kiota-abstractions";
import { GraphBetaRequestAdapter } from "@microsoft/msgraph-beta-sdk";

let answer;
let paths = [];
const server = createServer((request, response) => {
  paths.push(request.url);
  answer(response, paths.length);
}).listen(0, "127.0.0.1");
await new Promise((listening) => server.once("listening", listening));
const root = `http://127.0.0.1:${server.address().port}`;

// Who waits for more than a second is told how long, and goes on at once.
let longest = 0;
const { setTimeout: wait } = globalThis;
globalThis.setTimeout = (work, ms = 0, ...rest) => {
  longest = Math.max(longest, ms);
  return wait(work, ms > 1000 ? 0 : ms, ...rest);
};

const untyped = Client.init({ authProvider: (done) => done(null, "token"), baseUrl: `${root}/` });
const adapter = new GraphBetaRequestAdapter(new AnonymousAuthenticationProvider());
adapter.baseUrl = `${root}/beta`;
const ways = {
  untyped: (user) => untyped.api(`/users/${user}/invalidateAllRefreshTokens`).version("beta").post(),
  typed: (user) => {
    const template = "{+baseurl}/users/{user%2Did}/invalidateAllRefreshTokens";
    const asked = new RequestInformation(HttpMethod.POST, template, { baseurl: `${root}/beta`, "user%2Did": user });
    return adapter.sendPrimitive(asked, "boolean", undefined);
  },
};
const json = (value) => (response) =>
  response.setHeader("content-type", "application/json").end(JSON.stringify({ value }));
const plays = {
  guest: json(true),
  true: json(true),
  false: json(false),
  html: (response) => response.setHeader("content-type", "text/html").end("<html></html>"),
  broken: (response) => response.destroy(),
  throttled: (response, count) =>
    count > 1 ? json(true)(response) : response.writeHead(429, { "retry-after": "600" }).end(),
};
for (const [what, play] of Object.entries(plays)) {
  for (const [way, ask] of Object.entries(ways)) {
    [answer, paths, longest] = [play, [], 0];
    const said = await ask(what === "guest" ? "x_y#EXT#@contoso.example" : "me").then(
      (value) => `gave ${value?.constructor === Object ? JSON.stringify(value) : (value?.constructor?.name ?? value)}`,
      (error) => `threw ${error.constructor.name} ${error.statusCode ?? error.responseStatusCode}`,
    );
    const more = { guest: ` after ${paths[0]}`, throttled: ` after ${Math.floor(longest / 1000)} s` }[what] ?? "";
    console.log(`${what}: ${way} ${said}${more}`);
  }
}
process.exit();
JAVASCRIPT
node ask.mjs >>seen

cat >expected <<'TEXT'
users: not published
guest: untyped gave {"value":true} after /beta/users/x_y
guest: typed gave undefined after /beta/users/x_y%23EXT%23%40contoso.example/invalidateAllRefreshTokens
true: untyped gave {"value":true}
true: typed gave undefined
false: untyped gave {"value":false}
false: typed gave undefined
html: untyped gave ReadableStream
html: typed threw Error undefined
broken: untyped threw GraphError -1
broken: typed threw TypeError undefined
throttled: untyped gave {"value":true} after 180 s
throttled: typed gave undefined after 180 s
TEXT
diff expected seen && echo "as it was"
