using System;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Proves that an invalidation took effect: reads the user's cut-off back from the service.</summary>
/// <remarks>
/// <para>
/// Waits until sign-in sessions that began before the given time are shown as invalid, or until the connection's
/// timeout has passed; the service may need seconds to minutes. Reading takes a permission of its own, for example
/// User.Read.All.
/// </para>
/// </remarks>
/// <example>
/// <code>Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $userId -PassThru | Confirm-GraphInvalidateOutcome</code>
/// <para>Signs a user out and proves it: an outcome with the status verified comes back.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Confirm, "GraphInvalidateOutcome", HelpUri = "https://learn.microsoft.com/graph/api/user-get")]
[OutputType(typeof(InvalidateOutcome))]
public sealed class ConfirmGraphInvalidateOutcomeCommand : ConnectedCommand
{
    /// <summary>
    /// An object id or a user principal name; me is the signed-in user. From the pipeline, an outcome or whatever else
    /// names a user.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Alias("User")]
    [UserKey]
    public string UserId { get; set; } = string.Empty;

    /// <summary>
    /// The time that the cut-off must not lie before: the ServerDate of the outcome that accepted. Text has to be ISO
    /// 8601 with its offset, as ToString('o') writes it. Without a time the cut-off is shown, with the status shown,
    /// which proves nothing.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ServerDate")]
    [Time]
    public object? NotBefore { get; set; }

    /// <summary>Proves one user's invalidation.</summary>
    protected override void ProcessRecord()
    {
        InvalidateOutcome? outcome = Attempt(UserId, () => NotBefore is DateTimeOffset time
            ? Current.Client().Verify(UserId, time, Cancellation)
            : Current.Client().ShowCutOff(UserId, Cancellation));
        if (outcome is not null)
        {
            WriteVerbose(outcome.ToString());
            WriteObject(outcome);
        }
    }
}
