using System;
using System.Globalization;
using System.Linq;

namespace GraphInvalidate;

/// <summary>
/// How far a run is, at one moment. Every user that was added is counted in exactly one of <see cref="Duplicates"/>,
/// <see cref="Excluded"/>, <see cref="AcceptedBefore"/>, <see cref="Accepted"/>, <see cref="Failed"/>,
/// <see cref="Planned"/>, <see cref="Waiting"/> and <see cref="InFlight"/>. With verification those of
/// <see cref="Accepted"/> and <see cref="AcceptedBefore"/> are besides in one of <see cref="Verified"/>,
/// <see cref="Unverified"/> and <see cref="Verifying"/>, unless the journal calls them verified.
/// </summary>
public sealed class GraphInvalidateRunProgress
{
    private readonly graph_progress _native;

    internal GraphInvalidateRunProgress(in graph_progress native) => _native = native;

    /// <summary>How many users were added.</summary>
    public long Added => (long)_native.added;

    /// <summary>How many of them were there before under the same key, or the same object id.</summary>
    public long Duplicates => (long)_native.duplicates;

    /// <summary>How many were left out as excluded.</summary>
    public long Excluded => (long)_native.excluded;

    /// <summary>How many were accepted in an earlier part of the run, by the journal.</summary>
    public long AcceptedBefore => (long)_native.accepted_before;

    /// <summary>How many the service accepted, whether they were verified or not.</summary>
    public long Accepted => (long)_native.accepted;

    /// <summary>How many of <see cref="Accepted"/> and <see cref="AcceptedBefore"/> were verified.</summary>
    public long Verified => (long)_native.verified;

    /// <summary>How many failed for good: the service did not accept them.</summary>
    public long Failed => (long)_native.failed;

    /// <summary>How many a dry run found.</summary>
    public long Planned => (long)_native.planned;

    /// <summary>How many wait to be sent, or to be sent again.</summary>
    public long Waiting => (long)_native.waiting;

    /// <summary>How many of those were never attempted.</summary>
    public long NeverAttempted => (long)_native.never_attempted;

    /// <summary>How many are on the way. After the end: how many were on the way then.</summary>
    public long InFlight => (long)_native.in_flight;

    /// <summary>How many of <see cref="Accepted"/> and <see cref="AcceptedBefore"/> wait to be verified.</summary>
    public long Verifying => (long)_native.verifying;

    /// <summary>How many times a user was sent, repeated attempts included.</summary>
    public long Attempts => (long)_native.attempts;

    /// <summary>How many times the service refused for its quota.</summary>
    public long Throttled => (long)_native.throttled;

    /// <summary>Users a second, over the last seconds.</summary>
    public double Rate => _native.rate;

    /// <summary>
    /// Users a second that the pace allows in the long run, by what is known of the quota;
    /// <see cref="double.PositiveInfinity"/> without pacing.
    /// </summary>
    public double Pace => _native.pace;

    /// <summary>
    /// How long nothing is sent: because the service asked for it or, where <see cref="Unanswered"/> is not 0, because
    /// it does not answer.
    /// </summary>
    public TimeSpan Pause => Time(_native.pause_ms);

    /// <summary>How long the users that wait will take, by what is known of the quota.</summary>
    public TimeSpan TimeLeft => Time(_native.time_left_ms);

    /// <summary>
    /// How many more users may be added without memory growing: for programs that stream a long list.
    /// </summary>
    public int Wanted => (int)Math.Min(_native.wanted, int.MaxValue);

    /// <summary>How many requests in a row had no answer.</summary>
    public int Unanswered => (int)Math.Min(_native.unanswered, int.MaxValue);

    /// <summary>
    /// How many of <see cref="Accepted"/> and <see cref="AcceptedBefore"/> were looked at in vain: they are signed out
    /// by all that is known, but that is not proved.
    /// </summary>
    public long Unverified => (long)_native.unverified;

    /// <summary>Shows how far the run is in one line.</summary>
    /// <returns>The counts that are not zero.</returns>
    public override string ToString()
    {
        (string Name, long Count)[] counts =
        [
            ("accepted", Accepted), ("accepted before", AcceptedBefore), ("verified", Verified), ("not verified", Unverified), ("planned", Planned),
            ("failed", Failed), ("duplicates", Duplicates), ("excluded", Excluded), ("on the way", InFlight), ("waiting", Waiting),
        ];
        return string.Concat(counts.Where(one => one.Count > 0).Select(one => string.Format(CultureInfo.InvariantCulture, ", {0} {1}", one.Count, one.Name))
            .Prepend(string.Format(CultureInfo.InvariantCulture, "{0} added", Added)));
    }

    private static TimeSpan Time(ulong milliseconds) =>
        milliseconds < (ulong)TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromTicks((long)milliseconds * TimeSpan.TicksPerMillisecond) : TimeSpan.MaxValue;
}
