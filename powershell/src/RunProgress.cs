using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Puts how far a run is into a progress record, a few times a second.</summary>
internal sealed class RunProgress
{
    private const int Id = 1;
    private const int Milliseconds = 250;

    private readonly string _activity;
    private readonly Stopwatch _watch = new();

    internal RunProgress(string activity) => _activity = activity;

    /// <summary>Whether it is time to look again.</summary>
    internal bool IsDue => !_watch.IsRunning || _watch.ElapsedMilliseconds >= Milliseconds;

    /// <summary>The record of this moment; a share and a time left only once the whole list is known.</summary>
    internal ProgressRecord Record(GraphInvalidateRunProgress progress, bool all)
    {
        _watch.Restart();
        long done = progress.Accepted + progress.Planned + progress.Failed + progress.Duplicates + progress.Excluded + progress.AcceptedBefore - progress.Verifying;
        string unverified = progress.Unverified > 0 ? Line($", {progress.Unverified} not verified") : string.Empty;
        ProgressRecord record = new(Id, _activity, Line($"{done}{(all ? Line($" of {progress.Added}") : " done, and more to come")}, {progress.Failed} failed{unverified}, {progress.Rate:0.#} a second"))
        {
            PercentComplete = all && progress.Added > 0 ? (int)(Math.Max(done, 0) * 100 / progress.Added) : -1,
            SecondsRemaining = all ? (int)Math.Min(Math.Ceiling(progress.TimeLeft.TotalSeconds), int.MaxValue) : -1,
        };
        if (progress.Pause > TimeSpan.Zero)
        {
            string why = progress.Unanswered > 0 ? "the service does not respond" : "the service asked for it";
            record.CurrentOperation = Line($"waiting {Math.Ceiling(progress.Pause.TotalSeconds)} s: {why}");
        }

        return record;
    }

    /// <summary>The record that takes the others away.</summary>
    internal ProgressRecord Completed => new(Id, _activity, "done") { RecordType = ProgressRecordType.Completed };

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
