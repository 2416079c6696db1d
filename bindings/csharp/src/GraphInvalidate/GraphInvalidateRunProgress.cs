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
public sealed partial class GraphInvalidateRunProgress
{
    private readonly graph_progress _native;

    internal GraphInvalidateRunProgress(in graph_progress native) => _native = native;

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
