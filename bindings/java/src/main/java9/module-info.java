import org.jspecify.annotations.NullMarked;

/** Signs a Microsoft Entra user out everywhere, and proves it. What may be null says so. */
@NullMarked
module graphinvalidate {
    // For Java 8 to 21; later ones call C by themselves.
    requires static com.sun.jna;

    // For compilers: nothing of it is needed at run time.
    requires static org.jspecify;

    exports graphinvalidate;
}
