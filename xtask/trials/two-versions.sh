# Two versions side by side: of the module in one folder, of the C tree in two.
# needs=linux-x64,pwsh,unzip,cc
mkdir -p Modules/GraphInvalidate
for version in "$VERSION" 99.0.0; do
  unzip -q "GraphInvalidate.$VERSION.nupkg" -d "Modules/GraphInvalidate/$version"
  mkdir "tree-$version" && tar xf "graph-invalidate-c-$VERSION-linux-x64.tar.gz" -C "tree-$version" --strip-components 1
done
sed -i "s/'$VERSION'/'99.0.0'/" Modules/GraphInvalidate/99.0.0/GraphInvalidate.psd1
mv "tree-99.0.0/lib/libgraph_invalidate.so.1.$VERSION" tree-99.0.0/lib/libgraph_invalidate.so.1.99.0.0
ln -sf libgraph_invalidate.so.1.99.0.0 tree-99.0.0/lib/libgraph_invalidate.so.1
cat >one.c <<'END'
#include <graph_invalidate.h>
#include <stdlib.h>
int main(void) { return graph_invalidate_all_refresh_tokens("adele.vance@contoso.example", getenv("GRAPH_INVALIDATE_TOKEN")); }
END
for version in "$VERSION" 99.0.0; do
  said=$(PSModulePath=$PWD/Modules pwsh -NoProfile -NonInteractive -Command "\$ErrorActionPreference = 'Stop'
    Import-Module GraphInvalidate -RequiredVersion $version; (Get-Module GraphInvalidate).Version.ToString()
    Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example" | xargs)
  [ "$said" = "$version True" ] || { echo "$said"; exit 1; }
  cc one.c -o "one-$version" -I "tree-$version/include" -L "tree-$version/lib" -lgraph_invalidate
  # What was built against one runs with the other, too.
  LD_LIBRARY_PATH="tree-$version/lib" "./one-$version"
  LD_LIBRARY_PATH="tree-$VERSION/lib" "./one-$version"
done
