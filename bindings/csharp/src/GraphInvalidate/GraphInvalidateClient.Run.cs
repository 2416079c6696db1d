// Without it the compiler leaves [Pure] out.
#define CONTRACTS_FULL

using System;
using System.Collections.Generic;
using System.Diagnostics.Contracts;
using System.Threading;
#if NET
using System.Threading.Tasks;
#endif

namespace GraphInvalidate;

public sealed partial class GraphInvalidateClient
{
    /// <summary>
    /// Signs many users out when its result is enumerated, by <c>foreach</c> for example: <c>client.Run(users);</c>
    /// alone does nothing, and <see cref="RunToEnd"/> is what to call instead.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The run is paced, batched, and where a journal is named on record and resumable. Users are taken from their list
    /// as the run wants them, on a thread of its own, so that outcomes come also while the next user is long in coming;
    /// neither list is ever held whole. A list that is in use by the loop as well must be copied first. Where the list
    /// throws, the users that it gave go on to their end and have their outcomes; then its exception comes.
    /// </para>
    /// <para>
    /// A user who fails is an outcome, not an exception; <see cref="InvalidateOutcome.Status"/> says which. Leaving the
    /// enumeration early cancels the run; the journal is complete then. The result can be enumerated once. An access
    /// token provider is asked when the run begins, and whenever it needs another token; the run goes on when the
    /// client is disposed of.
    /// </para>
    /// </remarks>
    /// <param name="users">Object ids, user principal names, or <c>me</c>, in any number.</param>
    /// <param name="options">How the run is set up. Left out: all defaults.</param>
    /// <param name="cancellationToken">
    /// Cancels the run: the outcomes that are known still come, then an <see cref="OperationCanceledException"/>.
    /// </param>
    /// <returns>What became of each user, in the order in which it became known.</returns>
    /// <exception cref="GraphInvalidateException">
    /// While enumerating: the run cannot begin, or ended early as a whole; or it needs another access token and there
    /// is nobody to ask, or none but the same. The subclass is the kind of failure. Enumerating again raises the same.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    [Pure] // By itself it does nothing: analyzers warn where its result is thrown away (CA1806).
    public IEnumerable<InvalidateOutcome> Run(
        IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default) =>
        Enumerate(users, options, cancellationToken);

    /// <summary>Signs many users out at once, and returns when all of them have their outcomes.</summary>
    /// <remarks>As <see cref="Run"/> does it. Where the run fails, the outcomes before have been handed out.</remarks>
    /// <param name="users">As for <see cref="Run"/>.</param>
    /// <param name="each">Is given what became of each user, as soon as it is known. Where it throws, the run
    /// ends.</param>
    /// <param name="options">As for <see cref="Run"/>.</param>
    /// <param name="cancellationToken">As for <see cref="Run"/>.</param>
    /// <returns>The totals of the run.</returns>
    /// <exception cref="GraphInvalidateException">As for <see cref="Run"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public GraphInvalidateRunProgress RunToEnd(
        IEnumerable<string> users,
        Action<InvalidateOutcome> each,
        GraphInvalidateRunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        _ = each ?? throw new ArgumentNullException(nameof(each));
        using RunEnumeration run = Enumerate(users, options, cancellationToken);
        while (run.MoveNext())
        {
            each(run.Current);
        }

        return run.Progress!;
    }

    /// <summary>Begins a run over many users that the caller steps; to be disposed of.</summary>
    /// <remarks>It sends what is added as soon as it has a token; an access token provider is asked first.</remarks>
    /// <param name="options">How the run is set up; copied. Left out: all defaults.</param>
    /// <param name="cancellationToken">Is given to the access token provider.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidInputException">An option cannot be used: the message says which and why.</exception>
    /// <exception cref="TokenException">The access token provider failed.</exception>
    /// <exception cref="RunException">The journal cannot be used, or holds another run; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public GraphInvalidateRun BeginRun(GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default) =>
        BeginRun(options, usersWanted: null, cancellationToken);

    /// <summary>The same for whoever wants to hear, where outcomes are read, that the run takes more users.</summary>
    internal GraphInvalidateRun BeginRun(GraphInvalidateRunOptions? options, Action? usersWanted, CancellationToken cancellationToken) =>
        Begin(options, _tokens?.Get(Deadline.OfRun(_timeout, options?.Deadline), cancellationToken), usersWanted);

    private GraphInvalidateRun Begin(GraphInvalidateRunOptions? options, string? token, Action? usersWanted)
    {
        using Borrowed client = Borrow();
        return new GraphInvalidateRun(client.Pointer, options ?? new(), _tokens, token, _timeout, usersWanted);
    }

    private RunEnumeration Enumerate(IEnumerable<string> users, GraphInvalidateRunOptions? options, CancellationToken cancellationToken)
    {
        _ = users ?? throw new ArgumentNullException(nameof(users));
        return new(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunLoop loop = new(wanted => BeginRun(options, wanted, cancellationToken), cancellationToken);
            loop.Feed(users);
            return loop;
        });
    }

#if NET
#pragma warning disable RS0026 // No list is of both kinds, and neither is left out.
    /// <inheritdoc cref="Run"/>
    /// <summary>
    /// Signs many users out when its result is enumerated, by <c>await foreach</c>:
    /// <see cref="RunToEndAsync(IAsyncEnumerable{string}, Action{InvalidateOutcome}, GraphInvalidateRunOptions?,
    /// CancellationToken)"/> is what to call instead where the outcomes are to be had one by one in a function.
    /// </summary>
    /// <remarks>
    /// As <see cref="Run"/>, with nobody kept waiting: users are awaited beside the outcomes. A list that ignores its
    /// cancellation token keeps nobody from leaving.
    /// </remarks>
    [Pure]
    public IAsyncEnumerable<InvalidateOutcome> RunAsync(
        IAsyncEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        return EnumerateAsync(loop => loop.Feed(users), options, cancellationToken);
    }

    /// <inheritdoc cref="RunAsync(IAsyncEnumerable{string}, GraphInvalidateRunOptions?, CancellationToken)"/>
    /// <remarks>
    /// As <see cref="Run"/>, with nobody kept waiting. The list may block: it is taken from a thread of its own.
    /// </remarks>
    [Pure]
    public IAsyncEnumerable<InvalidateOutcome> RunAsync(
        IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        return EnumerateAsync(loop => loop.Feed(users), options, cancellationToken);
    }

    /// <inheritdoc cref="RunToEnd"/>
    public Task<GraphInvalidateRunProgress> RunToEndAsync(
        IAsyncEnumerable<string> users,
        Action<InvalidateOutcome> each,
        GraphInvalidateRunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        return EndAsync(EnumerateAsync(loop => loop.Feed(users), options, cancellationToken), each);
    }

    /// <inheritdoc cref="RunToEnd"/>
    public Task<GraphInvalidateRunProgress> RunToEndAsync(
        IEnumerable<string> users,
        Action<InvalidateOutcome> each,
        GraphInvalidateRunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        return EndAsync(EnumerateAsync(loop => loop.Feed(users), options, cancellationToken), each);
    }
#pragma warning restore RS0026

    private static async Task<GraphInvalidateRunProgress> EndAsync(AwaitedRunEnumeration run, Action<InvalidateOutcome> each)
    {
        ArgumentNullException.ThrowIfNull(each);
        try
        {
            while (await run.MoveNextAsync().ConfigureAwait(false))
            {
                each(run.Current);
            }

            return run.Progress!;
        }
        finally
        {
            await run.DisposeAsync().ConfigureAwait(false);
        }
    }

    private AwaitedRunEnumeration EnumerateAsync(Action<RunLoop> feed, GraphInvalidateRunOptions? options, CancellationToken cancellationToken) => new(
        async cancellation =>
        {
            cancellation.ThrowIfCancellationRequested();
            string? token = _tokens is null ? null : await _tokens.GetAsync(Deadline.OfRun(_timeout, options?.Deadline), cancellation).ConfigureAwait(false);
            RunLoop loop = new(wanted => Begin(options, token, wanted), cancellation);
            feed(loop);
            return loop;
        },
        cancellationToken);
#endif
}
