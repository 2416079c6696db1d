using System;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;

/// <summary>Lets any credential of Azure.Identity provide the access tokens of a client.</summary>
internal static class TokenCredentials
{
    /// <summary>Gives an access token provider; the credential keeps its tokens until they are about to expire.</summary>
    /// <param name="credential">Any credential: DefaultAzureCredential, ClientSecretCredential, ManagedIdentityCredential, …</param>
    /// <param name="graph">The root of Microsoft Graph in the tenant's cloud.</param>
    public static Func<CancellationToken, Task<string>> ForGraph(this TokenCredential credential, string graph = "https://graph.microsoft.com")
    {
        TokenRequestContext request = new([graph + "/.default"]);
        return async cancellation => (await credential.GetTokenAsync(request, cancellation).ConfigureAwait(false)).Token;
    }
}
