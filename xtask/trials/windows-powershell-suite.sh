# The module's own suite in the engine of PowerShell for Windows. Nobody is signed out of the emulator outside.
# needs=win-x64,wine,unzip,windows-pwsh
unzip -q "GraphInvalidate.$VERSION.nupkg" -d GraphInvalidate
unzip -q "graph-invalidate-$VERSION-win-x64.zip"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mv GraphInvalidate "graph-invalidate-$VERSION-win-x64" "$folder"
export GRAPH_INVALIDATE_TEST_MODULE="Z:${folder//\//\\}\\GraphInvalidate"
export GRAPH_INVALIDATE_TEST_COMMAND="Z:${folder//\//\\}\\graph-invalidate-$VERSION-win-x64\\bin\\graph-invalidate.exe"
unset GRAPH_INVALIDATE_ENDPOINT GRAPH_INVALIDATE_TOKEN
windows-pwsh -File "Z:${CHECKOUT//\//\\}\\powershell\\tests\\Invoke-Tests.ps1" >"$CHECKOUT/target/release-test/windows-powershell-suite.txt" 2>&1 || true
last=$(tr -d '\r' <"$CHECKOUT/target/release-test/windows-powershell-suite.txt" | grep -E '^[0-9]+ passed, [0-9]+ failed$' | tail -1)
echo "$last"
read -r passed _ failed _ <<<"$last"
[ "$passed" -ge 350 ] && [ $((passed * 10)) -ge $(((passed + failed) * 7)) ] || { echo "fewer than seven tests in ten passed"; exit 1; }
