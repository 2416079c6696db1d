using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace GraphInvalidate;

/// <summary>
/// Signs users out everywhere: invalidates all their refresh tokens and session cookies at Microsoft Graph, and proves it.
/// </summary>
/// <remarks>
/// One client serves any number of threads at once and keeps its connections from call to call: make one and share it.
/// Failures worth repeating (408, 429, 5xx, broken connections) are repeated within <see cref="GraphInvalidateClientOptions.Timeout"/>.
/// The action is idempotent: calling again is safe.
/// </remarks>
public sealed partial class GraphInvalidateClient : IDisposable
{
    private readonly Handle _handle;
    private readonly Func<CancellationToken, Task<string>>? _accessTokenProvider;
    private readonly object _handingOver = new();
    private string? _handedOver;

    /// <summary>Makes a client. Nothing is sent and no thread is started; the first call opens connections.</summary>
    /// <param name="options">How the client is set up; what is needed is copied. Left out: all defaults.</param>
    /// <exception cref="InvalidInputException">An option cannot be used: the message says which and why.</exception>
    /// <exception cref="TokenException">The access token holds characters or a length that no access token has.</exception>
    /// <exception cref="NetworkException">The endpoint is a host that may not have the token.</exception>
    /// <exception cref="GraphInvalidateLibraryException">The native library is missing, or is not the one that fits.</exception>
    public GraphInvalidateClient(GraphInvalidateClientOptions? options = null)
    {
        GraphInvalidateLibrary.Load();
        _accessTokenProvider = options?.AccessTokenProvider;
        _handle = Handle.Make(options ?? new());
    }

    /// <summary>
    /// The scope to ask a sign-in library for, to get an access token for this client: <c>https://graph.microsoft.com/.default</c>, or
    /// that of the cloud which its options name.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public unsafe string Scope
    {
        get
        {
            using Borrowed client = Borrow();
            return NativeStrings.Read(Native.graph_client_scope(client.Pointer))!;
        }
    }

    /// <summary>Invalidates all refresh tokens and session cookies of a user.</summary>
    /// <remarks>
    /// Blocks until the service has accepted or refused, the client's timeout has passed, or the token is cancelled.
    /// Access tokens already issued stay valid for up to an hour; guests sign in at their home tenant and are not affected.
    /// </remarks>
    /// <param name="user">An object id or a user principal name; <c>me</c>, or no argument at all: the signed-in user. <see langword="null"/> is an error, so that a user who is missing is nobody.</param>
    /// <param name="cancellationToken">Ends the call within 100 ms, whatever the network does.</param>
    /// <returns>What the service answered; its status is <c>accepted</c>.</returns>
    /// <exception cref="GraphInvalidateException">The call failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was cancelled. The inner exception, where there is one, says whether the request had left.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome Invalidate(string? user = "me", CancellationToken cancellationToken = default) =>
        Complete(Invalidating(user), cancellationToken);

    /// <inheritdoc cref="Invalidate"/>
    /// <remarks>
    /// The native call blocks, so it runs on a thread of its own until it ends: the caller's thread is free, and no thread
    /// of the pool is held. An access token provider is awaited before, without a thread.
    /// </remarks>
    public Task<InvalidateOutcome> InvalidateAsync(string? user = "me", CancellationToken cancellationToken = default) =>
        CompleteAsync(Invalidating(user), cancellationToken);

    /// <summary>Reads a user's cut-off back until it lies at or after a time: the proof that an invalidation took effect.</summary>
    /// <remarks>The service may need seconds to minutes to show it. Blocks until then, or until the client's timeout has passed.</remarks>
    /// <param name="user">As for <see cref="Invalidate"/>.</param>
    /// <param name="notBefore">The <see cref="InvalidateOutcome.ServerDate"/> of the outcome that accepted.</param>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>What the service showed; its status is <c>verified</c>.</returns>
    /// <exception cref="ServiceException">The cut-off stayed behind (<c>not_verified</c>), or the service failed.</exception>
    /// <exception cref="GraphInvalidateException">The call failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome Verify(string? user, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        Complete(Verifying(user, notBefore), cancellationToken);

    /// <inheritdoc cref="Verify"/>
    /// <remarks>The native call blocks, so it runs on a thread of its own until it ends, as for <see cref="InvalidateAsync"/>.</remarks>
    public Task<InvalidateOutcome> VerifyAsync(string? user, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        CompleteAsync(Verifying(user, notBefore), cancellationToken);

    /// <summary>Reads a user's cut-off once and shows it in the outcome's <see cref="InvalidateOutcome.Message"/>: no proof of anything.</summary>
    /// <param name="user">As for <see cref="Invalidate"/>.</param>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>What the service showed; its status is <c>shown</c>.</returns>
    /// <exception cref="GraphInvalidateException">The call failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome ShowCutOff(string? user, CancellationToken cancellationToken = default) =>
        Complete(Showing(user), cancellationToken);

    /// <inheritdoc cref="ShowCutOff"/>
    /// <remarks>The native call blocks, so it runs on a thread of its own until it ends, as for <see cref="InvalidateAsync"/>.</remarks>
    public Task<InvalidateOutcome> ShowCutOffAsync(string? user, CancellationToken cancellationToken = default) =>
        CompleteAsync(Showing(user), cancellationToken);

    /// <summary>
    /// Signs in with the client's <see cref="GraphInvalidateClientOptions.Credential"/>, so that what could fail does so before anything is done.
    /// </summary>
    /// <remarks>
    /// Most credentials sign in at once. One that asks a person does it in steps: the first outcome's status is <c>sign_in_pending</c>, and
    /// its <see cref="InvalidateOutcome.Message"/> is the text to show, with the page to open and the code to enter there
    /// (<see cref="InvalidateOutcome.Code"/> holds the code alone). Each further call waits for the person, up to the client's timeout, and
    /// gives <c>signed_in</c>, or <c>sign_in_pending</c> again.
    /// </remarks>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>The outcome; its status is <c>signed_in</c> or <c>sign_in_pending</c>.</returns>
    /// <exception cref="TokenException">The sign-in was refused, declined or too late, or there is nothing here to sign in with.</exception>
    /// <exception cref="GraphInvalidateException">Something else failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome SignIn(CancellationToken cancellationToken = default) => Complete(SigningIn(), cancellationToken);

    /// <inheritdoc cref="SignIn"/>
    /// <remarks>
    /// The steps are those of <see cref="SignIn"/>. The native call blocks, so it runs on a thread of its own until it ends, as for
    /// <see cref="InvalidateAsync"/>.
    /// </remarks>
    public Task<InvalidateOutcome> SignInAsync(CancellationToken cancellationToken = default) => CompleteAsync(SigningIn(), cancellationToken);

    /// <summary>Replaces the access token for the calls that begin from now on. May run while other threads call.</summary>
    /// <remarks>It beats a credential.</remarks>
    /// <param name="accessToken">The access token, without or with <c>Bearer </c> in front.</param>
    /// <exception cref="InvalidInputException">It is null or empty; the old token stays.</exception>
    /// <exception cref="TokenException">It holds characters or a length that no access token has; the old token stays.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public void SetAccessToken(string accessToken)
    {
        lock (_handingOver)
        {
            SetToken(accessToken);
            _handedOver = accessToken;
        }
    }

    /// <summary>
    /// Frees the client and wipes its access token. Calls in progress on other threads end in their own time, and the last of
    /// them frees it. Disposing again does nothing.
    /// </summary>
    public void Dispose()
    {
        _handle.Dispose();
        _handedOver = null;
    }

    private unsafe Func<CancellationToken, InvalidateOutcome> Invalidating(string? user) => cancellationToken => Call(
        (client, strings, cancellation, outcome) => Native.graph_client_invalidate(client, strings.Add(user), cancellation, outcome), cancellationToken);

    private unsafe Func<CancellationToken, InvalidateOutcome> Verifying(string? user, DateTimeOffset notBefore)
    {
        string time = notBefore.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        return cancellationToken => Call(
            (client, strings, cancellation, outcome) => Native.graph_client_verify(client, strings.Add(user), strings.Add(time), cancellation, outcome),
            cancellationToken);
    }

    private unsafe Func<CancellationToken, InvalidateOutcome> Showing(string? user) => cancellationToken => Call(
        (client, strings, cancellation, outcome) => Native.graph_client_verify(client, strings.Add(user), null, cancellation, outcome), cancellationToken);

    private unsafe Func<CancellationToken, InvalidateOutcome> SigningIn() => cancellationToken => Call(
        (client, _, cancellation, outcome) => Native.graph_client_sign_in(client, cancellation, outcome), cancellationToken);

    /// <summary>Calls with a token in place. Where that of a provider had expired, once more with another one, and nothing else is repeated.</summary>
    private T Complete<T>(Func<CancellationToken, T> call, CancellationToken cancellationToken)
    {
        for (bool repeated = false; ; repeated = true)
        {
            Renew(cancellationToken);
            try
            {
                return call(cancellationToken);
            }
            catch (TokenException failure) when (!repeated && MayBeMended(failure))
            {
            }
        }
    }

    /// <summary>The same with nobody kept waiting: see <see cref="InvalidateAsync"/>.</summary>
    private async Task<T> CompleteAsync<T>(Func<CancellationToken, T> call, CancellationToken cancellationToken)
    {
        for (bool repeated = false; ; repeated = true)
        {
            await RenewAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await Task.Factory.StartNew(
                    () => call(cancellationToken),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                    TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (TokenException failure) when (!repeated && MayBeMended(failure))
            {
            }
        }
    }

    private bool MayBeMended(TokenException failure) =>
        _accessTokenProvider is not null && failure.Outcome.StatusNumber == Native.GRAPH_STATUS_TOKEN_EXPIRED;

    /// <summary>Asks the provider; tells whether there is one and it gave another token than the last one.</summary>
    private async Task<bool> RenewAsync(CancellationToken cancellationToken) =>
        _accessTokenProvider is not null && HandOver(await _accessTokenProvider(cancellationToken).ConfigureAwait(false));

    /// <summary>The same on the calling thread, but nothing comes back to it, since it is about to be blocked.</summary>
    internal bool Renew(CancellationToken cancellationToken)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return RenewAsync(cancellationToken).GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private bool HandOver(string accessToken)
    {
        lock (_handingOver)
        {
            if (accessToken is not null && accessToken == _handedOver)
            {
                return false;
            }

            SetToken(accessToken);
            _handedOver = accessToken;
            return true;
        }
    }

    private unsafe void SetToken(string? accessToken)
    {
        using NativeStrings strings = new();
        using Borrowed client = Borrow();
        graph_outcome* failure;
        int status = Native.graph_client_set_token(client.Pointer, strings.Add(accessToken), &failure);
        if (status != 0)
        {
            InvalidateOutcome.Take(status, failure).OrThrow(CancellationToken.None);
        }
    }

    /// <summary>A function of the native library that ends in an outcome.</summary>
    private unsafe delegate int NativeCall(nint client, NativeStrings strings, nint cancellation, graph_outcome** outcome);

    private unsafe InvalidateOutcome Call(NativeCall function, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using NativeStrings strings = new();
        using Borrowed client = Borrow();
        using NativeCancellation cancellation = new(cancellationToken);
        graph_outcome* outcome;
        int status = function(client.Pointer, strings, cancellation.Pointer, &outcome);
        return InvalidateOutcome.Take(status, outcome).OrThrow(cancellationToken);
    }

    private Borrowed Borrow() =>
        _handle.IsClosed ? throw new ObjectDisposedException(nameof(GraphInvalidateClient)) : new Borrowed(_handle);

    private sealed unsafe class Handle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        internal static Handle Make(GraphInvalidateClientOptions options)
        {
            using NativeStrings strings = new();
            graph_client_options native = options.ToNative(strings);
            Handle made = new();
            nint client;
            graph_outcome* failure;
            int status = Native.graph_client_new(&native, &client, &failure);
            if (status != 0)
            {
                made.Dispose();
                InvalidateOutcome.Take(status, failure).OrThrow(CancellationToken.None);
            }

            made.SetHandle(client);
            return made;
        }

        protected override bool ReleaseHandle()
        {
            Native.graph_client_free(handle);
            return true;
        }
    }
}
