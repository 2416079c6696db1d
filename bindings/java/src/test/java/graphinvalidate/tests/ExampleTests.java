package graphinvalidate.tests;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;

/** The programs of examples/, as their users start them. */
final class ExampleTests {
    private ExampleTests() {
    }

    static void all() {
        Tests.test("the example signs out the users of a CSV, and tells who failed", () -> {
            StringBuilder table = new StringBuilder("\ufeffName,UserPrincipalName\r\n\"Doe, \"\"John\"\"\n\"," + Tests.ADELE + "\r\n");
            for (int number = 1; number <= 40; number++) {
                table.append(String.format("X,user%06d@contoso.example\r\n", number));
            }
            table.append("No,nobody@contoso.example\r\n");
            Path folder = Files.createTempDirectory("graph-invalidate");
            Path journal = folder.resolve("incident.jsonl");
            Ended first = csv(table.toString(), "--verify", "--journal", journal.toString());
            Tests.check(first.status == 3 && first.said.contains("nobody@contoso.example: user_not_found"), first.toString());
            Tests.check(first.said.contains("[########################################] 42 of 42, 1 failed"), first.toString());
            Tests.check(users() == 41, "signed out: " + users());
            Ended again = csv(table.toString(), "--verify", "--journal", journal.toString());
            Tests.check(again.status == 2 && again.said.contains("journal"), again.toString());
            Ended resumed = csv(table.toString(), "--verify", "--resume", "--journal", journal.toString());
            Tests.check(resumed.status == 3 && users() == 41, resumed.toString());
            Files.delete(journal);
            Files.delete(folder);
        });
        Tests.test("the example begins nothing with a table that it cannot read", () -> {
            String[][] tables = {
                {"", "no column"}, {"Name,Mail\nA,b@c\n", "no column \"userPrincipalName\""},
                {"userPrincipalName\n", "names no user"}, {"userPrincipalName,x\n" + Tests.ADELE + ",1\ny\n", "a row has 1 fields"},
                {"userPrincipalName\n" + Tests.ADELE + "\n\"broken\n", "never closed"}};
            for (String[] table : tables) {
                Ended ended = csv(table[0]);
                Tests.check(ended.status == 2 && ended.said.contains(table[1]), table[0] + ": " + ended);
            }
            Tests.check(users() == 0, "somebody was signed out");
        });
        Tests.test("the example's run is complete in its journal after a signal", () -> {
            Tests.ask("quota", "{\"capacity\": 5, \"per_second\": 1}");
            StringBuilder table = new StringBuilder("userPrincipalName\n");
            for (int number = 1; number <= 50; number++) {
                table.append(String.format("user%06d@contoso.example\n", number));
            }
            Path folder = Files.createTempDirectory("graph-invalidate");
            Path journal = folder.resolve("incident.jsonl");
            Path file = folder.resolve("users.csv");
            Files.write(file, table.toString().getBytes("UTF-8"));
            Process running = start("SignOutCsv", "--journal", journal.toString(), file.toString());
            while (users() == 0) {
                Thread.sleep(20);
            }
            running.destroy();
            running.waitFor();
            String record = Tests.text(journal);
            Tests.check(record.contains("\"reason\":\"cancelled\""), record.substring(Math.max(0, record.length() - 500)));
            Tests.check(users() < 50, "it was not ended");
            Files.delete(journal);
            Files.delete(file);
            Files.delete(folder);
        });
        Tests.test("the example serves with the token of its caller", () -> {
            Process server = start("SignOutServer", "0");
            try {
                String address = new BufferedReader(new InputStreamReader(server.getInputStream(), "UTF-8"))
                        .readLine().replace("listening on ", "");
                String administrator = Tests.token();
                String user = (String) Tests.ask("tokens", "{\"user\": \"" + Tests.ADELE + "\"}").get("access_token");
                expect(401, address, "POST", Tests.ADELE, null);
                expect(401, address, "POST", Tests.ADELE, "nonsense");
                expect(405, address, "GET", Tests.ADELE, administrator);
                expect(403, address, "POST", "break.glass@contoso.example", user);
                expect(404, address, "POST", "nobody@contoso.example", administrator);
                expect(400, address, "POST", "a%2Fb%00", administrator);
                Tests.check(users() == 0, "somebody was signed out");
                expect(200, address, "POST", "me", user);
                Tests.check(Tests.accepted(Tests.ADELE) == 1 && users() == 1, "signed out: " + users());
            } finally {
                server.destroy();
            }
        });
    }

    private static void expect(int status, String address, String method, String user, String token) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(address + "/users/" + user + "/sign-out").openConnection();
        connection.setRequestMethod(method);
        if (token != null) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        Tests.check(connection.getResponseCode() == status, method + " " + user + ": " + connection.getResponseCode());
    }

    private static int users() throws Exception {
        return ((Number) Tests.ask("requests", null).get("users")).intValue();
    }

    private static Ended csv(String table, String... options) throws Exception {
        Path file = Files.createTempFile("users", ".csv");
        try {
            Files.write(file, table.getBytes("UTF-8"));
            List<String> words = new ArrayList<>(Arrays.asList(options));
            words.add(file.toString());
            Process running = start("SignOutCsv", words.toArray(new String[0]));
            try (Scanner scanner = new Scanner(running.getInputStream(), "UTF-8").useDelimiter("\\A")) {
                String said = scanner.hasNext() ? scanner.next() : "";
                return new Ended(running.waitFor(), said);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static Process start(String program, String... arguments) throws Exception {
        List<String> words = Tests.java();
        words.addAll(Arrays.asList("-cp", System.getProperty("java.class.path"), program));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("GRAPH_INVALIDATE_ENDPOINT", Tests.url);
        builder.environment().put("GRAPH_INVALIDATE_TOKEN", Tests.token());
        return builder.start();
    }

    private static final class Ended {
        private final int status;
        private final String said;

        private Ended(int status, String said) {
            this.status = status;
            this.said = said;
        }

        @Override
        public String toString() {
            return status + ": " + said;
        }
    }
}
