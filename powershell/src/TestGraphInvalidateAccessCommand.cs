using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Tells what the access token may do, before anything is done.</summary>
/// <remarks>
/// <para>
/// Whose token it is, until when it is good, where requests with it go, and for each job whether it is allowed, refused
/// or unknown: signing out oneself (me), others, administrators, and reading the proof back (verification). Without
/// -Online nothing is sent: it goes by the token's own claims, which are no proof.
/// </para>
/// <para>
/// With -Online it also reads, and changes nothing: the directory roles of whoever is signed in, as they are now, and
/// with -UserId whether that user can be found and signed out (target). A read that is refused is no error: Message
/// says what is not known.
/// </para>
/// <para>
/// A token that is missing or cannot work is no error here: Status, Message and Hint say what is wrong and what to do.
/// </para>
/// </remarks>
/// <example>
/// <code>Test-GraphInvalidateAccess</code>
/// <para>Shows all that the token tells.</para>
/// </example>
/// <example>
/// <code>(Test-GraphInvalidateAccess).Findings | Where-Object Verdict -ne allowed</code>
/// <para>Shows what will not work, or may not, with what to ask for.</para>
/// </example>
/// <example>
/// <code>if ((Test-GraphInvalidateAccess -Online -UserId $userId).Findings | Where-Object { $_.Job -eq 'target' -and $_.Verdict -eq 'refused' }) { exit 4 }</code>
/// <para>Lets a monitoring job end with a status of its own where this user could not be signed out.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "GraphInvalidateAccess", DefaultParameterSetName = Claims, HelpUri = "https://learn.microsoft.com/graph/permissions-reference")]
[OutputType(typeof(TokenAccess))]
public sealed class TestGraphInvalidateAccessCommand : ConnectedCommand
{
    private const string Claims = "Claims";
    private const string Directory = "Online";

    /// <summary>Asks the directory as well, by reads alone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Directory)]
    public SwitchParameter Online { get; set; }

    /// <summary>A user to look at: an object id, a user principal name, or whatever else names a user.</summary>
    [Parameter(ParameterSetName = Directory)]
    [UserKey]
    public string? UserId { get; set; }

    /// <summary>Reads the token's claims, and the directory.</summary>
    protected override void EndProcessing()
    {
        GraphInvalidateClient Client() => Current.Client();
        if (Attempt(target: UserId, () => Online ? Client().AccessOnline(UserId, Cancellation) : Client().Access(Cancellation)) is { } access)
        {
            WriteObject(access);
        }
    }
}
