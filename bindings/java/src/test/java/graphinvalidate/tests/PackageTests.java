package graphinvalidate.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packed jar, taken by a Maven project in an empty folder, from the repository that the README tells of. */
final class PackageTests {
    private static final String PROJECT = "<project><modelVersion>4.0.0</modelVersion>"
            + "<groupId>example</groupId><artifactId>stranger</artifactId><version>1</version>"
            + "<properties><maven.compiler.source>8</maven.compiler.source><maven.compiler.target>8</maven.compiler.target>"
            + "<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>"
            + "<repositories>%s</repositories><dependencies>%s</dependencies>"
            + "<build><plugins>%s</plugins></build></project>";

    private final Path root;
    private final Path folder;

    private PackageTests(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    static void all(Path root) throws Exception {
        Path folder = Files.createTempDirectory("graph-invalidate-stranger");
        PackageTests stranger = new PackageTests(root, folder);
        try {
            Tests.test("a Maven project takes the packed jar", stranger::install);
            Tests.test("it runs the first screen of the README", stranger::firstScreen);
            Tests.test("it runs every line of the migration guide", stranger::migrationGuide);
        } finally {
            delete(folder);
        }
    }

    private void install() throws Exception {
        String readme = Tests.text(root.resolve("bindings/java/README.md"));
        List<String> blocks = matches("(?s)```xml\n(.*?)```", readme);
        Tests.check(blocks.size() == 2, blocks.toString());
        String dependencies = blocks.get(1);
        if (System.getProperty("jdk.util.jar.version") != null) {
            String jna = matches("`net.java.dev.jna:jna`, version ([0-9.]+[0-9])", readme).get(0);
            dependencies += "<dependency><groupId>net.java.dev.jna</groupId><artifactId>jna</artifactId><version>" + jna
                    + "</version></dependency>";
        }
        // The plugins that the jar itself is built with, so that no other ones are fetched.
        String plugins = "";
        for (String plugin : new String[] {"resources", "compiler"}) {
            String name = "<artifactId>maven-" + plugin + "-plugin</artifactId>";
            plugins += "<plugin>" + name + matches(name + "\\s*(<version>.*?</version>)",
                    Tests.text(root.resolve("bindings/java/pom.xml"))).get(0) + "</plugin>";
        }
        write("pom.xml", String.format(PROJECT, blocks.get(0).replace("/path/to/clone", root.toString()), dependencies, plugins));
        write("src/main/java/SignOut.java", matches("(?s)```java\n(.*?)```", readme).get(0));
        write("src/main/java/Guide.java", program("Guide", guide()));
        // What Maven fetched in an earlier run is another jar.
        delete(Paths.get(System.getProperty("user.home"), ".m2/repository/graph-invalidate"));
        run("mvn", "--batch-mode", "--quiet", "compile",
                "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies");
        String version = matches("<version>(.*?)</version>", blocks.get(1)).get(0);
        Path packed = onlyFile(root.resolve("target/package/java/graph-invalidate/graph-invalidate").resolve(version), "*[0-9].jar");
        Path taken = onlyFile(folder.resolve("target/dependency"), "graph-invalidate-*.jar");
        Tests.check(Arrays.equals(Files.readAllBytes(packed), Files.readAllBytes(taken)), "it took another jar");
    }

    private void firstScreen() throws Exception {
        String said = runProgram("SignOut");
        Tests.check(said.equals("verified\n"), said);
        Tests.check(Tests.accepted(Tests.ADELE) == 1, "Adele was not signed out");
    }

    private void migrationGuide() throws Exception {
        String said = runProgram("Guide");
        Tests.check(said.isEmpty(), said);
        Tests.check(Tests.accepted(Tests.ADELE) == 2, "Adele was signed out " + Tests.accepted(Tests.ADELE) + " times");
        Tests.check(Tests.accepted("admin@contoso.example") == 1, "the signed-in user was not signed out");
    }

    /** The lines at the right of the part about Java. */
    private String guide() throws Exception {
        String part = Tests.text(root.resolve("docs/migrate.md")).split("\n## Java\n")[1].split("\n## ")[0];
        List<String> lines = matches("(?m)^\\| `.*?` (?:\\(.*?\\) )?\\| `(.*?)` \\|", part);
        Tests.check(lines.size() == 7 && lines.size() == part.split("\n\\| `").length - 1, lines.toString());
        return String.join("\n", lines).replace("{user-id}", Tests.ADELE) + "\nsecret.close(); person.close(); client.close();"
                + "\nif (proof.status() != Status.VERIFIED) throw new AssertionError(proof);\n";
    }

    private static String program(String name, String code) {
        return "import graphinvalidate.*;\n\npublic class " + name + " {\npublic static void main(String[] arguments) {\n"
                + "String token = System.getenv(\"GRAPH_INVALIDATE_TOKEN\");\n"
                + "String tenantId = \"contoso.example\", clientId = \"aaaaaaaa-0000-4000-8000-000000000003\";\n"
                + "String clientSecret = \"emulated-secret\";\n"
                + code + "}\n}\n";
    }

    private String runProgram(String name) throws Exception {
        List<String> words = Tests.java();
        words.addAll(Arrays.asList("-cp",
                folder.resolve("target/classes") + File.pathSeparator + folder.resolve("target/dependency") + "/*", name));
        return run(words.toArray(new String[0]));
    }

    private String run(String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("GRAPH_INVALIDATE_ENDPOINT", Tests.url);
        builder.environment().put("GRAPH_INVALIDATE_TOKEN", Tests.token());
        Process running = builder.start();
        running.getOutputStream().close();
        try (Scanner scanner = new Scanner(running.getInputStream(), "UTF-8").useDelimiter("\\A")) {
            String said = scanner.hasNext() ? scanner.next() : "";
            Tests.check(running.waitFor() == 0, words[0] + ": " + said);
            return said;
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes("UTF-8"));
    }

    private static List<String> matches(String pattern, String text) {
        List<String> found = new ArrayList<>();
        for (Matcher matcher = Pattern.compile(pattern).matcher(text); matcher.find();) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Path onlyFile(Path folder, String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            return files.iterator().next();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
