// Made by `cargo xtask abi` from the library's source: do not edit.
using System;
using System.Collections.Generic;

namespace GraphInvalidate;

/// <content>The options that every language has.</content>
public sealed partial record GraphInvalidateClientOptions
{
    private Given<string> _endpoint;
    private TimeSpan? _timeout;
    private Given<string> _caFile;
    private Given<string> _expectTenant;

    /// <summary>
    /// The access token, without or with "Bearer " in front; may come later, with
    /// <see cref="GraphInvalidateClient.SetAccessToken"/>. It is never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? AccessToken { get; set; }

    /// <summary>
    /// The national cloud: "global", "usgov", "usgov-dod" or "china". Left out: the token's own claims choose
    /// it.
    /// </summary>
    public string? Cloud { get; set; }

    /// <summary>
    /// The root of the service, "https://host[:port]", plain http to loopback only. The token is sent there:
    /// name only what you trust. With a cloud it says where requests go, and the cloud whose tokens a
    /// credential asks for. With neither endpoint nor cloud the environment's GRAPH_INVALIDATE_ENDPOINT
    /// applies, where it names a Graph host or loopback; anything else there is an error.
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

    /// <summary>
    /// "beta" (the default: invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions).
    /// </summary>
    public string? Api { get; set; }

    /// <summary>
    /// Maximum time for one call, with all attempts and waits. Left out: 100 seconds. <see
    /// cref="System.Threading.Timeout.InfiniteTimeSpan"/>: no limit. The time of an access token provider
    /// counts.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is below zero, or more than 49 days.</exception>
    public TimeSpan? Timeout
    {
        get => _timeout;
        set => _timeout = Options.Checked(value);
    }

    /// <summary>
    /// An HTTP proxy, "http://[user:password@]host:port". A proxy variable that cannot be used is
    /// <c>invalid_proxy</c>. Loopback never goes through a proxy. Left out: HTTPS_PROXY or ALL_PROXY of the
    /// environment; NO_PROXY always applies. It is never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? Proxy { get; set; }

    /// <summary>
    /// A PEM file of certificate authorities, trusted in addition to the system's, or of the server's own
    /// certificate.
    /// </summary>
    /// <remarks>
    /// Refused when the client is made where it was set to null: a variable that is missing is not the same
    /// as left out.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? CaFile
    {
        get => _caFile.Value;
        set => _caFile = new(value);
    }

    /// <summary>
    /// Additional headers for every request. Left out: none. It is never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public IDictionary<string, string>? Headers { get; set; }

    /// <summary>
    /// How the client signs in by itself, instead of <see cref="AccessToken"/>: one of the two may be given.
    /// Copied when the client is made.
    /// </summary>
    public GraphInvalidateCredential? Credential { get; set; }

    /// <summary>
    /// The id of the only tenant in which the client may act: with a token of another tenant, or one that
    /// names no tenant, nothing is sent. Left out: the variable GRAPH_INVALIDATE_EXPECT_TENANT, if set.
    /// </summary>
    /// <remarks>
    /// Refused when the client is made where it was set to null: a variable that is missing is not the same
    /// as left out.
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
    /// The environment variables to read, instead of those of the process. Left out: those that <see
    /// cref="System.Environment.GetEnvironmentVariables()"/> shows when the client is made, so also what the
    /// program has set itself. SSL_CERT_FILE and SSL_CERT_DIR are always those that the process was started
    /// with; <see cref="CaFile"/> stands in for them. It is never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public IDictionary<string, string>? Environment { get; set; }

    /// <summary>Shows where calls go, and no secret.</summary>
    /// <returns>The options that hold no secret.</returns>
    public override string ToString() =>
        $"{nameof(GraphInvalidateClientOptions)} {{"
        + $" Cloud = {Cloud}"
        + $", Endpoint = {Options.Shown(Endpoint)}"
        + $", Api = {Api}"
        + $", Timeout = {Timeout}"
        + $", CaFile = {CaFile}"
        + $", ExpectTenant = {ExpectTenant}"
        + $", Headers = {Options.Names(Headers)}"
        + $", Credential = {Credential}"
        + " }";

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
}
