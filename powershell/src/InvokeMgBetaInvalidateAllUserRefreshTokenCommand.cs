using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Signs users out everywhere: invalidates all their refresh tokens and session cookies.</summary>
/// <remarks>
/// <para>
/// Every application and device of the user has to sign in again. Access tokens already issued stay valid for up to an
/// hour; guests sign in at their home tenant and are not affected.
/// </para>
/// <para>
/// The parameters are those of the cmdlet of the same name in Microsoft.Graph.Beta.Users.Actions. Beyond it, users come
/// down the pipeline: as text, as rows of a table, as user objects.
/// </para>
/// <para>
/// Failures worth repeating (408, 429, 5xx, broken connections) are repeated within the connection's timeout. Each user
/// that fails leaves one error and the others go on. The action is idempotent: calling again is safe.
/// </para>
/// <para>
/// True comes back for a user whose invalidation the service has accepted; it also has a property Value, for scripts
/// that look there.
/// </para>
/// <para>
/// A hashtable that comes down the pipeline names the user where a user is among its values and -UserId was not given;
/// any other is taken as -Headers.
/// </para>
/// </remarks>
/// <example>
/// <code>Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $userId</code>
/// <para>Signs one user out: the line of the service's own documentation. True comes back.</para>
/// </example>
/// <example>
/// <code>Import-Csv users.csv | Invoke-MgBetaInvalidateAllUserRefreshToken -PassThru | Confirm-GraphInvalidateOutcome</code>
/// <para>
/// Signs out every user of a table, and proves it. A row counts by its values, an object id or a user principal name.
/// </para>
/// </example>
/// <example>
/// <code>'adele.vance@contoso.example' | Invoke-MgBetaInvalidateAllUserRefreshToken -WhatIf</code>
/// <para>Names the user, and sends nothing.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "MgBetaInvalidateAllUserRefreshToken", DefaultParameterSetName = Invalidate, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = "https://learn.microsoft.com/graph/api/user-invalidateallrefreshtokens")]
[OutputType(typeof(bool))]
[OutputType(typeof(InvalidateOutcome))]
public sealed class InvokeMgBetaInvalidateAllUserRefreshTokenCommand : ConnectedCommand
{
    private const string Invalidate = "Invalidate";
    private const string InvalidateViaIdentity = "InvalidateViaIdentity";

    private bool _userIsNamed;
    private bool _headersAreNamed;

    /// <summary>
    /// An object id or a user principal name; me is the signed-in user. From the pipeline, whatever names a user.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Invalidate, ValueFromPipeline = true)]
    [Alias("Id", "UserPrincipalName")]
    [UserKey]
    public string UserId { get; set; } = string.Empty;

    /// <summary>The user as an object with a UserId, for example @{ UserId = 'adele.vance@contoso.example' }.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InvalidateViaIdentity, ValueFromPipeline = true)]
    public UsersActionsIdentity InputObject { get; set; } = new();

    /// <summary>Further headers of the request. A value may be a list, which is sent with commas.</summary>
    [Parameter(ValueFromPipeline = true)]
    [Secret(typeof(IDictionary), "Give a hashtable such as @{ 'x-name' = 'value' }.", AllowsNothing = true)]
    public IDictionary? Headers { get; set; }

    /// <summary>The name of a variable, without a dollar sign, that receives the headers of the last answer.</summary>
    [Parameter]
    [Alias("RHV")]
    public string? ResponseHeadersVariable { get; set; }

    /// <summary>
    /// Gives the outcome instead of True: user, status, request id, attempts and all that is known of the call.
    /// </summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Waits for a .NET debugger to attach, and breaks into it.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter Break { get; set; }

    /// <summary>Refused: HTTP is done by the native library, where no script block can take part.</summary>
    [Parameter(DontShow = true)]
    [ValidateNotNull]
    public SendAsyncStep[] HttpPipelineAppend { get; set; } = [];

    /// <summary>Refused, as -HttpPipelineAppend is.</summary>
    [Parameter(DontShow = true)]
    [ValidateNotNull]
    public SendAsyncStep[] HttpPipelinePrepend { get; set; } = [];

    /// <summary>
    /// The HTTP proxy for this call, http://host:port. Without it HTTPS_PROXY and NO_PROXY of the environment apply.
    /// </summary>
    [Parameter(DontShow = true)]
    [Address]
    public Uri? Proxy { get; set; }

    /// <summary>Name and password for -Proxy.</summary>
    [Parameter(DontShow = true)]
    [Secret(typeof(PSCredential), "Get-Credential makes one.")]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>
    /// Accepted with a warning: the proxy is used, but one that asks for the credentials of the Windows session is not
    /// answered.
    /// </summary>
    [Parameter(DontShow = true)]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Looks at what holds for all users.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _userIsNamed = MyInvocation.BoundParameters.ContainsKey(nameof(UserId));
        _headersAreNamed = MyInvocation.BoundParameters.ContainsKey(nameof(Headers));
        if (HttpPipelineAppend.Length + HttpPipelinePrepend.Length > 0)
        {
            Refuse(
                "-HttpPipelineAppend and -HttpPipelinePrepend cannot be honoured: HTTP is done by the native library, where no script block can take part. "
                + "-Headers adds to the request, -ResponseHeadersVariable shows the answer's headers.",
                "HttpPipelineNotSupported");
        }

        CheckProxy(Proxy, ProxyCredential, ProxyUseDefaultCredentials);
        if (Break)
        {
            AwaitDebugger();
        }
    }

    /// <summary>Signs one user out.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InvalidateViaIdentity && InputObject.Refusal is { } sentence)
        {
            WriteError(new ErrorRecord(new PSArgumentException(sentence), "UserNotNamed", ErrorCategory.InvalidArgument, InputObject));
            return;
        }

        string user = (ParameterSetName == InvalidateViaIdentity ? InputObject.UserId : UserId) ?? string.Empty;
        if (!Ask(() => ShouldProcess(user, "Invalidate all refresh tokens and session cookies")))
        {
            return;
        }

        InvalidateOutcome? outcome = Attempt(user, () => Current.Client(OwnHeaders(), Proxy, ProxyCredential).Invalidate(user, Cancellation));
        if (outcome is null)
        {
            return;
        }

        WriteVerbose(outcome.ToString());
        ShowResponseHeaders(outcome);
        WriteObject(PassThru ? outcome : True());
    }

    private protected override void Failed(InvalidateOutcome outcome) => ShowResponseHeaders(outcome);

    /// <summary>A Boolean for one half of the scripts, with the property Value that the other half looks at.</summary>
    private static PSObject True()
    {
        PSObject accepted = new(true);
        accepted.Properties.Add(new PSNoteProperty("Value", true));
        return accepted;
    }

    private List<KeyValuePair<string, string>> OwnHeaders() =>
        // The engine also offers as headers a hashtable of the pipeline that has named the user.
        !_headersAreNamed && !_userIsNamed && Headers is not null && UserKey.Of(Headers, out _) == UserId ? [] : RequestHeaders.Of(Headers);

    private void ShowResponseHeaders(InvalidateOutcome outcome)
    {
        if (!string.IsNullOrEmpty(ResponseHeadersVariable))
        {
            Dictionary<string, string[]> headers = outcome.Headers
                .GroupBy(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(header => header.Key, header => header.ToArray(), StringComparer.OrdinalIgnoreCase);
            SessionState.PSVariable.Set(ResponseHeadersVariable, headers);
        }
    }
}
