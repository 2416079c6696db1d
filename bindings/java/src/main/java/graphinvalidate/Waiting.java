package graphinvalidate;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * A wait in C on the thread that called, which an interrupt ends. Java tells of an interrupt those who wait in a
 * channel, and nobody else: so it is one, though nothing goes through it.
 */
final class Waiting extends AbstractInterruptibleChannel {
    /** What waits. */
    interface Work<T> {
        T done();
    }

    private final Runnable onInterrupt;

    private Waiting(Runnable onInterrupt) {
        this.onInterrupt = onInterrupt;
    }

    /** Waits on the present thread, which is no virtual one. An interrupt, from before or meanwhile, stays set. */
    static <T> T here(Work<T> work, Runnable onInterrupt) {
        Waiting waiting = new Waiting(onInterrupt);
        waiting.begin();
        try {
            return work.done();
        } finally {
            try {
                waiting.end(true);
            } catch (AsynchronousCloseException interrupted) {
                // What it has ended says so itself.
            }
        }
    }

    @Override
    protected void implCloseChannel() {
        onInterrupt.run();
    }
}
