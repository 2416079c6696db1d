/** The version of this package, which is that of its addon. */
export const VERSION = "0.1.0";
