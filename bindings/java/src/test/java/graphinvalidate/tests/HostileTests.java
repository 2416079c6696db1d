package graphinvalidate.tests;

import graphinvalidate.GraphInvalidate;
import graphinvalidate.GraphInvalidateClient;
import graphinvalidate.GraphInvalidateException;
import graphinvalidate.InvalidateOutcome;
import graphinvalidate.InvalidateRun;
import graphinvalidate.RunOptions;
import graphinvalidate.Status;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What goes wrong around the library, and what must not follow from it. */
final class HostileTests {
    private static final boolean OWN_MEANS = System.getProperty("jdk.util.jar.version") == null;

    private HostileTests() {
    }

    static void all() {
        Tests.test("null where something must be given is an error, and signs nobody out", () -> {
            try (GraphInvalidateClient client = Tests.client()) {
                RunOptions options = RunOptions.builder().build();
                Tests.status(Status.NULL_ARGUMENT, () -> client.run((Iterable<String>) null, options));
                Tests.status(Status.NULL_ARGUMENT, () -> client.run(Collections.singletonList(Tests.ADELE), null));
                Tests.status(Status.NULL_ARGUMENT, () -> GraphInvalidate.invalidateAllRefreshTokens(null, Tests.token()));
                try (InvalidateRun run = client.run(options)) {
                    Tests.status(Status.NULL_ARGUMENT, () -> run.add((String[]) null));
                    // One among others is a failed outcome, so that the others are signed out anyway.
                    run.add((String) null);
                    run.finishInput();
                    for (InvalidateOutcome outcome : run) {
                        Tests.check(outcome.status().isFailure(), outcome.toString());
                    }
                }
            }
            Tests.check(users() == 0, "somebody was signed out");
        });
        Tests.test("a run asks for its token no longer than it may take", HostileTests::impatient);
        Tests.test("an outcome is carried by JSON and tables, and read back", HostileTests::carried);
        Tests.test("a token with a NUL is refused and not cut", () -> {
            String token = Tests.token() + "\0x";
            try (GraphInvalidateClient client =
                    GraphInvalidateClient.builder().endpoint(Tests.url).tokenProvider(() -> token).build()) {
                client.invalidate(Tests.ADELE);
                Tests.check(false, "it was sent");
            } catch (GraphInvalidateException refused) {
                Tests.check(!refused.getMessage().contains(token), "the message holds the token");
            }
            Tests.check(users() == 0, "somebody was signed out");
        });
        Tests.test("a thread that was interrupted before sends nothing", () -> {
            try (GraphInvalidateClient client = Tests.client()) {
                Tests.stall();
                Thread.currentThread().interrupt();
                Tests.status(Status.CANCELLED, () -> client.invalidate(Tests.ADELE));
                Tests.check(Thread.interrupted(), "the interrupt was lost");
            }
        });
        Tests.test("a client that is closed during a call lets it end", () -> {
            Tests.ask("faults", "[{\"kind\": \"delay\", \"milliseconds\": 400}]");
            GraphInvalidateClient client = Tests.client();
            CompletableFuture<InvalidateOutcome> future = client.invalidateAsync(Tests.ADELE);
            Thread.sleep(100);
            client.close();
            Tests.check(future.get(20, TimeUnit.SECONDS).status() == Status.ACCEPTED, "it was not accepted");
        });
        Tests.test("a run that is left midway sends nothing more", () -> {
            Tests.ask("quota", "{\"capacity\": 10, \"per_second\": 10}");
            try (GraphInvalidateClient client = Tests.client()) {
                try (InvalidateRun run = client.run(generated(), RunOptions.builder().batchSize(1).build())) {
                    for (InvalidateOutcome ignored : run) {
                        break;
                    }
                }
                // What had left may still arrive; a run that goes on stops only when everybody is signed out.
                int left = -1;
                for (int now = users(); now != left; now = users()) {
                    left = now;
                    Thread.sleep(1000);
                }
                Tests.check(left < 50, "the run went on");
            }
        });
        Tests.test("a run that is forgotten is ended when another one is made", HostileTests::forgottenRun);
        Tests.test("what may be asked online is asked without waiting, too", () -> {
            try (GraphInvalidateClient client = Tests.client()) {
                Tests.check(client.accessOnlineAsync(Tests.ADELE).join().findings().size() > 3, "no finding");
                Tests.check(client.showCutOffAsync(Tests.ADELE).join().status() == Status.SHOWN, "not shown");
            }
        });
        Tests.test("a thousand virtual threads hold no other one up", HostileTests::virtualThreads);
        Tests.test("ten thousand awaited calls wait on a few threads", HostileTests::awaitedCalls);
        Tests.test("what hangs on an awaited call may wait for others", HostileTests::continuations);
        Tests.test("a thread with a stack of 16 KB may call", () -> {
            AtomicReference<Object> result = new AtomicReference<>();
            try (GraphInvalidateClient client = Tests.client()) {
                Thread thread = new Thread(null, () -> result.set(client.invalidate(Tests.ADELE).status()), "small", 1 << 14);
                thread.start();
                thread.join();
            }
            Tests.check(result.get() == Status.ACCEPTED, "it ended with " + result.get());
        });
        Tests.test("a program with small stacks runs", () -> done(program("-Xss256k")));
        if (OWN_MEANS) {
            Tests.test("no folder need allow execution, or be there at all", () -> done(program(
                    "-Djava.io.tmpdir=/nowhere", "-Duser.home=/nowhere")));
            if (isAtLeast(24)) {
                Tests.test("a Java that denies native access is told by which flag it allows it", () -> {
                    List<String> words = command("--illegal-native-access=deny");
                    words.remove("--enable-native-access=ALL-UNNAMED");
                    String said = run(words);
                    Tests.check(said.contains("NativeLibraryException") && said.contains("--enable-native-access"), said);
                });
            }
        }
        Tests.test("a library that cannot be used is named, with what to do", HostileTests::otherLibraries);
        Tests.test("two class loaders may load the library", HostileTests::twoClassLoaders);
    }

    private static void impatient() throws Exception {
        AtomicBoolean wasEnded = new AtomicBoolean();
        long begin = System.nanoTime();
        try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint("http://127.0.0.1:9").tokenProvider(() -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException ended) {
                wasEnded.set(true);
            }
            return null;
        }).build()) {
            RunOptions options = RunOptions.builder().deadline(Duration.ofMillis(300)).build();
            Tests.status(Status.TOKEN_PROVIDER_FAILED, () -> client.run(options));
        }
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        Tests.check(wasEnded.get() && seconds < 20, "the provider was asked for " + seconds + " s");
    }

    private static void carried() throws Exception {
        try (GraphInvalidateClient client = Tests.client()) {
            Map<String, Object> values = client.invalidate(Tests.ADELE).toMap();
            Tests.check(values.get("status").equals("accepted") && values.get("http_status").equals(200), values.toString());
            InvalidateOutcome again = InvalidateOutcome.fromMap(values);
            Tests.check(again.toMap().equals(values), again.toMap() + " is not " + values);
            Tests.check(client.verify(again.user(), again.serverDate()).status() == Status.VERIFIED, "not verified");
        }
        Map<String, Object> row = new HashMap<>();
        row.put("status", "throttled");
        row.put("user", "a@b");
        row.put("retry_after", "2.5");
        row.put("id", "");
        row.put("Department", "Sales");
        InvalidateOutcome made = InvalidateOutcome.fromMap(row);
        boolean isAsSaid = made.status() == Status.THROTTLED && made.retryAfter().toMillis() == 2500 && made.id() == null;
        Tests.check(isAsSaid && "a@b".equals(made.user()), made.toMap().toString());
        for (String[] wrong : new String[][] {
            {"status", ""}, {"status", "signed out"}, {"server_date", "05.12.2026 10:00"},
            {"server_date", "2026-12-05T10:00:00"}, {"attempts", "1.5"}, {"attempts", "-1"},
        }) {
            row.put("server_date", null);
            row.put("attempts", null);
            row.put("status", "accepted");
            row.put(wrong[0], wrong[1]);
            try {
                InvalidateOutcome.fromMap(row);
            } catch (IllegalArgumentException refusal) {
                continue;
            }
            Tests.check(false, "taken: " + row);
        }
        try {
            InvalidateOutcome.fromMap(null);
            Tests.check(false, "null was taken");
        } catch (IllegalArgumentException refusal) {
            Tests.check("The values are null.".equals(refusal.getMessage()), refusal.getMessage());
        }
    }

    private static void forgottenRun() throws Exception {
        Tests.ask("quota", "{\"capacity\": 5, \"per_second\": 1}");
        Path folder = Files.createTempDirectory("graph-invalidate");
        Path journal = folder.resolve("incident.jsonl");
        try (GraphInvalidateClient client = Tests.client()) {
            client.run(RunOptions.builder().journal(journal).batchSize(1).build()).add(generated());
            while (users() == 0) {
                Thread.sleep(20);
            }
            for (int tries = 0; !Tests.text(journal).contains("\"reason\":") && tries < 100; tries++) {
                System.gc();
                Thread.sleep(50);
                Tests.client().close();
            }
            Tests.check(Tests.text(journal).contains("\"reason\":\"cancelled\""), "the run goes on");
        } finally {
            Files.delete(journal);
            Files.delete(folder);
        }
    }

    private static void virtualThreads() throws Exception {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException earlier) {
            return;
        }
        int calls = 1000;
        Tests.ask("faults", "[{\"kind\": \"delay\", \"milliseconds\": 200, \"times\": 1000}]");
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger ticks = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(calls);
        try (GraphInvalidateClient client = patientClient()) {
            start.invoke(null, (Runnable) () -> {
                while (!over.get()) {
                    Tests.sleep(10);
                    ticks.incrementAndGet();
                }
            });
            long begin = System.nanoTime();
            for (int call = 0; call < calls; call++) {
                start.invoke(null, (Runnable) () -> {
                    try {
                        if (client.invalidate(Tests.ADELE).status() == Status.ACCEPTED) {
                            accepted.incrementAndGet();
                        }
                    } finally {
                        ended.countDown();
                    }
                });
            }
            Tests.check(ended.await(60, TimeUnit.SECONDS), "calls go on");
            over.set(true);
            long milliseconds = (System.nanoTime() - begin) / 1_000_000;
            Tests.check(accepted.get() == calls, "accepted: " + accepted);
            // One after another they would take 200 seconds; and a ticker that starves ticks hardly ever.
            Tests.check(milliseconds < 20_000, "it took ms: " + milliseconds);
            Tests.check(ticks.get() * 100L > milliseconds, ticks + " ticks in ms: " + milliseconds);
        }
    }

    /** A client for thousands of calls on a machine that is busy otherwise. */
    private static GraphInvalidateClient patientClient() throws Exception {
        return GraphInvalidateClient.builder().endpoint(Tests.url).token(Tests.token()).timeout(Duration.ofMinutes(5)).build();
    }

    private static void awaitedCalls() throws Exception {
        int calls = 10_000;
        Tests.ask("faults", "[{\"kind\": \"delay\", \"milliseconds\": 300, \"times\": 10000}]");
        List<CompletableFuture<InvalidateOutcome>> futures = new ArrayList<>();
        int most = 0;
        try (GraphInvalidateClient client = patientClient()) {
            for (int call = 0; call < calls; call++) {
                futures.add(client.invalidateAsync(Tests.ADELE));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
            while (!all.isDone()) {
                most = Math.max(most, ownThreads());
                Thread.sleep(20);
            }
            all.join();
        }
        // A call whose connection broke was repeated.
        Tests.check(Tests.accepted(Tests.ADELE) >= calls, "accepted: " + Tests.accepted(Tests.ADELE));
        Tests.check(most > 0 && most <= 16, "threads: " + most);
    }

    /** How many threads of the library this process has, native ones too. */
    private static int ownThreads() throws IOException {
        int count = 0;
        File[] threads = new File("/proc/self/task").listFiles();
        for (File thread : threads == null ? new File[0] : threads) {
            try {
                // The system cuts names.
                count += Tests.text(thread.toPath().resolve("comm")).startsWith("graph-invalid") ? 1 : 0;
            } catch (NoSuchFileException ended) {
                // It ended meanwhile.
            }
        }
        return count;
    }

    private static void continuations() throws Exception {
        Tests.ask("faults", "[{\"kind\": \"delay\", \"milliseconds\": 100, \"times\": 30}]");
        List<CompletableFuture<Status>> futures = new ArrayList<>();
        try (GraphInvalidateClient client = Tests.client()) {
            for (int call = 0; call < 30; call++) {
                futures.add(client.invalidateAsync(Tests.ADELE)
                        .thenApply(first -> client.verifyAsync(Tests.ADELE, first.serverDate()).join().status()));
            }
            for (CompletableFuture<Status> future : futures) {
                Tests.check(future.get(60, TimeUnit.SECONDS) == Status.VERIFIED, "not verified");
            }
        }
    }

    private static void otherLibraries() throws Exception {
        Path nonsense = Files.createTempFile("nonsense", ".so");
        try {
            Files.write(nonsense, new byte[] {1, 2, 3});
            fails("relative.so", "give a full path");
            fails("/nowhere/lib.so", "/nowhere/lib.so cannot be loaded");
            fails(nonsense.toString(), nonsense + " cannot be loaded");
            if (System.getProperty("os.name").equals("Linux")) {
                String library = otherLibrary(1, Collections.emptyList());
                for (int length : new int[] {5, 64, 100, 5_000}) {
                    String cut = changed(library, length, 0);
                    fails(cut, cut);
                }
                fails(changed(library, 1 << 20, 0), "is cut short: install it again");
                // As one for another processor: the number of PowerPC's machine.
                fails(changed(library, Integer.MAX_VALUE, 21), "is for another processor than this Java: install the one for this");
                fails(otherLibrary(2, Collections.emptyList()), "has ABI 2, and this jar is for ABI 1: take both from one version");
                List<String> exported = Arrays.asList(
                        Tests.text(Tests.root.resolve("tests/c/exported_functions.txt")).trim().split("\\s+"));
                fails(otherLibrary(1, exported.subList(2, exported.size())), exported.get(1));
            }
            for (String other : new String[] {"/usr/lib/x86_64-linux-gnu/libm.so.6", "/usr/lib64/libm.so.6"}) {
                if (Files.exists(Paths.get(other))) {
                    fails(other, "Take both from one version");
                }
            }
        } finally {
            Files.delete(nonsense);
        }
    }

    /** A copy of a library as far as a download came that broke off, and for another machine where one is given. */
    private static String changed(String library, int length, int machine) throws Exception {
        byte[] content = Files.readAllBytes(Paths.get(library));
        if (machine != 0) {
            content[18] = (byte) machine;
        }
        Path copy = Files.createTempFile("libgraph_invalidate", ".so");
        copy.toFile().deleteOnExit();
        Files.write(copy, Arrays.copyOf(content, Math.min(length, content.length)));
        return copy.toString();
    }

    /** A library that has an ABI of this number, and these functions. */
    private static String otherLibrary(int abi, List<String> functions) throws Exception {
        // As large as the real one, roughly.
        StringBuilder code = new StringBuilder("char filling[1 << 21] = {1};\n");
        code.append("unsigned graph_abi_version(void) { return " + abi + "; }\n");
        for (String function : functions) {
            code.append("void ").append(function).append("(void) {}\n");
        }
        Path library = Files.createTempFile("libgraph_invalidate", ".so");
        library.toFile().deleteOnExit();
        Process compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-x", "c", "-o", library.toString(), "-").start();
        compiler.getOutputStream().write(code.toString().getBytes("UTF-8"));
        compiler.getOutputStream().close();
        Tests.check(compiler.waitFor() == 0, "the compiler failed");
        return library.toString();
    }

    private static void fails(String library, String says) throws Exception {
        String said = run(command("-Dgraph.invalidate.library=" + library));
        Tests.check(said.contains("NativeLibraryException") && said.contains(says), library + ": " + said);
    }

    private static void twoClassLoaders() throws Exception {
        List<URL> places = new ArrayList<>();
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (place.endsWith("*")) {
                for (File file : new File(place).getParentFile().listFiles()) {
                    places.add(file.toURI().toURL());
                }
            } else {
                places.add(new File(place).toURI().toURL());
            }
        }
        for (int number = 0; number < 2; number++) {
            try (URLClassLoader loader =
                    new URLClassLoader(places.toArray(new URL[0]), ClassLoader.getSystemClassLoader().getParent())) {
                Class<?> other = loader.loadClass("graphinvalidate.GraphInvalidateClient");
                Tests.check(other != GraphInvalidateClient.class, "it is the same class");
                Object builder = other.getMethod("builder").invoke(null);
                builder.getClass().getMethod("endpoint", String.class).invoke(builder, Tests.url);
                builder.getClass().getMethod("token", String.class).invoke(builder, Tests.token());
                Object client = builder.getClass().getMethod("build").invoke(builder);
                try {
                    Object outcome = other.getMethod("invalidate", String.class).invoke(client, Tests.ADELE);
                    Tests.check(outcome.toString().contains("accepted"), outcome.toString());
                } catch (InvocationTargetException failed) {
                    throw new AssertionError(failed.getCause());
                } finally {
                    other.getMethod("close").invoke(client);
                }
            }
        }
    }

    private static List<String> generated() {
        List<String> users = new ArrayList<>();
        for (int number = 1; number <= 50; number++) {
            users.add(String.format("user%06d@contoso.example", number));
        }
        return users;
    }

    private static int users() throws Exception {
        return ((Number) Tests.ask("requests", null).get("users")).intValue();
    }

    private static boolean isAtLeast(int release) {
        String version = System.getProperty("java.specification.version");
        return !version.startsWith("1.") && Integer.parseInt(version) >= release;
    }

    private static void done(String said) throws Exception {
        Tests.check(said.trim().endsWith("done"), said);
        Tests.check(Tests.accepted(Tests.ADELE) == 1, "Adele was not signed out");
    }

    private static String program(String... options) throws Exception {
        return run(command(options));
    }

    /** The command of the program that does what the front page shows. */
    private static List<String> command(String... options) {
        List<String> words = Tests.java();
        words.addAll(Arrays.asList(options));
        words.addAll(Arrays.asList(
                "-cp", System.getProperty("java.class.path"), Tests.class.getName(), Tests.FRONT_PAGE));
        return words;
    }

    private static String run(List<String> words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("GRAPH_INVALIDATE_ENDPOINT", Tests.url);
        builder.environment().put("GRAPH_INVALIDATE_TOKEN", Tests.token());
        builder.environment().put("XDG_CACHE_HOME", "/nowhere");
        Process running = builder.start();
        try (Scanner scanner = new Scanner(running.getInputStream(), "UTF-8").useDelimiter("\\A")) {
            String said = scanner.hasNext() ? scanner.next() : "";
            running.waitFor();
            return said;
        }
    }
}
