using System.Runtime.InteropServices;

namespace GraphInvalidate;

// The structures of graph_invalidate.h under their own names; a test compares them with the header.
#pragma warning disable CS0649 // Fields that the native library fills in.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_header
{
    internal byte* name, value;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_outcome
{
    internal nuint struct_size;
    internal int status, http_status;
    internal uint attempts, reserved;
    internal double retry_after;
    internal byte* time, user, id, code, message, hint, request_id, client_request_id, server_date;
    internal graph_header* headers;
    internal nuint headers_len;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_variable
{
    internal byte* name;
    internal byte* value;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_credential_options
{
    internal nuint struct_size;
    internal byte* kind;
    internal byte* tenant;
    internal byte* client_id;
    internal byte* client_secret;
    internal byte* certificate_file;
    internal byte* certificate;
    internal nuint certificate_len;
    internal byte* certificate_password;
    internal byte* token_file;
    internal byte* object_id;
    internal byte* resource_id;
    internal byte* scopes;
    internal byte* authority;
    internal graph_variable* environment;
    internal nuint environment_len;
    internal uint send_certificate_chain;
    internal uint flags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_client_options
{
    internal nuint struct_size;
    internal byte* token, cloud, endpoint, api;
    internal uint timeout_ms, flags;
    internal byte* proxy, ca_file;
    internal graph_header* headers;
    internal nuint headers_len;
    internal graph_credential_options* credential;
    internal byte* expect_tenant;
    internal graph_variable* environment;
    internal nuint environment_len;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_access_finding
{
    internal nuint struct_size;
    internal byte* job, verdict, reason, hint;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_access
{
    internal nuint struct_size;
    internal int status;
    internal uint reserved;
    internal byte* message, hint, kind, user, id, tenant, application, application_id, cloud, endpoint, expires;
    internal byte** permissions;
    internal nuint permissions_len;
    internal byte** directory_roles;
    internal nuint directory_roles_len;
    internal graph_access_finding** findings;
    internal nuint findings_len;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_run_options
{
    internal nuint struct_size;
    internal byte* journal;
    internal byte** exclude;
    internal nuint exclude_len;
    internal byte* throttle_priority;
    internal double rate;
    internal uint resume, verify, dry_run, verify_journal, allow_unresolved_exclusions, batch_size, concurrency, wait_ms, deadline_ms, flags;
}

[StructLayout(LayoutKind.Sequential)]
internal struct graph_progress
{
    internal nuint struct_size;
    internal ulong added, duplicates, excluded, accepted_before, accepted, verified, failed, planned, waiting, never_attempted, in_flight;
    internal ulong verifying, attempts, throttled;
    internal double rate, pace;
    internal ulong pause_ms, time_left_ms;
    internal uint wanted, unanswered;
    internal ulong unverified;
}
