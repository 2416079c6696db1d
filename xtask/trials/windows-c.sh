# The C tree for Windows: the import library, the static library and CMake.
# needs=win-x64,wine,unzip,cc-win-x64,cmake,make
unzip -q "graph-invalidate-c-$VERSION-win-x64.zip"
tree=$PWD/graph-invalidate-c-$VERSION-win-x64
mkdir source
cat >source/one.c <<'END'
#include <graph_invalidate.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  int32_t status = graph_invalidate_all_refresh_tokens("adele.vance@contoso.example", getenv("GRAPH_INVALIDATE_TOKEN"));
  puts(graph_status_name(status));
  return status != GRAPH_STATUS_OK;
}
END
cat >source/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(one C)
find_package(GraphInvalidate REQUIRED)
add_executable(shared one.c)
target_link_libraries(shared graph_invalidate::graph_invalidate)
add_executable(static one.c)
target_link_libraries(static graph_invalidate::static)
END
cmake -S source -B made -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER="$(command -v x86_64-w64-mingw32-gcc)" -DCMAKE_PREFIX_PATH="$tree" \
  -DCMAKE_FIND_ROOT_PATH="$tree" -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=BOTH >/dev/null
cmake --build made >/dev/null
cp "$tree/bin/graph_invalidate.dll" made
for name in shared static; do
  said=$(wine "made/$name.exe" | tr -d '\r')
  [ "$said" = accepted ] || { echo "$name: $said"; exit 1; }
done
