using System.Management.Automation;

namespace Empty;

/// <summary>A cmdlet that does nothing: what importing and a first call cost whatever they are for.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Empty")]
public sealed class InvokeEmptyCommand : PSCmdlet;
