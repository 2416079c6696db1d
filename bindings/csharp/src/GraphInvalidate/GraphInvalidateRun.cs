using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace GraphInvalidate;

/// <summary>
/// Many users on their way, for programs that step the run themselves. <see cref="GraphInvalidateClient.Run"/> does it
/// for you.
/// </summary>
/// <remarks>
/// A run has a thread of its own, which goes on while the caller is busy. Any number of threads may use it at once:
/// users may be added on one while another one reads. Disposing of it cancels it; the journal is complete then. It
/// keeps what it began with, and goes on when its client is disposed of.
/// </remarks>
public sealed class GraphInvalidateRun : IDisposable
#if NET
    , IAsyncDisposable
#endif
{
    /// <summary>
    /// How long an access token provider is waited for before it is seen whether the run has ended meanwhile.
    /// </summary>
    private const int Look = 20;

    private readonly Handle _handle;
    private AccessTokenSource? _tokens;
    private readonly TimeSpan? _timeout;
    private readonly Action? _usersWanted;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly object _asks = new();
    private Task<string>? _asked;
    private string? _token;
    private ExceptionDispatchInfo? _failure;

    internal GraphInvalidateRun(
        nint client, GraphInvalidateRunOptions options, AccessTokenSource? tokens, string? token, TimeSpan? timeout, Action? usersWanted)
    {
        (_tokens, _token, _timeout, _usersWanted) = (tokens, token, timeout, usersWanted);
        _handle = Handle.Make(client, options, token, tellUsersWanted: usersWanted is not null, out string? notice);
        Notice = notice;
    }

    /// <summary>
    /// What is to be known before the run begins: what a resumed journal holds, and whether its last line was torn.
    /// Null where there is nothing.
    /// </summary>
    public string? Notice { get; }

    /// <summary>
    /// Whether the last outcome was handed out. <see cref="Progress"/> tells how many were never attempted.
    /// </summary>
    public bool IsCompleted { get; private set; }

    /// <summary>
    /// Whether everything waits for another access token: <see cref="Next"/> or <see cref="TryNext"/> has said so by
    /// its exception.
    /// </summary>
    public bool NeedsAccessToken { get; private set; }

    /// <summary>How far the run is, at this moment.</summary>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public unsafe GraphInvalidateRunProgress Progress
    {
        get
        {
            using Borrowed run = Borrow();
            graph_progress progress = new() { struct_size = (nuint)sizeof(graph_progress) };
            Check(Native.graph_run_progress(run.Pointer, &progress), null);
            return new GraphInvalidateRunProgress(progress);
        }
    }

    /// <summary>Adds a user. Never waits for the network; what is added is held until it is sent.</summary>
    /// <remarks>
    /// A user who was added before, under the same key in any letter case, is passed over. A key that cannot be one
    /// becomes a failed outcome, and the others go on: null and what is no Unicode text as well. To stream a long list
    /// in little memory, add as many as <see cref="GraphInvalidateRunProgress.Wanted"/> says.
    /// </remarks>
    /// <param name="user">An object id, a user principal name, or <c>me</c>.</param>
    /// <exception cref="RunException">The input was finished before (<c>run_closed</c>).</exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public void Add(string user) => Add([user]);

    /// <summary>Adds users, all of them or, where the call fails, nobody.</summary>
    /// <param name="users">As for <see cref="Add(string)"/>.</param>
    /// <exception cref="RunException">The input was finished before (<c>run_closed</c>).</exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public unsafe void Add(IEnumerable<string> users)
    {
        string[] list = [.. users];
        using NativeStrings strings = new();
        using Borrowed run = Borrow();
        graph_outcome* failure;
        Check(Native.graph_run_add(run.Pointer, strings.Add(list), (nuint)list.Length, &failure), failure);
    }

    /// <summary>Says that no more users will come: the run ends when the last one has its outcome.</summary>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public void FinishInput() => FinishInput(isBroken: false);

    /// <summary>The same, which tells whether the list was gone through: the journal says so.</summary>
    internal unsafe void FinishInput(bool isBroken)
    {
        using Borrowed run = Borrow();
        Check(isBroken ? Native.graph_run_fail_input(run.Pointer) : Native.graph_run_finish_input(run.Pointer), null);
    }

    /// <summary>Waits for the next outcome. Where there is a journal, it is on disk already.</summary>
    /// <param name="cancellationToken">Cancels the run, as <see cref="Cancel"/> does.</param>
    /// <returns>What became of one user, failure or not; null when the last outcome was handed out.</returns>
    /// <exception cref="GraphInvalidateException">As for <see cref="TryNext"/>.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was cancelled, and the outcomes that were known have been handed out.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public InvalidateOutcome? Next(CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Cancel);
        while (true)
        {
            InvalidateOutcome? outcome = Step(uint.MaxValue, cancellationToken);
            if (outcome is not null)
            {
                return outcome;
            }

            if (IsCompleted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return null;
            }
        }
    }

    /// <summary>Takes the next outcome if one comes in time.</summary>
    /// <param name="timeout">How long to wait; zero only looks, <see cref="Timeout.InfiniteTimeSpan"/> waits for
    /// one.</param>
    /// <returns>What became of one user, failure or not; null where nothing came, or the run
    /// <see cref="IsCompleted"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is below zero.</exception>
    /// <exception cref="GraphInvalidateException">
    /// The whole run ended early, which is said again whenever it is asked; or, where <see cref="NeedsAccessToken"/> is
    /// true, everything waits for another access token, and the client's provider has none. After
    /// <see cref="SetAccessToken"/> the run goes on. </exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public InvalidateOutcome? TryNext(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A time lies above zero; Timeout.InfiniteTimeSpan waits.");
        }

        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return Next();
        }

        return Step((uint)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), uint.MaxValue - 1), CancellationToken.None);
    }

    /// <summary>
    /// Gives the run an access token of its own, instead of the one that it has: at any time, and when it
    /// <see cref="NeedsAccessToken"/>. The client does not come to know it.
    /// </summary>
    /// <param name="accessToken">The access token, without or with <c>Bearer </c> in front.</param>
    /// <exception cref="InvalidInputException">It is null or empty; the old token stays.</exception>
    /// <exception cref="TokenException">It holds characters or a length that no access token has; the old token
    /// stays.</exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    public unsafe void SetAccessToken(string accessToken)
    {
        using NativeStrings strings = new();
        using Borrowed run = Borrow();
        graph_outcome* failure;
        Check(Native.graph_run_set_token(run.Pointer, strings.Add(accessToken), &failure), failure);
    }

    /// <summary>
    /// Ends the run without waiting for anything, from any thread: outcomes that are known are still handed out, and it
    /// is completed within 100 ms whatever the network does. Who was on the way is sent again when the run is resumed
    /// with its journal.
    /// </summary>
    public unsafe void Cancel()
    {
        if (_handle.IsClosed)
        {
            return;
        }

        try
        {
            using Borrowed run = new(_handle);
            Native.graph_run_cancel(run.Pointer);
        }
        catch (ObjectDisposedException)
        {
            // By another thread, just now: that has cancelled it.
        }
    }

    /// <summary>
    /// Frees the run, and cancels it first where it has not ended: the journal is complete when this returns.
    /// </summary>
    public void Dispose()
    {
        Cancel(); // Another thread may be waiting for an outcome; the last one to leave frees the run.
        _handle.Dispose();
    }

#if NET
    /// <inheritdoc cref="Dispose"/>
    /// <returns>A task that ends when the journal is complete.</returns>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));
#endif

    /// <summary>Shows how far the run is.</summary>
    /// <returns>Its progress, in one line.</returns>
    public override string ToString() => $"{nameof(GraphInvalidateRun)}: {(_handle.IsClosed ? "disposed of" : Progress.ToString())}";

    /// <summary>
    /// Waits for one outcome; null where nothing came in time, the run is completed, whoever feeds it was told to, or a
    /// provider would have to be asked that may not be.
    /// </summary>
    internal unsafe InvalidateOutcome? Step(uint milliseconds, CancellationToken cancellationToken, bool mayAsk = true)
    {
        _failure?.Throw();
        using Borrowed run = Borrow();
        Stopwatch? asking = null;
        while (true)
        {
            graph_outcome* native;
            int status = Native.graph_run_next(run.Pointer, asking is null ? milliseconds : 0, &native);
            NeedsAccessToken = false;
            switch (status)
            {
                case 0:
                    return InvalidateOutcome.Take(status, native);
                case Native.GRAPH_STATUS_RUN_TIMEOUT when asking is null:
                    return null;
                case Native.GRAPH_STATUS_RUN_TIMEOUT:
                    asking = null;
                    break;
                case Native.GRAPH_STATUS_RUN_USERS_WANTED:
                    _usersWanted!();
                    return null;
                case Native.GRAPH_STATUS_RUN_DONE:
                    IsCompleted = true;
                    return null;
                case Native.GRAPH_STATUS_RUN_TOKEN_NEEDED:
                    InvalidateOutcome why = InvalidateOutcome.Take(status, native);
                    if (_tokens is not null && !mayAsk)
                    {
                        return null;
                    }

                    asking ??= Stopwatch.StartNew();
                    if (!GivesAnother(why, cancellationToken) && asking.ElapsedMilliseconds >= milliseconds)
                    {
                        return null;
                    }

                    break;
                default:
                    IsCompleted = true;
                    _failure = ExceptionDispatchInfo.Capture(GraphInvalidateException.For(InvalidateOutcome.Take(status, native)));
                    _failure.Throw();
                    break;
            }
        }
    }

    /// <summary>
    /// Asks the provider and gives the run what it says; false where it takes its time, so that it is looked meanwhile
    /// whether the run has ended. Throws where there is nobody to ask, or none but the same token.
    /// </summary>
    private bool GivesAnother(InvalidateOutcome why, CancellationToken cancellationToken)
    {
        if (_tokens is null)
        {
            NeedsAccessToken = true;
            throw GraphInvalidateException.For(why);
        }

        Task<string> asked;
        lock (_asks)
        {
            asked = _asked ??= _tokens.AskAsync(new Deadline(_timeout), _context, cancellationToken);
        }

        if (Task.WaitAny([asked], Look, CancellationToken.None) < 0)
        {
            return false;
        }

        lock (_asks)
        {
            if (_asked != asked)
            {
                return true; // Another thread has given it.
            }

            _asked = null;
            NeedsAccessToken = true;
            string token = asked.GetAwaiter().GetResult();
            if (token == _token)
            {
                throw GraphInvalidateException.For(why);
            }

            SetAccessToken(token);
            _token = token;
            NeedsAccessToken = false;
            return true;
        }
    }

    /// <summary>
    /// There is no other token: nobody is asked any more, and the run ends as soon as nobody is on the way, since
    /// nobody is to be signed out without an outcome.
    /// </summary>
    internal void EndWithoutToken()
    {
        _tokens = null;
        if (Progress.InFlight == 0)
        {
            Cancel();
        }
    }

    private static unsafe void Check(int status, graph_outcome* failure)
    {
        if (status != 0)
        {
            InvalidateOutcome.Take(status, failure).OrThrow(CancellationToken.None);
        }
    }

    private Borrowed Borrow() =>
        _handle.IsClosed ? throw new ObjectDisposedException(nameof(GraphInvalidateRun)) : new Borrowed(_handle);

    private sealed unsafe class Handle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        internal static Handle Make(nint client, GraphInvalidateRunOptions options, string? token, bool tellUsersWanted, out string? notice)
        {
            using NativeStrings strings = new();
            graph_run_options native = options.ToNative(strings);
            native.token = strings.Add(token);
            native.tell_users_wanted = tellUsersWanted ? 1u : 0u;
            Handle made = new();
            nint run;
            graph_outcome* said;
            int status = Native.graph_run_new(client, &native, &run, &said);
            if (status != 0)
            {
                made.Dispose();
                Check(status, said);
            }

            made.SetHandle(run);
            notice = said is null ? null : InvalidateOutcome.Take(status, said).Message;
            return made;
        }

        protected override bool ReleaseHandle()
        {
            Native.graph_run_free(handle);
            return true;
        }
    }
}
