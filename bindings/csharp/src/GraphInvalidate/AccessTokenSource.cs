using System;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

/// <summary>
/// The caller's access token provider. It may block, be deaf to cancellation, or break: a call ends in its time all the
/// same, and nothing is sent afterwards. What it gives goes with the call that it was asked for.
/// </summary>
/// <param name="provider">The caller's function.</param>
/// <param name="onCallingThread">Whether it may run on no other thread than the one that calls, as script blocks
/// must.</param>
internal sealed class AccessTokenSource(Func<CancellationToken, Task<string>> provider, bool onCallingThread)
{
    private enum Place
    {
        /// <summary>On the thread that calls.</summary>
        Here,

        /// <summary>On a thread of the pool, so that one which blocks keeps nobody waiting.</summary>
        Pool,

        /// <summary>On a thread of its own: the pool may be full of threads that wait here.</summary>
        Thread,
    }

    /// <summary>Asks on behalf of a thread that waits.</summary>
    internal string Get(Deadline deadline, CancellationToken cancellationToken)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        Place place = IsHere(context) && (onCallingThread || TaskScheduler.Current == TaskScheduler.Default) ? Place.Here : Place.Thread;
        // Nothing may come back to this thread, since it is about to be blocked.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return AskAsync(place, deadline, cancellationToken).GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>
    /// Asks on behalf of a run, which is read by a thread that looks after other things meanwhile: with the context of
    /// whoever began the run, since whoever reads it may be somebody else.
    /// </summary>
    internal Task<string> AskAsync(Deadline deadline, ExecutionContext? context, CancellationToken cancellationToken)
    {
        Place place = onCallingThread ? Place.Here : Place.Thread;
        if (context is null)
        {
            return AskAsync(place, deadline, cancellationToken);
        }

        Task<string>? asked = null;
        ExecutionContext.Run(context, _ => asked = AskAsync(place, deadline, cancellationToken), null);
        return asked!;
    }

    /// <summary>Asks with nobody kept waiting.</summary>
    internal Task<string> GetAsync(Deadline deadline, CancellationToken cancellationToken) =>
        AskAsync(IsHere(SynchronizationContext.Current) ? Place.Here : Place.Pool, deadline, cancellationToken);

    /// <summary>
    /// A thread with a context belongs to a window or a request: what is bound to that is found there alone.
    /// </summary>
    private bool IsHere(SynchronizationContext? context) => onCallingThread || context is not null;

    private async Task<string> AskAsync(Place place, Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.Cancels(ending);
        Task<string> answer = Begin(place, ending.Token);
        if (!answer.IsCompleted)
        {
            TaskCompletionSource<bool> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using (ending.Token.Register(() => ended.TrySetResult(true)))
            {
                await Task.WhenAny(answer, ended.Task).ConfigureAwait(false);
            }
        }

        // What a deaf provider still throws is nobody's any more.
        _ = answer.ContinueWith(
            static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Exception? cause = answer.IsFaulted || answer.IsCanceled ? await Thrown(answer).ConfigureAwait(false) : null;
        if (cancellationToken.IsCancellationRequested)
        {
            throw Cancelled(cause, cancellationToken);
        }

        // The timer and the clock need not agree to the millisecond.
        if (ending.IsCancellationRequested || deadline.IsOver)
        {
            throw deadline.Passed("The access token provider gave no token");
        }

        return cause is null ? Checked(await answer.ConfigureAwait(false)) : throw Failed(cause);
    }

    /// <summary>What a provider threw, a cancellation of its own included, which holds its cause.</summary>
    private static async Task<Exception?> Thrown(Task answer)
    {
        try
        {
            await answer.ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // It is the cause of what is thrown.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return thrown;
        }
    }

    private Task<string> Begin(Place place, CancellationToken ending) => place switch
    {
        Place.Here => CallAsync(ending),
        Place.Pool => Task.Run(() => CallAsync(ending), CancellationToken.None),
        _ => Task.Factory.StartNew(
            () => CallAsync(ending), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap(),
    };

    private async Task<string> CallAsync(CancellationToken ending) =>
        await (provider(ending) ?? throw new InvalidOperationException("it gave null instead of a task")).ConfigureAwait(false);

    private static string Checked(string? token) => string.IsNullOrWhiteSpace(token)
        ? throw Broken($"The access token provider gave {(token is null ? "null" : "an empty text")} instead of an access token.", cause: null)
        : token!;

    private static TokenException Failed(Exception cause) =>
        Broken($"The access token provider failed: {cause.Message.TrimEnd('.')}.", cause);

    private static TokenException Broken(string message, Exception? cause) => new(
        new InvalidateOutcome(
            Native.GRAPH_STATUS_TOKEN_PROVIDER_FAILED,
            message,
            cause is null ? "The provider must give an access token for Microsoft Graph, or throw." : "The inner exception is what it threw. Nothing was sent with this call."),
        cause);

    private static OperationCanceledException Cancelled(Exception? cause, CancellationToken cancellationToken)
    {
        RunException cancelled = new(
            new InvalidateOutcome(Native.GRAPH_STATUS_CANCELLED, "The call was cancelled before it had an access token; nothing was sent.", "Call again if the user is to be signed out."),
            cause);
        return new OperationCanceledException(cancelled.Message, cancelled, cancellationToken);
    }
}
