package graphinvalidate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Many users on their way, and an outcome for each, in the order in which they are known. One thread reads the
 * outcomes; any number may add users, ask for the progress, cancel and close. {@link Thread#interrupt()} of the thread
 * that reads cancels the run.
 *
 * <p>The run keeps the provider of tokens and the connection that its client had when it began: it outlives the client.
 */
public final class InvalidateRun implements Iterable<InvalidateOutcome>, AutoCloseable {
    /** The longest wait that the library knows. */
    private static final long WITHOUT_END = 0xFFFF_FFFFL;

    private final GraphInvalidateClient client;
    private final Library library;
    private final Handle handle;
    private final String notice;
    private final Iterator<InvalidateOutcome> outcomes = new Outcome();
    private final boolean verifyJournal;

    /** Has a permit where the run has said that it takes more users, and where it is over. */
    private final Semaphore asked = new Semaphore(0);

    private volatile boolean isOver;
    private byte[] token;
    private GraphInvalidateException refused;
    private Future<?> feeder;
    private volatile Throwable broken;
    private volatile boolean interrupted;
    private volatile boolean isCancelled;
    private volatile Asking asking;

    InvalidateRun(GraphInvalidateClient client, long address, RunOptions options, String first) {
        this.client = client;
        library = client.library;
        verifyJournal = options.takesUsersFromJournal();
        token = first == null ? null : sum(first);
        try (Memory memory = new Memory(library.foreign)) {
            long made = memory.zeros(8);
            long failure = memory.zeros(8);
            long status = library.abi.runNew.call(address, options.write(memory, first), made, failure);
            long told = memory.address(failure);
            notice = told == 0 ? null : Outcomes.take(library, status, told).message();
            Outcomes.check(library, status, 0);
            handle = new Handle("run", memory.address(made), library.abi.runFree);
            Forgotten.watch(this, handle);
        }
    }

    /**
     * What there is to know before the run begins: what a resumed journal holds, whether its last line was torn.
     *
     * @return a text for people; null where there is nothing to know.
     */
    public @Nullable String notice() {
        return notice;
    }

    /**
     * Adds users. Never waits for the network. What cannot be the key of a user becomes a failed outcome.
     *
     * @param users object ids or user principal names.
     */
    public void add(String... users) {
        add(users == null ? null : Arrays.asList(users));
    }

    /**
     * Adds users, as {@link #add(String...)} does.
     *
     * @param users object ids or user principal names.
     */
    public void add(Collection<String> users) {
        long run = handle.use();
        try (Memory memory = new Memory(library.foreign)) {
            long failure = memory.zeros(8);
            long length = users == null ? 1 : users.size();
            long status = library.abi.runAdd.call(run, users == null ? 0 : memory.texts(users), length, failure);
            Outcomes.check(library, status, memory.address(failure));
        } finally {
            handle.release();
        }
    }

    /** Says that no more users will come: the run ends when the last one has its outcome. */
    public void finishInput() {
        endInput(library.abi.runFinishInput);
    }

    /**
     * Says that no more users will come although the list is not at its end, because it cannot be read any further.
     * Those that were added have their outcomes all the same; the journal says that the list was not gone through.
     */
    public void failInput() {
        endInput(library.abi.runFailInput);
    }

    private void endInput(Foreign.Procedure end) {
        long run = handle.use();
        try {
            Outcomes.check(library, end.call(run), 0);
        } finally {
            handle.release();
        }
    }

    /**
     * Tells how far the run is.
     *
     * @return the numbers of this moment.
     */
    public RunProgress progress() {
        long run = handle.use();
        try (Memory memory = new Memory(library.foreign)) {
            Memory.Record record = memory.record(Abi.PROGRESS_SIZE);
            long progress = record.address();
            Outcomes.check(library, library.abi.runProgress.call(run, progress), 0);
            return new RunProgress(new Reader(library.foreign, progress, Abi.PROGRESS_SIZE));
        } finally {
            handle.release();
        }
    }

    /** Ends the run without waiting for anything; outcomes that are known still come. */
    public void cancel() {
        isCancelled = true;
        Asking question = asking;
        if (question != null) {
            question.end();
        }
        long run;
        try {
            run = handle.use();
        } catch (IllegalStateException closed) {
            return;
        }
        try {
            library.abi.runCancel.call(run);
        } finally {
            handle.release();
        }
    }

    /** Ends the run, and cancels it first where it has not ended. Closing it again does nothing. */
    @Override
    public void close() {
        Future<?> feeding;
        synchronized (this) {
            feeding = feeder;
        }
        if (feeding != null) {
            feeding.cancel(true);
        }
        isOver = true;
        asked.release();
        cancel();
        handle.close();
    }

    /**
     * The outcomes, one for each user. The iterator is always the same. It throws what ended the whole run, and says so
     * again when it is asked again.
     *
     * @return the outcomes that were not read yet.
     */
    @Override
    public Iterator<InvalidateOutcome> iterator() {
        return outcomes;
    }

    /**
     * The outcomes as a stream, which closes the run when it is closed.
     *
     * @return the outcomes that were not read yet.
     */
    public Stream<InvalidateOutcome> stream() {
        Spliterator<InvalidateOutcome> each =
                Spliterators.spliteratorUnknownSize(outcomes, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(each, false).onClose(this::close);
    }

    /** Adds the users of a source as far as they are wanted, each as soon as it is given. */
    synchronized void feed(Iterable<String> users) {
        if (!verifyJournal) {
            feeder = Workers.POOL.submit(() -> {
                try {
                    for (String user : users) {
                        if (!isWanted()) {
                            return;
                        }
                        add(user);
                    }
                } catch (InterruptedException | IllegalStateException closed) {
                    if (handle.isClosed()) {
                        return;
                    }
                    broken = closed;
                } catch (Throwable failed) {
                    broken = failed;
                }
                if (broken == null) {
                    endInputIfOpen(library.abi.runFinishInput);
                } else {
                    endInputIfOpen(library.abi.runFailInput);
                }
            });
        }
    }

    private void endInputIfOpen(Foreign.Procedure end) {
        try {
            endInput(end);
        } catch (IllegalStateException closed) {
            // Then nobody waits for more.
        }
    }

    private int wanted;

    /** Waits until the run takes another user; false where it is over. */
    private boolean isWanted() throws InterruptedException {
        while (wanted == 0 && !isOver) {
            wanted = progress().wanted();
            if (wanted == 0) {
                asked.acquire();
            }
        }
        wanted--;
        return !isOver;
    }

    @Override
    public String toString() {
        return "InvalidateRun{" + (handle.isClosed() ? "closed" : progress().toString()) + "}";
    }

    private static byte[] sum(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The next outcome; null at the end. */
    private InvalidateOutcome next() {
        Look look = new Look(0);
        while (true) {
            if (look.status == Abi.STATUS_OK) {
                return look.outcome;
            } else if (look.status == Abi.STATUS_RUN_DONE) {
                if (refused != null) {
                    throw refused;
                }
                return null;
            } else if (look.status == Abi.STATUS_RUN_USERS_WANTED && asked.availablePermits() == 0) {
                asked.release();
            } else if (look.status == Abi.STATUS_RUN_TOKEN_NEEDED && refused == null) {
                try {
                    giveToken(look.outcome);
                } catch (GraphInvalidateException ended) {
                    refused = ended;
                }
            } else if (look.status == Abi.STATUS_RUN_TOKEN_NEEDED) {
                endWithoutToken();
            }
            look = Workers.isOnVirtualThread()
                    ? Call.begin(library, waiting -> new Look(WITHOUT_END), this::interrupt).await()
                    : Waiting.here(() -> new Look(WITHOUT_END), this::interrupt);
        }
    }

    /** Ends the run as soon as nobody is on the way any more: nobody is signed out without an outcome. */
    private void endWithoutToken() {
        if (progress().inFlight() == 0) {
            cancel();
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }

    /** What the run said, now or within a time. */
    private final class Look {
        final long status;
        final InvalidateOutcome outcome;

        Look(long milliseconds) {
            long run = handle.use();
            try (Memory memory = new Memory(library.foreign)) {
                long place = memory.zeros(8);
                status = library.abi.runNext.call(run, milliseconds, place);
                outcome = Outcomes.take(library, status, memory.address(place));
            } finally {
                handle.release();
            }
        }
    }

    private void interrupt() {
        interrupted = true;
        cancel();
    }

    /** Asks the provider for another token than the one that was used up; cancelling the run ends the question. */
    private void giveToken(InvalidateOutcome why) {
        if (client.provider == null) {
            throw failed(why);
        }
        Asking question = new Asking();
        String fresh;
        asking = question;
        try {
            if (isCancelled) {
                return;
            }
            fresh = question.token(client.provider, null, client.timeout);
        } catch (GraphInvalidateException ended) {
            if (isCancelled && ended.status() == Status.CANCELLED && !Thread.currentThread().isInterrupted()) {
                return;
            }
            throw ended;
        } finally {
            asking = null;
        }
        byte[] sum = sum(fresh);
        if (Arrays.equals(sum, token)) {
            throw failed(why);
        }
        token = sum;
        long run = handle.use();
        try (Memory memory = new Memory(library.foreign)) {
            long failure = memory.zeros(8);
            long status = library.abi.runSetToken.call(run, memory.text(fresh), failure);
            Outcomes.check(library, status, memory.address(failure));
        } finally {
            handle.release();
        }
    }

    private static GraphInvalidateException failed(InvalidateOutcome why) {
        return GraphInvalidateException.of(why.status().number(), why, null);
    }

    private final class Outcome implements Iterator<InvalidateOutcome> {
        private InvalidateOutcome next;
        private RuntimeException failure;
        private boolean done;

        @Override
        public boolean hasNext() {
            if (failure != null) {
                throw failure;
            }
            if (next == null && !done) {
                try {
                    next = InvalidateRun.this.next();
                    done = next == null;
                    if (done) {
                        ended();
                    }
                } catch (GraphInvalidateException failed) {
                    failure = failed;
                    cancel();
                    throw failed;
                }
            }
            return next != null;
        }

        private void ended() {
            if (interrupted) {
                throw GraphInvalidateException.local(Status.CANCELLED, null,
                        "The thread that reads the run was interrupted, which ended the run.", null);
            }
            if (broken != null) {
                throw GraphInvalidateException.local(Status.CANCELLED, null,
                        "The source of the users failed; who was given before has an outcome. Its exception is the cause of"
                                + " this one.",
                        broken);
            }
        }

        @Override
        public InvalidateOutcome next() {
            if (!hasNext()) {
                throw new NoSuchElementException("The run has handed out its last outcome.");
            }
            InvalidateOutcome outcome = next;
            next = null;
            return outcome;
        }
    }
}
