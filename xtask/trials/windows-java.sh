# The jar in Java for Windows.
# needs=win-x64,wine,java,javac,python3
source "$CHECKOUT/xtask/trials/support/java-program.bash"
java_program win_amd64
wine "$runtime/bin/java.exe" --enable-native-access=ALL-UNNAMED -cp "graph-invalidate-$VERSION.jar;." One >said 2>&1 || { cat said; exit 1; }
[ "$(tr -d '\r' <said | tail -1)" = "amd64 accepted" ] || { cat said; exit 1; }
