# A library that another program holds open, as a scanner does: it loads; held for itself alone, the failure says so.
# needs=win-x64,wine,cc-win-x64,unzip
unzip -q "graph-invalidate-c-$VERSION-win-x64.zip"
tree=graph-invalidate-c-$VERSION-win-x64
cat >held.c <<'END'
#include <stdio.h>
#include <windows.h>
int main(int count, char **given) {
  DWORD shared = given[2][0] == 's' ? FILE_SHARE_READ : 0;
  HANDLE file = CreateFileA(given[1], GENERIC_READ, shared, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return 2;
  HMODULE library = LoadLibraryA(given[1]);
  printf("%s %lu\n", library ? "loaded" : "refused", library ? 0 : GetLastError());
  return count == 3 ? 0 : 3;
}
END
cc-win-x64 held.c -o held.exe
cp "$tree/bin/graph_invalidate.dll" .
[ "$(wine ./held.exe graph_invalidate.dll shared | tr -d '\r')" = "loaded 0" ]
[ "$(wine ./held.exe graph_invalidate.dll alone | tr -d '\r')" = "refused 32" ]
