package graphinvalidate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** One call on its way, on a thread of our own; cancelling it ends it. */
final class Call<T> extends CompletableFuture<T> {
    /** What is done; the call it is given has the signal to hand on. */
    interface Work<T> {
        T with(Call<?> call);
    }

    private final Library library = Library.get();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Work<T> work;
    private final Runnable onCancel;
    private long signal;
    private boolean cancelled;

    private Call(Work<T> work, Runnable onCancel) {
        this.work = work;
        this.onCancel = onCancel;
    }

    static <T> Call<T> begin(Work<T> work) {
        return begin(work, null);
    }

    /** Begins a call that is not ended by a signal alone. */
    static <T> Call<T> begin(Work<T> work, Runnable onCancel) {
        Call<T> call = new Call<>(work, onCancel);
        try (Memory memory = new Memory(call.library.foreign)) {
            long place = memory.zeros(8);
            long status = call.library.abi.cancellationNew.call(place);
            if (status != Abi.STATUS_OK) {
                throw GraphInvalidateException.local(Status.of((int) status), null, null, null);
            }
            call.signal = memory.address(place);
        }
        try {
            Workers.POOL.execute(call::run);
        } catch (OutOfMemoryError noThread) {
            call.end();
            throw GraphInvalidateException.local(Status.TOO_MANY_THREADS, null,
                    "No thread can be started for the call: " + noThread.getMessage() + ". For many users begin a run.",
                    noThread);
        }
        return call;
    }

    private void run() {
        T result = null;
        Throwable failure = null;
        try {
            result = work.with(this);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        end();
        if (failure == null) {
            complete(result);
        } else {
            completeExceptionally(failure);
        }
        ended.countDown();
    }

    private synchronized void end() {
        library.abi.cancellationFree.call(signal);
        signal = 0;
    }

    /** The signal for the native call; used by its own thread alone. */
    long signal() {
        return signal;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean first = super.cancel(mayInterruptIfRunning);
        endNow();
        return first;
    }

    private void endNow() {
        synchronized (this) {
            cancelled = true;
            if (signal != 0) {
                library.abi.cancellationCancel.call(signal);
            }
        }
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
            // Where the caller waits tells more than where the pool's thread was.
            cause.setStackTrace(new Throwable().getStackTrace());
        }
        throw (RuntimeException) cause;
    }

    /** Throws where the call was cancelled already. */
    void check(String user) {
        boolean over;
        synchronized (this) {
            over = cancelled;
        }
        if (over) {
            throw cancelledBefore(user);
        }
    }

    private static GraphInvalidateException cancelledBefore(String user) {
        return GraphInvalidateException.local(
                Status.CANCELLED, user, "The call was cancelled before the request was sent.", null);
    }
}
