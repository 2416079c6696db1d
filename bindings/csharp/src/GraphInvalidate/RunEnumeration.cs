using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace GraphInvalidate;

/// <summary>
/// The outcomes of one run, which begins when they are asked for. Leaving them ends it, and so does forgetting them.
/// </summary>
/// <param name="begin">Begins the run.</param>
internal sealed class RunEnumeration(Func<RunLoop> begin) : IEnumerable<InvalidateOutcome>, IEnumerator<InvalidateOutcome>
{
    private RunLoop? _loop;
    private InvalidateOutcome? _current;
    private ExceptionDispatchInfo? _failure;
    private int _isTaken;
    private bool _isOver;

#pragma warning disable MA0055 // The run has threads, which only the end of who reads it can end.
    /// <summary>Nobody holds it any more, however the loop over it was left.</summary>
    ~RunEnumeration() => EndLater(_loop);
#pragma warning restore MA0055

    public InvalidateOutcome Current => _current ?? throw new InvalidOperationException("There is no outcome here: MoveNext says when there is one.");

    object IEnumerator.Current => Current;

    internal GraphInvalidateRunProgress? Progress => _loop?.Progress;

    /// <summary>One run is enumerated once: another time it says again how it failed.</summary>
    public IEnumerator<InvalidateOutcome> GetEnumerator()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            _failure?.Throw();
            throw new InvalidOperationException(AlreadyTaken);
        }

        return this;
    }

    public bool MoveNext()
    {
        _failure?.Throw();
        if (_isOver)
        {
            return false;
        }

        try
        {
            _loop ??= begin();
            _current = _loop.Next();
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            Dispose();
            throw;
        }

        if (_current is null)
        {
            Dispose();
        }

        return _current is not null;
    }

    public void Reset() => throw new NotSupportedException(AlreadyTaken);

    public void Dispose()
    {
        _isOver = true;
        _loop?.End();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => Explained(_loop);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal const string AlreadyTaken =
        "A run is enumerated once, and this one was: what it gave must be kept where it is needed again. Run begins another one, which signs everybody out once more.";

    internal static string Explained(RunLoop? loop) => loop is null
        ? "A run that has not begun: it begins when it is enumerated, for example by foreach."
        : $"A run: {loop.Progress?.ToString() ?? "going on"}.";

    /// <summary>Ends a run on another thread than the collector's, which may not wait.</summary>
    internal static void EndLater(RunLoop? loop)
    {
        if (loop is not null)
        {
            ThreadPool.QueueUserWorkItem(static loop => ((RunLoop)loop!).End(), loop);
        }
    }
}
