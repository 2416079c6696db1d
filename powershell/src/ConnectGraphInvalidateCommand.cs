using System;
using System.Management.Automation;
using System.Security;

namespace GraphInvalidate.PowerShell;

/// <summary>Says which access token this runspace's calls use, and where they go.</summary>
/// <remarks>
/// <para>Nothing is sent and nothing is shown. Where it fails, the connection that was there stays. Another runspace, for example that of ForEach-Object -Parallel, has a connection of its own. Without a connection the variable GRAPH_INVALIDATE_TOKEN of the environment gives the token.</para>
/// </remarks>
/// <example>
/// <code>Connect-GraphInvalidate -AccessToken (ConvertTo-SecureString $token -AsPlainText -Force)</code>
/// <para>Connects with a token that another tool gave.</para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -AccessTokenProvider { (Get-AzAccessToken -ResourceTypeName MSGraph -AsSecureString).Token }</code>
/// <para>Asks another module for a token before each call, so that a long script outlives its first token.</para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -AccessToken $secureToken -Environment USGov -ClientTimeout 30</code>
/// <para>Connects to another national cloud, and gives each call half a minute.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "GraphInvalidate", DefaultParameterSetName = Token)]
public sealed class ConnectGraphInvalidateCommand : GraphInvalidateCommand
{
    private const string Token = "AccessTokenParameterSet";
    private const string Provider = "AccessTokenProviderParameterSet";

    /// <summary>An access token for Microsoft Graph. It is not renewed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Token)]
    public SecureString AccessToken { get; set; } = new();

    /// <summary>A script block that is asked before each call, and once more when a token had expired. Its last output is the token, a SecureString or a String; keeping it from call to call is its own affair.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Provider)]
    public ScriptBlock? AccessTokenProvider { get; set; }

    /// <summary>The national cloud: Global, USGov, USGovDoD or China. Without it the token's own claims choose.</summary>
    [Parameter]
    [Alias("EnvironmentName", "NationalCloud", "Cloud")]
    public string? Environment { get; set; }

    /// <summary>The root of the service, https://host[:port], instead of a cloud's; plain http to loopback only. The token is sent there: name only what you trust.</summary>
    [Parameter]
    public string? Endpoint { get; set; }

    /// <summary>Which action is called: beta (invalidateAllRefreshTokens, the default) or v1.0 (revokeSignInSessions).</summary>
    [Parameter]
    public string? Api { get; set; }

    /// <summary>How many seconds one call may take, all its attempts and waits; 100 without it.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(0.001, 4_000_000)]
    public double ClientTimeout { get; set; }

    /// <summary>A PEM file of certificate authorities, trusted besides the system's.</summary>
    [Parameter]
    public string? CaFile { get; set; }

    /// <summary>Accepted for scripts that have it: there is no welcome to leave out.</summary>
    [Parameter]
    public SwitchParameter NoWelcome { get; set; }

    /// <summary>Connects.</summary>
    protected override void EndProcessing()
    {
        GraphInvalidateClientOptions options = new()
        {
            Cloud = Environment,
            Endpoint = Endpoint,
            Api = Api,
            CaFile = CaFile is null ? null : GetUnresolvedProviderPathFromPSPath(CaFile),
            Timeout = ClientTimeout > 0 ? TimeSpan.FromSeconds(ClientTimeout) : null,
        };
        // What was connected before stays where this fails.
        Connection? connection = Attempt(
            target: null,
            () => AccessTokenProvider is { } provider
                ? new Connection(options, TokenSource.AccessTokenProvider, token: null, provider)
                : new Connection(options, TokenSource.AccessToken, AccessToken.Copy()),
            goOn: false);
        Connection.Replace(connection);
    }
}
