package graphinvalidate.tests;

import graphinvalidate.Credential;
import graphinvalidate.GraphInvalidate;
import graphinvalidate.GraphInvalidateClient;
import graphinvalidate.GraphInvalidateException;
import graphinvalidate.InvalidateOutcome;
import graphinvalidate.InvalidateRun;
import graphinvalidate.RunOptions;
import graphinvalidate.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What users see, one case after another, against the emulator. */
public final class Tests {
    static final String ADELE = "adele.vance@contoso.example";

    /** The argument with which this program does what the front page of the repository shows, and nothing else. */
    static final String FRONT_PAGE = "front-page";

    interface Case {
        void run() throws Exception;
    }

    private static boolean failed;
    static String url;

    private Tests() {
    }

    /** The clone of the repository. */
    static Path root;

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals(FRONT_PAGE)) {
            frontPage(System.getenv("GRAPH_INVALIDATE_TOKEN"));
            System.out.println("done");
            return;
        }
        root = Paths.get(arguments[0]);
        String command = System.getenv("GRAPH_INVALIDATE_TEST_COMMAND");
        Process emulator = new ProcessBuilder(command, "emulator", "--users", "50").redirectErrorStream(true).start();
        try {
            url = new BufferedReader(new InputStreamReader(emulator.getInputStream(), "UTF-8"))
                    .readLine().replace("listening on ", "").trim();
            all();
            HostileTests.all();
            ExampleTests.all();
            PackageTests.all(root);
        } finally {
            emulator.destroy();
        }
        System.exit(failed ? 1 : 0);
    }

    private static void all() throws Exception {
        test("the code of the README runs", () -> {
            Path folder = Files.createTempDirectory("graph-invalidate");
            Path journal = folder.resolve("incident-4711.jsonl");
            try {
                readme(url, token(), journal, Arrays.asList("user000001@contoso.example", ADELE));
                check(text(journal).contains("user000001@contoso.example"), text(journal));
            } finally {
                Files.deleteIfExists(journal);
                Files.delete(folder);
            }
        });
        test("the code of the front page runs, with the endpoint of the environment", () -> {
            List<String> words = java();
            words.addAll(Arrays.asList("-cp", System.getProperty("java.class.path"), Tests.class.getName(), FRONT_PAGE));
            ProcessBuilder program = new ProcessBuilder(words).redirectErrorStream(true);
            program.environment().put("GRAPH_INVALIDATE_ENDPOINT", url);
            program.environment().put("GRAPH_INVALIDATE_TOKEN", token());
            Process running = program.start();
            String said = new Scanner(running.getInputStream(), "UTF-8").useDelimiter("\\A").next();
            check(running.waitFor() == 0 && said.contains("done"), said);
            check(accepted(ADELE) == 1, "Adele was not signed out");
        });
        test("the READMEs show nothing else", () -> {
            String front = text(root.resolve("README.md"));
            // Its first screen is a program of its own, which a stranger runs.
            String page = front + text(root.resolve("bindings/java/README.md")).replaceFirst("(?s)```java\n.*?```", "");
            String code = text(root.resolve("bindings/java/src/test/java/graphinvalidate/tests/Tests.java"));
            Matcher blocks = Pattern.compile("(?s)```java\n(.*?)```").matcher(page);
            int count = 0;
            for (; blocks.find(); count++) {
                String block = blocks.group(1).replaceAll("(?m)^(?=.)", "        ");
                check(code.contains(block), "no test runs this:\n" + block);
            }
            check(count == 5, "blocks: " + count);
        });
        test("every option of the library is one here", () -> {
            int found = options(root, "graph_client_options", GraphInvalidateClient.builder(), "");
            // The token of a run is what the client's provider gives.
            found += options(root, "graph_run_options", RunOptions.builder(), "token");
            // The kind of a credential begins it.
            found += options(root, "graph_credential_options", Credential.builder("client-secret"), "kind");
            check(found >= 44, "options found: " + found);
        });
        test("a key with a NUL, or with half of a surrogate pair, is refused and not cut", () -> {
            try (GraphInvalidateClient client = client()) {
                status(Status.INVALID_UTF8, () -> client.invalidate("adele\0@contoso.example"));
                status(Status.INVALID_UTF8, () -> client.invalidate("adele\ud800@contoso.example"));
            }
        });
        test("null is an error of its own", () -> {
            try (GraphInvalidateClient client = client()) {
                status(Status.NULL_ARGUMENT, () -> client.invalidate(null));
                status(Status.NULL_ARGUMENT, () -> client.verify(ADELE, null));
                status(Status.TOKEN_MISSING, () -> GraphInvalidateClient.builder().endpoint(url).build().invalidate(ADELE));
            }
        });
        test("a timeout of 0 is the default", () -> {
            try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url).token(token())
                    .timeout(Duration.ZERO).build()) {
                check(client.invalidate(ADELE).status() == Status.ACCEPTED, "not accepted");
            }
        });
        test("a client is closed twice, and used no more", () -> {
            GraphInvalidateClient client = client();
            client.close();
            client.close();
            check(client.toString().contains("closed"), client.toString());
            try {
                client.invalidate(ADELE);
                check(false, "a closed client was used");
            } catch (IllegalStateException closed) {
                check(closed.getMessage().contains("closed"), closed.getMessage());
            }
        });
        test("an interrupt ends a call, and stays set", () -> {
            stall();
            try (GraphInvalidateClient client = client()) {
                Thread here = Thread.currentThread();
                new Thread(() -> {
                    sleep(100);
                    here.interrupt();
                }).start();
                long begin = System.nanoTime();
                status(Status.CANCELLED, () -> client.invalidate(ADELE));
                check(Thread.interrupted(), "the interrupt was lost");
                check(System.nanoTime() - begin < 2_000_000_000L, "it took too long");
            }
        });
        test("cancelling the future ends the call", () -> {
            stall();
            try (GraphInvalidateClient client = client()) {
                CompletableFuture<InvalidateOutcome> future = client.invalidateAsync(ADELE);
                // The request may arrive before the thread that waits for its answer has begun to wait.
                for (int tries = 0; (requests() == 0 || !isCalling()) && tries < 500; tries++) {
                    sleep(20);
                }
                check(requests() == 1, "the call did not begin");
                check(isCalling(), "nobody waits for the call");
                check(future.cancel(true) && future.isCancelled(), "it was not cancelled");
                // Its thread stays for some seconds, should there be another call; the call itself would take 20.
                for (int tries = 0; isCalling() && tries < 500; tries++) {
                    sleep(20);
                }
                check(!isCalling(), "the native call goes on");
            }
        });
        test("a provider that fails is the cause, and shows no token", () -> {
            RuntimeException cause = new RuntimeException("out of tokens");
            try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url)
                    .tokenProvider(() -> {
                        throw cause;
                    }).build()) {
                check(status(Status.TOKEN_PROVIDER_FAILED, () -> client.invalidate(ADELE)).getCause() == cause, "no cause");
            }
        });
        test("what protects and is given as nothing is refused", () -> {
            Path none = null;
            status(Status.NULL_ARGUMENT, () -> RunOptions.builder().exclude(null));
            status(Status.EMPTY_ARGUMENT, () -> RunOptions.builder().exclude(new ArrayList<>()));
            status(Status.NULL_ARGUMENT, () -> RunOptions.builder().journal(none));
            status(Status.NULL_ARGUMENT, () -> RunOptions.builder().journal((String) null));
            status(Status.NULL_ARGUMENT, () -> GraphInvalidateClient.builder().expectTenant(null));
            status(Status.NULL_ARGUMENT, () -> GraphInvalidateClient.builder().endpoint(null));
            status(Status.NULL_ARGUMENT, () -> GraphInvalidateClient.builder().caFile(none));
            status(Status.NULL_ARGUMENT, () -> Credential.builder("client-certificate").certificateFile(none));
            status(Status.EMPTY_ARGUMENT, () -> GraphInvalidateClient.builder().expectTenant("").build());
            try (GraphInvalidateClient client = client()) {
                status(Status.EMPTY_ARGUMENT, () -> client.run(RunOptions.builder().journal("").build()));
                status(Status.NULL_ARGUMENT,
                        () -> client.run(RunOptions.builder().exclude(Arrays.asList(ADELE, null)).build()));
            }
        });
        test("a provider is asked on the thread that calls, and by a run on the one that reads", () -> {
            ThreadLocal<String> caller = ThreadLocal.withInitial(() -> "nobody");
            List<String> asked = new ArrayList<>();
            String token = token();
            try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url).tokenProvider(() -> {
                asked.add(caller.get());
                return token;
            }).build()) {
                caller.set("Adele");
                client.invalidate(ADELE);
                client.invalidateAsync(ADELE).join();
                client.access();
                try (InvalidateRun run = client.run(Arrays.asList(ADELE), RunOptions.builder().build())) {
                    run.forEach(outcome -> check(outcome.status() == Status.ACCEPTED, outcome.toString()));
                }
                check(asked.equals(Arrays.asList("Adele", "Adele", "Adele", "Adele")), asked.toString());
            }
        });
        test("who is on the way when a token is missing has an outcome all the same", () -> {
            AtomicInteger asked = new AtomicInteger();
            String token = token();
            List<String> users = new ArrayList<>();
            for (int number = 1; number <= 50; number++) {
                users.add(String.format("user%06d@contoso.example", number));
            }
            // The first two requests are answered late; the third finds the token expired.
            ask("reset", "{}");
            ask("faults", "[{\"kind\": \"delay\", \"milliseconds\": 500, \"times\": 2, \"path_contains\": \"$batch\"},"
                    + " {\"kind\": \"tokens_expire\", \"after\": 2, \"path_contains\": \"$batch\"}]");
            List<String> known = new ArrayList<>();
            try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url).tokenProvider(() -> {
                if (asked.incrementAndGet() > 1) {
                    throw new IllegalStateException("the vault is sealed");
                }
                return token;
            }).build();
                    InvalidateRun run = client.run(users,
                            RunOptions.builder().batchSize(10).concurrency(3).rate(Double.POSITIVE_INFINITY).build())) {
                status(Status.TOKEN_PROVIDER_FAILED, () -> run.forEach(outcome -> known.add(outcome.user())));
            }
            check(known.size() >= 20, "known: " + known.size());
            for (String user : users) {
                check(known.contains(user) || accepted(user) == 0, user + " was signed out without a word");
            }
            ask("reset", "{}");
        });
        test("threads of the library's own take nothing over from whoever starts them", () -> {
            InheritableThreadLocal<String> caller = new InheritableThreadLocal<>();
            caller.set("Adele");
            List<String> seen = new ArrayList<>();
            try (GraphInvalidateClient client = client()) {
                List<CompletableFuture<InvalidateOutcome>> busy = new ArrayList<>();
                for (int call = 0; call < 20; call++) {
                    busy.add(client.invalidateAsync(ADELE));
                }
                Stream<String> users = Stream.of(ADELE).peek(user -> seen.add(String.valueOf(caller.get())));
                try (InvalidateRun run = client.run(users, RunOptions.builder().build())) {
                    run.forEach(outcome -> { });
                }
                busy.forEach(CompletableFuture::join);
            }
            // Java 8 has no way to leave them out.
            boolean java8 = System.getProperty("java.specification.version").startsWith("1.");
            check(java8 || seen.equals(Arrays.asList("null")), seen.toString());
        });
        test("the time that a provider takes is the call's, and an interrupt ends the question", () -> {
            AtomicInteger interrupted = new AtomicInteger();
            try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url).timeout(Duration.ofMillis(200))
                    .tokenProvider(() -> {
                        try {
                            Thread.sleep(60_000);
                            return "late";
                        } catch (InterruptedException ended) {
                            interrupted.incrementAndGet();
                            throw new IllegalStateException(ended);
                        }
                    }).build()) {
                long begin = System.nanoTime();
                status(Status.TOKEN_PROVIDER_FAILED, () -> client.invalidate(ADELE));
                check(!Thread.currentThread().isInterrupted(), "an interrupt of ours stayed");
                Thread.currentThread().interrupt();
                status(Status.CANCELLED, () -> client.invalidate(ADELE));
                check(Thread.interrupted(), "the interrupt was lost");
                check(interrupted.get() == 1, "interrupts: " + interrupted);
                check(System.nanoTime() - begin < 20_000_000_000L, "it took too long");
            }
        });
        test("a provider that is deaf to interrupts holds no call up where its answer is waited for elsewhere", () -> {
            ExecutorService threads = Executors.newCachedThreadPool();
            try {
                for (boolean interrupted : new boolean[] {false, true}) {
                    // A busy machine may hold up one call; a deaf provider would hold up each.
                    long soonest = Long.MAX_VALUE;
                    for (int round = 0; round < 5 && soonest > 100; round++) {
                        soonest = Math.min(soonest, lateness(interrupted, threads));
                    }
                    check(soonest <= 100, "it ended " + soonest + " ms late");
                }
                check(accepted(ADELE) == 0, "Adele was signed out");
            } finally {
                threads.shutdownNow();
            }
        });
        test("a source of users that fails ends the run after those it gave", () -> {
            try (GraphInvalidateClient client = client(); InvalidateRun run = client.run(
                    Arrays.asList(ADELE, "x").stream().peek(user -> {
                        if (user.equals("x")) {
                            throw new IllegalArgumentException("line 2");
                        }
                    }), RunOptions.builder().build())) {
                List<InvalidateOutcome> read = new ArrayList<>();
                GraphInvalidateException failure =
                        status(Status.CANCELLED, () -> run.forEach(read::add));
                check(read.size() == 1 && failure.getCause() != null, read.toString());
            }
        });
        test("options show no secret", () -> {
            String shown = GraphInvalidateClient.builder().token("secret-1").proxy("http://a:secret-2@b:1").toString()
                    + Credential.builder("client-secret").clientSecret("secret-3").build();
            check(!shown.contains("secret-1") && !shown.contains("secret-2") && !shown.contains("secret-3"), shown);
        });
    }

    /** How many options of a structure of C a builder has; it is a failure that it has not all of them. */
    private static int options(Path root, String structure, Object builder, String elsewhere) throws Exception {
        int found = 0;
        Map<String, Object> description = Json.object(Json.read(text(root.resolve("include/graph_invalidate.json"))));
        for (Map<String, Object> described : Json.<Map<String, Object>>list(description.get("structures"))) {
            if (!structure.equals(described.get("name"))) {
                continue;
            }
            for (Map<String, Object> field : Json.<Map<String, Object>>list(described.get("fields"))) {
                String option = (String) field.get("public");
                if (option == null || option.equals(elsewhere)) {
                    continue;
                }
                String name = Conformance.camel(option);
                check(
                        Arrays.stream(builder.getClass().getMethods()).anyMatch(
                                method -> method.getName().equals(name) && method.getParameterCount() == 1),
                        builder.getClass() + " has no option " + name);
                found++;
            }
        }
        return found;
    }

    private static int requests() throws Exception {
        return ((Number) ask("requests", null).get("count")).intValue();
    }

    /** Whether a thread waits for awaited calls. */
    private static boolean isCalling() {
        for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
            for (StackTraceElement place : stack) {
                if (place.getClassName().equals("graphinvalidate.CallQueue") && place.getMethodName().equals("take")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What the README advises for a provider that is deaf to interrupts, word for word. */
    private static Supplier<String> heard(Supplier<String> deaf, Executor threads) {
        Supplier<String> provider = () -> {
            try {
                return CompletableFuture.supplyAsync(deaf, threads).get();
            } catch (InterruptedException | ExecutionException ended) {
                throw new IllegalStateException(ended);
            }
        };
        return provider;
    }

    /** How late a call with a deaf provider ends, in milliseconds: after its timeout, or after an interrupt. */
    private static long lateness(boolean interrupted, ExecutorService threads) throws Exception {
        Supplier<String> deaf = () -> {
            long until = System.nanoTime() + 3_000_000_000L;
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(100_000_000);
                Thread.interrupted();
            }
            return "late";
        };
        Duration timeout = interrupted ? Duration.ofSeconds(60) : Duration.ofMillis(200);
        Timer timer = new Timer(true);
        try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url).timeout(timeout)
                .tokenProvider(heard(deaf, threads)).build()) {
            Thread here = Thread.currentThread();
            long begin = System.nanoTime();
            if (interrupted) {
                timer.schedule(new TimerTask() {
                    @Override
                    public void run() {
                        here.interrupt();
                    }
                }, 200);
            }
            status(interrupted ? Status.CANCELLED : Status.TOKEN_PROVIDER_FAILED, () -> client.invalidate(ADELE));
            check(Thread.interrupted() == interrupted, "the interrupt was lost, or one of ours stayed");
            return (System.nanoTime() - begin) / 1_000_000 - 200;
        } finally {
            timer.cancel();
        }
    }

    /** The code of the front page, word for word. */
    private static void frontPage(String token) {
        GraphInvalidate.invalidateAllRefreshTokens("adele.vance@contoso.example", token);
    }

    /** The code of the README, word for word. */
    private static void readme(String endpoint, String token, Path journal, List<String> users) {
        GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(endpoint).token(token).build();
        InvalidateOutcome accepted = client.invalidate("adele.vance@contoso.example");
        InvalidateOutcome verified = client.verify("adele.vance@contoso.example", accepted.serverDate());
        System.out.println(verified.status());

        try {
            client.invalidate("nobody@contoso.example");
        } catch (GraphInvalidateException.User unknown) {
            System.out.println("there is no such user");
        } catch (GraphInvalidateException.Throttled throttled) {
            System.out.println("again in " + throttled.outcome().retryAfter());
        }

        RunOptions options = RunOptions.builder().journal(journal).verify(true).build();
        try (InvalidateRun run = client.run(users, options)) {
            for (InvalidateOutcome outcome : run) {
                System.out.println(outcome.user() + " " + outcome.status());
            }
        }

        CompletableFuture<InvalidateOutcome> future = client.invalidateAsync("adele.vance@contoso.example");
        System.out.println(future.join().status());
        client.close();
    }

    static void test(String name, Case test) {
        try {
            ask("reset", "{}");
            test.run();
            System.out.println("pass: " + name);
        } catch (Throwable failure) {
            failed = true;
            System.out.println("FAIL: " + name);
            failure.printStackTrace(System.out);
        }
    }

    static void check(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }

    static GraphInvalidateException status(Status status, Case what) throws Exception {
        try {
            what.run();
        } catch (GraphInvalidateException failure) {
            check(failure.status() == status, failure.status() + ": " + failure.getMessage());
            return failure;
        }
        throw new AssertionError("it did not fail");
    }

    static GraphInvalidateClient client() throws Exception {
        return GraphInvalidateClient.builder().endpoint(url).token(token()).timeout(Duration.ofSeconds(20)).build();
    }

    static String token() throws Exception {
        return (String) ask("tokens", "{}").get("access_token");
    }

    static void stall() throws Exception {
        ask("faults", "[{\"kind\": \"stall\", \"times\": 9}]");
    }

    /** How often the service has accepted a user. */
    static int accepted(String user) throws Exception {
        return ((Number) ask("accepted?user=" + user, null).get("count")).intValue();
    }

    /** The command that starts a Java like this one, which calls the library in the same way. */
    static List<String> java() {
        List<String> words = new ArrayList<>();
        words.add(Paths.get(System.getProperty("java.home"), "bin", "java").toString());
        String release = System.getProperty("jdk.util.jar.version");
        words.add(release == null ? "--enable-native-access=ALL-UNNAMED" : "-Djdk.util.jar.version=" + release);
        return words;
    }

    static Map<String, Object> ask(String what, String body) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(url + "/__emulator/" + what).openConnection();
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes("UTF-8"));
        }
        try (InputStream stream = connection.getInputStream(); Scanner scanner = new Scanner(stream, "UTF-8")) {
            String answer = scanner.useDelimiter("\\A").hasNext() ? scanner.next() : "{}";
            Object read = Json.read(answer);
            return read instanceof Map ? Json.object(read) : null;
        }
    }

    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), "UTF-8");
    }

    static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
