package graphinvalidate;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The calls that no thread waits for in C: they are submitted to one native queue, and one thread takes what has ended,
 * however many are under way. It is there while there are calls.
 */
final class CallQueue {
    /** How long the thread waits for another call before it ends, in milliseconds. */
    private static final long IDLE = 2_000;

    /** How long what hangs on one call may hold up the others, in milliseconds, before another thread sees to them. */
    private static final long STALL = 20;

    private static CallQueue made;

    private final Library library;
    private final long queue;
    private final Map<Long, Call<InvalidateOutcome>> underWay = new HashMap<>();
    private final Queue<Runnable> ended = new ArrayDeque<>();
    private long submitted;
    private boolean isTaking;
    private int settling;
    private long settled;

    private CallQueue(Library library) {
        this.library = library;
        try (Memory memory = new Memory(library.foreign)) {
            long place = memory.zeros(8);
            Outcomes.check(library, library.abi.callQueueNew.call(place), 0);
            queue = memory.address(place);
        }
    }

    /** The one queue of the program, which is never freed. */
    static synchronized CallQueue of(Library library) {
        if (made == null) {
            made = new CallQueue(library);
        }
        return made;
    }

    /** Submits a call, whose options are in this memory. What it is refused for comes as it does: with the call. */
    Call<InvalidateOutcome> submit(long client, Memory memory, long options) {
        Call<InvalidateOutcome> call = new Call<>(library);
        long tag = add(call);
        long failure = memory.zeros(8);
        long status = library.abi.callQueueSubmit.call(queue, client, options, call.signal(), tag, failure);
        if (status != Abi.STATUS_OK) {
            remove(tag);
            settle(call, status, memory.address(failure)).run();
        }
        return call;
    }

    private synchronized long add(Call<InvalidateOutcome> call) {
        if (!isTaking) {
            Workers.begin(this::take);
            isTaking = true;
        }
        underWay.put(++submitted, call);
        return submitted;
    }

    private synchronized Call<InvalidateOutcome> remove(long tag) {
        return underWay.remove(tag);
    }

    /** Reads what became of a call; what is given back tells it to those who wait. */
    private Runnable settle(Call<InvalidateOutcome> call, long status, long address) {
        try {
            InvalidateOutcome outcome = Outcomes.take(library, status, address);
            return () -> call.settle(outcome, null);
        } catch (Throwable failure) {
            return () -> call.settle(null, failure);
        }
    }

    private void take() {
        try (Memory memory = new Memory(library.foreign)) {
            long tag = memory.zeros(8);
            long place = memory.zeros(8);
            long status;
            do {
                status = library.abi.callQueueNext.call(queue, areSettled() ? IDLE : STALL, tag, place);
                if (status == Abi.STATUS_OK) {
                    long outcome = memory.address(place);
                    Runnable settle = settle(remove(memory.address(tag)), Outcomes.status(library, outcome), outcome);
                    synchronized (this) {
                        ended.add(settle);
                    }
                }
                settleElsewhere();
            } while (status == Abi.STATUS_OK || isWanted());
        }
    }

    private synchronized boolean areSettled() {
        return ended.isEmpty();
    }

    private synchronized boolean isWanted() {
        isTaking = !underWay.isEmpty() || !ended.isEmpty();
        return isTaking;
    }

    /** What hangs on a call, which is foreign, never runs on the thread that takes: it may wait for another call. */
    private void settleElsewhere() {
        synchronized (this) {
            long now = System.nanoTime();
            boolean isHeldUp = now - settled > STALL * 1_000_000;
            if (ended.isEmpty() || settling > 0 && !isHeldUp) {
                return;
            }
            settling++;
            settled = now;
        }
        try {
            Workers.begin(this::settleAll);
        } catch (GraphInvalidateException noThread) {
            settleAll();
        }
    }

    private void settleAll() {
        while (true) {
            Runnable next;
            synchronized (this) {
                next = ended.poll();
                if (next == null) {
                    settling--;
                    return;
                }
                settled = System.nanoTime();
            }
            next.run();
        }
    }
}
