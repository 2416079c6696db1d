// Signs users out for a page or a playbook: POST /sign-outs/USER with the caller's own token, whose rights decide. One
// client serves all callers, and no token of one goes with the call of another.

import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import { Client, GraphInvalidateError } from "graph-invalidate";

const caller = new AsyncLocalStorage();
const client = new Client({ token: () => caller.getStore() });

/** The HTTP status that fits a kind of failure. */
const statuses = {
  InputError: 400,
  TokenError: 401,
  PermissionError: 403,
  UserError: 404,
  ThrottledError: 503,
  NetworkError: 502,
  ServiceError: 502,
};

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  };
  const user = /^\/sign-outs\/([^/]+)$/.exec(request.url ?? "")?.[1];
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (request.method !== "POST" || user === undefined) {
    return answer(404, { error: "POST /sign-outs/USER" });
  }
  if (token === undefined) {
    return answer(401, { error: "Authorization: Bearer TOKEN" });
  }
  // A caller who hangs up is not waited for.
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const outcome = await caller.run(token, () => client.invalidate(decodeURIComponent(user), { signal: gone.signal }));
    return answer(200, outcome);
  } catch (error) {
    if (error instanceof GraphInvalidateError) {
      return answer(statuses[error.name] ?? 500, error.outcome);
    }
    return answer(400, { error: "The user cannot be read." });
  }
});

server.listen(Number(process.env.PORT ?? 8000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
