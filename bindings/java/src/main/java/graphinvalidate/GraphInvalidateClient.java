package graphinvalidate;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Microsoft Graph. Any number of threads may share it, virtual ones too; their calls run at the same
 * time. It opens connections when first used, keeps a few, and is ended by {@link #close()}.
 *
 * <p>A call waits on the thread that makes it; a call of a virtual thread, and one that is awaited, waits on none. A
 * provider of tokens is asked on the caller's thread. {@link Thread#interrupt()} ends the call within 100 milliseconds
 * with {@link GraphInvalidateException.Run}; the interrupt stays set. Cancelling the future of a call ends the call as
 * well. What hangs on a future runs on threads of the library's own. Of many users make a run, not a call each.
 */
public final class GraphInvalidateClient implements AutoCloseable {
    final Library library;
    final Supplier<String> provider;
    final Duration timeout;
    private final Handle handle;

    GraphInvalidateClient(GraphInvalidateClientBuilder builder) {
        library = Library.get();
        provider = builder.tokenProvider;
        timeout = builder.timeoutOrDefault();
        try (Memory memory = new Memory(library.foreign)) {
            long made = memory.zeros(8);
            long failure = memory.zeros(8);
            long status = library.abi.clientNew.call(builder.write(memory), made, failure);
            Outcomes.check(library, status, memory.address(failure));
            handle = new Handle("client", memory.address(made), library.abi.clientFree);
            Forgotten.watch(this, handle);
        }
    }

    /**
     * Begins to say how a client is set up.
     *
     * @return a new builder.
     */
    public static GraphInvalidateClientBuilder builder() {
        return new GraphInvalidateClientBuilder();
    }

    /** Ends the client. Calls in progress end as they would, and runs go on. Closing it again does nothing. */
    @Override
    public void close() {
        handle.close();
    }

    /**
     * Replaces the access token for the calls and runs that begin from now on. For clients that act for one identity: a
     * client for several has a provider of tokens.
     *
     * @param token an access token; copied.
     */
    public void setToken(String token) {
        setToken(token == null ? null : token.toCharArray());
    }

    /**
     * Replaces the access token for the calls and runs that begin from now on.
     *
     * @param token an access token; copied, and yours to wipe.
     */
    public void setToken(char[] token) {
        long client = handle.use();
        try (Memory memory = new Memory(library.foreign)) {
            long failure = memory.zeros(8);
            long status = library.abi.clientSetToken.call(client, memory.text(token), failure);
            Outcomes.check(library, status, memory.address(failure));
        } finally {
            handle.release();
        }
    }

    /**
     * The scope to ask a sign-in library for, to get a token for this client.
     *
     * @return a scope such as "https://graph.microsoft.com/.default".
     */
    public String scope() {
        long client = handle.use();
        try {
            return library.foreign.text(library.abi.clientScope.call(client));
        } finally {
            handle.release();
        }
    }

    /**
     * Invalidates all refresh tokens and session cookies of a user, and waits until the service has accepted or
     * refused; what is worth repeating is repeated meanwhile, within the timeout. Calling again is safe. Access tokens
     * already issued stay valid for up to an hour; guests sign in at their home tenant and are not affected.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @return what became of it; its status is {@link Status#ACCEPTED}.
     * @throws GraphInvalidateException where it failed; its class tells the kind of failure.
     */
    public InvalidateOutcome invalidate(String user) {
        return complete(Abi.CALL_INVALIDATE, user, null);
    }

    /**
     * Does what {@link #invalidate} does, without waiting.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @return the outcome; cancelling it ends the call.
     */
    public CompletableFuture<InvalidateOutcome> invalidateAsync(String user) {
        return submit(Abi.CALL_INVALIDATE, user, null);
    }

    /**
     * Reads a user's cut-off back until it lies at or after a time: that proves that {@link #invalidate} took effect.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @param notBefore the {@link InvalidateOutcome#serverDate()} of the outcome that accepted; null is refused.
     * @return what became of it; its status is {@link Status#VERIFIED}.
     * @throws GraphInvalidateException where it failed; its class tells the kind of failure.
     */
    public InvalidateOutcome verify(String user, Instant notBefore) {
        return complete(Abi.CALL_VERIFY, user, time(user, notBefore));
    }

    /**
     * Does what {@link #verify} does, without waiting.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @param notBefore the {@link InvalidateOutcome#serverDate()} of the outcome that accepted; null is refused.
     * @return the outcome; cancelling it ends the call.
     */
    public CompletableFuture<InvalidateOutcome> verifyAsync(String user, Instant notBefore) {
        return submit(Abi.CALL_VERIFY, user, time(user, notBefore));
    }

    /**
     * Reads a user's cut-off once and shows it in the outcome's message, whenever it was: no proof of anything.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @return what was read; its status is {@link Status#SHOWN}.
     * @throws GraphInvalidateException where it failed; its class tells the kind of failure.
     */
    public InvalidateOutcome showCutOff(String user) {
        return complete(Abi.CALL_VERIFY, user, null);
    }

    /**
     * Does what {@link #showCutOff} does, without waiting.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @return what was read; cancelling it ends the call.
     */
    public CompletableFuture<InvalidateOutcome> showCutOffAsync(String user) {
        return submit(Abi.CALL_VERIFY, user, null);
    }

    /**
     * Signs in with the client's credential, so that what could fail does so before anything is done. Where a person is
     * asked, the first call gives {@link Status#SIGN_IN_PENDING} with the text to show as its message; each further
     * call waits for the person.
     *
     * @return what became of it; its status is {@link Status#SIGNED_IN} in the end.
     * @throws GraphInvalidateException where it failed; its class tells the kind of failure.
     */
    public InvalidateOutcome signIn() {
        return beginSignIn().await();
    }

    /**
     * Does what {@link #signIn} does, without waiting.
     *
     * @return the outcome; cancelling it ends the call.
     */
    public CompletableFuture<InvalidateOutcome> signInAsync() {
        return beginSignIn();
    }

    /**
     * Tells what the access token may do, by its own claims; nothing is sent. A token that is missing or cannot work is
     * no exception: see {@link Access#status()}.
     *
     * @return what is known.
     */
    public Access access() {
        return access(Abi.CALL_ACCESS, null, ask(new Asking(), null)).await();
    }

    /**
     * Tells the same by harmless reads: the signed-in user's directory roles as they are now and, where a user is
     * named, whether that one can be found and signed out. Signs in first where that is needed.
     *
     * @param user an object id or a user principal name; null for nobody in particular.
     * @return what is known.
     * @throws GraphInvalidateException where it cannot be found out.
     */
    public Access accessOnline(@Nullable String user) {
        return access(Abi.CALL_ACCESS_ONLINE, user, ask(new Asking(), user)).await();
    }

    /**
     * Does what {@link #accessOnline} does, without waiting.
     *
     * @param user an object id or a user principal name; null for nobody in particular.
     * @return what is known; cancelling it ends the call.
     */
    public CompletableFuture<Access> accessOnlineAsync(@Nullable String user) {
        String token;
        try {
            token = ask(new Asking(), user);
        } catch (GraphInvalidateException failed) {
            return failed(failed);
        }
        return access(Abi.CALL_ACCESS_ONLINE, user, token);
    }

    /**
     * Begins a run over many users, who are taken from their source as they are sent, on a thread of the library's own.
     * A user who fails is an outcome like others; what ends the whole run is thrown by the iterator, last. Close the
     * run: what is still on its way is cancelled then, and the journal is complete.
     *
     * @param users object ids or user principal names; read once. The thread is interrupted when the run is closed.
     * @param options how the run is set up.
     * @return the run, to be read and closed.
     * @throws GraphInvalidateException where the run cannot begin; nothing was sent.
     */
    public InvalidateRun run(Iterable<String> users, RunOptions options) {
        if (users == null) {
            throw GraphInvalidateException.local(Status.NULL_ARGUMENT, null, "users is null: give the users.", null);
        }
        InvalidateRun run = run(options);
        run.feed(users);
        return run;
    }

    /**
     * Begins a run over the users of a stream, as {@link #run(Iterable, RunOptions)} does.
     *
     * @param users object ids or user principal names; yours to close.
     * @param options how the run is set up.
     * @return the run, to be read and closed.
     * @throws GraphInvalidateException where the run cannot begin; nothing was sent.
     */
    public InvalidateRun run(Stream<String> users, RunOptions options) {
        return run(users == null ? null : (Iterable<String>) users::iterator, options);
    }

    /**
     * Begins a run without users: add them by {@link InvalidateRun#add}, and say by {@link InvalidateRun#finishInput}
     * that there are no more.
     *
     * @param options how the run is set up.
     * @return the run, to be read and closed.
     * @throws GraphInvalidateException where the run cannot begin; nothing was sent.
     */
    public InvalidateRun run(RunOptions options) {
        if (options == null) {
            throw GraphInvalidateException.local(
                    Status.NULL_ARGUMENT, null, "options is null: give RunOptions.builder().build().", null);
        }
        String token = provider == null ? null : ask(new Asking(), null, options.patience(timeout));
        long client = handle.use();
        try {
            return Call.begin(library, call -> new InvalidateRun(this, client, options, token), null).await();
        } finally {
            handle.release();
        }
    }

    @Override
    public String toString() {
        return "GraphInvalidateClient{" + (handle.isClosed() ? "closed" : "scope=" + scope()) + "}";
    }

    /** A time as the library reads it; no time at all is one that it refuses. */
    private static String time(String user, Instant notBefore) {
        if (notBefore == null) {
            throw GraphInvalidateException.local(Status.NULL_ARGUMENT, user,
                    "notBefore is null: give the serverDate of the outcome that accepted. To look at the cut-off alone, call"
                            + " showCutOff.",
                    null);
        }
        return notBefore.toString();
    }

    /** One call; where the token that its provider gave had expired, once more with another one. */
    private InvalidateOutcome complete(int kind, String user, String notBefore) {
        // No clock that somebody may set.
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            return once(kind, user, notBefore, ask(user, deadline), deadline);
        } catch (GraphInvalidateException.Token refused) {
            if (provider == null || refused.status() != Status.TOKEN_EXPIRED) {
                throw refused;
            }
        }
        return once(kind, user, notBefore, ask(user, deadline), deadline);
    }

    /**
     * One call that nobody waits for. It is not repeated: its caller, who would have to be asked again, is elsewhere by
     * then.
     */
    private CompletableFuture<InvalidateOutcome> submit(int kind, String user, String notBefore) {
        long deadline = System.nanoTime() + timeout.toNanos();
        String token;
        try {
            token = ask(user, deadline);
        } catch (GraphInvalidateException failed) {
            return failed(failed);
        }
        return submit(kind, user, notBefore, token, deadline);
    }

    private static <T> CompletableFuture<T> failed(GraphInvalidateException failure) {
        CompletableFuture<T> future = new CompletableFuture<>();
        future.completeExceptionally(failure);
        return future;
    }

    private String ask(Asking asking, String user) {
        return provider == null ? null : ask(asking, user, timeout);
    }

    /** The token that the provider has for this call; null where there is no provider. */
    private String ask(String user, long deadline) {
        return provider == null ? null : ask(new Asking(), user, left(deadline));
    }

    private String ask(Asking asking, String user, Duration time) {
        handle.use();
        try {
            return asking.token(provider, user, time);
        } finally {
            handle.release();
        }
    }

    /** Makes a call on this thread, or has it made where this one is virtual. */
    private InvalidateOutcome once(int kind, String user, String notBefore, String token, long deadline) {
        if (Workers.isOnVirtualThread()) {
            return submit(kind, user, notBefore, token, deadline).await();
        }
        long client = handle.use();
        try (Signal signal = new Signal(library); Memory memory = new Memory(library.foreign)) {
            long outcome = memory.zeros(8);
            long options = callOptions(memory, kind, user, token, notBefore, left(deadline).toMillis());
            long status = Waiting.here(
                    () -> library.abi.clientCall.call(client, options, signal.address(), outcome), signal::give);
            return Outcomes.take(library, status, memory.address(outcome));
        } finally {
            handle.release();
        }
    }

    /** Has a call made while no thread waits for it. */
    private Call<InvalidateOutcome> submit(int kind, String user, String notBefore, String token, long deadline) {
        long client = handle.use();
        try (Memory memory = new Memory(library.foreign)) {
            long options = callOptions(memory, kind, user, token, notBefore, left(deadline).toMillis());
            return CallQueue.of(library).submit(client, memory, options);
        } finally {
            handle.release();
        }
    }

    /** Begins a call on a thread of our own, that keeps the client until it is over. */
    private <T> Call<T> begin(Call.Work<T> work) {
        handle.use();
        boolean begun = false;
        try {
            Call<T> call = Call.begin(library, running -> {
                try {
                    return work.with(running);
                } finally {
                    handle.release();
                }
            }, null);
            begun = true;
            return call;
        } finally {
            if (!begun) {
                handle.release();
            }
        }
    }

    private static long callOptions(
            Memory memory, int kind, String user, String token, String notBefore, long milliseconds) {
        Memory.Record record = memory.record(Abi.CALL_OPTIONS_SIZE);
        record.wide(memory.text(user));
        record.wide(0);
        record.wide(memory.text(token));
        record.wide(0);
        record.wide(memory.text(notBefore));
        record.word(milliseconds);
        record.word(kind);
        return record.address();
    }

    private static Duration left(long deadline) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }

    private Call<InvalidateOutcome> beginSignIn() {
        return begin(call -> {
            long client = handle.use();
            try (Memory memory = new Memory(library.foreign)) {
                long outcome = memory.zeros(8);
                long status = library.abi.clientSignIn.call(client, call.signal(), outcome);
                return Outcomes.take(library, status, memory.address(outcome));
            } finally {
                handle.release();
            }
        });
    }

    private Call<Access> access(int kind, String user, String token) {
        return begin(call -> {
            long client = handle.use();
            try (Memory memory = new Memory(library.foreign)) {
                long access = memory.zeros(8);
                long failure = memory.zeros(8);
                long options = callOptions(memory, kind, user, token, null, 0);
                long status = library.abi.clientAccessWith.call(client, options, call.signal(), access, failure);
                Outcomes.check(library, status, memory.address(failure));
                long made = memory.address(access);
                try {
                    return new Access(Reader.sized(library.foreign, made, Abi.ACCESS_SIZE));
                } finally {
                    library.abi.accessFree.call(made);
                }
            } finally {
                handle.release();
            }
        });
    }
}
