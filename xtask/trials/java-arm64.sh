# The jar in Java for Linux on arm64.
# needs=linux-arm64,arm64,apt-get,java,javac,python3
source "$CHECKOUT/xtask/trials/support/arm64.bash"
source "$CHECKOUT/xtask/trials/support/java-program.bash"
root=$(arm64_root)
java_program manylinux_2_17_aarch64
chmod +x "$runtime/bin/java"
said=$(arm64 -L "$root" "$runtime/bin/java" -Xint --enable-native-access=ALL-UNNAMED -cp "graph-invalidate-$VERSION.jar:." One)
[ "$said" = "aarch64 accepted" ] || { echo "$said"; exit 1; }
