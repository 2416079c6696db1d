# The oldest Debian that its mirror still has (glibc 2.31): the archive, the package, the wheel, without a network.
# needs=linux-x64,root,debootstrap,python3
place=$CHECKOUT/target/release-test/bullseye
if [ ! -e "$place/complete" ]; then
  rm -rf "$place"
  debootstrap --variant=minbase --include=python3-minimal,python3-distutils,ca-certificates bullseye "$place" http://deb.debian.org/debian
  touch "$place/complete"
fi
rm -rf "$place/files" && mkdir "$place/files"
cp -L "graph-invalidate-$VERSION-linux-x64.tar.gz" "graph-invalidate_${VERSION}_amd64.deb" "$place/files"
python3 -m zipfile -e "graph_invalidate-$VERSION"-py3-none-manylinux*x86_64.whl "$place/files/site"
chroot "$place" /bin/sh -euc '
  cd /files
  tar xf graph-invalidate-*-linux-x64.tar.gz
  graph-invalidate-*-linux-x64/bin/graph-invalidate users adele.vance@contoso.example
  dpkg --install ./graph-invalidate_*.deb
  graph-invalidate users adele.vance@contoso.example
  dpkg --remove graph-invalidate
  PYTHONPATH=/files/site python3 -c "import graph_invalidate, os
print(graph_invalidate.invalidate_all_refresh_tokens(\"adele.vance@contoso.example\", token=os.environ[\"GRAPH_INVALIDATE_TOKEN\"]).status)"'
