using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>What happens when the module is imported and when it is removed.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string Cmdlet = "Invoke-MgBetaInvalidateAllUserRefreshToken";

    /// <summary>Says so where another module that is loaded has a command of the same name.</summary>
    public void OnImport()
    {
        // A function wins over a cmdlet whichever came last; of two cmdlets the last one wins.
        ScriptBlock.Create($$"""
            foreach ($module in Get-Module | Where-Object { $_.Name -ne 'GraphInvalidate' -and $_.ExportedCommands.ContainsKey('{{Cmdlet}}') }) {
                & {
                    [CmdletBinding()] param($name, $type)
                    $whose = if ($type -eq 'Cmdlet') { 'now that of GraphInvalidate' } else { "still that of $name" }
                    $PSCmdlet.WriteWarning("$name is loaded and has {{Cmdlet}} too. By its bare name it is $whose; GraphInvalidate\{{Cmdlet}} and $name\{{Cmdlet}} are exact.")
                } $module.Name $module.ExportedCommands['{{Cmdlet}}'].CommandType
            }
            """).Invoke();
    }

    /// <summary>Wipes the token and closes the connections of this runspace.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => Connection.Replace(null);
}
