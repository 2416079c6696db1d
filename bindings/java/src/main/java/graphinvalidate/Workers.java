package graphinvalidate;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads of our own: a virtual thread that waits in C would hold its carrier, and the common pool has a thread for
 * each processor only. They outlive the calls that they are started for, so they take over nothing of the thread that
 * happens to start them.
 */
final class Workers {
    /** More than a call takes, whatever stack the program's threads have; sources of users are read here as well. */
    private static final long STACK = 1 << 20;

    private static final AtomicLong COUNT = new AtomicLong();

    static final ExecutorService POOL = Executors.newCachedThreadPool(work -> {
        Thread thread = thread(work, "graph-invalidate-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        thread.setContextClassLoader(Workers.class.getClassLoader());
        return thread;
    });

    /** Interrupts who has waited for long enough. */
    static final ScheduledThreadPoolExecutor TIMER = timer();

    private static final Method IS_VIRTUAL = isVirtual();

    private Workers() {
    }

    /** Begins work on a thread of the pool. */
    static void begin(Runnable work) {
        try {
            POOL.execute(work);
        } catch (OutOfMemoryError noThread) {
            throw GraphInvalidateException.local(Status.TOO_MANY_THREADS, null,
                    "No thread can be started for the call: " + noThread.getMessage() + ". For many users begin a run.",
                    noThread);
        }
    }

    /** Whether the present thread is a virtual one, of Java 21 and later. */
    static boolean isOnVirtualThread() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invoke(Thread.currentThread());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Method isVirtual() {
        try {
            return Thread.class.getMethod("isVirtual");
        } catch (NoSuchMethodException earlier) {
            return null;
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = thread(work, "graph-invalidate-timer");
            thread.setDaemon(true);
            thread.setContextClassLoader(Workers.class.getClassLoader());
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(2, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** A thread without the inheritable thread-locals of the present one: Java 8 has no such constructor. */
    private static Thread thread(Runnable work, String name) {
        try {
            return Thread.class
                    .getConstructor(ThreadGroup.class, Runnable.class, String.class, long.class, boolean.class)
                    .newInstance(null, work, name, STACK, false);
        } catch (ReflectiveOperationException java8) {
            return new Thread(null, work, name, STACK);
        }
    }
}
