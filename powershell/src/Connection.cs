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
using Microsoft.PowerShell.Commands;
using Shell = System.Management.Automation.PowerShell;

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

    /// <summary>The runspaces that have said Connect-GraphInvalidate.</summary>
    private static readonly List<WeakReference<Runspace>> Connecting = [];

    private readonly GraphInvalidateClientOptions _options;
    private readonly SecureString? _token;
    private readonly ProxyAddress? _proxy;
    private readonly GraphInvalidateClient _client;
    private readonly object _varying = new();
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
        : this(options with { AccessTokenProvider = Asking(provider), AsksOnCallingThread = true }, proxy, TokenSource.AccessTokenProvider, token: null, method: null)
    {
    }

    /// <summary>Connects with what signs in. Nothing is sent before <see cref="SignIn"/>.</summary>
    internal Connection(GraphInvalidateClientOptions options, ProxyAddress? proxy, SignInMethod method)
        : this(options, proxy, TokenSource.SignIn, token: null, method)
    {
    }

    private Connection(string? token, string? expectedTenant)
        : this(string.IsNullOrWhiteSpace(expectedTenant) ? new() : new() { ExpectTenant = expectedTenant }, proxy: null, TokenSource.EnvironmentVariable, token is null ? null : Secure(token), method: null)
    {
    }

    private Connection(GraphInvalidateClientOptions options, ProxyAddress? proxy, TokenSource source, SecureString? token, SignInMethod? method)
    {
        _options = options;
        _proxy = proxy;
        _token = token;
        TokenSource = source;
        SignInMethod = method;
        NamedEndpoint = options.Endpoint ?? (options.Cloud is null ? Variable(EndpointVariable) : null);
        _client = Make(options, proxy);
    }

    internal TokenSource TokenSource { get; }

    /// <summary>What signs in; null where a token is given.</summary>
    internal SignInMethod? SignInMethod { get; }

    /// <summary>Whether a person had to be asked to sign in.</summary>
    internal bool IsOfAPerson { get; private set; }

    /// <summary>The root of the service that was named when it was made, here or in the environment.</summary>
    internal string? NamedEndpoint { get; }

    /// <summary>
    /// Whether a script holds it, which may use it in other runspaces: then it outlives another connection in this one.
    /// </summary>
    internal bool IsHandedOut { get; set; }

    internal GraphInvalidateClientOptions Options => _options;

    /// <summary>
    /// What Connect-GraphInvalidate made in this runspace, or else what the environment's token makes; never one in
    /// place of the other.
    /// </summary>
    internal static Connection Current
    {
        get
        {
            Slot slot = Here;
            if (slot.Connected is { } connected)
            {
                return connected;
            }

            if (Refusal is { } sentence)
            {
                throw new RuntimeException(
                    sentence, null, new ErrorRecord(new PSInvalidOperationException(sentence), "NotConnected", ErrorCategory.ConnectionError, targetObject: null));
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

    /// <summary>
    /// What there is to show: null where nothing was connected and the environment has no token, or its token may not
    /// be used.
    /// </summary>
    internal static Connection? Known => Here.Connected ?? (Variable(TokenVariable) is null || Refusal is not null ? null : Current);

    /// <summary>
    /// Why calls are refused here until Connect-GraphInvalidate or Disconnect-GraphInvalidate is said; null where they
    /// are not.
    /// </summary>
    internal static string? Refusal => Here switch
    {
        { Connected: not null } or { IsDisconnected: true } => null,
        { Lost: { } lost } => $"{lost} Nothing is sent until Connect-GraphInvalidate is run, or Disconnect-GraphInvalidate to go on without a connection.",
        _ when IsConnectedElsewhere() => "Another runspace of this process is connected, and this one is not. Pass it the connection with -Connection (Connect-GraphInvalidate -PassThru gives it),"
            + " or run Connect-GraphInvalidate here, or Disconnect-GraphInvalidate to go on without a connection.",
        _ => null,
    };

    /// <summary>
    /// The only tenant in which calls may act, as this session's environment has it; empty where it is set to nothing,
    /// which the client refuses.
    /// </summary>
    internal static string? ExpectedTenant => Environment.GetEnvironmentVariable(ExpectTenantVariable);

    /// <summary>What Connect-GraphInvalidate made in this runspace.</summary>
    internal static Connection? Connected => Here.Connected;

    private static Slot Here => Slots.GetOrCreateValue(Runspace.DefaultRunspace);

    /// <summary>
    /// Makes a connection this runspace's own; what was there before is freed, unless a script holds it.
    /// </summary>
    internal static void Replace(Connection connection)
    {
        Here.Set(connection, lost: null);
        lock (Connecting)
        {
            Connecting.RemoveAll(runspace => !runspace.TryGetTarget(out Runspace target) || target == Runspace.DefaultRunspace);
            Connecting.Add(new(Runspace.DefaultRunspace));
        }
    }

    /// <summary>
    /// Ends this runspace's connection, as it was wished: from now on there is none, and the environment's token
    /// counts.
    /// </summary>
    internal static void End()
    {
        Connection? connected = Here.Connected;
        Here.Set(connection: null, lost: null);
        Here.IsDisconnected = true;
        connected?.Dispose();
    }

    /// <summary>Ends a connection that nobody wished to end: nothing may take its place without a word.</summary>
    internal static void Lose(string why)
    {
        if (Runspace.DefaultRunspace is not null && Here.Connected is not null)
        {
            Here.Set(connection: null, why);
        }
    }

    /// <summary>Marks that connecting has failed: what was connected before is not what was wanted any more.</summary>
    internal static void Fail()
    {
        if (Runspace.DefaultRunspace is not null)
        {
            Here.Set(connection: null, "The last Connect-GraphInvalidate failed, or was interrupted.");
        }
    }

    private static bool IsConnectedElsewhere()
    {
        lock (Connecting)
        {
            return Connecting.Any(runspace => runspace.TryGetTarget(out Runspace target)
                && target.RunspaceStateInfo.State == RunspaceState.Opened && Slots.TryGetValue(target, out Slot slot) && slot.Connected is not null);
        }
    }

    /// <summary>
    /// The client for a call; the last one with headers or a proxy of its own is kept, for scripts that loop.
    /// </summary>
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

        lock (_varying)
        {
            bool isSameProxy = _variantProxy?.IsOf(proxy, proxyCredential) ?? proxy is null;
            if (_variant is null || !isSameProxy || !headers.SequenceEqual(_variantHeaders))
            {
                // Another runspace may be about to call with it: then it is freed when it is forgotten.
                if (!IsHandedOut)
                {
                    _variant?.Dispose();
                }

                _variantProxy?.Dispose();
                _variant = null;
                (_variantHeaders, _variantProxy) = (headers, ProxyAddress.Of(proxy, proxyCredential));
                _variant = Make(_options with { Headers = WithOwn(headers) }, _variantProxy ?? _proxy);
            }

            return _variant;
        }
    }

    /// <summary>The connection's headers, and a call's own instead of those with the same name.</summary>
    private Dictionary<string, string> WithOwn(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        Dictionary<string, string> all = new(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, string> header in (_options.Headers ?? new Dictionary<string, string>()).Concat(headers))
        {
            all.Remove(header.Key);
            all[header.Key] = header.Value;
        }

        return all;
    }

    /// <summary>
    /// Signs in, so that what could fail does so now; a person is shown what to do, and waited for, where there may be
    /// one.
    /// </summary>
    /// <returns>Who has signed in, in a sentence.</returns>
    internal string? SignIn(Action<string> show, Action needPerson, CancellationToken cancellation)
    {
        string? shown = null;
        InvalidateOutcome outcome = _client.SignIn(cancellation);
        for (; outcome.Status == Pending; outcome = _client.SignIn(cancellation))
        {
            needPerson();
            IsOfAPerson = true;
            if (outcome.Code != shown)
            {
                shown = outcome.Code;
                show(outcome.Message ?? string.Empty);
            }
        }

        return outcome.Message;
    }

    /// <summary>
    /// What the token tells that is there already; null where somebody would have to be asked for one.
    /// </summary>
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

    /// <summary>
    /// Has a script block asked in whatever runspace calls: outside its own it is another block with the same text.
    /// </summary>
    private static Func<CancellationToken, Task<string>> Asking(ScriptBlock provider)
    {
        Runspace home = Runspace.DefaultRunspace;
        return _ => Task.FromResult(Ask(Runspace.DefaultRunspace == home ? provider : ScriptBlock.Create(provider.ToString())));
    }

    /// <summary>
    /// The last thing that the script block gives, as text. Its errors do not pass by: where there is no token they say
    /// why.
    /// </summary>
    private static string Ask(ScriptBlock provider)
    {
        using Shell shell = Shell.Create(RunspaceMode.CurrentRunspace);
        object? last = shell.AddCommand(new CmdletInfo("Invoke-Command", typeof(InvokeCommandCommand)))
            .AddParameter("ScriptBlock", provider).Invoke().LastOrDefault()?.BaseObject;
        ErrorRecord? reason = shell.Streams.Error.LastOrDefault();
        return last switch
        {
            string token => token,
            SecureString token => PlainText.Read(token),
            _ when reason is not null => throw NoToken($"The script block of -AccessTokenProvider gave no access token. It said: {reason}", reason.Exception),
            null => throw NoToken("The script block of -AccessTokenProvider gave no access token: its last output must be a String or a SecureString.", reason: null),
            _ => throw NoToken(
                $"The script block of -AccessTokenProvider gave no access token: its last output was a {last.GetType().Name}, and must be a String or a SecureString.", reason: null),
        };
    }

    private static RuntimeException NoToken(string sentence, Exception? reason) => new(
        sentence, reason, new ErrorRecord(new PSInvalidOperationException(sentence, reason), "AccessTokenProviderFailed", ErrorCategory.AuthenticationError, targetObject: null));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static SecureString Secure(string token) => new NetworkCredential(string.Empty, token).SecurePassword;

    private sealed class Slot
    {
        internal Connection? Connected { get; private set; }

        internal Connection? FromEnvironment { get; set; }

        /// <summary>What the environment said when that was made.</summary>
        internal (string? Token, string? ExpectedTenant, string? Endpoint) Said { get; set; }

        /// <summary>What became of a connection that was wanted, and is not there.</summary>
        internal string? Lost { get; private set; }

        /// <summary>Whether Disconnect-GraphInvalidate was the last word.</summary>
        internal bool IsDisconnected { get; set; }

        internal void Set(Connection? connection, string? lost)
        {
            if (Connected is { IsHandedOut: false })
            {
                Connected.Dispose();
            }

            FromEnvironment?.Dispose();
            (FromEnvironment, Connected, Lost, IsDisconnected) = (null, connection, lost, false);
        }
    }
}
