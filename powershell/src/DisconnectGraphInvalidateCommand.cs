using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Forgets what Connect-GraphInvalidate was told: wipes the token and closes the connections.</summary>
/// <remarks>
/// <para>The token itself stays valid until it expires. Where nothing was connected, nothing happens; and after a
/// sign-in that failed, calls go on without a connection.</para>
/// </remarks>
/// <example>
/// <code>Disconnect-GraphInvalidate</code>
/// <para>Leaves nothing behind.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "GraphInvalidate", HelpUri = "https://learn.microsoft.com/graph/auth/auth-concepts")]
public sealed class DisconnectGraphInvalidateCommand : PSCmdlet
{
    /// <summary>Disconnects.</summary>
    protected override void EndProcessing() => Connection.End();
}
