using System;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Proves that an invalidation took effect: reads the user's cut-off back from the service.</summary>
/// <remarks>
/// <para>Waits until sign-in sessions that began before the given time are shown as invalid, or until the connection's timeout has passed; the service may need seconds to minutes. Reading takes a permission of its own, for example User.Read.All.</para>
/// </remarks>
/// <example>
/// <code>Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $userId -PassThru | Confirm-GraphInvalidateOutcome</code>
/// <para>Signs a user out and proves it: an outcome with the status verified comes back.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Confirm, "GraphInvalidateOutcome")]
[OutputType(typeof(InvalidateOutcome))]
public sealed class ConfirmGraphInvalidateOutcomeCommand : GraphInvalidateCommand
{
    /// <summary>An object id or a user principal name; me is the signed-in user.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("User")]
    [UserKey]
    public string UserId { get; set; } = string.Empty;

    /// <summary>The time that the cut-off must not lie before: the ServerDate of the outcome that accepted.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ServerDate")]
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Proves one user's invalidation.</summary>
    protected override void ProcessRecord()
    {
        InvalidateOutcome? outcome = Attempt(UserId, () => Connection.Current.Client().Verify(UserId, NotBefore, Cancellation));
        if (outcome is not null)
        {
            WriteVerbose(outcome.ToString());
            WriteObject(outcome);
        }
    }
}
