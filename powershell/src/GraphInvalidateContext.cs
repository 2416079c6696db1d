using System;

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
}

/// <summary>Where this runspace's calls go, and where its token comes from; never the token.</summary>
public sealed class GraphInvalidateContext
{
    internal GraphInvalidateContext(Connection connection)
    {
        TokenSource = connection.TokenSource;
        Environment = connection.Options.Cloud;
        Endpoint = connection.Options.Endpoint;
        Api = connection.Options.Api;
        ClientTimeout = connection.Options.Timeout;
        CaFile = connection.Options.CaFile;
    }

    /// <summary>Where the access token comes from.</summary>
    public TokenSource TokenSource { get; }

    /// <summary>The national cloud; null where the token's own claims choose it.</summary>
    public string? Environment { get; }

    /// <summary>The root of the service, where one was named.</summary>
    public string? Endpoint { get; }

    /// <summary>Which action is called; null is <c>beta</c>.</summary>
    public string? Api { get; }

    /// <summary>How long one call may take; null is 100 seconds.</summary>
    public TimeSpan? ClientTimeout { get; }

    /// <summary>Further certificate authorities, where some were named.</summary>
    public string? CaFile { get; }
}
