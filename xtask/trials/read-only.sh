# Installations that whoever uses them cannot write to, without a home and with a temporary folder that runs nothing.
# needs=linux-x64,root,setpriv,python3,npm,node,pwsh,unzip,go,mount
source "$CHECKOUT/xtask/trials/support/go-program.bash"
mkdir installed && chmod 755 .
installed=$PWD/installed
(cd installed && tar xf "../graph-invalidate-$VERSION-linux-x64.tar.gz" && python3 -m zipfile -e ../graph_invalidate-"$VERSION"-py3-none-manylinux*x86_64.whl site)
(cd installed && npm init --yes >/dev/null && npm install --offline --no-audit --no-fund --loglevel error \
  "../graph-invalidate-$VERSION.tgz" "../graph-invalidate-linux-x64-gnu-$VERSION.tgz")
mkdir -p installed/Modules/GraphInvalidate
unzip -q "GraphInvalidate.$VERSION.nupkg" -d "installed/Modules/GraphInvalidate/$VERSION"
(go_program && go build -o "$installed/one" .)
cat >installed/one.mjs <<'END'
import { invalidateAllRefreshTokens } from "graph-invalidate";
const { status } = await invalidateAllRefreshTokens("adele.vance@contoso.example", { token: process.env.GRAPH_INVALIDATE_TOKEN });
console.log(status);
END
chmod -R a+rX,a-w installed
mkdir noexec && mount -t tmpfs -o noexec,mode=1777 tmpfs noexec
mkdir same && mount --bind installed same && mount -o remount,bind,ro same
trap 'umount noexec same' EXIT
as_nobody() {
  (cd installed && setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent XDG_CACHE_HOME="$installed/../noexec" TMPDIR="$installed/../noexec" "$@")
}
as_nobody "graph-invalidate-$VERSION-linux-x64/bin/graph-invalidate" users adele.vance@contoso.example
as_nobody env PYTHONPATH="$installed/site" python3 -c 'import graph_invalidate, os
print(graph_invalidate.invalidate_all_refresh_tokens("adele.vance@contoso.example", token=os.environ["GRAPH_INVALIDATE_TOKEN"]).status)'
as_nobody node one.mjs
as_nobody ./one
# PowerShell may be installed where nobody else may look: whoever that is, cannot write here either.
env PSModulePath="$PWD/same/Modules" HOME=/nonexistent XDG_CACHE_HOME="$PWD/noexec" TMPDIR="$PWD/noexec" POWERSHELL_TELEMETRY_OPTOUT=1 \
  pwsh -NoProfile -NonInteractive -Command \
  '$ErrorActionPreference = "Stop"; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example'
