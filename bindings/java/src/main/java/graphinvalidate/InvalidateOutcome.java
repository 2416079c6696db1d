// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
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
