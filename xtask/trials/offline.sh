# A machine without a network: the failure says so, and what to do. A proxy as the only way out is played by
# tests/proxies.rs. Nobody is signed out here.
# needs=linux-x64,root,unshare,ip
tar xf "graph-invalidate-$VERSION-linux-x64.tar.gz"
command=$PWD/graph-invalidate-$VERSION-linux-x64/bin/graph-invalidate
if unshare --net env -u GRAPH_INVALIDATE_ENDPOINT "$command" users a@contoso.example --timeout 5s >said 2>&1; then
  echo "somebody was signed out without a network"
  exit 1
fi
grep -q "name_resolution_failed" said && grep -q "Check the network" said || { cat said; exit 1; }
