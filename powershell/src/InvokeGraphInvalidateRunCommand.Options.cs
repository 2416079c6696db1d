// Made by `cargo xtask abi` from the library's source: do not edit.
using System;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <content>How a run goes, whatever it does.</content>
public sealed partial class InvokeGraphInvalidateRunCommand
{
    /// <summary>The times that take milliseconds of 32 bits.</summary>
    private static readonly string[] Times = [nameof(Wait), nameof(Deadline)];

    /// <summary>
    /// Users per second, with a burst of one second. Waits that the service asks for are always obeyed.
    /// Without it: the service's published quota (3,000 at once, then 20 per second);
    /// ([double]::PositiveInfinity): no pacing.
    /// </summary>
    [Parameter]
    [NotNothing]
    public double Rate { get; set; }

    /// <summary>
    /// Users per request: 1 (no batching) to 20. Without it: 20.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int BatchSize { get; set; }

    /// <summary>
    /// Maximum number of concurrent requests: 1 to 256. Without it: 16.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int Concurrency { get; set; }

    /// <summary>
    /// Maximum time to verify one user, such as 00:05:00. Without it: 120 seconds.
    /// </summary>
    [Parameter]
    [NotNothing]
    public TimeSpan Wait { get; set; }

    /// <summary>
    /// Maximum time for the whole run, such as 00:05:00. Without it: no limit.
    /// </summary>
    [Parameter]
    [NotNothing]
    public TimeSpan Deadline { get; set; }

    /// <summary>
    /// Maximum number of users that were sent and whose outcome has not been read. Users waiting to be
    /// verified count as well: with 1, nobody is sent before the last outcome was read. Without it: as many
    /// as fit into the concurrent requests, plus one batch (340 with the other defaults), not counting users
    /// waiting to be verified.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int Ahead { get; set; }

    /// <summary>
    /// Maximum number of failed users: when it is reached, the run ends with the status of the last failure.
    /// Users already sent may still add to it. Without it: no limit.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int MaxFailures { get; set; }

    /// <summary>Puts these into a run's options.</summary>
    private void Apply(GraphInvalidateRunOptions options)
    {
        options.Rate = Rate;
        options.BatchSize = BatchSize;
        options.Concurrency = Concurrency;
        options.Wait = Wait == TimeSpan.Zero ? null : Wait;
        options.Deadline = Deadline == TimeSpan.Zero ? null : Deadline;
        options.Ahead = Ahead;
        options.MaxFailures = MaxFailures;
    }
}
