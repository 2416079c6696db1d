using System;
using System.Collections.Generic;
using System.Threading;
#if NET
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks;
#endif

namespace GraphInvalidate;

public sealed partial class GraphInvalidateClient
{
    /// <summary>How soon is seen that a run wants more users, in milliseconds.</summary>
    private const int Look = 20;

    /// <summary>Signs many users out, paced, batched, and where a journal is named on record and resumable.</summary>
    /// <remarks>
    /// Nothing happens before the result is enumerated, and each enumeration is a run. Users are taken from their list as the run
    /// wants them, on the thread that enumerates, and outcomes come while users are still to come: neither list is ever held
    /// whole. A user who fails is an outcome, not an exception; <see cref="InvalidateOutcome.Status"/> says which. Leaving the
    /// enumeration early cancels the run; the journal is complete then. An access token provider is asked when the run begins,
    /// and whenever it needs another token.
    /// </remarks>
    /// <param name="users">Object ids, user principal names, or <c>me</c>, in any number.</param>
    /// <param name="options">How the run is set up. Left out: all defaults.</param>
    /// <param name="cancellationToken">
    /// Cancels the run: the outcomes that are known still come, then an <see cref="OperationCanceledException"/>.
    /// </param>
    /// <returns>What became of each user, in the order in which it became known.</returns>
    /// <exception cref="GraphInvalidateException">
    /// While enumerating: the run cannot begin, or ended early as a whole; or it needs another access token and there is nobody to
    /// ask, or none but the same. The subclass is the kind of failure.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public IEnumerable<InvalidateOutcome> Run(
        IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default) =>
        Enumerate(users ?? throw new ArgumentNullException(nameof(users)), options, cancellationToken);

    /// <summary>Begins a run over many users that the caller steps; to be disposed of.</summary>
    /// <remarks>It sends what is added as soon as the client has a token; an access token provider is asked first.</remarks>
    /// <param name="options">How the run is set up; copied. Left out: all defaults.</param>
    /// <param name="cancellationToken">Is given to the access token provider.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidInputException">An option cannot be used: the message says which and why.</exception>
    /// <exception cref="RunException">The journal cannot be used, or holds another run; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public GraphInvalidateRun BeginRun(GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        Renew(cancellationToken);
        return Begin(options);
    }

    private GraphInvalidateRun Begin(GraphInvalidateRunOptions? options)
    {
        using Borrowed client = Borrow();
        return new GraphInvalidateRun(this, client.Pointer, options ?? new());
    }

    private IEnumerable<InvalidateOutcome> Enumerate(
        IEnumerable<string> users, GraphInvalidateRunOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using GraphInvalidateRun run = BeginRun(options, cancellationToken);
        using CancellationTokenRegistration registration = cancellationToken.Register(run.Cancel);
        using IEnumerator<string> input = users.GetEnumerator();
        int wanted = 0;
        for (bool more = true; !run.IsCompleted;)
        {
            wanted = more && wanted == 0 ? run.Progress.Wanted : wanted;
            if (more && wanted > 0)
            {
                more = input.MoveNext();
                wanted = more ? wanted - 1 : 0;
                if (more)
                {
                    run.Add(input.Current);
                }
                else
                {
                    run.FinishInput();
                }
            }

            // With users at hand there is only a look, between one and the next.
            InvalidateOutcome? outcome = run.Step(!more ? uint.MaxValue : wanted > 0 ? 0u : Look, cancellationToken);
            if (outcome is not null)
            {
                yield return outcome;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

#if NET
#pragma warning disable RS0026 // No list is of both kinds, and neither is left out.
    /// <inheritdoc cref="Run"/>
    /// <remarks>
    /// As <see cref="Run"/>, with nobody kept waiting: users are awaited beside the outcomes, so that these come also while the next
    /// user is long in coming. The run is read on a thread of its own, where an access token provider is asked too.
    /// </remarks>
    public IAsyncEnumerable<InvalidateOutcome> RunAsync(
        IAsyncEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        return EnumerateAsync(users, options, cancellationToken);
    }

    /// <inheritdoc cref="RunAsync(IAsyncEnumerable{string}, GraphInvalidateRunOptions?, CancellationToken)"/>
    public IAsyncEnumerable<InvalidateOutcome> RunAsync(
        IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(users.ToAsyncEnumerable(), options, cancellationToken);
#pragma warning restore RS0026

    private async IAsyncEnumerable<InvalidateOutcome> EnumerateAsync(
        IAsyncEnumerable<string> users, GraphInvalidateRunOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await RenewAsync(cancellationToken).ConfigureAwait(false);

        using GraphInvalidateRun run = Begin(options);
        using CancellationTokenRegistration registration = cancellationToken.Register(run.Cancel);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<InvalidateOutcome> outcomes = Channel.CreateBounded<InvalidateOutcome>(
            new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });
        Task reading = Task.Factory.StartNew(
            () => Read(run, outcomes.Writer, cancellationToken, ended.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        Task feeding = FeedAsync(run, users, ended.Token);
        try
        {
            await foreach (InvalidateOutcome outcome in outcomes.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return outcome;
            }
        }
        finally
        {
            run.Cancel();
            await ended.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (feeding.IsFaulted)
        {
            // The list of users failed: what was known has been handed out.
            await feeding.ConfigureAwait(false);
        }
    }

    /// <summary>Hands outcomes on until the run, or whoever reads them, has ended.</summary>
    private static void Read(
        GraphInvalidateRun run, ChannelWriter<InvalidateOutcome> outcomes, CancellationToken cancellationToken, CancellationToken ended)
    {
        try
        {
            while (!run.IsCompleted)
            {
                if (run.Step(uint.MaxValue, cancellationToken) is { } outcome && !outcomes.TryWrite(outcome))
                {
                    outcomes.WriteAsync(outcome, cancellationToken.IsCancellationRequested ? CancellationToken.None : ended).AsTask().GetAwaiter().GetResult();
                }
            }

            outcomes.Complete();
        }
#pragma warning disable CA1031 // It is thrown where the outcomes are read.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            outcomes.Complete(failure);
        }
    }

    /// <summary>Adds users as the run wants them.</summary>
    private static async Task FeedAsync(GraphInvalidateRun run, IAsyncEnumerable<string> users, CancellationToken ended)
    {
        try
        {
            int wanted = 0;
            await foreach (string user in users.WithCancellation(ended).ConfigureAwait(false))
            {
                while (wanted == 0 && (wanted = run.Progress.Wanted) == 0)
                {
                    await Task.Delay(Look, ended).ConfigureAwait(false);
                }

                run.Add(user);
                wanted--;
            }

            run.FinishInput();
        }
        catch
        {
            run.Cancel();
            throw;
        }
    }
#endif
}
