using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

/// <summary>How a <see cref="GraphInvalidateClient"/> is set up. Everything left out has a sensible default.</summary>
public sealed record GraphInvalidateClientOptions
{
    private TimeSpan? _timeout;
    private Given<string> _expectTenant;
    private Given<string> _endpoint;
    private Given<string> _caFile;

    /// <summary>
    /// The access token for Microsoft Graph, without or with <c>Bearer </c> in front. May come later, by
    /// <see cref="GraphInvalidateClient.SetAccessToken"/>. It is never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? AccessToken { get; set; }

    /// <summary>
    /// Is asked for an access token for each call, and once more after a call whose token had expired; caching is its
    /// own affair. What it gives goes with that call alone, so that one client serves many identities.
    /// </summary>
    /// <remarks>
    /// It is asked with the execution context of whoever calls (<see cref="AsyncLocal{T}"/>): on the calling thread
    /// where that has a <see cref="SynchronizationContext"/>, otherwise on another one, so that a provider that blocks
    /// holds nobody up. It is given a cancellation token, and should obey it; a call ends in its time all the same.
    /// Where it throws, the call fails with a <see cref="TokenException"/> whose inner exception is what it threw. It
    /// beats <see cref="AccessToken"/> and <see cref="Credential"/>.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore]
#endif
    public Func<CancellationToken, Task<string>>? AccessTokenProvider { get; set; }

    /// <summary>
    /// How the client signs in by itself, instead of <see cref="AccessToken"/>: one of the two may be given. Copied
    /// when the client is made.
    /// </summary>
    public GraphInvalidateCredential? Credential { get; set; }

    /// <summary>
    /// The id of the only tenant in which the client may act: with a token of another one, or of none that it tells,
    /// nothing is sent. Left out, <c>GRAPH_INVALIDATE_EXPECT_TENANT</c> of the <see cref="Environment"/> applies, if
    /// set.
    /// </summary>
    /// <remarks>
    /// Refused when the client is made where it was set to null: a variable that is missing is not the same as left
    /// out.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? ExpectTenant
    {
        get => _expectTenant.Value;
        set => _expectTenant = new(value);
    }

    /// <summary>
    /// The national cloud: <c>global</c>, <c>usgov</c>, <c>usgov-dod</c> or <c>china</c>. Left out, the token's own
    /// claims choose it.
    /// </summary>
    public string? Cloud { get; set; }

    /// <summary>
    /// The root of the service, <c>https://host[:port]</c>, plain http to loopback only; beats <see cref="Cloud"/>. The
    /// access token is sent there: name only what you trust. With neither endpoint nor cloud
    /// <c>GRAPH_INVALIDATE_ENDPOINT</c> of the <see cref="Environment"/> applies, where it names a Graph host or
    /// loopback; anything else there is an error.
    /// </summary>
    /// <remarks>
    /// Refused when the client is made where it was set to null: calls would go elsewhere than was meant.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? Endpoint
    {
        get => _endpoint.Value;
        set => _endpoint = new(value);
    }

    /// <summary><c>beta</c> (the default: invalidateAllRefreshTokens) or <c>v1.0</c> (revokeSignInSessions).</summary>
    public string? Api { get; set; }

    /// <summary>
    /// How long one call may take, all its attempts and waits and an access token provider's time. Left out: 100
    /// seconds. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is below zero, or more than 49 days.</exception>
    public TimeSpan? Timeout
    {
        get => _timeout;
        set => _timeout = Options.Checked(value);
    }

    /// <summary>
    /// An HTTP proxy, <c>http://[user:password@]host:port</c>. Left out, HTTPS_PROXY and NO_PROXY of the
    /// <see cref="Environment"/> apply. Loopback never goes through a proxy. It is never shown by
    /// <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? Proxy { get; set; }

    /// <summary>A PEM file of certificate authorities, trusted besides the system's.</summary>
    /// <remarks>Refused when the client is made where it was set to null.</remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? CaFile
    {
        get => _caFile.Value;
        set => _caFile = new(value);
    }

    /// <summary>Further headers for every request. Their values are never shown by <see cref="ToString"/>.</summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public IDictionary<string, string>? Headers { get; set; }

    /// <summary>
    /// The variables to read, instead of the environment. Left out: those that
    /// <see cref="System.Environment.GetEnvironmentVariables()"/> shows when the client is made, so also what the
    /// program has set itself. They are never shown by <see cref="ToString"/>. SSL_CERT_FILE and SSL_CERT_DIR are those
    /// that the process was started with; <see cref="CaFile"/> stands in for them.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public IDictionary<string, string>? Environment { get; set; }

    /// <summary>
    /// Whether the provider may run on no other thread than the one that calls: script blocks belong to their runspace.
    /// </summary>
    internal bool AsksOnCallingThread { get; set; }

    /// <summary>Shows where calls go, and no secret.</summary>
    /// <returns>The options that hold no secret.</returns>
    public override string ToString() =>
        $"{nameof(GraphInvalidateClientOptions)} {{ Cloud = {Cloud}, Endpoint = {Options.Shown(Endpoint)}, Api = {Api}, Timeout = {Timeout}, CaFile = {CaFile}, "
        + $"ExpectTenant = {ExpectTenant}, Headers = {Options.Names(Headers)}, Credential = {Credential} }}";

    internal unsafe graph_client_options ToNative(NativeStrings strings)
    {
        graph_client_options native = new()
        {
            struct_size = (nuint)sizeof(graph_client_options),
            token = strings.Add(AccessToken),
            cloud = strings.Add(Cloud),
            endpoint = strings.Add(_endpoint.OrRefused(nameof(Endpoint))),
            api = strings.Add(Api),
            timeout_ms = Options.Milliseconds(Timeout),
            proxy = strings.Add(Proxy),
            ca_file = strings.Add(_caFile.OrRefused(nameof(CaFile))),
            credential = Credential is null ? null : Credential.ToNative(strings),
            expect_tenant = strings.Add(_expectTenant.OrRefused(nameof(ExpectTenant))),
        };
        native.headers = (graph_header*)strings.Add(Headers, out native.headers_len);
        native.environment = (graph_variable*)strings.Add(Environment ?? Own(), out native.environment_len);
        return native;
    }

    /// <summary>
    /// The environment as .NET has it: outside Windows the native library does not see what a program has set in it.
    /// </summary>
    private static Dictionary<string, string> Own() => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? string.Empty);
}
