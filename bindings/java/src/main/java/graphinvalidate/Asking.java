package graphinvalidate;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One question to a provider of tokens, on the thread that calls: whoever is bound to a thread is found there alone,
 * and a call by the wrong identity is worse than one that waits. The thread is interrupted when the time is over; a
 * provider that is deaf to it holds the call up, and nothing is sent afterwards.
 */
final class Asking {
    private final Thread asks = Thread.currentThread();
    private boolean answered;
    private boolean late;
    private boolean ended;

    /** Ends the question, from another thread. */
    void end() {
        interrupt(false);
    }

    private synchronized void interrupt(boolean isLate) {
        if (!answered && !late && !ended) {
            late = isLate;
            ended = !isLate;
            asks.interrupt();
        }
    }

    /** Asks. One that throws, or gives nothing, fails the call. */
    String token(Supplier<String> provider, String user, Duration timeout) {
        if (Thread.currentThread().isInterrupted()) {
            throw cancelled(user, null);
        }
        Future<?> timer = Workers.TIMER.schedule(() -> interrupt(true), timeout.toNanos(), TimeUnit.NANOSECONDS);
        String token = null;
        Throwable cause = null;
        try {
            token = provider.get();
        } catch (Throwable thrown) {
            cause = thrown;
        }
        timer.cancel(false);
        synchronized (this) {
            answered = true;
            if (late || ended) {
                // It was ours.
                Thread.interrupted();
            }
        }
        if (ended) {
            throw cancelled(user, cause);
        } else if (late) {
            throw failed(user, "The token provider did not answer in time; nothing was sent.", cause);
        } else if (Thread.currentThread().isInterrupted() || isInterrupt(cause)) {
            Thread.currentThread().interrupt();
            throw cancelled(user, cause);
        } else if (cause != null) {
            // It may hold anything, secrets too: its text is not made part of ours.
            throw failed(
                    user, "The token provider failed; nothing was sent. Its exception is the cause of this one.", cause);
        } else if (token == null || token.isEmpty()) {
            throw failed(user, "The token provider gave no token; nothing was sent.", null);
        }
        return token;
    }

    private static boolean isInterrupt(Throwable cause) {
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof InterruptedException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static GraphInvalidateException cancelled(String user, Throwable cause) {
        return GraphInvalidateException.local(
                Status.CANCELLED, user, "The call was cancelled before it had a token; nothing was sent.", cause);
    }

    private static GraphInvalidateException failed(String user, String message, Throwable cause) {
        return GraphInvalidateException.local(Status.TOKEN_PROVIDER_FAILED, user, message, cause);
    }
}
