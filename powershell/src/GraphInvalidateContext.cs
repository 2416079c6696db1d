using System;
using System.Collections.Generic;

namespace GraphInvalidate.PowerShell;

/// <summary>Where an access token comes from.</summary>
public enum TokenSource
{
    /// <summary>It was given to Connect-GraphInvalidate.</summary>
    AccessToken,

    /// <summary>A script block that was given to Connect-GraphInvalidate is asked before each call.</summary>
    AccessTokenProvider,

    /// <summary>It is in the variable GRAPH_INVALIDATE_TOKEN.</summary>
    EnvironmentVariable,

    /// <summary>Connect-GraphInvalidate has signed in; the token is renewed when it is time.</summary>
    SignIn,
}

/// <summary>As whom a connection acts, in the words of Get-MgContext.</summary>
public enum AuthenticationType
{
    /// <summary>As a person who has signed in.</summary>
    Delegated,

    /// <summary>As an application.</summary>
    AppOnly,

    /// <summary>As whoever got the token that was given.</summary>
    UserProvidedAccessToken,
}

/// <summary>How a connection comes by its tokens, in the words of Get-MgContext where it has some.</summary>
public enum TokenCredentialType
{
    /// <summary>A token was given, or is asked of a script block.</summary>
    UserProvidedAccessToken,

    /// <summary>A person has entered a code at a sign-in page.</summary>
    DeviceCode,

    /// <summary>An application with a client secret.</summary>
    ClientSecret,

    /// <summary>An application with a certificate.</summary>
    ClientCertificate,

    /// <summary>The managed identity of this machine or service.</summary>
    ManagedIdentity,

    /// <summary>The application that the environment describes.</summary>
    EnvironmentVariable,

    /// <summary>A workload that another issuer vouches for.</summary>
    WorkloadIdentity,

    /// <summary>An application for which the managed identity of this machine or service vouches.</summary>
    ManagedIdentityFederated,

    /// <summary>Whoever is signed in to the Azure CLI.</summary>
    AzureCli,

    /// <summary>The first of these that was there.</summary>
    Chain,
}

/// <summary>
/// As whom, where and until when this runspace's calls act, as far as that is known without asking anybody; never the
/// token or another secret.
/// </summary>
public sealed class GraphInvalidateContext
{
    internal GraphInvalidateContext(Connection connection)
    {
        Connection = connection;
        GraphInvalidateClientOptions options = connection.Options;
        TokenAccess? access = connection.AccessAtHand();
        TokenSource = connection.TokenSource;
        TokenCredentialType = connection.SignInMethod?.Type ?? TokenCredentialType.UserProvidedAccessToken;
        AuthType = (connection.SignInMethod, access?.Kind) switch
        {
            (null, _) => AuthenticationType.UserProvidedAccessToken,
            (_, "delegated") => AuthenticationType.Delegated,
            (_, "application") => AuthenticationType.AppOnly,
            _ => null,
        };
        Account = access?.User;
        AppName = access?.Application;
        ClientId = access?.ApplicationId ?? connection.SignInMethod?.ClientId;
        TenantId = access?.Tenant ?? connection.SignInMethod?.Tenant;
        ExpectTenant = options.ExpectTenant;
        Environment = options.Cloud ?? access?.Cloud;
        Scopes = access?.Permissions ?? [];
        Expires = access?.Expires;
        Endpoint = connection.NamedEndpoint ?? access?.Endpoint;
        Api = options.Api;
        ClientTimeout = options.Timeout;
        CaFile = options.CaFile;
    }

    /// <summary>The connection itself, which -Connection takes.</summary>
    internal Connection Connection { get; }

    /// <summary>As whom calls act; null where the token does not tell.</summary>
    public AuthenticationType? AuthType { get; }

    /// <summary>How the connection comes by its tokens.</summary>
    public TokenCredentialType TokenCredentialType { get; }

    /// <summary>Where the access token comes from.</summary>
    public TokenSource TokenSource { get; }

    /// <summary>
    /// The user principal name of the signed-in user; null for an application, and where it is unknown.
    /// </summary>
    public string? Account { get; }

    /// <summary>The application's name.</summary>
    public string? AppName { get; }

    /// <summary>The application's id.</summary>
    public string? ClientId { get; }

    /// <summary>The tenant: by its id, or as it was given.</summary>
    public string? TenantId { get; }

    /// <summary>The only tenant in which calls may act, where one was named.</summary>
    public string? ExpectTenant { get; }

    /// <summary>The national cloud: as it was given, or as the token tells.</summary>
    public string? Environment { get; }

    /// <summary>The delegated scopes, or the application's roles.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The end of the token's lifetime. A sign-in is renewed before.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>The root of the service: where requests go, as far as that is known.</summary>
    public string? Endpoint { get; }

    /// <summary>Which action is called; null is <c>beta</c>.</summary>
    public string? Api { get; }

    /// <summary>How long one call may take; null is 100 seconds.</summary>
    public TimeSpan? ClientTimeout { get; }

    /// <summary>Further certificate authorities, where some were named.</summary>
    public string? CaFile { get; }

    /// <summary>Shows whose connection it is, and where it goes.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Account ?? AppName ?? ClientId ?? TokenCredentialType.ToString()} in {TenantId ?? "an unknown tenant"}, at {Endpoint ?? "Microsoft Graph"}";
}
