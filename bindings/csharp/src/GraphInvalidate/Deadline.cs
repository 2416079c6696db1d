using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace GraphInvalidate;

/// <summary>The moment at which a call must have ended, all its attempts and what it asks its caller for.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Deadline
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(100);

    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly TimeSpan _limit;

    /// <summary>Begins now. Zero is the default, as the native library has it.</summary>
    internal Deadline(TimeSpan? timeout) => _limit = timeout is { } limit && limit != TimeSpan.Zero ? limit : Default;

    /// <summary>
    /// That of a run's first question for a token: as long as a call may take, and no longer than the run.
    /// </summary>
    internal static Deadline OfRun(TimeSpan? timeout, TimeSpan? run)
    {
        Deadline call = new(timeout);
        return run is { } limit && limit > TimeSpan.Zero && (call._limit == Timeout.InfiniteTimeSpan || limit < call._limit) ? new(limit) : call;
    }

    internal bool IsOver => _limit != Timeout.InfiniteTimeSpan && Left <= TimeSpan.Zero;

    /// <summary>How long the native call may take; never 0, which stands for the client's timeout.</summary>
    internal uint Milliseconds => _limit == Timeout.InfiniteTimeSpan ? uint.MaxValue : (uint)Math.Max(1, Math.Ceiling(Left.TotalMilliseconds));

    private TimeSpan Left => _limit - TimeSpan.FromSeconds((Stopwatch.GetTimestamp() - _begin) / (double)Stopwatch.Frequency);

    /// <summary>Cancels a source when the time is over.</summary>
    internal void Cancels(CancellationTokenSource source)
    {
        // A timer takes no more than 24 days.
        if (_limit != Timeout.InfiniteTimeSpan && Left.TotalMilliseconds is var left && left < int.MaxValue)
        {
            source.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, left)));
        }
    }

    internal RunException Passed(string what) => new(
        new InvalidateOutcome(Native.GRAPH_STATUS_DEADLINE_EXCEEDED, $"{what} within {_limit.TotalSeconds:0.###} s; nothing was sent.", "Allow more time, or mend what it waits for."),
        cause: null);
}
