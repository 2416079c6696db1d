using System;
#if NET
using System.Diagnostics;
#endif
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace GraphInvalidate;

/// <summary>
/// Signs users out everywhere: invalidates all their refresh tokens and session cookies at Microsoft Graph, and proves
/// it.
/// </summary>
/// <remarks>
/// One client serves any number of threads at once and keeps its connections from call to call: make one and share it.
/// Failures worth repeating (408, 429, 5xx, broken connections) are repeated within
/// <see cref="GraphInvalidateClientOptions.Timeout"/>. The action is idempotent: calling again is safe.
/// </remarks>
public sealed partial class GraphInvalidateClient : IDisposable
#if NET
    , IAsyncDisposable
#endif
{
    /// <summary>The signed-in user.</summary>
    private const string Me = "me";

    private readonly Handle _handle;
    private readonly AccessTokenSource? _tokens;
    private readonly TimeSpan? _timeout;
    private readonly string _shown;

    /// <summary>Makes a client. Nothing is sent and no thread is started; the first call opens connections.</summary>
    /// <param name="options">How the client is set up; what is needed is copied. Left out: all defaults.</param>
    /// <exception cref="InvalidInputException">An option cannot be used: the message says which and why.</exception>
    /// <exception cref="TokenException">The access token holds characters or a length that no access token
    /// has.</exception>
    /// <exception cref="NetworkException">The endpoint is a host that may not have the token.</exception>
    /// <exception cref="GraphInvalidateLibraryException">The native library is missing, or is not the one that
    /// fits.</exception>
    public GraphInvalidateClient(GraphInvalidateClientOptions? options = null)
    {
        GraphInvalidateLibrary.Load();
        options ??= new();
        _handle = Handle.Make(options);
        _timeout = options.Timeout;
        _tokens = options.AccessTokenProvider is { } provider ? new AccessTokenSource(provider, options.AsksOnCallingThread) : null;
        _shown = $"{nameof(GraphInvalidateClient)} of {options}";
    }

    /// <summary>
    /// The scope to ask a sign-in library for, to get an access token for this client:
    /// <c>https://graph.microsoft.com/.default</c>, or that of the cloud which its options name.
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
    /// Access tokens already issued stay valid for up to an hour; guests sign in at their home tenant and are not
    /// affected.
    /// </remarks>
    /// <param name="user">
    /// An object id or a user principal name. No argument, or <c>me</c>: the signed-in user. <see langword="null"/> is
    /// refused: a user who is missing is nobody.
    /// </param>
    /// <param name="cancellationToken">Ends the call within 100 ms, whatever the network does.</param>
    /// <returns>What the service answered; its status is <c>accepted</c>.</returns>
    /// <exception cref="GraphInvalidateException">The call failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was cancelled. The inner exception, where there is one, says whether the
    /// request had been sent. </exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome Invalidate(string user = Me, CancellationToken cancellationToken = default) => Complete(new Wanted(user), cancellationToken);

    /// <inheritdoc cref="Invalidate"/>
    /// <remarks>
    /// Nobody is kept waiting, and no thread is held: all awaited calls of the program are under way together, and one
    /// thread takes what has ended.
    /// </remarks>
    public Task<InvalidateOutcome> InvalidateAsync(string user = Me, CancellationToken cancellationToken = default) =>
        CompleteAsync(new Wanted(user), cancellationToken);

    /// <summary>
    /// Reads a user's cut-off back until it lies at or after a time: the proof that an invalidation took effect.
    /// </summary>
    /// <remarks>
    /// The service may need seconds to minutes to show it. Blocks until then, or until the client's timeout has passed.
    /// </remarks>
    /// <param name="user">As for <see cref="Invalidate"/>.</param>
    /// <param name="notBefore">
    /// The <see cref="InvalidateOutcome.ServerDate"/> of the outcome that accepted. A time that no outcome can have, as
    /// <see langword="default"/>, is refused.
    /// </param>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>What the service showed; its status is <c>verified</c>.</returns>
    /// <exception cref="ServiceException">The cut-off stayed behind (<c>not_verified</c>), or the service
    /// failed.</exception>
    /// <exception cref="GraphInvalidateException">The call failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome Verify(string user, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        Complete(new Wanted(user, Native.GRAPH_CALL_VERIFY, Text(notBefore)), cancellationToken);

    /// <inheritdoc cref="Verify"/>
    /// <remarks>Nobody is kept waiting, as for <see cref="InvalidateAsync"/>.</remarks>
    public Task<InvalidateOutcome> VerifyAsync(string user, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        CompleteAsync(new Wanted(user, Native.GRAPH_CALL_VERIFY, Text(notBefore)), cancellationToken);

    /// <summary>
    /// Reads a user's cut-off once and shows it in the outcome's <see cref="InvalidateOutcome.Message"/>: no proof of
    /// anything.
    /// </summary>
    /// <param name="user">As for <see cref="Invalidate"/>.</param>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>What the service showed; its status is <c>shown</c>.</returns>
    /// <exception cref="GraphInvalidateException">The call failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome ShowCutOff(string user, CancellationToken cancellationToken = default) =>
        Complete(new Wanted(user, Native.GRAPH_CALL_VERIFY), cancellationToken);

    /// <inheritdoc cref="ShowCutOff"/>
    /// <remarks>Nobody is kept waiting, as for <see cref="InvalidateAsync"/>.</remarks>
    public Task<InvalidateOutcome> ShowCutOffAsync(string user, CancellationToken cancellationToken = default) =>
        CompleteAsync(new Wanted(user, Native.GRAPH_CALL_VERIFY), cancellationToken);

    /// <summary>
    /// Signs in with the client's <see cref="GraphInvalidateClientOptions.Credential"/>, so that what could fail does
    /// so before anything is done.
    /// </summary>
    /// <remarks>
    /// Most credentials sign in at once. One that asks a person does it in steps: the first outcome's status is
    /// <c>sign_in_pending</c>, and its <see cref="InvalidateOutcome.Message"/> is the text to show, with the page to
    /// open and the code to enter there (<see cref="InvalidateOutcome.Code"/> holds the code alone). Each further call
    /// waits for the person, up to the client's timeout, and gives <c>signed_in</c>, or <c>sign_in_pending</c> again.
    /// </remarks>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>The outcome; its status is <c>signed_in</c> or <c>sign_in_pending</c>.</returns>
    /// <exception cref="TokenException">The sign-in was refused, declined or too late, or there is nothing here to sign
    /// in with.</exception>
    /// <exception cref="GraphInvalidateException">Something else failed; the subclass is the kind of
    /// failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public InvalidateOutcome SignIn(CancellationToken cancellationToken = default) =>
        _tokens is null ? SignInNow(cancellationToken) : Judged(Access(cancellationToken));

    /// <inheritdoc cref="SignIn"/>
    /// <remarks>
    /// The steps are those of <see cref="SignIn"/>. The native call blocks, so it runs on a thread of its own until it
    /// ends.
    /// </remarks>
    public async Task<InvalidateOutcome> SignInAsync(CancellationToken cancellationToken = default) => _tokens is null
        ? await OnAThread(() => SignInNow(cancellationToken)).ConfigureAwait(false)
        : Judged(await AccessAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Replaces the access token for the calls that begin from now on. May run while other threads call.
    /// </summary>
    /// <remarks>
    /// For a client that acts for one identity. It beats a credential. Where several identities share a client, it
    /// takes an <see cref="GraphInvalidateClientOptions.AccessTokenProvider"/>, whose answer goes with the call that it
    /// was asked for.
    /// </remarks>
    /// <param name="accessToken">The access token, without or with <c>Bearer </c> in front.</param>
    /// <exception cref="InvalidInputException">It is null or empty; the old token stays.</exception>
    /// <exception cref="TokenException">It holds characters or a length that no access token has; the old token
    /// stays.</exception>
    /// <exception cref="InvalidOperationException">The client has an access token provider.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public unsafe void SetAccessToken(string accessToken)
    {
        if (_tokens is not null)
        {
            throw new InvalidOperationException("The client has an access token provider, which is asked for each call: a token that is set would never be used.");
        }

        using NativeStrings strings = new();
        using Borrowed client = Borrow();
        graph_outcome* failure;
        int status = Native.graph_client_set_token(client.Pointer, strings.Add(accessToken), &failure);
        if (status != 0)
        {
            InvalidateOutcome.Take(status, failure).OrThrow(CancellationToken.None);
        }
    }

    /// <summary>
    /// Frees the client and wipes its access token. Calls in progress on other threads end in their own time, and the
    /// last of them frees it. Disposing again does nothing.
    /// </summary>
    public void Dispose() => _handle.Dispose();

#if NET
    /// <inheritdoc cref="Dispose"/>
    /// <returns>A task that is completed: nothing is waited for.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
#endif

    /// <summary>Shows where calls go, and no secret.</summary>
    /// <returns>The options that the client was made with, but for secrets.</returns>
    public override string ToString() => _shown;

#if NET
    private InvalidateOutcome Complete(Wanted wanted, CancellationToken cancellationToken)
    {
        using Activity? activity = Tracing.Begin(wanted.Name);
        try
        {
            InvalidateOutcome outcome = Complete((token, timeout, cancellation) => Call(wanted, token, timeout, cancellation), cancellationToken);
            Tracing.End(activity, outcome);
            return outcome;
        }
        catch (Exception failure) when (activity is not null)
        {
            Tracing.Fail(activity, failure);
            throw;
        }
    }

    private async Task<InvalidateOutcome> CompleteAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        using Activity? activity = Tracing.Begin(wanted.Name);
        try
        {
            InvalidateOutcome outcome = await CompleteAsync(
                (token, timeout, cancellation) => Submit(wanted, token, timeout, cancellation), cancellationToken).ConfigureAwait(false);
            Tracing.End(activity, outcome);
            return outcome;
        }
        catch (Exception failure) when (activity is not null)
        {
            Tracing.Fail(activity, failure);
            throw;
        }
    }
#else
    private InvalidateOutcome Complete(Wanted wanted, CancellationToken cancellationToken) =>
        Complete((token, timeout, cancellation) => Call(wanted, token, timeout, cancellation), cancellationToken);

    private Task<InvalidateOutcome> CompleteAsync(Wanted wanted, CancellationToken cancellationToken) =>
        CompleteAsync((token, timeout, cancellation) => Submit(wanted, token, timeout, cancellation), cancellationToken);
#endif

    /// <summary>
    /// What signing in comes to where a provider is asked: whether what it gives will work, by the token's own claims.
    /// </summary>
    private static InvalidateOutcome Judged(TokenAccess access) => access.Status == "accepted"
        ? new InvalidateOutcome(Native.GRAPH_STATUS_SIGNED_IN, access.ToString(), hint: null)
        : new InvalidateOutcome(access.Status) { Message = access.Message, Hint = access.Hint }.OrThrow(CancellationToken.None);

    /// <summary>
    /// One call with a token in place. Where that of a provider had expired, once more with another one, and nothing
    /// else is repeated.
    /// </summary>
    private T Complete<T>(Func<string?, uint, CancellationToken, T> call, CancellationToken cancellationToken)
    {
        Deadline deadline = new(_timeout);
        for (bool repeated = false; ; repeated = true)
        {
            string? token = _tokens?.Get(deadline, cancellationToken);
            try
            {
                return call(token, LeftFor(token, deadline), cancellationToken);
            }
            catch (TokenException failure) when (!repeated && MayBeMended(failure, token))
            {
            }
        }
    }

    /// <summary>The same with nobody kept waiting: see <see cref="InvalidateAsync"/>.</summary>
    private async Task<T> CompleteAsync<T>(Func<string?, uint, CancellationToken, Task<T>> callAsync, CancellationToken cancellationToken)
    {
        Deadline deadline = new(_timeout);
        for (bool repeated = false; ; repeated = true)
        {
            string? token = _tokens is null ? null : await _tokens.GetAsync(deadline, cancellationToken).ConfigureAwait(false);
            try
            {
                return await callAsync(token, LeftFor(token, deadline), cancellationToken).ConfigureAwait(false);
            }
            catch (TokenException failure) when (!repeated && MayBeMended(failure, token))
            {
            }
        }
    }

    /// <summary>
    /// What asking a provider has left of the time, in milliseconds; 0, the client's own, where there is none.
    /// </summary>
    private static uint LeftFor(string? token, Deadline deadline) => token is null ? 0 : deadline.Milliseconds;

    private static bool MayBeMended(TokenException failure, string? token) =>
        token is not null && failure.Outcome.StatusNumber == Native.GRAPH_STATUS_TOKEN_EXPIRED;

    /// <summary>Does what blocks on a thread of its own: what is rare needs nothing better.</summary>
    private static Task<T> OnAThread<T>(Func<T> call) => Task.Factory.StartNew(
        call, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private unsafe InvalidateOutcome Call(Wanted wanted, string? token, uint timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using NativeStrings strings = new();
        using Borrowed client = Borrow();
        using NativeCancellation cancellation = new(cancellationToken);
        graph_call_options options = wanted.ToNative(strings, token, timeout);
        graph_outcome* outcome;
        int status = Native.graph_client_call(client.Pointer, &options, cancellation.Pointer, &outcome);
        return InvalidateOutcome.Take(status, outcome).OrThrow(cancellationToken);
    }

    private unsafe Task<InvalidateOutcome> Submit(Wanted wanted, string? token, uint timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using NativeStrings strings = new();
        using Borrowed client = Borrow();
        graph_call_options options = wanted.ToNative(strings, token, timeout);
#pragma warning disable MA0100 // The library has copied what it needs.
        return CallQueue.Submit(client.Pointer, &options, cancellationToken);
#pragma warning restore MA0100
    }

    private unsafe InvalidateOutcome SignInNow(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Borrowed client = Borrow();
        using NativeCancellation cancellation = new(cancellationToken);
        graph_outcome* outcome;
        int status = Native.graph_client_sign_in(client.Pointer, cancellation.Pointer, &outcome);
        return InvalidateOutcome.Take(status, outcome).OrThrow(cancellationToken);
    }

    private Borrowed Borrow() =>
        _handle.IsClosed ? throw new ObjectDisposedException(nameof(GraphInvalidateClient)) : new Borrowed(_handle);

    /// <summary>What a call is to do, and for whom.</summary>
    private readonly record struct Wanted(string? User, uint Kind = Native.GRAPH_CALL_INVALIDATE, string? NotBefore = null)
    {
        internal string Name => Kind == Native.GRAPH_CALL_VERIFY ? "verify" : "invalidate";

        internal unsafe graph_call_options ToNative(NativeStrings strings, string? token, uint timeout) => new()
        {
            struct_size = (nuint)sizeof(graph_call_options),
            user = strings.Add(User),
            token = strings.Add(token),
            not_before = strings.Add(NotBefore),
            timeout_ms = timeout,
            kind = Kind,
#if NET
            traceparent = strings.Add(Tracing.Parent),
#endif
        };
    }

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
