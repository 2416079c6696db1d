package graphinvalidate;

/** Reads what the library hands out, and frees it. */
final class Outcomes {
    private static final int FIRST_FAILURE = 100;

    private Outcomes() {
    }

    /** Reads an outcome, or throws it where the status is a failure. */
    static InvalidateOutcome take(Library library, long status, long address) {
        InvalidateOutcome outcome = read(library, status, address);
        if (status >= FIRST_FAILURE) {
            throw GraphInvalidateException.of((int) status, outcome, null);
        }
        return outcome;
    }

    /** Throws where the status is a failure. */
    static void check(Library library, long status, long failure) {
        if (status >= FIRST_FAILURE) {
            take(library, status, failure);
        }
        library.abi.outcomeFree.call(failure);
    }

    /** The status of an outcome that is there. */
    static int status(Library library, long address) {
        Reader reader = new Reader(library.foreign, address, 16);
        reader.wide();
        return reader.word();
    }

    /** Reads an outcome, which may be missing. */
    static InvalidateOutcome read(Library library, long status, long address) {
        if (address == 0) {
            return new InvalidateOutcome(Status.of((int) status), null, null, null);
        }
        try {
            return new InvalidateOutcome(Reader.sized(library.foreign, address, Abi.OUTCOME_SIZE));
        } finally {
            library.abi.outcomeFree.call(address);
        }
    }
}
