using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Shows where this runspace's calls go and where its token comes from; never the token.</summary>
/// <remarks><para>Gives nothing where nothing was connected and the environment has no token. What the token may do is Test-GraphInvalidateAccess's to say.</para></remarks>
/// <example>
/// <code>Get-GraphInvalidateContext</code>
/// <para>Shows the connection.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "GraphInvalidateContext")]
[OutputType(typeof(GraphInvalidateContext))]
public sealed class GetGraphInvalidateContextCommand : GraphInvalidateCommand
{
    /// <summary>Shows the connection.</summary>
    protected override void EndProcessing()
    {
        if (Attempt(target: null, () => Connection.Known is { } connection ? new GraphInvalidateContext(connection) : null) is { } context)
        {
            WriteObject(context);
        }
    }
}
