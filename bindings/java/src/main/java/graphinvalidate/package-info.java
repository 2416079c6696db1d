/**
 * Signs a Microsoft Entra user out everywhere, and proves it: {@link graphinvalidate.GraphInvalidate} for one call,
 * {@link graphinvalidate.GraphInvalidateClient} for more.
 */
package graphinvalidate;
