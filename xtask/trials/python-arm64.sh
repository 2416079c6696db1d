# The wheel of Linux on arm64, in Debian's Python of arm64.
# needs=linux-arm64,arm64,apt-get,python3
source "$CHECKOUT/xtask/trials/support/arm64.bash"
root=$(arm64_root)
python3 -m zipfile -e "graph_invalidate-$VERSION"-py3-none-manylinux*aarch64.whl site
PYTHONHOME=/usr PYTHONPATH=$PWD/site arm64 -L "$root" "$root/usr/bin/python3.11" -c 'import graph_invalidate, os, platform
assert platform.machine() == "aarch64", platform.machine()
outcome = graph_invalidate.invalidate_all_refresh_tokens("adele.vance@contoso.example", token=os.environ["GRAPH_INVALIDATE_TOKEN"])
assert outcome.status == "accepted", outcome'
