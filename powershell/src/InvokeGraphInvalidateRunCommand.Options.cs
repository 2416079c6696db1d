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
    /// Users a second, with a burst of one second. What the service asks to wait is obeyed in any case.
    /// Without it: the service's published quota (3,000 at once, then 20 a second);
    /// ([double]::PositiveInfinity): no pacing of our own.
    /// </summary>
    [Parameter]
    [NotNothing]
    public double Rate { get; set; }

    /// <summary>
    /// How many users go into one request: 1 (plain requests) to 20. Without it: 20.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int BatchSize { get; set; }

    /// <summary>
    /// The most requests at once: 1 to 256. Without it: 16.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int Concurrency { get; set; }

    /// <summary>
    /// How long verification of a user may take, such as 00:05:00. Without it: 120 seconds.
    /// </summary>
    [Parameter]
    [NotNothing]
    public TimeSpan Wait { get; set; }

    /// <summary>
    /// How long the whole run may take, such as 00:05:00. Without it: no limit.
    /// </summary>
    [Parameter]
    [NotNothing]
    public TimeSpan Deadline { get; set; }

    /// <summary>
    /// How many users the run may be ahead of the program that reads its outcomes: sent, and their outcome
    /// not read. Who waits to be verified counts, too: with 1 nobody is sent before the last outcome was
    /// read. Without it: as many as fit into its requests at once, and one batch more (340 with the other
    /// defaults), not counting those who wait to be verified.
    /// </summary>
    [Parameter]
    [NotNothing]
    public int Ahead { get; set; }

    /// <summary>
    /// How many users may fail before the run ends, with the status of the last of them: a list of another
    /// tenant, for example, or a service that is down for long. Those already sent may be more. Without it:
    /// no limit.
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
