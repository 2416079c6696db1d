package graphinvalidate;

/** The signal that ends one call early, from any thread. */
final class Signal implements AutoCloseable {
    private final Library library;
    private long address;

    Signal(Library library) {
        this.library = library;
        try (Memory memory = new Memory(library.foreign)) {
            long place = memory.zeros(8);
            long status = library.abi.cancellationNew.call(place);
            if (status != Abi.STATUS_OK) {
                throw GraphInvalidateException.local(Status.of((int) status), null, null, null);
            }
            address = memory.address(place);
        }
    }

    /** Its address, for the call that it ends. */
    synchronized long address() {
        return address;
    }

    /** Ends the call; nothing once that is over. */
    synchronized void give() {
        if (address != 0) {
            library.abi.cancellationCancel.call(address);
        }
    }

    @Override
    public synchronized void close() {
        library.abi.cancellationFree.call(address);
        address = 0;
    }
}
