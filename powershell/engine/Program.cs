using System;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using GraphInvalidate.PowerShell.Engine;

// powershell-engine -NoProfile -File SCRIPT [ARGUMENT…] | -NoProfile -Command TEXT: what pwsh does with the same words.
// There are no modules but Microsoft.PowerShell.Core: whatever runs here needs no other.
bool file = args is ["-NoProfile", "-File", _, ..];
if (!file && args is not ["-NoProfile", "-Command", _])
{
    Console.Error.WriteLine("usage: powershell-engine -NoProfile (-File SCRIPT [ARGUMENT…] | -Command TEXT)");
    return 64;
}

ConsolePSHost host = new();
using Runspace runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
runspace.Open();
using PowerShell shell = PowerShell.Create(runspace);
if (file)
{
    shell.AddCommand(args[2]);
    foreach (string argument in args[3..])
    {
        shell.AddArgument(argument);
    }
}
else
{
    shell.AddScript(args[2]);
}

// Everything that is not caught is shown, as at a prompt.
shell.AddCommand("Out-Default");
shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
try
{
    shell.Invoke();
    return host.ExitCode ?? (shell.HadErrors ? 1 : 0);
}
catch (RuntimeException failure)
{
    host.UI.WriteErrorLine(failure.ErrorRecord.ToString());
    host.UI.WriteErrorLine(failure.ErrorRecord.ScriptStackTrace ?? string.Empty);
    return 1;
}
