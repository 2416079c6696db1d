using System;
using System.Collections.Generic;
#if NET
using System.Runtime.CompilerServices;
#endif
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

/// <summary>
/// A run that is fed from a list. The list is the caller's code: it is taken from a thread of its own, so that one
/// which waits, breaks or never comes back keeps no outcome from being known and nobody from leaving.
/// </summary>
#pragma warning disable CA1001 // A source without a timer, and a semaphore whose handle nobody asks for, hold nothing to free.
internal sealed class RunLoop
#pragma warning restore CA1001
{
    /// <summary>
    /// How long a list that is being left is waited for, and when those on the way are looked for again; in
    /// milliseconds.
    /// </summary>
    private const int Patience = 20;

    private readonly GraphInvalidateRun _run;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly SemaphoreSlim _asked = new(0);
    private Task _feeding = Task.CompletedTask;
    private Exception? _broken;
    private ExceptionDispatchInfo? _refused;
    private int _isOver;

    internal RunLoop(Func<Action, GraphInvalidateRun> begin, CancellationToken cancellationToken)
    {
        _run = begin(Ask);
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.Register(static run => ((GraphInvalidateRun)run!).Cancel(), _run);
    }

    /// <summary>How far the run was when it ended.</summary>
    internal GraphInvalidateRunProgress? Progress { get; private set; }

    internal bool IsCompleted => _run.IsCompleted;

    internal CancellationToken Ended => _ended.Token;

    /// <summary>Begins to take users from a list.</summary>
    internal void Feed(IEnumerable<string> users) => _feeding = Task.Factory.StartNew(
        () => FeedFrom(users), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>
    /// The next outcome; null where the run has ended. What the run or the list failed with is thrown then.
    /// </summary>
    internal InvalidateOutcome? Next()
    {
        InvalidateOutcome? outcome;
        do
        {
            outcome = Step(uint.MaxValue, mayAsk: true);
        }
        while (outcome is null && !_run.IsCompleted);
        return outcome ?? Completed();
    }

    /// <summary>The next outcome where one is there already.</summary>
    internal InvalidateOutcome? Take() => Step(0, mayAsk: false);

    /// <summary>What is to be said when the last outcome was taken; null where all is well.</summary>
    internal InvalidateOutcome? Completed()
    {
        Progress = _run.Progress;
        _cancellationToken.ThrowIfCancellationRequested();
        Volatile.Read(ref _refused)?.Throw();
        return Volatile.Read(ref _broken) switch
        {
            null => null,
            // Nobody has cancelled: where the list says so, it means itself.
            OperationCanceledException gaveUp => throw new InvalidOperationException("The list of users gave up: " + gaveUp.Message, gaveUp),
            Exception broken => throw Rethrown(broken),
        };
    }

    /// <summary>Ends the run, and waits for its journal; from any thread, any number of times.</summary>
    internal void End()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
        {
            return;
        }

        _ended.Cancel();
        _asked.Release();
        _registration.Dispose();
        _run.Cancel();
        // A list that is not blocked leaves at once; one that is ends later, and does nothing then.
        Task.WaitAny([_feeding], Patience);
        _run.Dispose();
    }

    /// <summary>
    /// Where there is no other token, those on the way are waited for, and the reason is thrown after their outcomes.
    /// </summary>
    private InvalidateOutcome? Step(uint milliseconds, bool mayAsk)
    {
        try
        {
            return _run.Step(milliseconds, _cancellationToken, mayAsk);
        }
        catch (Exception refused) when (_run.NeedsAccessToken)
        {
            Volatile.Write(ref _refused, Volatile.Read(ref _refused) ?? ExceptionDispatchInfo.Capture(refused));
            _run.EndWithoutToken();
            Thread.Sleep(Patience);
            return null;
        }
    }

    private static Exception Rethrown(Exception broken)
    {
        ExceptionDispatchInfo.Capture(broken).Throw();
        return broken;
    }

    /// <summary>The run takes more users: whoever waits for that goes on.</summary>
    private void Ask()
    {
        if (_asked.CurrentCount == 0)
        {
            _asked.Release();
        }
    }

    /// <summary>
    /// Adds users as the run wants them. Where the list breaks, those that it gave go on to their end.
    /// </summary>
    private void FeedFrom(IEnumerable<string> users)
    {
        try
        {
            using IEnumerator<string> input = users.GetEnumerator();
            int wanted = 0;
            while (Wanted(ref wanted, waits: true) && input.MoveNext())
            {
                _run.Add(input.Current);
            }
        }
#pragma warning disable CA1031 // It is thrown where the outcomes are read.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, broken);
        }

        Finish();
    }

    /// <summary>
    /// Takes one of the places that the run has for users; false where there is none, or the run is over.
    /// </summary>
    private bool Wanted(ref int wanted, bool waits)
    {
        while (!_ended.IsCancellationRequested)
        {
            if (wanted > 0 || (wanted = _run.Progress.Wanted) > 0)
            {
                wanted--;
                return true;
            }

            if (!waits)
            {
                return false;
            }

            _asked.Wait();
        }

        return false;
    }

    private void Finish()
    {
        try
        {
            if (!_ended.IsCancellationRequested)
            {
                _run.FinishInput(isBroken: Volatile.Read(ref _broken) is not null);
            }
        }
        catch (ObjectDisposedException)
        {
            // The run was left just now.
        }
    }

#if NET
    /// <summary>Begins to take users from a list that is awaited.</summary>
    internal void Feed(IAsyncEnumerable<string> users) => _feeding = Task.Run(() => FeedFromAsync(users));

    private async Task FeedFromAsync(IAsyncEnumerable<string> users)
    {
        try
        {
            int wanted = 0;
            IAsyncEnumerator<string> input = users.GetAsyncEnumerator(_ended.Token);
            await using ConfiguredAsyncDisposable disposing = input.ConfigureAwait(false);
            while (await RoomAsync().ConfigureAwait(false) && await input.MoveNextAsync().ConfigureAwait(false))
            {
                _run.Add(input.Current);
            }

            async ValueTask<bool> RoomAsync()
            {
                while (!Wanted(ref wanted, waits: false))
                {
                    if (_ended.IsCancellationRequested)
                    {
                        return false;
                    }

                    await _asked.WaitAsync().ConfigureAwait(false);
                }

                return true;
            }
        }
#pragma warning disable CA1031 // It is thrown where the outcomes are read.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, broken);
        }

        Finish();
    }
#endif
}
