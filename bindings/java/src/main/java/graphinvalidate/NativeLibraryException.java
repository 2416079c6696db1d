package graphinvalidate;

/** The native library could not be loaded: the message says which, why, and what to do. */
public final class NativeLibraryException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NativeLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
