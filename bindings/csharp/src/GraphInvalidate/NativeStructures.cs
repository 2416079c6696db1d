using System.Runtime.InteropServices;

namespace GraphInvalidate;

// The structures of graph_invalidate.h under their own names; a test compares them with the header.
#pragma warning disable CS0649 // Fields that the native library fills in.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_header
{
    internal byte* name;
    internal byte* value;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct graph_outcome
{
    internal nuint struct_size;
    internal int status;
    internal int http_status;
    internal uint attempts;
    internal uint reserved;
    internal double retry_after;
    internal byte* time;
    internal byte* user;
    internal byte* id;
    internal byte* code;
    internal byte* message;
    internal byte* hint;
    internal byte* request_id;
    internal byte* client_request_id;
    internal byte* server_date;
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
    internal byte* token;
    internal byte* cloud;
    internal byte* endpoint;
    internal byte* api;
    internal uint timeout_ms;
    internal uint flags;
    internal byte* proxy;
    internal byte* ca_file;
    internal graph_header* headers;
    internal nuint headers_len;
    internal graph_credential_options* credential;
}
