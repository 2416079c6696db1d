using Azure.Core;
using GraphInvalidate;

/// <summary>Lets any credential of Azure.Identity provide the access tokens of a client.</summary>
internal static class TokenCredentials
{
    /// <summary>
    /// Makes a client that asks the credential before each call; the credential keeps its tokens until they are about
    /// to expire.
    /// </summary>
    /// <param name="credential">Any credential: DefaultAzureCredential, ClientSecretCredential,
    /// ManagedIdentityCredential, …</param>
    /// <param name="options">How the client is set up otherwise; for a national cloud, name it here and in the
    /// credential's own options.</param>
    public static GraphInvalidateClient ToClient(this TokenCredential credential, GraphInvalidateClientOptions? options = null)
    {
        GraphInvalidateClient? client = null;
        client = new GraphInvalidateClient((options ?? new()) with
        {
            AccessTokenProvider = async cancellation =>
                (await credential.GetTokenAsync(new TokenRequestContext([client!.Scope]), cancellation).ConfigureAwait(false)).Token,
        });
        return client;
    }
}
