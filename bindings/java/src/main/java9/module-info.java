/** Signs a Microsoft Entra user out everywhere, and proves it. */
module graphinvalidate {
    // For Java 8 to 21; later ones call C by themselves.
    requires static com.sun.jna;

    exports graphinvalidate;
}
