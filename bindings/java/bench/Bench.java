import graphinvalidate.GraphInvalidateClient;
import graphinvalidate.InvalidateOutcome;
import graphinvalidate.InvalidateRun;
import graphinvalidate.RunOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Takes the figures of the jar for cargo xtask bench java: it reads the token, then works once for each line that it
 * reads, and answers with numbers.
 */
public final class Bench {
    private static final String ADELE = "adele.vance@contoso.example";

    private Bench() {
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        String token = lines.readLine();
        String url = arguments[1];
        if (arguments[0].equals("http")) {
            post(url, token);
            return;
        }
        try (GraphInvalidateClient client = GraphInvalidateClient.builder().endpoint(url).token(token).build()) {
            switch (arguments[0]) {
                case "first":
                    client.invalidate(ADELE);
                    break;
                case "warm":
                    each(lines, () -> calls(client, Integer.parseInt(arguments[2])));
                    break;
                case "virtual":
                    while (lines.readLine() != null) {
                        virtual(client, Integer.parseInt(arguments[2]));
                    }
                    break;
                case "awaited":
                    while (lines.readLine() != null) {
                        awaited(client, Integer.parseInt(arguments[2]));
                    }
                    break;
                case "run":
                    each(lines, () -> run(client, Path.of(arguments[2])));
                    break;
                default:
                    many(client, Integer.parseInt(arguments[2]));
            }
        }
    }

    private static void each(BufferedReader lines, Callable<Void> work) throws Exception {
        while (lines.readLine() != null) {
            long begin = System.nanoTime();
            work.call();
            System.out.println((System.nanoTime() - begin) / 1e9);
        }
    }

    private static void post(String url, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/beta/users/" + ADELE + "/invalidateAllRefreshTokens"))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.toString());
        }
    }

    private static Void calls(GraphInvalidateClient client, int count) {
        for (int call = 0; call < count; call++) {
            client.invalidate(ADELE);
        }
        return null;
    }

    /**
     * The seconds of calls on virtual threads at once; and for each 10 ms of them how often a virtual ticker ticked.
     */
    private static void virtual(GraphInvalidateClient client, int count) throws InterruptedException {
        AtomicInteger ticks = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(count);
        AtomicInteger accepted = new AtomicInteger();
        long begin = System.nanoTime();
        Thread.startVirtualThread(() -> {
            while (!over.get()) {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException impossible) {
                    return;
                }
                ticks.incrementAndGet();
            }
        });
        for (int call = 0; call < count; call++) {
            Thread.startVirtualThread(() -> {
                try {
                    client.invalidate(ADELE);
                    accepted.incrementAndGet();
                } finally {
                    ended.countDown();
                }
            });
        }
        ended.await();
        double seconds = (System.nanoTime() - begin) / 1e9;
        over.set(true);
        if (accepted.get() != count) {
            throw new IllegalStateException("accepted: " + accepted);
        }
        System.out.println(seconds);
        System.out.println(ticks.get() / (seconds * 100));
    }

    /** The seconds of awaited calls at once, and the most threads of the library meanwhile, native ones too. */
    private static void awaited(GraphInvalidateClient client, int count) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        CompletableFuture<?>[] calls = new CompletableFuture<?>[count];
        for (int call = 0; call < count; call++) {
            calls[call] = client.invalidateAsync(ADELE);
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(calls);
        long most = 0;
        while (!all.isDone()) {
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                most = Math.max(most, threads.filter(Bench::isOurs).count());
            }
            Thread.sleep(10);
        }
        all.join();
        System.out.println((System.nanoTime() - begin) / 1e9);
        System.out.println(most);
    }

    private static boolean isOurs(Path thread) {
        try {
            // The system cuts names.
            return Files.readString(thread.resolve("comm")).startsWith("graph-invalid");
        } catch (IOException ended) {
            return false;
        }
    }

    private static Void run(GraphInvalidateClient client, Path file) throws IOException {
        RunOptions options = RunOptions.builder().rate(Double.POSITIVE_INFINITY).build();
        try (Stream<String> users = Files.lines(file); InvalidateRun run = client.run(users, options)) {
            for (InvalidateOutcome outcome : run) {
                if (outcome.status().isFailure()) {
                    throw new IllegalStateException(outcome.toString());
                }
            }
        }
        return null;
    }

    /** Tells memory, threads and descriptors after that many calls, and after as many more. */
    private static void many(GraphInvalidateClient client, int count) throws IOException {
        for (int round = 0; round < 2; round++) {
            calls(client, count);
            System.gc();
            for (String name : new String[] {"VmRSS:", "Threads:"}) {
                for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                    if (line.startsWith(name)) {
                        System.out.println(line.replaceAll("[^0-9]", ""));
                    }
                }
            }
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                System.out.println(descriptors.count());
            }
        }
    }
}
