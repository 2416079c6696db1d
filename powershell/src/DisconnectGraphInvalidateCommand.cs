using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Forgets what Connect-GraphInvalidate was told: wipes the token and closes the connections.</summary>
/// <remarks><para>The token itself stays valid until it expires. Where nothing was connected, nothing happens.</para></remarks>
/// <example>
/// <code>Disconnect-GraphInvalidate</code>
/// <para>Leaves nothing behind.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "GraphInvalidate")]
public sealed class DisconnectGraphInvalidateCommand : PSCmdlet
{
    /// <summary>Disconnects.</summary>
    protected override void EndProcessing() => Connection.Replace(null);
}
