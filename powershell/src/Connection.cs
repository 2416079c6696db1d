using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security;
using System.Threading.Tasks;

namespace GraphInvalidate.PowerShell;

/// <summary>Where one runspace's calls go and with which token; and the clients that were made for it.</summary>
internal sealed class Connection : IDisposable
{
    internal const string TokenVariable = "GRAPH_INVALIDATE_TOKEN";

    /// <summary>Every runspace has its own: what one connects, another neither sees nor uses.</summary>
    private static readonly ConditionalWeakTable<Runspace, Slot> Slots = new();

    private readonly GraphInvalidateClientOptions _options;
    private readonly SecureString? _token;
    private GraphInvalidateClient? _client;
    private GraphInvalidateClient? _variant;
    private IReadOnlyList<KeyValuePair<string, string>> _variantHeaders = [];
    private string? _variantProxy;

    /// <summary>Connects; the options hold no token. Nothing is sent.</summary>
    internal Connection(GraphInvalidateClientOptions options, TokenSource source, SecureString? token, ScriptBlock? provider = null)
    {
        TokenSource = source;
        _options = provider is null ? options : options with { AccessTokenProvider = _ => Task.FromResult(Ask(provider)) };
        _token = token;
        _client = Make(_options);
    }

    private Connection(string? token)
        : this(new(), TokenSource.EnvironmentVariable, token is null ? null : Secure(token))
    {
    }

    internal TokenSource TokenSource { get; }

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

            string? token = EnvironmentToken;
            if (slot.FromEnvironment is null || slot.Token != token)
            {
                slot.FromEnvironment?.Dispose();
                slot.FromEnvironment = null;
                slot.FromEnvironment = new Connection(token);
                slot.Token = token;
            }

            return slot.FromEnvironment;
        }
    }

    /// <summary>What there is to show: null where nothing was connected and the environment has no token.</summary>
    internal static Connection? Known => Here.Connected ?? (EnvironmentToken is null ? null : Current);

    private static Slot Here => Slots.GetOrCreateValue(Runspace.DefaultRunspace);

    private static string? EnvironmentToken
    {
        get
        {
            string? token = Environment.GetEnvironmentVariable(TokenVariable);
            return string.IsNullOrEmpty(token) ? null : token;
        }
    }

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
    internal GraphInvalidateClient Client(IReadOnlyList<KeyValuePair<string, string>> headers, string? proxy)
    {
        if (headers.Count == 0 && proxy is null)
        {
            return _client ??= Make(_options);
        }

        if (_variant is null || proxy != _variantProxy || !headers.SequenceEqual(_variantHeaders))
        {
            _variant?.Dispose();
            _variant = null;
            _variant = Make(_options with { Headers = headers, Proxy = proxy });
            (_variantHeaders, _variantProxy) = (headers, proxy);
        }

        return _variant;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _variant?.Dispose();
        _token?.Dispose();
    }

    private GraphInvalidateClient Make(GraphInvalidateClientOptions options) =>
        new(options with { AccessToken = _token is null ? null : Plain(_token) });

    /// <summary>The last thing that the script block gives, as text.</summary>
    private static string Ask(ScriptBlock provider) => provider.Invoke().LastOrDefault()?.BaseObject switch
    {
        string token => token,
        SecureString token => Plain(token),
        _ => throw new RuntimeException(
            "The script block of -AccessTokenProvider gave no access token: its last output must be a String or a SecureString."),
    };

    /// <summary>The text inside, whole: a NUL in it is the library's to refuse.</summary>
    private static string Plain(SecureString token)
    {
        IntPtr text = Marshal.SecureStringToBSTR(token);
        try
        {
            return Marshal.PtrToStringBSTR(text);
        }
        finally
        {
            Marshal.ZeroFreeBSTR(text);
        }
    }

    private static SecureString Secure(string token) => new NetworkCredential(string.Empty, token).SecurePassword;

    private sealed class Slot
    {
        internal Connection? Connected { get; set; }

        internal Connection? FromEnvironment { get; set; }

        internal string? Token { get; set; }
    }
}
