package graphinvalidate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** One call on its way, elsewhere; cancelling it ends it. */
final class Call<T> extends CompletableFuture<T> {
    /** What is done; the call it is given has the signal to hand on. */
    interface Work<T> {
        T with(Call<?> call);
    }

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Signal signal;
    private final Runnable onCancel;

    Call(Library library) {
        this(new Signal(library), null);
    }

    private Call(Signal signal, Runnable onCancel) {
        this.signal = signal;
        this.onCancel = onCancel;
    }

    /** Begins a call that waits in C, on a thread of our own. */
    static <T> Call<T> begin(Library library, Work<T> work, Runnable onCancel) {
        Call<T> call = new Call<>(new Signal(library), onCancel);
        try {
            Workers.begin(() -> call.run(work));
        } catch (GraphInvalidateException noThread) {
            call.signal.close();
            throw noThread;
        }
        return call;
    }

    private void run(Work<T> work) {
        T result = null;
        Throwable failure = null;
        try {
            result = work.with(this);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        settle(result, failure);
    }

    /** Ends the call: with a result, or with a failure. */
    void settle(T result, Throwable failure) {
        signal.close();
        if (failure == null) {
            complete(result);
        } else {
            completeExceptionally(failure);
        }
        ended.countDown();
    }

    /** The address of the signal for the native call. */
    long signal() {
        return signal.address();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean first = super.cancel(mayInterruptIfRunning);
        endNow();
        return first;
    }

    private void endNow() {
        signal.give();
        if (onCancel != null) {
            onCancel.run();
        }
    }

    /** Waits for the end. An interrupt ends the call, and stays set. */
    T await() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException wanted) {
                interrupted = true;
                endNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            return join();
        } catch (CompletionException failed) {
            throw rethrow(failed.getCause());
        }
    }

    private static RuntimeException rethrow(Throwable cause) {
        if (cause instanceof Error) {
            throw (Error) cause;
        }
        if (cause instanceof GraphInvalidateException) {
            // Where the caller waits tells more than where the other thread was.
            cause.setStackTrace(new Throwable().getStackTrace());
        }
        throw (RuntimeException) cause;
    }
}
