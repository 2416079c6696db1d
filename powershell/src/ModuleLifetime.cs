using System;
using System.Linq;
using System.Management.Automation;
using Shell = System.Management.Automation.PowerShell;

namespace GraphInvalidate.PowerShell;

/// <summary>What happens when the module is imported and when it is removed.</summary>
/// <remarks>
/// There is no script here: where App Control or AppLocker constrain the language, a script could not do it.
/// </remarks>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string Cmdlet = "Invoke-MgBetaInvalidateAllUserRefreshToken";

    /// <summary>Says so where another module that is loaded has a command of the same name.</summary>
    public void OnImport()
    {
        try
        {
            using Shell shell = Shell.Create(RunspaceMode.CurrentRunspace);
            shell.AddCommand(new CmdletInfo("Show-GraphInvalidateNeighbour", typeof(ShowNeighbour))).Invoke();
        }
        catch (Exception refused) when (refused is RuntimeException or InvalidOperationException)
        {
            // A session that allows less: the module is wanted more than a remark on its neighbours.
        }
    }

    /// <summary>Wipes the token and closes the connections of this runspace.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => Connection.Lose("The module was removed while it was connected, which Import-Module -Force does, too.");

    /// <summary>A command of this assembly that is in no module: it has the streams of the one that imports.</summary>
    private sealed class ShowNeighbour : PSCmdlet
    {
        protected override void EndProcessing()
        {
            // A function wins over a cmdlet whichever came last; of two cmdlets the last one wins.
            foreach (CommandInfo command in InvokeCommand.GetCommands(Cmdlet, CommandTypes.Cmdlet | CommandTypes.Function, nameIsPattern: false)
                .Where(command => !string.IsNullOrEmpty(command.ModuleName) && command.ModuleName != "GraphInvalidate"))
            {
                string name = command.ModuleName;
                string whose = command.CommandType == CommandTypes.Cmdlet ? "now that of GraphInvalidate" : $"still that of {name}";
                WriteWarning($"{name} is loaded and has {Cmdlet} too. By its bare name it is {whose}; GraphInvalidate\\{Cmdlet} and {name}\\{Cmdlet} are exact.");
            }
        }
    }
}
