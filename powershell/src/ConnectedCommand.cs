using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>A cmdlet that calls the service: by this runspace's connection, or by one that it is given.</summary>
public abstract class ConnectedCommand : GraphInvalidateCommand
{
    private protected ConnectedCommand()
    {
    }

    /// <summary>
    /// The connection to use instead of this runspace's own: what Connect-GraphInvalidate -PassThru or
    /// Get-GraphInvalidateContext gives. It keeps its -ExpectTenant, in ForEach-Object -Parallel too: -Connection
    /// $using:connection.
    /// </summary>
    [Parameter]
    [Secret(typeof(GraphInvalidateContext), "Give what Connect-GraphInvalidate -PassThru gives. A job is a process of its own, and connects for itself.")]
    public GraphInvalidateContext? Connection { get; set; }

    /// <summary>What calls of this cmdlet go by.</summary>
    private protected Connection Current => Connection?.Connection ?? PowerShell.Connection.Current;

    private protected override bool IsOfAPerson => (Connection?.Connection ?? PowerShell.Connection.Connected) is { IsOfAPerson: true };
}
