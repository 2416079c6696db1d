using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace GraphInvalidate;

/// <summary>What a client's access token may do, by its own claims, which are no proof; never the token.</summary>
public sealed class TokenAccess
{
    private unsafe TokenAccess(graph_access* native)
    {
        Status = InvalidateOutcome.StatusName(native->status);
        Message = NativeStrings.Read(native->message);
        Hint = NativeStrings.Read(native->hint);
        Kind = NativeStrings.Read(native->kind);
        User = NativeStrings.Read(native->user);
        Id = NativeStrings.Read(native->id);
        Tenant = NativeStrings.Read(native->tenant);
        Application = NativeStrings.Read(native->application);
        ApplicationId = NativeStrings.Read(native->application_id);
        Credential = NativeStrings.Read(native->credential);
        Cloud = NativeStrings.Read(native->cloud);
        Endpoint = NativeStrings.Read(native->endpoint);
        Expires = InvalidateOutcome.ReadTime(native->expires);
        Permissions = NativeStrings.Read(native->permissions, native->permissions_len);
        DirectoryRoles = NativeStrings.Read(native->directory_roles, native->directory_roles_len);
        TokenAccessFinding[] findings = new TokenAccessFinding[(int)native->findings_len];
        for (int index = 0; index < findings.Length; index++)
        {
            findings[index] = new TokenAccessFinding(native->findings[index]);
        }

        Findings = Array.AsReadOnly(findings);
    }

    /// <summary>
    /// <c>accepted</c>, or the first reason why nothing will work: <c>token_missing</c>, <c>token_expired</c> and so
    /// on.
    /// </summary>
    public string Status { get; }

    /// <summary>What the status means, and which reads were refused; null where nothing is wrong.</summary>
    public string? Message { get; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; }

    /// <summary>
    /// <c>delegated</c> (a user signed in) or <c>application</c>; null where the token cannot be read.
    /// </summary>
    public string? Kind { get; }

    /// <summary>The user principal name of the signed-in user.</summary>
    public string? User { get; }

    /// <summary>The object id of the signed-in user, or of the application's service principal.</summary>
    public string? Id { get; }

    /// <summary>The tenant's id.</summary>
    public string? Tenant { get; }

    /// <summary>The application's name.</summary>
    public string? Application { get; }

    /// <summary>The application's id.</summary>
    public string? ApplicationId { get; }

    /// <summary>
    /// The kind of the credential that brought the token, and where a workload's assertion came from, such as
    /// <c>workload-identity (github-actions)</c>; null where the token was given.
    /// </summary>
    public string? Credential { get; }

    /// <summary>
    /// The cloud that the token names: <c>global</c>, <c>usgov</c>, <c>usgov-dod</c> or <c>china</c>.
    /// </summary>
    public string? Cloud { get; }

    /// <summary>Where requests with this token go.</summary>
    public string? Endpoint { get; }

    /// <summary>The end of the token's lifetime.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>The delegated scopes, or the application's roles.</summary>
    public IReadOnlyList<string> Permissions { get; }

    /// <summary>
    /// The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by template
    /// id.
    /// </summary>
    public IReadOnlyList<string> DirectoryRoles { get; }

    /// <summary>What the token may do, job for job.</summary>
    public IReadOnlyList<TokenAccessFinding> Findings { get; }

    /// <summary>Shows whose token it is, and whether anything will work.</summary>
    /// <returns>The kind of token, the user or application, the tenant and the status.</returns>
    public override string ToString() =>
        $"{Kind ?? "unknown"} token of {User ?? Application ?? ApplicationId ?? Id ?? "nobody known"} in tenant {Tenant ?? "unknown"}: {Status}";

    /// <summary>Reads what the native library knows, and frees it; throws where the call has failed.</summary>
    internal static unsafe TokenAccess Take(int status, graph_access* native, graph_outcome* failure, CancellationToken cancellationToken)
    {
        if (status != 0)
        {
            InvalidateOutcome.Take(status, failure).OrThrow(cancellationToken);
        }

        try
        {
            return new TokenAccess(native);
        }
        finally
        {
            Native.graph_access_free(native);
        }
    }

}

/// <summary>Whether the token may do one job.</summary>
public sealed class TokenAccessFinding
{
    internal unsafe TokenAccessFinding(graph_access_finding* native)
    {
        Job = NativeStrings.Read(native->job) ?? string.Empty;
        Verdict = NativeStrings.Read(native->verdict) ?? string.Empty;
        Reason = NativeStrings.Read(native->reason) ?? string.Empty;
        Hint = NativeStrings.Read(native->hint);
    }

    /// <summary>
    /// The job: <c>me</c> (signing out the user who signed in), <c>others</c> (users without an administrator's role),
    /// <c>administrators</c>, <c>verification</c> (reading back that users were signed out), <c>target</c> (the one
    /// user that <see cref="GraphInvalidateClient.AccessOnline"/> was asked about). There may be more one day.
    /// </summary>
    public string Job { get; }

    /// <summary><c>allowed</c>, <c>refused</c> or <c>unknown</c>.</summary>
    public string Verdict { get; }

    /// <summary>Why, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>What to ask for, and whom; null where nothing is to be asked for.</summary>
    public string? Hint { get; }

    /// <summary>Shows the finding in one line.</summary>
    /// <returns>Job, verdict and reason.</returns>
    public override string ToString() => $"{Job}: {Verdict}: {Reason}";
}
