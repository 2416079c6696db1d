using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Shows as whom, where and until when this runspace's calls act; never the token or another secret.</summary>
/// <remarks>
/// <para>
/// AuthType, TokenCredentialType, Account, TenantId, ClientId, Scopes and Environment are named as Get-MgContext names
/// them. They are read in the token's claims, as far as it tells; a script block that gives the token is not asked.
/// </para>
/// <para>
/// Gives nothing where nothing was connected and the environment has no token; and where a sign-in has failed, a
/// warning that calls are refused. What the token may do is Test-GraphInvalidateAccess's to say.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-GraphInvalidateContext</code>
/// <para>Shows the connection.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "GraphInvalidateContext", HelpUri = "https://learn.microsoft.com/graph/auth/auth-concepts")]
[OutputType(typeof(GraphInvalidateContext))]
public sealed class GetGraphInvalidateContextCommand : GraphInvalidateCommand
{
    /// <summary>Shows the connection.</summary>
    protected override void EndProcessing()
    {
        if (Connection.Refusal is { } sentence)
        {
            WriteWarning(sentence);
        }

        if (Attempt(target: null, () => Connection.Known is { } connection ? new GraphInvalidateContext(connection) : null) is { } context)
        {
            WriteObject(context);
        }
    }
}
