package graphinvalidate;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads on which calls wait in C: a virtual thread would hold its carrier there, an interrupt would not end the wait,
 * and the common pool has a thread for each processor only.
 */
final class Workers {
    /** More than a call takes, whatever stack the program's threads have; suppliers of tokens run here as well. */
    private static final long STACK = 1 << 20;

    private static final AtomicLong COUNT = new AtomicLong();

    static final ExecutorService POOL = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(null, work, "graph-invalidate-" + COUNT.incrementAndGet(), STACK);
        thread.setDaemon(true);
        thread.setContextClassLoader(Workers.class.getClassLoader());
        return thread;
    });

    private Workers() {
    }
}
