package graphinvalidate;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A net for clients and runs that are dropped without being closed: their handles are closed when another one is made.
 * No thread waits for them, and none is needed: who makes no more of them piles nothing up.
 */
final class Forgotten extends PhantomReference<Object> {
    private static final ReferenceQueue<Object> DROPPED = new ReferenceQueue<>();
    private static final Set<Forgotten> WATCHED = ConcurrentHashMap.newKeySet();

    private final Handle handle;

    private Forgotten(Object owner, Handle handle) {
        super(owner, DROPPED);
        this.handle = handle;
    }

    /** Closes the handle some time after its owner was dropped. */
    static void watch(Object owner, Handle handle) {
        WATCHED.add(new Forgotten(owner, handle));
        for (Reference<?> dropped = DROPPED.poll(); dropped != null; dropped = DROPPED.poll()) {
            WATCHED.remove(dropped);
            ((Forgotten) dropped).handle.close();
        }
    }
}
