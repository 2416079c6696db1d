#if NET
using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

/// <summary>
/// The same with nobody kept waiting: an outcome that is there is taken at once, and for others one thread waits.
/// </summary>
/// <param name="beginAsync">Begins the run.</param>
/// <param name="cancellationToken">Cancels it.</param>
internal sealed class AwaitedRunEnumeration(Func<CancellationToken, Task<RunLoop>> beginAsync, CancellationToken cancellationToken)
    : IAsyncEnumerable<InvalidateOutcome>, IAsyncEnumerator<InvalidateOutcome>
{
    private CancellationTokenSource? _either;
    private CancellationToken _cancellationToken = cancellationToken;
    private RunLoop? _loop;
    private Waiter? _waiter;
    private InvalidateOutcome? _current;
    private ExceptionDispatchInfo? _failure;
    private int _isTaken;
    private bool _isOver;

#pragma warning disable MA0055 // The run has threads, which only the end of who reads it can end.
    /// <summary>Nobody holds it any more, however the loop over it was left.</summary>
    ~AwaitedRunEnumeration() => RunEnumeration.EndLater(_loop);
#pragma warning restore MA0055

    public InvalidateOutcome Current => _current ?? throw new InvalidOperationException("There is no outcome here: MoveNextAsync says when there is one.");

    internal GraphInvalidateRunProgress? Progress => _loop?.Progress;

    public IAsyncEnumerator<InvalidateOutcome> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            _failure?.Throw();
            throw new InvalidOperationException(RunEnumeration.AlreadyTaken);
        }

        if (cancellationToken.CanBeCanceled && cancellationToken != _cancellationToken)
        {
            _either = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken);
            _cancellationToken = _either.Token;
        }

        return this;
    }

    public async ValueTask<bool> MoveNextAsync()
    {
        _failure?.Throw();
        if (_isOver)
        {
            return false;
        }

        try
        {
            _loop ??= await beginAsync(_cancellationToken).ConfigureAwait(false);
            _current = _loop.Take() ?? (_loop.IsCompleted ? _loop.Completed() : await (_waiter ??= new(_loop)).NextAsync().ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (_current is null)
        {
            await DisposeAsync().ConfigureAwait(false);
        }

        return _current is not null;
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        if (_loop is not null)
        {
            await Task.Run(_loop.End).ConfigureAwait(false);
        }

        _either?.Dispose();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => RunEnumeration.Explained(_loop);

    /// <summary>
    /// A thread that waits for outcomes when there is none. It holds the run, not who reads it, and ends with the run.
    /// </summary>
#pragma warning disable CA1001 // A semaphore whose handle nobody asks for holds nothing to free.
    private sealed class Waiter
#pragma warning restore CA1001
    {
        private readonly RunLoop _loop;
        private readonly SemaphoreSlim _wanted = new(0);
        private TaskCompletionSource<InvalidateOutcome?>? _answer;

        internal Waiter(RunLoop loop)
        {
            _loop = loop;
            _ = Task.Factory.StartNew(
                Wait, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }

        internal Task<InvalidateOutcome?> NextAsync()
        {
            Task<InvalidateOutcome?> answer = (_answer = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _wanted.Release();
            return answer;
        }

        private void Wait()
        {
            try
            {
                while (true)
                {
                    _wanted.Wait(_loop.Ended);
                    Answer(_answer!);
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        }

        private void Answer(TaskCompletionSource<InvalidateOutcome?> answer)
        {
            _answer = null;
            try
            {
                answer.SetResult(_loop.Next());
            }
#pragma warning disable CA1031 // It is thrown where the outcomes are read.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                answer.SetException(failure);
            }
        }
    }
}
#endif
