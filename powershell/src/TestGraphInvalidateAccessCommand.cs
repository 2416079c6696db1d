using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Tells what the access token may do, before anything is done.</summary>
/// <remarks>
/// <para>Whose token it is, until when it is good, where requests with it go, and for each job whether it is allowed, refused or unknown: signing out oneself (me), others, administrators, and reading the proof back (verification). Nothing is sent: it goes by the token's own claims, which are no proof.</para>
/// <para>A token that is missing or cannot work is no error here: Status, Message and Hint say what is wrong and what to do.</para>
/// </remarks>
/// <example>
/// <code>Test-GraphInvalidateAccess</code>
/// <para>Shows all that the token tells.</para>
/// </example>
/// <example>
/// <code>(Test-GraphInvalidateAccess).Findings | Where-Object Verdict -ne allowed</code>
/// <para>Shows what will not work, or may not, with what to ask for.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "GraphInvalidateAccess")]
[OutputType(typeof(TokenAccess))]
public sealed class TestGraphInvalidateAccessCommand : GraphInvalidateCommand
{
    /// <summary>Reads the token's claims.</summary>
    protected override void EndProcessing()
    {
        if (Attempt(target: null, () => Connection.Current.Client([], proxy: null).Access(Cancellation)) is { } access)
        {
            WriteObject(access);
        }
    }
}
