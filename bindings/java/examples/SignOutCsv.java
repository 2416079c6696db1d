import graphinvalidate.GraphInvalidateClient;
import graphinvalidate.GraphInvalidateException;
import graphinvalidate.InvalidateOutcome;
import graphinvalidate.InvalidateRun;
import graphinvalidate.NativeLibraryException;
import graphinvalidate.RunOptions;
import graphinvalidate.RunProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Signs out the users of a CSV file, shows how far it is, and can go on after an interruption:
 *
 * <pre>GRAPH_INVALIDATE_TOKEN=… java -cp graph-invalidate.jar SignOutCsv.java --journal incident-4711.jsonl users.csv</pre>
 *
 * <p>It ends with status 0 when all were signed out, 1 when the run failed or was interrupted, 2 when nothing was
 * begun, and 3 when some users failed.
 */
public final class SignOutCsv {
    private static final String USAGE =
            "usage: SignOutCsv [--column NAME] [--journal FILE] [--resume] [--verify] FILE";

    private SignOutCsv() {
    }

    /**
     * Signs them out.
     *
     * @param arguments the command line.
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        String column = "userPrincipalName";
        String file = null;
        RunOptions.Builder options = RunOptions.builder();
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        while (!words.isEmpty()) {
            String word = words.remove(0);
            if (word.equals("--resume")) {
                options.resume(true);
            } else if (word.equals("--verify")) {
                options.verify(true);
            } else if (word.equals("--column") && !words.isEmpty()) {
                column = words.remove(0);
            } else if (word.equals("--journal") && !words.isEmpty()) {
                options.journal(words.remove(0));
            } else if (!word.startsWith("--") && file == null) {
                file = word;
            } else {
                System.err.println(USAGE);
                return 2;
            }
        }
        if (file == null) {
            System.err.println(USAGE);
            return 2;
        }
        List<String> users;
        try {
            // The whole file first: a line that cannot be read shall not end the run half-way.
            users = usersOf(file, column);
        } catch (IOException unreadable) {
            System.err.println(unreadable);
            return 2;
        }
        try (GraphInvalidateClient client =
                        GraphInvalidateClient.builder().token(System.getenv("GRAPH_INVALIDATE_TOKEN")).build();
                InvalidateRun run = client.run(users, options.build())) {
            return read(run, users.size());
        } catch (GraphInvalidateException | NativeLibraryException notBegun) {
            System.err.println(notBegun.getMessage());
            return 2;
        }
    }

    /** Reads the outcomes of a run. */
    private static int read(InvalidateRun run, int users) {
        // Ctrl+C ends the run before this program ends, so that the journal is complete.
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            run.cancel();
            try {
                ended.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }));
        Thread bar = new Thread(() -> showProgress(run, users));
        // Not in a file.
        if (System.console() != null) {
            bar.setDaemon(true);
            bar.start();
        }
        int failed = 0;
        try {
            for (InvalidateOutcome outcome : run) {
                if (outcome.status().isFailure()) {
                    failed++;
                    System.out.println(printable(outcome.toString()));
                }
            }
            return failed == 0 ? 0 : 3;
        } catch (GraphInvalidateException failure) {
            System.err.println("\n" + failure.getMessage());
            return 1;
        } finally {
            bar.interrupt();
            System.err.println("\r" + line(run.progress(), users));
            run.close();
            ended.countDown();
        }
    }

    private static void showProgress(InvalidateRun run, int users) {
        try {
            while (true) {
                Thread.sleep(200);
                System.err.print("\r" + line(run.progress(), users));
            }
        } catch (InterruptedException | IllegalStateException ended) {
            // The run is over.
        }
    }

    private static String line(RunProgress progress, int users) {
        long done = progress.accepted() + progress.acceptedBefore() + progress.excluded() + progress.duplicates()
                + progress.failed() - progress.verifying();
        StringBuilder bar = new StringBuilder("[");
        for (int mark = 0; mark < 40; mark++) {
            bar.append(mark < 40 * done / users ? '#' : '.');
        }
        return bar + "] " + done + " of " + users + ", " + progress.failed() + " failed, "
                + progress.timeLeft().getSeconds() + " s left ";
    }

    /** What a service says shall not steer a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{C}", "?");
    }

    /** Reads the column of a CSV file that names the users. */
    private static List<String> usersOf(String file, String column) throws IOException {
        List<String> users = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(Paths.get(file))) {
            List<String> header = row(reader);
            int index = -1;
            for (int number = 0; header != null && number < header.size(); number++) {
                // Excel begins a file with a byte order mark.
                if (header.get(number).replace("\ufeff", "").equalsIgnoreCase(column)) {
                    index = number;
                }
            }
            if (index < 0) {
                throw new IOException(file + " has no column \"" + column + "\": name one of " + header + " with --column");
            }
            for (List<String> row = row(reader); row != null; row = row(reader)) {
                if (row.size() != header.size()) {
                    throw new IOException(file + ": a row has " + row.size() + " fields, and the first one has "
                            + header.size() + ": " + row);
                }
                users.add(row.get(index));
            }
        }
        if (users.isEmpty()) {
            throw new IOException(file + " names no user");
        }
        return users;
    }

    /** Reads a row of comma-separated values, which may hold quotation marks and line feeds; null at the end. */
    private static List<String> row(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        while (line != null && line.isEmpty()) {
            line = reader.readLine();
        }
        if (line == null) {
            return null;
        }
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int place = 0;; place++) {
            if (place == line.length()) {
                if (!quoted) {
                    row.add(field.toString());
                    return row;
                }
                line = reader.readLine();
                if (line == null) {
                    throw new IOException("a quotation mark is never closed");
                }
                field.append('\n');
                place = -1;
            } else if (line.charAt(place) == '"') {
                if (quoted && place + 1 < line.length() && line.charAt(place + 1) == '"') {
                    field.append('"');
                    place++;
                } else {
                    quoted = !quoted;
                }
            } else if (line.charAt(place) == ',' && !quoted) {
                row.add(field.toString());
                field.setLength(0);
            } else {
                field.append(line.charAt(place));
            }
        }
    }
}
