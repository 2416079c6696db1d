package graphinvalidate;

/**
 * The whole job in one call. For more than one user a {@link GraphInvalidateClient} is better: it keeps its
 * connections.
 */
public final class GraphInvalidate {
    private GraphInvalidate() {
    }

    /**
     * Invalidates all refresh tokens and session cookies of a user, and waits until the service has accepted or
     * refused.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @param token an access token for Microsoft Graph.
     * @return what became of it; its status is {@link Status#ACCEPTED}.
     * @throws GraphInvalidateException where it failed; its class tells the kind of failure.
     * @throws NativeLibraryException where the native library cannot be loaded.
     */
    public static InvalidateOutcome invalidateAllRefreshTokens(String user, String token) {
        try (GraphInvalidateClient client = GraphInvalidateClient.builder().token(token).build()) {
            return client.invalidate(user);
        }
    }

    /**
     * The same with a token that the caller wipes; the library wipes its own copies.
     *
     * @param user an object id or a user principal name; "me" for the signed-in user.
     * @param token an access token for Microsoft Graph.
     * @return what became of it; its status is {@link Status#ACCEPTED}.
     * @throws GraphInvalidateException where it failed; its class tells the kind of failure.
     * @throws NativeLibraryException where the native library cannot be loaded.
     */
    public static InvalidateOutcome invalidateAllRefreshTokens(String user, char[] token) {
        try (GraphInvalidateClient client = GraphInvalidateClient.builder().token(token).build()) {
            return client.invalidate(user);
        }
    }
}
