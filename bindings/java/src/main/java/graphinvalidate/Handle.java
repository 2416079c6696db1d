package graphinvalidate;

/** A native object that is freed once, when nobody uses it any more. */
final class Handle {
    private final String name;
    private final Foreign.Procedure free;
    private final long address;
    private int users;
    private boolean closed;

    Handle(String name, long address, Foreign.Procedure free) {
        this.name = name;
        this.address = address;
        this.free = free;
    }

    /** Takes hold of the object: it is freed after {@link #release}, at the earliest. */
    synchronized long use() {
        if (closed) {
            throw new IllegalStateException("The " + name + " is closed.");
        }
        users++;
        return address;
    }

    synchronized void release() {
        users--;
        freeWhenUnused();
    }

    /** Lets go of the object: at once, or when its last user is done. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            freeWhenUnused();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private void freeWhenUnused() {
        if (closed && users == 0) {
            free.call(address);
        }
    }
}
