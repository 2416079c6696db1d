import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import graphinvalidate.GraphInvalidateClient;
import graphinvalidate.GraphInvalidateException;
import graphinvalidate.InvalidateOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;

/**
 * An HTTP service that signs users out:
 *
 * <pre>curl -X POST -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/users/adele.vance@contoso.example/sign-out</pre>
 *
 * <p>It acts with the access token that its caller sends, so that it can do nothing that the caller may not. It listens
 * on this machine alone; put TLS in front of anything else.
 */
public final class SignOutServer {
    private static final String BEFORE = "/users/";
    private static final String AFTER = "/sign-out";
    private static final ThreadLocal<String> TOKEN_OF_CALLER = new ThreadLocal<>();

    private SignOutServer() {
    }

    /**
     * Serves until it is ended.
     *
     * @param arguments the port; 8080 where none is given.
     * @throws IOException where the port cannot be had.
     */
    public static void main(String[] arguments) throws IOException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        // One client for all callers: each call asks for its token, on the thread that handles the request.
        GraphInvalidateClient client = GraphInvalidateClient.builder()
                .tokenProvider(TOKEN_OF_CALLER::get)
                .timeout(Duration.ofSeconds(30))
                .build();
        server.createContext(BEFORE, exchange -> handle(client, exchange));
        server.setExecutor(Executors.newFixedThreadPool(64));
        server.start();
        System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void handle(GraphInvalidateClient client, HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (path.length() < (BEFORE + AFTER).length() || !path.endsWith(AFTER)) {
            answer(exchange, 404, "There is nothing here.");
        } else if (!exchange.getRequestMethod().equals("POST")) {
            answer(exchange, 405, "Send a POST.");
        } else if (given == null || !given.startsWith("Bearer ")) {
            answer(exchange, 401, "Send an access token for Microsoft Graph.");
        } else {
            String user = path.substring(BEFORE.length(), path.length() - AFTER.length());
            TOKEN_OF_CALLER.set(given);
            try {
                answer(exchange, 200, client.invalidate(user).toString());
            } catch (GraphInvalidateException failure) {
                InvalidateOutcome outcome = failure.outcome();
                if (!outcome.retryAfter().isZero()) {
                    exchange.getResponseHeaders().set("Retry-After", Long.toString(outcome.retryAfter().getSeconds() + 1));
                }
                answer(exchange, statusOf(failure), failure.status() + ": " + failure.getMessage());
            } finally {
                TOKEN_OF_CALLER.remove();
            }
        }
    }

    /** What a failure means to the caller. */
    private static int statusOf(GraphInvalidateException failure) {
        if (failure instanceof GraphInvalidateException.Input) {
            return 400;
        } else if (failure instanceof GraphInvalidateException.Token) {
            return 401;
        } else if (failure instanceof GraphInvalidateException.Permission) {
            return 403;
        } else if (failure instanceof GraphInvalidateException.User) {
            return 404;
        } else if (failure instanceof GraphInvalidateException.Throttled) {
            return 503;
        }
        return 502;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        if (status == 401) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
