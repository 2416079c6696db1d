# The source distribution says what it needs, instead of making a wheel of no use.
# needs=python3
python3 -m venv environment
environment/bin/pip install --quiet hatchling
if environment/bin/pip install --no-index --no-build-isolation "graph_invalidate-$VERSION.tar.gz" >said 2>&1; then
  echo "a wheel without a library was made"
  exit 1
fi
grep -q "needs its native library" said || { cat said; exit 1; }
