// Made by `cargo xtask abi` from the library's source: do not edit.
using System;
using System.Collections.Generic;

namespace GraphInvalidate;

/// <content>What is known.</content>
public sealed partial class TokenAccessFinding
{
    internal unsafe TokenAccessFinding(graph_access_finding* native)
    {
        Job = NativeStrings.Read(native->job) ?? string.Empty;
        Verdict = NativeStrings.Read(native->verdict) ?? string.Empty;
        Reason = NativeStrings.Read(native->reason) ?? string.Empty;
        Hint = NativeStrings.Read(native->hint);
    }

    /// <summary>
    /// The job: "me" (signing out the user who signed in), "others" (users without an administrator's role),
    /// "administrators", "verification" (reading back that users were signed out), "target" (the one user
    /// that <see cref="GraphInvalidateClient.AccessOnline"/> was asked about). There may be more one day.
    /// </summary>
    public string Job { get; }

    /// <summary>
    /// "allowed", "refused" or "unknown".
    /// </summary>
    public string Verdict { get; }

    /// <summary>
    /// Why, in one sentence.
    /// </summary>
    public string Reason { get; }

    /// <summary>
    /// What to ask for, and whom. null where nothing is to be asked for.
    /// </summary>
    public string? Hint { get; }
}

/// <content>What is known.</content>
public sealed partial class TokenAccess
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
        Cloud = NativeStrings.Read(native->cloud);
        Endpoint = NativeStrings.Read(native->endpoint);
        Expires = InvalidateOutcome.ReadTime(native->expires);
        Permissions = NativeStrings.Read(native->permissions, native->permissions_len);
        DirectoryRoles = NativeStrings.Read(native->directory_roles, native->directory_roles_len);
        Findings = TokenAccessFinding.Read(native->findings, native->findings_len);
        Credential = NativeStrings.Read(native->credential);
    }

    /// <summary>
    /// <c>accepted</c>, or the first reason why nothing will work: <c>token_missing</c>,
    /// <c>token_expired</c>, <c>token_wrong_audience</c> and so on.
    /// </summary>
    public string Status { get; }

    /// <summary>
    /// What the status means, in one sentence. null where nothing is wrong.
    /// </summary>
    public string? Message { get; }

    /// <summary>
    /// What to do about it.
    /// </summary>
    public string? Hint { get; }

    /// <summary>
    /// "delegated" (a user signed in) or "application"; null where the token cannot be read.
    /// </summary>
    public string? Kind { get; }

    /// <summary>
    /// The user principal name of the signed-in user.
    /// </summary>
    public string? User { get; }

    /// <summary>
    /// The object id of the signed-in user, or of the application's service principal.
    /// </summary>
    public string? Id { get; }

    /// <summary>
    /// The tenant's id.
    /// </summary>
    public string? Tenant { get; }

    /// <summary>
    /// The application's name.
    /// </summary>
    public string? Application { get; }

    /// <summary>
    /// The application's id.
    /// </summary>
    public string? ApplicationId { get; }

    /// <summary>
    /// The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
    /// </summary>
    public string? Cloud { get; }

    /// <summary>
    /// Where requests with this token go.
    /// </summary>
    public string? Endpoint { get; }

    /// <summary>
    /// The end of the token's lifetime.
    /// </summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>
    /// The delegated scopes, or the application's roles.
    /// </summary>
    public IReadOnlyList<string> Permissions { get; }

    /// <summary>
    /// The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by
    /// template id.
    /// </summary>
    public IReadOnlyList<string> DirectoryRoles { get; }

    /// <summary>
    /// What the token may do, job for job.
    /// </summary>
    public IReadOnlyList<TokenAccessFinding> Findings { get; }

    /// <summary>
    /// The kind of the credential that brought the token, and where a workload's assertion came from:
    /// "azure-cli", "workload-identity (github-actions)". null where the token was given.
    /// </summary>
    public string? Credential { get; }
}
