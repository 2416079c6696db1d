package graphinvalidate;

/** What these classes need of a way to call C: memory by its address, and functions by their names. */
abstract class Foreign {
    /** A function of C. Numbers of 32 bits are taken from, and given as, longs. */
    interface Procedure {
        long call(long... arguments);
    }

    /** Opens the library at a path, for {@link #procedure}. */
    abstract void open(String path);

    /** Finds a function of the library; its types are one letter each, the result first: v(oid), i(nt), l(ong). */
    abstract Procedure procedure(String name, String types);

    /** Finds a function of the C library of the system; null where it has none. */
    abstract Procedure ofSystem(String name, String types);

    abstract long allocate(long size);

    abstract void free(long address);

    abstract void write(long address, byte[] bytes);

    abstract byte[] read(long address, int length);

    /** Reads UTF-8 up to its NUL. */
    abstract String text(long address);
}
