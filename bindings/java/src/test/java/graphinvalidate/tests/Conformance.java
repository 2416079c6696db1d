package graphinvalidate.tests;

import graphinvalidate.Credential;
import graphinvalidate.GraphInvalidateClient;
import graphinvalidate.GraphInvalidateClientBuilder;
import graphinvalidate.GraphInvalidateException;
import graphinvalidate.InvalidateOutcome;
import graphinvalidate.InvalidateRun;
import graphinvalidate.RunOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The driver of the scenarios: reads situations as JSON lines, and answers each with what the public interface showed.
 * The judge is tests/conformance.rs; tests/scenarios/README.md describes the protocol.
 */
public final class Conformance {
    private Conformance() {
    }

    /** What this language has no way to say. */
    private static final class Inexpressible extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Inexpressible(String why) {
            super(why);
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        PrintStream answers = new PrintStream(System.out, true, "UTF-8");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Map<String, Object> situation = Json.object(Json.read(line));
            Map<String, Object> answer = new LinkedHashMap<>();
            try {
                if (situation.get("identities") != null) {
                    identities(situation, answer);
                } else if (situation.get("run") == null) {
                    calls(situation, answer);
                } else {
                    run(situation, answer);
                }
            } catch (Inexpressible inexpressible) {
                answer.clear();
                answer.put("inexpressible", inexpressible.getMessage());
            }
            answers.println(Json.write(answer));
        }
    }

    /** Sets each option by its name, in this language's letter case. */
    private static <B> B bind(B builder, Map<String, Object> given) throws Exception {
        for (Map.Entry<String, Object> option : given.entrySet()) {
            String name = camel(option.getKey().replaceFirst("_ms$", ""));
            Method setter = Arrays.stream(builder.getClass().getMethods())
                    .filter(method -> method.getName().equals(name) && method.getParameterCount() == 1)
                    .filter(method -> method.getParameterTypes()[0] != char[].class)
                    .filter(method -> method.getParameterTypes()[0] != java.nio.file.Path.class)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no option " + name));
            setter.invoke(builder, value(setter.getParameterTypes()[0], option.getValue()));
        }
        return builder;
    }

    private static Object value(Class<?> type, Object given) throws Exception {
        if (type == Duration.class) {
            if (given.equals("infinite")) {
                throw new Inexpressible("a Duration has an end");
            }
            return Duration.ofNanos((long) ((Double) given * 1_000_000));
        } else if (type == int.class) {
            if ((Double) given > Integer.MAX_VALUE) {
                throw new Inexpressible("an int ends before");
            }
            return ((Double) given).intValue();
        } else if (type == double.class) {
            return "unlimited".equals(given) ? Double.POSITIVE_INFINITY : given;
        } else if (type == byte[].class) {
            return Base64.getDecoder().decode((String) given);
        } else if (type == Credential.class) {
            Map<String, Object> options = new LinkedHashMap<>(Json.object(given));
            return bind(Credential.builder((String) options.remove("kind")), options).build();
        }
        return given;
    }

    /** Makes the calls one after another, until one fails; and answers with the last outcome. */
    private static void calls(Map<String, Object> situation, Map<String, Object> answer) throws Exception {
        GraphInvalidateClientBuilder builder =
                bind(GraphInvalidateClient.builder(), Json.object(situation.get("client")));
        InvalidateOutcome outcome = null;
        GraphInvalidateException failure = null;
        String client = "";
        try (GraphInvalidateClient made = builder.build()) {
            client = made.toString();
            for (Map<String, Object> call : Json.<Map<String, Object>>list(situation.get("calls"))) {
                outcome = call(made, call, outcome);
            }
        } catch (GraphInvalidateException failed) {
            failure = failed;
            outcome = failed.outcome();
        }
        answer.put("outcome", members(outcome));
        answer.put("shown", shown(builder, client, outcome, failure));
    }

    /**
     * All identities on one client, at once: each by a thread that knows whose token it has, which waits for its calls
     * or not.
     */
    private static void identities(Map<String, Object> situation, Map<String, Object> answer) throws Exception {
        ThreadLocal<String> caller = ThreadLocal.withInitial(() -> "of-nobody");
        GraphInvalidateClientBuilder builder =
                bind(GraphInvalidateClient.builder(), Json.object(situation.get("client"))).tokenProvider(() -> {
                    try {
                        Thread.sleep(2);
                    } catch (InterruptedException ended) {
                        throw new IllegalStateException(ended);
                    }
                    return caller.get();
                });
        boolean waits = situation.get("by").equals("threads");
        boolean inRuns = (Boolean) situation.get("in_runs");
        List<Map<String, Object>> asked = Json.list(situation.get("identities"));
        ExecutorService threads = Executors.newFixedThreadPool(asked.size());
        try (GraphInvalidateClient client = builder.build()) {
            List<Future<List<String>>> all = new ArrayList<>();
            for (Map<String, Object> one : asked) {
                all.add(threads.submit(() -> {
                    caller.set((String) one.get("token"));
                    return statuses(client, (String) one.get("user"), ((Double) one.get("calls")).intValue(), waits, inRuns);
                }));
            }
            List<List<String>> statuses = new ArrayList<>();
            for (Future<List<String>> each : all) {
                statuses.add(each.get());
            }
            answer.put("identities", statuses);
        } finally {
            threads.shutdown();
        }
    }

    /** What becomes of one user in a run. */
    private static InvalidateOutcome inRun(GraphInvalidateClient client, String user) {
        try (InvalidateRun run = client.run(Arrays.asList(user), RunOptions.builder().build())) {
            return run.iterator().next();
        }
    }

    private static List<String> statuses(GraphInvalidateClient client, String user, int calls, boolean waits, boolean inRuns) {
        List<CompletableFuture<String>> statuses = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            CompletableFuture<InvalidateOutcome> future;
            if (waits || inRuns) {
                future = new CompletableFuture<>();
                try {
                    future.complete(inRuns ? inRun(client, user) : client.invalidate(user));
                } catch (GraphInvalidateException failed) {
                    future.completeExceptionally(failed);
                }
            } else {
                future = client.invalidateAsync(user);
            }
            statuses.add(future.handle((outcome, failed) -> {
                Throwable why = failed instanceof CompletionException ? failed.getCause() : failed;
                return (why == null ? outcome : ((GraphInvalidateException) why).outcome()).status().toString();
            }));
        }
        List<String> texts = new ArrayList<>();
        statuses.forEach(status -> texts.add(status.join()));
        return texts;
    }

    private static InvalidateOutcome call(
            GraphInvalidateClient client, Map<String, Object> call, InvalidateOutcome before) {
        String user = (String) call.get("user");
        switch ((String) call.get("call")) {
            case "sign_in":
                return client.signIn();
            case "invalidate":
                return client.invalidate(user);
            case "show":
                return client.showCutOff(user);
            default:
                String time = (String) call.get("not_before");
                try {
                    Instant notBefore = time != null ? OffsetDateTime.parse(time).toInstant() : before.serverDate();
                    return client.verify(user, notBefore);
                } catch (DateTimeException nonsense) {
                    throw new Inexpressible("an Instant is a time");
                }
        }
    }

    /** Runs to the end, and answers with all that was seen. */
    private static void run(Map<String, Object> situation, Map<String, Object> answer) throws Exception {
        Map<String, Object> options = Json.object(situation.get("client"));
        Deque<String> tokens = new ArrayDeque<>(Json.<String>list(situation.get("tokens_when_needed")));
        boolean provided = !tokens.isEmpty();
        int[] needed = {0};
        boolean[] usedUp = {!provided};
        if (provided) {
            String first = (String) options.remove("token");
            if (first != null) {
                tokens.addFirst(first);
                needed[0]--;
            }
        }
        GraphInvalidateClientBuilder builder = bind(GraphInvalidateClient.builder(), options);
        if (provided) {
            String[] last = {null};
            builder.tokenProvider(() -> {
                needed[0]++;
                usedUp[0] = tokens.isEmpty();
                last[0] = usedUp[0] ? last[0] : tokens.removeFirst();
                return last[0];
            });
        }
        GraphInvalidateException failure = null;
        RunOptions.Builder run = RunOptions.builder();
        try (GraphInvalidateClient client = builder.build()) {
            bind(run, Json.object(situation.get("run")));
            failure = read(client, run.build(), situation, answer);
        } catch (GraphInvalidateException failed) {
            failure = failed;
        }
        boolean begun = answer.get("progress") != null;
        if (failure instanceof GraphInvalidateException.Token && usedUp[0] && begun) {
            // Nobody had another token to give: that is needed, and no failure.
            needed[0] += provided ? 0 : 1;
            failure = null;
        }
        answer.put("failure", failure == null ? null : members(failure.outcome()));
        answer.put("tokens_needed", needed[0]);
        answer.put("shown", shown(builder, run.build(), failure));
    }

    private static GraphInvalidateException read(
            GraphInvalidateClient client, RunOptions options, Map<String, Object> situation, Map<String, Object> answer)
            throws Exception {
        double cancelAfter = situation.get("cancel_after") == null ? -1 : (Double) situation.get("cancel_after");
        List<Object> outcomes = new ArrayList<>();
        GraphInvalidateException failure = null;
        try (InvalidateRun run = client.run(options)) {
            if (run.notice() != null) {
                answer.put("notice", run.notice());
            }
            run.add(Json.<String>list(situation.get("users")));
            run.finishInput();
            try {
                for (InvalidateOutcome outcome : run) {
                    outcomes.add(Arrays.asList(outcome.user(), outcome.status().toString()));
                    if (outcomes.size() == cancelAfter) {
                        run.cancel();
                    }
                }
            } catch (GraphInvalidateException failed) {
                failure = failed;
            }
            answer.put("outcomes", outcomes);
            Map<String, Object> progress = members(run.progress());
            progress.values().removeIf(value -> !(value instanceof Integer || value instanceof Long));
            answer.put("progress", progress);
        }
        return failure;
    }

    /** What a value tells, by the names of C. */
    private static Map<String, Object> members(Object value) throws Exception {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Method accessor : value.getClass().getDeclaredMethods()) {
            if (accessor.getParameterCount() == 0 && java.lang.reflect.Modifier.isPublic(accessor.getModifiers())) {
                Object member = accessor.invoke(value);
                String name = accessor.getName().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
                if (member != null && !(member instanceof List) && !name.equals("to_string")) {
                    members.put(name, member instanceof Number ? member : member.toString());
                }
            }
        }
        return members;
    }

    static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String part : name.split("_")) {
            camel.append(camel.length() == 0 ? part : part.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + part.substring(1));
        }
        return camel.toString();
    }

    /** All that a person may be shown. */
    private static String shown(Object... values) {
        StringWriter shown = new StringWriter();
        for (Object value : values) {
            shown.append(String.valueOf(value)).append(' ');
            if (value instanceof Throwable) {
                ((Throwable) value).printStackTrace(new PrintWriter(shown, true));
            }
        }
        return shown.toString();
    }
}
