// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of one call, or of one user of a run. Never changes. */
public final class InvalidateOutcome {
    private final Status status;
    private final int httpStatus;
    private final int attempts;
    private final Duration retryAfter;
    private final Instant time;
    private final String user;
    private final String id;
    private final String code;
    private final String message;
    private final String hint;
    private final String requestId;
    private final String clientRequestId;
    private final Instant serverDate;
    private final List<Header> headers;
    private final Instant sessionsValidFrom;

    InvalidateOutcome(Reader reader) {
        reader.wide();
        status = reader.status();
        httpStatus = reader.word();
        attempts = reader.word();
        reader.word();
        retryAfter = reader.seconds();
        time = reader.time();
        user = reader.text();
        id = reader.text();
        code = reader.text();
        message = reader.text();
        hint = reader.text();
        requestId = reader.text();
        clientRequestId = reader.text();
        serverDate = reader.time();
        headers = reader.headers();
        sessionsValidFrom = reader.time();
    }

    /** An outcome of what went no further than these classes. */
    InvalidateOutcome(Status status, String user, String message, String hint) {
        this.status = status;
        this.httpStatus = 0;
        this.attempts = 0;
        this.retryAfter = Duration.ZERO;
        this.time = Instant.now();
        this.user = user;
        this.id = null;
        this.code = null;
        this.message = message;
        this.hint = hint;
        this.requestId = null;
        this.clientRequestId = null;
        this.serverDate = null;
        this.headers = Collections.<Header>emptyList();
        this.sessionsValidFrom = null;
    }

    private InvalidateOutcome(Carried carried) {
        status = carried.status("status");
        httpStatus = carried.number("http_status");
        attempts = carried.number("attempts");
        retryAfter = carried.seconds("retry_after");
        time = carried.timeOrNow("time");
        user = carried.text("user");
        id = carried.text("id");
        code = carried.text("code");
        message = carried.text("message");
        hint = carried.text("hint");
        requestId = carried.text("request_id");
        clientRequestId = carried.text("client_request_id");
        serverDate = carried.time("server_date");
        headers = Collections.<Header>emptyList();
        sessionsValidFrom = carried.time("sessions_valid_from");
    }

    /**
     * Makes an outcome of what {@link #toMap()} gave, after JSON or a table, or of a line of the journal or of the
     * command's JSON: in tests of your own, of what matters there. Empty texts are taken for unknown; other names are
     * passed over.
     *
     * @param values the values by their names.
     * @return the outcome.
     * @throws IllegalArgumentException where there is no status, or a value is none of its kind; a time names its zone.
     */
    public static InvalidateOutcome fromMap(Map<String, ?> values) {
        return new InvalidateOutcome(new Carried(values));
    }

    /**
     * What JSON and tables can hold, under the names and in the units of the journal and of the command's JSON. What
     * is unknown is left out, as the headers are.
     *
     * @return a map of texts and numbers.
     */
    public Map<String, Object> toMap() {
        Carried carried = new Carried();
        carried.put("status", status);
        carried.put("http_status", httpStatus);
        carried.put("attempts", attempts);
        carried.put("retry_after", retryAfter);
        carried.put("time", time);
        carried.put("user", user);
        carried.put("id", id);
        carried.put("code", code);
        carried.put("message", message);
        carried.put("hint", hint);
        carried.put("request_id", requestId);
        carried.put("client_request_id", clientRequestId);
        carried.put("server_date", serverDate);
        carried.put("sessions_valid_from", sessionsValidFrom);
        return carried.values();
    }

    /**
     * How it ended.
     *
     * @return the value.
     */
    public Status status() {
        return status;
    }

    /**
     * The HTTP status of the last answer; 0 where there was none.
     *
     * @return the value.
     */
    public int httpStatus() {
        return httpStatus;
    }

    /**
     * Number of attempts.
     *
     * @return the value.
     */
    public int attempts() {
        return attempts;
    }

    /**
     * How long the service asked to wait; 0 where it did not ask.
     *
     * @return the value.
     */
    public Duration retryAfter() {
        return retryAfter;
    }

    /**
     * When the outcome was known, by the local clock.
     *
     * @return the value.
     */
    public Instant time() {
        return time;
    }

    /**
     * The user key as given, trimmed; "me" for the signed-in user; null where no user is concerned.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String user() {
        return user;
    }

    /**
     * The user's object id, where it is known.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String id() {
        return id;
    }

    /**
     * The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in service's.
     * Where a person is to sign in, the code for them to enter.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String code() {
        return code;
    }

    /**
     * What happened, in one sentence.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String message() {
        return message;
    }

    /**
     * What to do next.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String hint() {
        return hint;
    }

    /**
     * The service's id of the last request: what its support asks for.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String requestId() {
        return requestId;
    }

    /**
     * The library's id of the last request, a GUID.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String clientRequestId() {
        return clientRequestId;
    }

    /**
     * The service's clock when it answered. What GraphInvalidateClient.verify takes as not_before.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable Instant serverDate() {
        return serverDate;
    }

    /**
     * The headers of the last answer, in the order received.
     *
     * @return a list that cannot be changed; never null.
     */
    public List<Header> headers() {
        return headers;
    }

    /**
     * From when the user's sign-in sessions are valid, as the last read of it showed.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable Instant sessionsValidFrom() {
        return sessionsValidFrom;
    }

    @Override
    public String toString() {
        return (user == null ? "-" : user) + ": " + status + (message == null ? "" : ": " + message);
    }
}
