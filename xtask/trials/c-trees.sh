# The C trees of the other Linuxes: shared and static, under the C libraries that they are for.
# needs=linux-arm64,linux-musl-x64,linux-musl-arm64,cc-linux-arm64,cc-linux-musl-x64,cc-linux-musl-arm64,arm64,apt-get
cat >one.c <<'END'
#include <graph_invalidate.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  int32_t status = graph_invalidate_all_refresh_tokens("adele.vance@contoso.example", getenv("GRAPH_INVALIDATE_TOKEN"));
  puts(graph_status_name(status));
  return status != GRAPH_STATUS_OK;
}
END
# The C libraries of arm64, as Debian has them.
source "$CHECKOUT/xtask/trials/support/arm64.bash"
roots=$(arm64_root)
for platform in linux-musl-x64 linux-arm64 linux-musl-arm64; do
  tar xf "graph-invalidate-c-$VERSION-$platform.tar.gz"
  tree=$PWD/graph-invalidate-c-$VERSION-$platform
  case $platform in
    linux-musl-x64) run=() ;;
    *) run=(arm64 -L "$roots") ;;
  esac
  "cc-$platform" one.c -o "one-$platform" -I "$tree/include" -L "$tree/lib" -lgraph_invalidate
  said=$(LD_LIBRARY_PATH=$tree/lib "${run[@]}" "./one-$platform")
  [ "$said" = accepted ] || { echo "$platform, shared: $said"; exit 1; }
  # The static library, with what the tree says must be linked beside it.
  private=$(sed -n 's/^Libs.private: //; T; s/-lgcc_s/-lunwind/; p' "$tree/lib/pkgconfig/graph_invalidate.pc")
  # shellcheck disable=SC2086
  "cc-$platform" one.c -o "static-$platform" -I "$tree/include" "$tree/lib/libgraph_invalidate.a" $private -lunwind
  said=$("${run[@]}" "./static-$platform")
  [ "$said" = accepted ] || { echo "$platform, static: $said"; exit 1; }
done
