using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate.PowerShell;

/// <summary>Where one runspace's calls go and with which token; and the clients that were made for it.</summary>
internal sealed class Connection : IDisposable
{
    internal const string TokenVariable = "GRAPH_INVALIDATE_TOKEN";
    private const string ExpectTenantVariable = "GRAPH_INVALIDATE_EXPECT_TENANT";
    private const string EndpointVariable = "GRAPH_INVALIDATE_ENDPOINT";
    private const string Pending = "sign_in_pending";

    /// <summary>Every runspace has its own: what one connects, another neither sees nor uses.</summary>
    private static readonly ConditionalWeakTable<Runspace, Slot> Slots = new();

    private readonly GraphInvalidateClientOptions _options;
    private readonly SecureString? _token;
    private readonly ProxyAddress? _proxy;
    private readonly GraphInvalidateClient _client;
    private GraphInvalidateClient? _variant;
    private IReadOnlyList<KeyValuePair<string, string>> _variantHeaders = [];
    private ProxyAddress? _variantProxy;

    /// <summary>Connects with a token that was given; the options hold none. Nothing is sent.</summary>
    internal Connection(GraphInvalidateClientOptions options, ProxyAddress? proxy, SecureString token)
        : this(options, proxy, TokenSource.AccessToken, token, method: null)
    {
    }

    /// <summary>Connects with whatever a script block will give. Nothing is sent.</summary>
    internal Connection(GraphInvalidateClientOptions options, ProxyAddress? proxy, ScriptBlock provider)
        : this(options with { AccessTokenProvider = _ => Task.FromResult(Ask(provider)), AsksOnCallingThread = true }, proxy, TokenSource.AccessTokenProvider, token: null, method: null)
    {
    }

    /// <summary>Connects with what signs in. Nothing is sent before <see cref="SignIn"/>.</summary>
    internal Connection(GraphInvalidateClientOptions options, ProxyAddress? proxy, SignInMethod method)
        : this(options, proxy, TokenSource.SignIn, token: null, method)
    {
    }

    private Connection(string? token, string? expectedTenant)
        : this(expectedTenant is null ? new() : new() { ExpectTenant = expectedTenant }, proxy: null, TokenSource.EnvironmentVariable, token is null ? null : Secure(token), method: null)
    {
    }

    private Connection(GraphInvalidateClientOptions options, ProxyAddress? proxy, TokenSource source, SecureString? token, SignInMethod? method)
    {
        _options = options;
        _proxy = proxy;
        _token = token;
        TokenSource = source;
        SignInMethod = method;
        _client = Make(options, proxy);
    }

    internal TokenSource TokenSource { get; }

    /// <summary>What signs in; null where a token is given.</summary>
    internal SignInMethod? SignInMethod { get; }

    /// <summary>Whether a person had to be asked to sign in.</summary>
    internal bool IsOfAPerson { get; private set; }

    internal GraphInvalidateClientOptions Options => _options;

    /// <summary>What Connect-GraphInvalidate made in this runspace, or else what the environment's token makes.</summary>
    internal static Connection Current
    {
        get
        {
            Slot slot = Here;
            if (slot.Connected is { } connected)
            {
                return connected;
            }

            (string? Token, string? ExpectedTenant, string? Endpoint) said = (Variable(TokenVariable), ExpectedTenant, Variable(EndpointVariable));
            if (slot.FromEnvironment is null || slot.Said != said)
            {
                slot.FromEnvironment?.Dispose();
                slot.FromEnvironment = null;
                slot.FromEnvironment = new Connection(said.Token, said.ExpectedTenant);
                slot.Said = said;
            }

            return slot.FromEnvironment;
        }
    }

    /// <summary>What there is to show: null where nothing was connected and the environment has no token.</summary>
    internal static Connection? Known => Here.Connected ?? (Variable(TokenVariable) is null ? null : Current);

    /// <summary>The only tenant in which calls may act, as this session's environment has it.</summary>
    internal static string? ExpectedTenant => Variable(ExpectTenantVariable);

    /// <summary>What Connect-GraphInvalidate made in this runspace.</summary>
    internal static Connection? Connected => Here.Connected;

    private static Slot Here => Slots.GetOrCreateValue(Runspace.DefaultRunspace);

    /// <summary>Makes a connection this runspace's own, or with null none; what was there before is freed.</summary>
    internal static void Replace(Connection? connection)
    {
        Slot slot = Here;
        slot.Connected?.Dispose();
        slot.FromEnvironment?.Dispose();
        slot.FromEnvironment = null;
        slot.Connected = connection;
    }

    /// <summary>The client for a call; the last one with headers or a proxy of its own is kept, for scripts that loop.</summary>
    internal GraphInvalidateClient Client(IReadOnlyList<KeyValuePair<string, string>>? headers = null, Uri? proxy = null, PSCredential? proxyCredential = null)
    {
        headers ??= [];
        if (headers.Count == 0 && proxy is null)
        {
            return _client;
        }

        if (IsOfAPerson)
        {
            throw new RuntimeException(
                "A person has signed in for this connection, which a call with -Headers or -Proxy of its own cannot use: give -Proxy to Connect-GraphInvalidate, and leave out -Headers.");
        }

        bool isSameProxy = _variantProxy?.IsOf(proxy, proxyCredential) ?? proxy is null;
        if (_variant is null || !isSameProxy || !headers.SequenceEqual(_variantHeaders))
        {
            _variant?.Dispose();
            _variantProxy?.Dispose();
            _variant = null;
            (_variantHeaders, _variantProxy) = (headers, ProxyAddress.Of(proxy, proxyCredential));
            _variant = Make(_options with { Headers = headers.ToDictionary(header => header.Key, header => header.Value) }, _variantProxy ?? _proxy);
        }

        return _variant;
    }

    /// <summary>Signs in, so that what could fail does so now; a person is shown what to do, and waited for.</summary>
    /// <returns>Who has signed in, in a sentence.</returns>
    internal string? SignIn(Action<string> show, CancellationToken cancellation)
    {
        string? shown = null;
        InvalidateOutcome outcome = _client.SignIn(cancellation);
        for (; outcome.Status == Pending; outcome = _client.SignIn(cancellation))
        {
            IsOfAPerson = true;
            if (outcome.Code != shown)
            {
                shown = outcome.Code;
                show(outcome.Message ?? string.Empty);
            }
        }

        return outcome.Message;
    }

    /// <summary>What the token tells that is there already; null where somebody would have to be asked for one.</summary>
    internal TokenAccess? AccessAtHand() => TokenSource == TokenSource.AccessTokenProvider ? null : _client.Access();

    public void Dispose()
    {
        _client.Dispose();
        _variant?.Dispose();
        _variantProxy?.Dispose();
        _proxy?.Dispose();
        _token?.Dispose();
        SignInMethod?.Dispose();
    }

    private GraphInvalidateClient Make(GraphInvalidateClientOptions options, ProxyAddress? proxy)
    {
        options = options with { Proxy = proxy?.Open() };
        if (SignInMethod is { } method)
        {
            return method.Make(options);
        }

        using PlainText token = new(_token);
        return new(options with { AccessToken = token.Text });
    }

    /// <summary>The last thing that the script block gives, as text.</summary>
    private static string Ask(ScriptBlock provider) => provider.Invoke().LastOrDefault()?.BaseObject switch
    {
        string token => token,
        SecureString token => PlainText.Read(token),
        _ => throw new RuntimeException(
            "The script block of -AccessTokenProvider gave no access token: its last output must be a String or a SecureString."),
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static SecureString Secure(string token) => new NetworkCredential(string.Empty, token).SecurePassword;

    private sealed class Slot
    {
        internal Connection? Connected { get; set; }

        internal Connection? FromEnvironment { get; set; }

        /// <summary>What the environment said when that was made.</summary>
        internal (string? Token, string? ExpectedTenant, string? Endpoint) Said { get; set; }
    }
}
