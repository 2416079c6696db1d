/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * graph-invalidate: sign a Microsoft Entra user out everywhere. This header is the manual.
 *
 *   if (graph_invalidate_all_refresh_tokens("adele@contoso.com", token) != GRAPH_STATUS_OK) …
 *
 * RESULTS    Every call returns a status: 0 is success, everything else a number of graph_status. Details come as a
 *            graph_outcome through an out pointer, never from a "last error" of the thread.
 * STRINGS    NUL-terminated UTF-8, in and out. NULL, empty and invalid UTF-8 are three different answers. What goes in
 *            is copied: nothing must outlive the call.
 * OWNERSHIP  What a function hands out through a pointer to a pointer is yours, and freed by the _free function of its
 *            type, once. Freeing NULL does nothing. Out pointers are set to NULL first, then to a complete value or
 *            not at all. A const char * that is returned is static.
 * PANICS     The library never unwinds into C and prints nothing: a defect in it comes back as GRAPH_STATUS_PANIC.
 * THREADS AND THE PROCESS
 *            A pointer to const may be used by any number of threads at once, and so may a graph_run and a
 *            graph_call_queue until they are freed; any other pointer by one at a time. Nothing is kept in the
 *            thread: a handle or an outcome may be used on another thread than the one that made it. A call may be
 *            made from atexit handlers and destructors. It takes 192 KiB of the thread's stack; where that is not
 *            left, a thread of the library makes it, and the caller waits. A thread that is cancelled ends when its
 *            call is over.
 *            Signals: masks and dispositions stay as they are, a closed connection raises no SIGPIPE, and threads of
 *            the library have all signals blocked. Descriptors: those of the library are above 2 and close-on-exec; a
 *            client keeps none after 45 seconds without a call, or 2 after a burst. A shortage of descriptors, threads
 *            or buffers is waited for within the timeout. After fork() a client works on in the child, with connections
 *            of the child's own; a call in progress, a run, a queue and an enquiry do not cross. What the environment
 *            says is read when a client is made, and never later; in a set-user-id or set-group-id program not at all.
 *            Only the host can see to this: no longjmp() or exception out of a signal handler across a call; no
 *            thread in a call that may be cancelled asynchronously; no setenv() while a client is made; no closing of
 *            descriptors that it did not open while a call is in progress (between calls it is noticed); no call from
 *            a signal handler; where memory runs out, the process ends. The credential "azure-cli" starts a program,
 *            whose end is a SIGCHLD.
 * VERSIONS   Structures grow by appending, option structures say their size. GRAPH_INVALIDATE_ABI_VERSION changes when
 *            something is taken away; the shared library's name carries it.
 *
 * Made by cargo xtask header. Do not edit.
 */


#ifndef GRAPH_INVALIDATE_H
#define GRAPH_INVALIDATE_H

#include <stddef.h>
#include <stdint.h>

/**
 * A call that invalidates, as graph_client_invalidate() does.
 */
#define GRAPH_CALL_INVALIDATE 0

/**
 * A call that reads the cut-off back, as graph_client_verify() does.
 */
#define GRAPH_CALL_VERIFY 1

/**
 * A question about a token, as graph_client_access() answers it: for graph_client_access_with() and
 * graph_enquiry_new().
 */
#define GRAPH_CALL_ACCESS 2

/**
 * The same by harmless reads, as graph_client_access_online() answers it: for graph_client_access_with() and
 * graph_enquiry_new().
 */
#define GRAPH_CALL_ACCESS_ONLINE 3

/**
 * Signing in, as graph_client_sign_in() does: for graph_enquiry_new() alone.
 */
#define GRAPH_CALL_SIGN_IN 4

/**
 * The number of the ABI that this header describes: graph_abi_version() of a library that fits is the same.
 * It changes only when something is taken away or changes its meaning, and with it the name of the shared library.
 */
#define GRAPH_INVALIDATE_ABI_VERSION 1

/**
 * The first part of the version that this header belongs to.
 */
#define GRAPH_INVALIDATE_VERSION_MAJOR 0

/**
 * The second part of that version.
 */
#define GRAPH_INVALIDATE_VERSION_MINOR 1

/**
 * The third part of that version.
 */
#define GRAPH_INVALIDATE_VERSION_PATCH 0

/**
 * How a call or a user ended.
 *
 * The numbers are a contract: explicit, grouped in hundreds, never reused, the same under every build option.
 * The hundred is the kind of failure, which every language binding turns into its exception type:
 * below 100 nothing failed; 100 input; 200 token; 300 permission; 400 user; 500 throttled; 600 network, TLS,
 * and what this machine allows; 700 service; 800 run and journal; 900 internal.
 */
typedef enum {
  /**
   * Success. For an invalidation, the service accepted the request.
   */
  GRAPH_STATUS_OK = 0,
  /**
   * A run has handed out its last outcome.
   */
  GRAPH_STATUS_RUN_DONE = 1,
  /**
   * No outcome came within the given time; the run goes on.
   */
  GRAPH_STATUS_RUN_TIMEOUT = 2,
  /**
   * The run needs a new access token.
   */
  GRAPH_STATUS_RUN_TOKEN_NEEDED = 3,
  /**
   * The cut-off was read back from the service and lies at or after the expected time.
   */
  GRAPH_STATUS_VERIFIED = 4,
  /**
   * A dry run found the user; nothing was sent that writes.
   */
  GRAPH_STATUS_PLANNED = 5,
  /**
   * A person has to sign in: show them the message; calling again waits for them.
   */
  GRAPH_STATUS_SIGN_IN_PENDING = 6,
  /**
   * The credential obtained a token.
   */
  GRAPH_STATUS_SIGNED_IN = 7,
  /**
   * The cut-off was read and is shown. It proves nothing, since no time was given to compare it with.
   */
  GRAPH_STATUS_SHOWN = 8,
  /**
   * No call of the queue ended within the given time; those under way go on.
   */
  GRAPH_STATUS_QUEUE_TIMEOUT = 9,
  /**
   * The queue is closed and has returned its last call.
   */
  GRAPH_STATUS_QUEUE_DONE = 10,
  /**
   * An exclusion could not be looked up, which the caller allowed: it protects only the exact key given, not the
   * account's other names.
   */
  GRAPH_STATUS_UNPROTECTED = 11,
  /**
   * The run has no outcome to return and accepts more users: only if an option asks for this status.
   */
  GRAPH_STATUS_RUN_USERS_WANTED = 12,
  /**
   * A selection named the user; nothing was sent.
   */
  GRAPH_STATUS_SELECTED = 13,
  /**
   * Something to know of the selection, before anybody acts on it: no user's outcome.
   */
  GRAPH_STATUS_SELECTION_REMARK = 14,
  /**
   * A pointer that must not be NULL was NULL.
   */
  GRAPH_STATUS_NULL_ARGUMENT = 100,
  /**
   * A string that must not be empty was empty, or held nothing but white space.
   */
  GRAPH_STATUS_EMPTY_ARGUMENT = 101,
  /**
   * A string was not valid UTF-8.
   */
  GRAPH_STATUS_INVALID_UTF8 = 102,
  /**
   * The user key is invalid: the message names the offending character.
   */
  GRAPH_STATUS_INVALID_USER = 103,
  /**
   * An option is out of its range, or the options structure has an unknown size or flag.
   */
  GRAPH_STATUS_INVALID_OPTION = 104,
  /**
   * The endpoint is not a plain `https://host[:port]` (or `http://` to loopback).
   */
  GRAPH_STATUS_INVALID_ENDPOINT = 105,
  /**
   * A time is not in the format of RFC 3339, or no outcome can have it.
   */
  GRAPH_STATUS_INVALID_TIME = 106,
  /**
   * The file of certificate authorities cannot be read or holds no certificate.
   */
  GRAPH_STATUS_INVALID_CA_FILE = 107,
  /**
   * The proxy's address cannot be used.
   */
  GRAPH_STATUS_INVALID_PROXY = 108,
  /**
   * An extra request header is malformed or belongs to the library.
   */
  GRAPH_STATUS_INVALID_HEADER = 109,
  /**
   * The credential's options do not fit together or cannot be used: the message says which.
   */
  GRAPH_STATUS_INVALID_CREDENTIAL = 110,
  /**
   * No access token was given.
   */
  GRAPH_STATUS_TOKEN_MISSING = 200,
  /**
   * The token has characters or a length that no access token has.
   */
  GRAPH_STATUS_TOKEN_MALFORMED = 201,
  /**
   * The token has expired.
   */
  GRAPH_STATUS_TOKEN_EXPIRED = 202,
  /**
   * The token is not valid yet.
   */
  GRAPH_STATUS_TOKEN_NOT_YET_VALID = 203,
  /**
   * The token was issued for a resource other than Microsoft Graph.
   */
  GRAPH_STATUS_TOKEN_WRONG_AUDIENCE = 204,
  /**
   * The token was issued for a national cloud other than the one addressed.
   */
  GRAPH_STATUS_TOKEN_WRONG_CLOUD = 205,
  /**
   * The service refused the token.
   */
  GRAPH_STATUS_TOKEN_REJECTED = 206,
  /**
   * The service demands a new sign-in that satisfies its claims challenge (continuous access evaluation).
   */
  GRAPH_STATUS_CLAIMS_CHALLENGE = 207,
  /**
   * `me` was addressed with an application's token, which has no signed-in user.
   */
  GRAPH_STATUS_TOKEN_WITHOUT_USER = 208,
  /**
   * The token does not say which national cloud it belongs to: name the cloud.
   */
  GRAPH_STATUS_CLOUD_AMBIGUOUS = 209,
  /**
   * The sign-in service refused the credential.
   */
  GRAPH_STATUS_SIGN_IN_REFUSED = 210,
  /**
   * The sign-in service wants a person: to sign in at all, or for multifactor authentication.
   */
  GRAPH_STATUS_SIGN_IN_INTERACTION_REQUIRED = 211,
  /**
   * Nobody has consented to the application's permissions in this tenant.
   */
  GRAPH_STATUS_CONSENT_REQUIRED = 212,
  /**
   * This kind of credential does not exist on this machine, or nobody is signed in there.
   */
  GRAPH_STATUS_CREDENTIAL_UNAVAILABLE = 213,
  /**
   * The device code expired before it was entered.
   */
  GRAPH_STATUS_DEVICE_CODE_EXPIRED = 214,
  /**
   * The person declined at the sign-in page.
   */
  GRAPH_STATUS_DEVICE_CODE_DECLINED = 215,
  /**
   * The token was issued by a tenant other than the expected one, or does not say by which.
   */
  GRAPH_STATUS_TOKEN_WRONG_TENANT = 216,
  /**
   * The caller's own access token provider failed, or gave nothing.
   */
  GRAPH_STATUS_TOKEN_PROVIDER_FAILED = 217,
  /**
   * The scope or the role for this action on this user is missing.
   */
  GRAPH_STATUS_PERMISSION_DENIED = 300,
  /**
   * The tenant has no such user.
   */
  GRAPH_STATUS_USER_NOT_FOUND = 400,
  /**
   * The service cannot make sense of the user key.
   */
  GRAPH_STATUS_USER_KEY_REFUSED = 401,
  /**
   * The tenant has no such group.
   */
  GRAPH_STATUS_GROUP_NOT_FOUND = 402,
  /**
   * Several groups have this name or address: only an object id tells them apart.
   */
  GRAPH_STATUS_GROUP_AMBIGUOUS = 403,
  /**
   * The service asked to wait for longer than the deadline allows.
   */
  GRAPH_STATUS_THROTTLED = 500,
  /**
   * The host's name could not be resolved.
   */
  GRAPH_STATUS_NAME_RESOLUTION_FAILED = 600,
  /**
   * No connection could be made.
   */
  GRAPH_STATUS_CONNECT_FAILED = 601,
  /**
   * The connection broke before a complete answer had come.
   */
  GRAPH_STATUS_CONNECTION_BROKEN = 602,
  /**
   * The TLS handshake failed.
   */
  GRAPH_STATUS_TLS_FAILED = 603,
  /**
   * The server's certificate was refused.
   */
  GRAPH_STATUS_CERTIFICATE_REFUSED = 604,
  /**
   * The proxy refused or failed.
   */
  GRAPH_STATUS_PROXY_FAILED = 605,
  /**
   * The token would have been sent to a host that is not allowed to receive it.
   */
  GRAPH_STATUS_HOST_REFUSED = 606,
  /**
   * The server answered with a redirect, which is never followed.
   */
  GRAPH_STATUS_REDIRECT_REFUSED = 607,
  /**
   * The process or the machine cannot open any more files or connections.
   */
  GRAPH_STATUS_TOO_MANY_OPEN_FILES = 608,
  /**
   * The process or the machine cannot start any more threads.
   */
  GRAPH_STATUS_TOO_MANY_THREADS = 609,
  /**
   * The program closed file descriptors of the library.
   */
  GRAPH_STATUS_DESCRIPTORS_CLOSED = 610,
  /**
   * The machine has too little memory, or too few buffers or watches, for a connection.
   */
  GRAPH_STATUS_SYSTEM_SHORTAGE = 611,
  /**
   * The service answered with an explicit `false`.
   */
  GRAPH_STATUS_UNCONFIRMED = 700,
  /**
   * The service failed (5xx) until the deadline.
   */
  GRAPH_STATUS_SERVICE_UNAVAILABLE = 701,
  /**
   * The response is not one that Microsoft Graph documents.
   */
  GRAPH_STATUS_UNEXPECTED_ANSWER = 702,
  /**
   * The service refused the request itself (a 4xx with no status of its own).
   */
  GRAPH_STATUS_REQUEST_REFUSED = 703,
  /**
   * The cut-off read back lies before the expected time.
   */
  GRAPH_STATUS_NOT_VERIFIED = 704,
  /**
   * The call was cancelled.
   */
  GRAPH_STATUS_CANCELLED = 800,
  /**
   * The deadline passed before an answer had come.
   */
  GRAPH_STATUS_DEADLINE_EXCEEDED = 801,
  /**
   * The journal already holds a run, and this run does not resume it.
   */
  GRAPH_STATUS_JOURNAL_EXISTS = 802,
  /**
   * The journal cannot be used: it is not a regular file, not a journal of this program, damaged, or cannot be
   * opened.
   */
  GRAPH_STATUS_JOURNAL_UNUSABLE = 803,
  /**
   * Another run writes to the journal.
   */
  GRAPH_STATUS_JOURNAL_LOCKED = 804,
  /**
   * The journal belongs to a run of another tenant, API or list.
   */
  GRAPH_STATUS_JOURNAL_MISMATCH = 805,
  /**
   * The journal can no longer be written; the run has stopped.
   */
  GRAPH_STATUS_JOURNAL_FAILED = 806,
  /**
   * An exclusion could not be looked up, so that the user behind it could not be protected.
   */
  GRAPH_STATUS_EXCLUSION_UNRESOLVED = 807,
  /**
   * The run takes no more users.
   */
  GRAPH_STATUS_RUN_CLOSED = 808,
  /**
   * The run was begun in another process: a run cannot be used after a fork.
   */
  GRAPH_STATUS_RUN_FORKED = 809,
  /**
   * The journal's run was begun longer ago than `resume_within` allows: users accepted then may have been
   * compromised again.
   */
  GRAPH_STATUS_JOURNAL_TOO_OLD = 810,
  /**
   * The journal lists no accepted user: there is nobody to verify.
   */
  GRAPH_STATUS_JOURNAL_EMPTY = 811,
  /**
   * The journal was deleted, renamed, replaced or cut short while the run wrote to it; the run has stopped.
   */
  GRAPH_STATUS_JOURNAL_LOST = 812,
  /**
   * The selection came to nobody, or a group of it has no users.
   */
  GRAPH_STATUS_SELECTION_EMPTY = 813,
  /**
   * The directory could not be listed to its end: users would be missing.
   */
  GRAPH_STATUS_SELECTION_INCOMPLETE = 814,
  /**
   * The queue takes no more calls.
   */
  GRAPH_STATUS_QUEUE_CLOSED = 820,
  /**
   * The queue was made in another process: a queue does not cross a fork.
   */
  GRAPH_STATUS_QUEUE_FORKED = 821,
  /**
   * Something failed that should not: please report it.
   */
  GRAPH_STATUS_INTERNAL_ERROR = 900,
  /**
   * The library caught a panic of its own: please report it.
   */
  GRAPH_STATUS_PANIC = 901,
} graph_status;

/**
 * Calls in progress, which complete in any order: the basis of awaited calls. Made by graph_call_queue_new(), freed by
 * graph_call_queue_free(). Every function but graph_call_queue_free() may run on any number of threads at once.
 */
typedef struct graph_call_queue graph_call_queue;

/**
 * A signal that ends the calls it is given to. Made by graph_cancellation_new(), freed by graph_cancellation_free().
 */
typedef struct graph_cancellation graph_cancellation;

/**
 * A connection to Microsoft Graph for one caller. Made by graph_client_new(), freed by graph_client_free().
 * Every function that takes a const graph_client may run on any number of threads at once.
 */
typedef struct graph_client graph_client;

/**
 * A sign-in, or a question about a token, under way: for programs of one thread that have something else to do
 * meanwhile, such as running signal handlers between two calls of C. Made by graph_enquiry_new(), freed by
 * graph_enquiry_free().
 */
typedef struct graph_enquiry graph_enquiry;

/**
 * A run over many users. Made by graph_run_new(), freed by graph_run_free(). Every function but graph_run_free() may
 * run on any number of threads at once: users may be added on one thread while another one reads.
 */
typedef struct graph_run graph_run;

/**
 * Whether the token may do one job. Belongs to its graph_access. The structure grows by appending.
 */
typedef struct {
  /**
   * The size of this structure in the library that made it: a field beyond it does not exist.
   */
  size_t struct_size;
  /**
   * The job: "me" (signing out the user who signed in), "others" (users without an administrator's role),
   * "administrators", "verification" (reading back that users were signed out), "target" (the one user that
   * graph_client_access_online() was asked about). There may be more one day.
   */
  const char *job;
  /**
   * "allowed", "refused" or "unknown".
   */
  const char *verdict;
  /**
   * Why, in one sentence.
   */
  const char *reason;
  /**
   * What to ask for, and whom. NULL where nothing is to be asked for.
   */
  const char *hint;
} graph_access_finding;

/**
 * What a client's token may do, by its own claims, which are no proof. Read-only; owned by the caller, who frees it
 * with graph_access_free(). All that it points to lives as long as it does; strings are NUL-terminated UTF-8, and NULL
 * where unknown. It may be read by any number of threads. The structure grows by appending.
 */
typedef struct {
  /**
   * The size of this structure in the library that made it: a field beyond it does not exist.
   */
  size_t struct_size;
  /**
   * GRAPH_STATUS_OK, or the first reason why nothing will work: GRAPH_STATUS_TOKEN_MISSING,
   * GRAPH_STATUS_TOKEN_EXPIRED, GRAPH_STATUS_TOKEN_WRONG_AUDIENCE and so on.
   */
  int32_t status;
  /**
   * Always 0.
   */
  uint32_t reserved;
  /**
   * What the status means, in one sentence. NULL where nothing is wrong.
   */
  const char *message;
  /**
   * What to do about it.
   */
  const char *hint;
  /**
   * "delegated" (a user signed in) or "application"; NULL where the token cannot be read.
   */
  const char *kind;
  /**
   * The user principal name of the signed-in user.
   */
  const char *user;
  /**
   * The object id of the signed-in user, or of the application's service principal.
   */
  const char *id;
  /**
   * The tenant's id.
   */
  const char *tenant;
  /**
   * The application's name.
   */
  const char *application;
  /**
   * The application's id.
   */
  const char *application_id;
  /**
   * The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
   */
  const char *cloud;
  /**
   * Where requests with this token go.
   */
  const char *endpoint;
  /**
   * The end of the token's lifetime: RFC 3339, UTC.
   */
  const char *expires;
  /**
   * The delegated scopes, or the application's roles. NULL where permissions_len is 0.
   */
  const char *const *permissions;
  /**
   * The number of permissions.
   */
  size_t permissions_len;
  /**
   * The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by template
   * id. NULL where directory_roles_len is 0.
   */
  const char *const *directory_roles;
  /**
   * The number of directory roles.
   */
  size_t directory_roles_len;
  /**
   * What the token may do, job for job.
   */
  const graph_access_finding *const *findings;
  /**
   * The number of findings.
   */
  size_t findings_len;
  /**
   * The kind of the credential that brought the token, and where a workload's assertion came from: "azure-cli",
   * "workload-identity (github-actions)". NULL where the token was given.
   */
  const char *credential;
} graph_access;

/**
 * One HTTP header. Both strings are NUL-terminated UTF-8.
 */
typedef struct {
  /**
   * The header's name; in lower case where the library made it.
   */
  const char *name;
  /**
   * The header's value.
   */
  const char *value;
} graph_header;

/**
 * What became of one call, or of one user of a run. Read-only; owned by the caller, who frees it with
 * graph_outcome_free(). All its strings live as long as it does, are NUL-terminated UTF-8, and are NULL where unknown.
 * It may be read by any number of threads, and handed from one thread to another. The structure grows by appending.
 */
typedef struct {
  /**
   * The size of this structure in the library that made it: a field beyond it does not exist.
   */
  size_t struct_size;
  /**
   * The status: one of graph_status. Below 100 nothing failed.
   */
  int32_t status;
  /**
   * The HTTP status of the last answer; 0 where there was none.
   */
  int32_t http_status;
  /**
   * Number of attempts.
   */
  uint32_t attempts;
  /**
   * Always 0.
   */
  uint32_t reserved;
  /**
   * How long the service asked to wait, in seconds; 0 where it did not ask.
   */
  double retry_after;
  /**
   * When the outcome was known, by the local clock: RFC 3339, UTC, milliseconds. Never NULL.
   */
  const char *time;
  /**
   * The user key as given, trimmed; "me" for the signed-in user; NULL where no user is concerned.
   */
  const char *user;
  /**
   * The user's object id, where it is known.
   */
  const char *id;
  /**
   * The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in service's. Where a
   * person is to sign in, the code for them to enter.
   */
  const char *code;
  /**
   * What happened, in one sentence.
   */
  const char *message;
  /**
   * What to do next.
   */
  const char *hint;
  /**
   * The service's id of the last request: what its support asks for.
   */
  const char *request_id;
  /**
   * The library's id of the last request, a GUID.
   */
  const char *client_request_id;
  /**
   * The service's clock when it answered: RFC 3339, UTC. What graph_client_verify() takes as not_before.
   */
  const char *server_date;
  /**
   * The headers of the last answer, in the order received. NULL where headers_len is 0.
   */
  const graph_header *headers;
  /**
   * The number of headers.
   */
  size_t headers_len;
  /**
   * From when the user's sign-in sessions are valid, as the last read of it showed: RFC 3339, UTC.
   */
  const char *sessions_valid_from;
} graph_outcome;

/**
 * What one call does, and which token and timeout of its own it uses. Zero everything, set struct_size to
 * sizeof(graph_call_options), then set what you need: zero means what the client has. The library copies what it
 * needs. The structure grows by appending.
 */
typedef struct {
  /**
   * sizeof(graph_call_options) of your header.
   */
  size_t struct_size;
  /**
   * An object id or a user principal name; "me": the signed-in user. NULL is an error.
   */
  const char *user;
  /**
   * The length of user in bytes. 0: it is NUL-terminated.
   */
  size_t user_len;
  /**
   * The access token of this call, without or with "Bearer " in front. It goes with this call and with no other; its
   * claims choose the cloud, and its tenant is held against the expected one. NULL: the client's own token or
   * credential.
   */
  const char *token;
  /**
   * The length of token in bytes. 0: it is NUL-terminated.
   */
  size_t token_len;
  /**
   * For GRAPH_CALL_VERIFY: as for graph_client_verify().
   */
  const char *not_before;
  /**
   * Maximum time for the call, with all attempts and waits, in milliseconds. 0: the client's timeout.
   */
  uint32_t timeout_ms;
  /**
   * What is done: GRAPH_CALL_INVALIDATE, GRAPH_CALL_VERIFY; for graph_client_access_with() GRAPH_CALL_ACCESS or
   * GRAPH_CALL_ACCESS_ONLINE; for graph_enquiry_new() one of these two or GRAPH_CALL_SIGN_IN.
   */
  uint32_t kind;
  /**
   * Must be 0.
   */
  uint32_t flags;
  /**
   * Must be 0.
   */
  uint32_t reserved;
  /**
   * The trace that the call belongs to, as W3C Trace Context writes it: sent as the header traceparent. NULL: none.
   */
  const char *traceparent;
} graph_call_options;

/**
 * An environment variable. Both strings are NUL-terminated UTF-8; a value that is a path may hold any bytes.
 */
typedef struct {
  /**
   * Its name.
   */
  const char *name;
  /**
   * Its value.
   */
  const char *value;
} graph_variable;

/**
 * Where access tokens come from when the caller brings none. Zero everything, set struct_size to
 * sizeof(graph_credential_options), then kind and what that kind takes: an option that it cannot use is refused. The
 * library copies what it needs, and wipes its copies of secrets. The structure grows by appending.
 */
typedef struct {
  /**
   * sizeof(graph_credential_options) of your header.
   */
  size_t struct_size;
  /**
   * Where the tokens come from; must not be NULL. "client-secret", "client-certificate": an application.
   * "workload-identity": a token of another issuer, in a file, or given by GitHub Actions or Azure Pipelines.
   * "managed-identity": that of this machine or service. "managed-identity-federated": an application in the tenant
   * that is named, for which that identity vouches. "azure-cli": the identity that is signed in there.
   * "device-code": a person; see graph_client_sign_in(). "environment": the application that AZURE_TENANT_ID,
   * AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH describe. "chain": the first that is there
   * of environment, workload-identity, managed-identity, azure-cli, device-code, and that AZURE_TOKEN_CREDENTIALS
   * does not leave out.
   */
  const char *kind;
  /**
   * The tenant, by id or by a domain of it. NULL: the variable AZURE_TENANT_ID; for a device code, the tenant of the
   * person who signs in; for the Azure CLI, the one it is signed in to.
   */
  const char *tenant;
  /**
   * The application's (client's) id, or that of a user-assigned managed identity. NULL: the variable
   * AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for a device code, "Microsoft Graph Command
   * Line Tools", which Connect-MgGraph signs in with as well.
   */
  const char *client_id;
  /**
   * The client secret. NULL: the variable AZURE_CLIENT_SECRET.
   */
  const char *client_secret;
  /**
   * The file with the client certificate and its private key, PEM or PFX. NULL: AZURE_CLIENT_CERTIFICATE_PATH.
   */
  const char *certificate_file;
  /**
   * The bytes of such a file, instead of the file. NULL with certificate_len 0: none.
   */
  const uint8_t *certificate;
  /**
   * The number of bytes.
   */
  size_t certificate_len;
  /**
   * The password of the certificate's file. NULL: AZURE_CLIENT_CERTIFICATE_PASSWORD, if set.
   */
  const char *certificate_password;
  /**
   * The file with the federated token of a workload. NULL: the variable AZURE_FEDERATED_TOKEN_FILE.
   */
  const char *federated_token_file;
  /**
   * The object id of a user-assigned managed identity.
   */
  const char *object_id;
  /**
   * The resource id of a user-assigned managed identity.
   */
  const char *resource_id;
  /**
   * The delegated permissions that a person is asked for, separated by spaces. NULL: what invalidating and verifying
   * take, "User.RevokeSessions.All User.Read.All".
   */
  const char *scopes;
  /**
   * The sign-in service, "https://host[:port]". NULL: that of the client's cloud; that of a loopback endpoint is the
   * endpoint itself. AZURE_AUTHORITY_HOST applies where it names a cloud's sign-in service or loopback. Secrets are
   * sent there: name only what you trust.
   */
  const char *authority;
  /**
   * Environment variables to use instead of the client's. NULL with environment_len 0: the client's.
   */
  const graph_variable *environment;
  /**
   * The number of variables.
   */
  size_t environment_len;
  /**
   * 1: sends the whole certificate chain, for applications that trust an issuer and subject name. 0: sends the
   * certificate alone.
   */
  uint32_t send_certificate_chain;
  /**
   * Must be 0.
   */
  uint32_t flags;
  /**
   * Where a workload's assertion comes from: "file", "github-actions" or "azure-pipelines". NULL: from what is named
   * by another option, otherwise from the first that is there, in this order.
   */
  const char *assertion_from;
  /**
   * What the assertion that GitHub Actions or a managed identity gives is to be for. NULL:
   * "api://AzureADTokenExchange".
   */
  const char *audience;
  /**
   * The service connection of Azure Pipelines. NULL: the variable AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
   */
  const char *service_connection_id;
  /**
   * The client id of the user-assigned managed identity that vouches for an application.
   */
  const char *identity_client_id;
  /**
   * 1: a workload in a Kubernetes cluster signs in through the token proxy that AZURE_KUBERNETES_TOKEN_PROXY names.
   * 0: never, whatever variables are set.
   */
  uint32_t token_proxy;
  /**
   * Must be 0.
   */
  uint32_t reserved;
} graph_credential_options;

/**
 * How a client is set up. Zero everything (memset, or = {0}), set struct_size to sizeof(graph_client_options), then
 * set what you need: zero means the default. The library copies what it needs; nothing must outlive
 * graph_client_new(). The structure grows by appending; a larger one from a newer header is accepted while what is
 * unknown is zero.
 */
typedef struct {
  /**
   * sizeof(graph_client_options) of your header.
   */
  size_t struct_size;
  /**
   * The access token, without or with "Bearer " in front; may come later, with graph_client_set_token().
   */
  const char *token;
  /**
   * The national cloud: "global", "usgov", "usgov-dod" or "china". NULL: the token's own claims choose it.
   */
  const char *cloud;
  /**
   * The root of the service, "https://host[:port]", plain http to loopback only. The token is sent there: name only
   * what you trust. With a cloud it says where requests go, and the cloud whose tokens a credential asks for. With
   * neither endpoint nor cloud the environment's GRAPH_INVALIDATE_ENDPOINT applies,
   * where it names a Graph host or loopback; anything else there is an error.
   */
  const char *endpoint;
  /**
   * "beta" (the default: invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions).
   */
  const char *api;
  /**
   * Maximum time for one call, with all attempts and waits, in milliseconds. 0: 100,000.
   */
  uint32_t timeout_ms;
  /**
   * Must be 0.
   */
  uint32_t flags;
  /**
   * An HTTP proxy, "http://[user:password@]host:port". NULL: HTTPS_PROXY or ALL_PROXY of the environment; NO_PROXY
   * always applies. A proxy variable that cannot be used is GRAPH_STATUS_INVALID_PROXY. Loopback never goes through
   * a proxy.
   */
  const char *proxy;
  /**
   * A PEM file of certificate authorities, trusted in addition to the system's, or of the server's own certificate.
   */
  const char *ca_file;
  /**
   * Additional headers for every request. NULL with headers_len 0: none.
   */
  const graph_header *headers;
  /**
   * The number of headers.
   */
  size_t headers_len;
  /**
   * Where the tokens come from instead of token; one of the two may be given. NULL: none. Copied.
   */
  const graph_credential_options *credential;
  /**
   * The id of the only tenant in which the client may act: with a token of another tenant, or one that names no
   * tenant, nothing is sent. NULL: the variable GRAPH_INVALIDATE_EXPECT_TENANT, if set.
   */
  const char *expect_tenant;
  /**
   * Environment variables to use instead of the process environment, for runtimes that keep a private copy, as .NET
   * does on Unix. Also used by a credential without its own. Copied; read when the client is made, and never later.
   * NULL with environment_len 0: the process's own, which counts as empty in a program with more rights than its
   * caller (set-user-id, set-group-id, file capabilities).
   */
  const graph_variable *environment;
  /**
   * The number of variables.
   */
  size_t environment_len;
} graph_client_options;

/**
 * How a run is set up. Zero everything, set struct_size to sizeof(graph_run_options), then set what you need: zero
 * means the default. The library copies what it needs. The structure grows by appending.
 */
typedef struct {
  /**
   * sizeof(graph_run_options) of your header.
   */
  size_t struct_size;
  /**
   * The journal file: the record of the run, from which it can be resumed. NULL: none.
   */
  const char *journal;
  /**
   * Users that are never signed out, by object id or user principal name: break-glass accounts. Each is looked up
   * before anything is sent, so that it is recognised under its other name as well. NULL with exclude_len 0: none.
   */
  const char *const *exclude;
  /**
   * The number of exclusions.
   */
  size_t exclude_len;
  /**
   * Value of the x-ms-throttle-priority header, "low", "normal" or "high": Graph drops low-priority requests first.
   * NULL: the header is not sent.
   */
  const char *throttle_priority;
  /**
   * Users per second, with a burst of one second; 0: the service's published quota (3,000 at once, then 20 per
   * second); INFINITY: no pacing. Waits that the service asks for are always obeyed.
   */
  double rate;
  /**
   * 1: continues where the journal ends; users accepted there are not sent again. 0: a journal that is not empty is
   * refused.
   */
  uint32_t resume;
  /**
   * 1: reads the cut-off back after acceptance; each outcome is then verified or says why not.
   */
  uint32_t verify;
  /**
   * 1: lists every user and what is known about them; sends no write request.
   */
  uint32_t dry_run;
  /**
   * 1: takes the accepted users from the journal, not from graph_run_add(), and verifies them again.
   */
  uint32_t verify_journal;
  /**
   * 1: continues if an exclusion cannot be looked up; it then protects only the exact key given, not the account's
   * other names.
   */
  uint32_t allow_unresolved_exclusions;
  /**
   * Users per request: 1 (no batching) to 20. 0: 20.
   */
  uint32_t batch_size;
  /**
   * Maximum number of concurrent requests: 1 to 256. 0: 16.
   */
  uint32_t concurrency;
  /**
   * Maximum time to verify one user, in milliseconds. 0: 120,000.
   */
  uint32_t wait_ms;
  /**
   * Maximum time for the whole run, in milliseconds. 0: no limit.
   */
  uint32_t deadline_ms;
  /**
   * Must be 0.
   */
  uint32_t flags;
  /**
   * The access token of this run alone, without or with "Bearer " in front: the run then uses neither the client's
   * token nor its credential; graph_run_set_token() replaces it. NULL: the client's.
   */
  const char *token;
  /**
   * Maximum age of the run in a resumed journal, in milliseconds. 0: 86,400,000, a day. An older one is refused with
   * GRAPH_STATUS_JOURNAL_TOO_OLD, since users signed out then may have been compromised again.
   */
  uint64_t resume_within_ms;
  /**
   * Maximum number of users that were sent and whose outcome has not been read. Users waiting to be verified count
   * as well: with 1, nobody is sent before the last outcome was read. 0: as many as fit into the concurrent
   * requests, plus one batch (340 with the other defaults), not counting users waiting to be verified.
   */
  uint32_t ahead;
  /**
   * 1: graph_run_next() returns GRAPH_STATUS_RUN_USERS_WANTED if it has no outcome to return and the run accepts
   * more users. 0: it never does.
   */
  uint32_t tell_users_wanted;
  /**
   * Maximum number of failed users: when it is reached, the run ends with the status of the last failure. Users
   * already sent may still add to it. 0: no limit.
   */
  uint32_t max_failures;
  /**
   * Groups whose users are signed out, by object id, or by a display name or address that exactly one group has.
   * Users in nested groups count. All users that the options select are listed first, completely, and are on record
   * before anybody is signed out; each goes once, by object id, after the users that were added. A resumed run goes
   * on with those on record. NULL with group_len 0: none.
   */
  const char *const *group;
  /**
   * The number of groups.
   */
  size_t group_len;
  /**
   * Groups whose users are never signed out, through all levels: found and listed before anything is sent. One
   * without users is refused. NULL with exclude_group_len 0: none.
   */
  const char *const *exclude_group;
  /**
   * The number of excluded groups.
   */
  size_t exclude_group_len;
  /**
   * Signs out the users for whom this $filter of Microsoft Graph holds, such as "accountEnabled eq false". NULL:
   * none.
   */
  const char *filter;
  /**
   * 1: signs out everyone in the directory.
   */
  uint32_t everyone;
  /**
   * 1: guests who were selected are signed out, too. 0: they are passed over, since their home tenant signs them in.
   */
  uint32_t guests;
  /**
   * 1: a group without users, or a selection of nobody, is no failure. 0: nothing is sent then, and the run ends
   * with GRAPH_STATUS_SELECTION_EMPTY.
   */
  uint32_t allow_empty;
  /**
   * 1: only names the selected users: each outcome is GRAPH_STATUS_SELECTED, and no write request is sent.
   */
  uint32_t who;
} graph_run_options;

/**
 * How far a run is, at one moment. Set struct_size to sizeof(graph_progress) before graph_run_progress() fills the
 * rest. Every user that was added is counted in exactly one of duplicates, excluded, accepted_before, accepted,
 * failed, planned, waiting and in_flight. With verification those of accepted and accepted_before are besides in one
 * of verified, unverified and verifying, unless the journal calls them verified. The structure grows by appending.
 */
typedef struct {
  /**
   * sizeof(graph_progress) of your header.
   */
  size_t struct_size;
  /**
   * Number of users added.
   */
  uint64_t added;
  /**
   * Number of added users that were duplicates (same key or object id).
   */
  uint64_t duplicates;
  /**
   * Number of users left out as excluded.
   */
  uint64_t excluded;
  /**
   * Number of users accepted in an earlier part of the run, according to the journal.
   */
  uint64_t accepted_before;
  /**
   * Number of users the service accepted, verified or not.
   */
  uint64_t accepted;
  /**
   * Number of users in accepted and accepted_before that were verified.
   */
  uint64_t verified;
  /**
   * Number of users that failed: the service did not accept them.
   */
  uint64_t failed;
  /**
   * Number of users that a dry run found.
   */
  uint64_t planned;
  /**
   * Number of users waiting to be sent, or to be sent again.
   */
  uint64_t waiting;
  /**
   * Number of those that were never attempted.
   */
  uint64_t never_attempted;
  /**
   * Number of users in flight. After the end: those in flight when the run ended.
   */
  uint64_t in_flight;
  /**
   * Number of users in accepted and accepted_before that wait to be verified.
   */
  uint64_t verifying;
  /**
   * Number of times a user was sent, retries included.
   */
  uint64_t attempts;
  /**
   * Number of refusals because a quota was exceeded.
   */
  uint64_t throttled;
  /**
   * Users per second, over the last seconds.
   */
  double rate;
  /**
   * Users per second that the known quota allows in the long run; INFINITY without pacing.
   */
  double pace;
  /**
   * Time for which nothing is sent, in milliseconds: because the service asked for it or, if unanswered is not 0,
   * because it does not answer.
   */
  uint64_t pause_ms;
  /**
   * Estimated time for the waiting users, by what is known of the quota, in milliseconds.
   */
  uint64_t time_left_ms;
  /**
   * Number of users that may be added now without memory growing: for programs that stream a long list.
   */
  uint32_t wanted;
  /**
   * Number of consecutive requests without a response.
   */
  uint32_t unanswered;
  /**
   * Number of users in accepted and accepted_before whose sign-out could not be verified.
   */
  uint64_t unverified;
} graph_progress;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Tells what the client's token may do, before anything is done: whose it is, until when, and what will be refused.
 * Nothing is sent: it goes by the token's own claims, and says what they do not tell. Does not block.
 *
 * @param client the client; may be shared by any number of threads.
 * @param access receives what is known, also of a token that is missing or cannot work; to be freed with
 *    graph_access_free(); set to NULL first.
 * @param failure as for graph_client_new().
 * @return GRAPH_STATUS_OK, also where access->status tells that nothing will work; GRAPH_STATUS_NULL_ARGUMENT.
 */
int32_t graph_client_access(const graph_client *client, graph_access **access, graph_outcome **failure);

/**
 * Tells what the client's token may do as graph_client_access() does, and by harmless reads: the signed-in user's
 * directory roles as they are now, and whether one user can be found and signed out (the finding "target"). Signs in
 * first where that is needed. Nothing is changed. Blocks, within the client's timeout.
 *
 * @param client the client; may be shared by any number of threads.
 * @param user the user to look at, an object id or a user principal name; NULL: nobody.
 * @param cancellation as for graph_client_invalidate().
 * @param access as for graph_client_access(). A read that is refused is no failure: its message says what is not
 *    known.
 * @param failure as for graph_client_new().
 * @return GRAPH_STATUS_OK, also where access->status tells that nothing will work; what a sign-in may fail with: 200
 *     to 216, 500 and above; GRAPH_STATUS_INVALID_USER, GRAPH_STATUS_NULL_ARGUMENT.
 */
int32_t graph_client_access_online(const graph_client *client,
                                   const char *user,
                                   const graph_cancellation *cancellation,
                                   graph_access **access,
                                   graph_outcome **failure);

/**
 * Tells what a token may do as graph_client_access() or graph_client_access_online() does, of a token that the options
 * bring.
 *
 * @param client the client; may be shared by any number of threads.
 * @param options GRAPH_CALL_ACCESS or GRAPH_CALL_ACCESS_ONLINE, and the token. For the latter: the user to look at,
 *    and the timeout, if any.
 * @param cancellation as for graph_client_invalidate().
 * @param access as for graph_client_access_online().
 * @param failure as for graph_client_new().
 * @return as graph_client_access_online(); GRAPH_STATUS_INVALID_OPTION; what is wrong with the token.
 */
int32_t graph_client_access_with(const graph_client *client,
                                 const graph_call_options *options,
                                 const graph_cancellation *cancellation,
                                 graph_access **access,
                                 graph_outcome **failure);

/**
 * Frees what graph_client_access() handed out, and everything it points to. NULL does nothing. From any thread, once.
 */
void graph_access_free(graph_access *access);

/**
 * Makes a queue. Any number of calls may be under way in it at once, of any number of clients, on one thread: it
 * starts with the first call, and ends by itself two seconds after the last. Where more than 512 calls are under way
 * there is one for each processor, up to four. One queue serves a whole program.
 *
 * The whole of it:
 *
 *   graph_call_queue_new(&queue);
 *   for (i = 0; i < users_len; i++) {
 *     options.user = users[i];
 *     graph_call_queue_submit(queue, client, &options, NULL, i, NULL);
 *   }
 *   graph_call_queue_close(queue);
 *   while ((status = graph_call_queue_next(queue, 1000, &i, &outcome)) != GRAPH_STATUS_QUEUE_DONE) {
 *     if (status == GRAPH_STATUS_OK) show(users[i], outcome->status);
 *     graph_outcome_free(outcome);
 *   }
 *   graph_call_queue_free(queue);
 *
 * @param queue receives the queue; set to NULL first.
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT where the pointer is NULL.
 */
int32_t graph_call_queue_new(graph_call_queue **queue);

/**
 * Submits a call. Never waits for the network; the call's time begins now. As many calls are under way at once as half
 * of the process's descriptors allow (its soft limit when the first call comes, and 5,120 at most); the others wait
 * for their turn, within their time, and can be cancelled like all.
 *
 * @param client the client; may be freed before the call has ended.
 * @param options what is done, for whom, and with which token. Copied.
 * @param cancellation a signal that ends the call early; NULL: none. May be freed at once.
 * @param tag anything that tells the call from others: graph_call_queue_next() gives it back.
 * @param failure receives the details of a failure, to be freed with graph_outcome_free(); set to NULL first. May be
 *    NULL.
 * @return GRAPH_STATUS_OK: graph_call_queue_next() will hand out what becomes of the call, once. Any other: it was
 *     refused before anything was sent, and nothing will be handed out: what is wrong with the options, the user or
 *     the token; GRAPH_STATUS_QUEUE_CLOSED after graph_call_queue_close(); GRAPH_STATUS_QUEUE_FORKED.
 */
int32_t graph_call_queue_submit(graph_call_queue *queue,
                                const graph_client *client,
                                const graph_call_options *options,
                                const graph_cancellation *cancellation,
                                uint64_t tag,
                                graph_outcome **failure);

/**
 * Hands out the next call that has ended, in the order in which they ended.
 *
 * @param timeout_ms how long to wait for one, in milliseconds; 0 only looks.
 * @param tag receives the tag of the call. May be NULL.
 * @param outcome receives the outcome, of success and failure alike, to be freed with graph_outcome_free(); set to
 *    NULL first. May be NULL.
 * @return GRAPH_STATUS_OK: a call has ended, see outcome->status. GRAPH_STATUS_QUEUE_TIMEOUT: none ended in time.
 *     GRAPH_STATUS_QUEUE_DONE: the queue was closed, and the last call has been handed out. GRAPH_STATUS_QUEUE_FORKED;
 *     GRAPH_STATUS_NULL_ARGUMENT.
 */
int32_t graph_call_queue_next(graph_call_queue *queue, uint32_t timeout_ms, uint64_t *tag, graph_outcome **outcome);

/**
 * Takes no more calls. Those under way end as they do and are handed out; then graph_call_queue_next() says
 * GRAPH_STATUS_QUEUE_DONE to everybody who waits.
 *
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_QUEUE_FORKED.
 */
int32_t graph_call_queue_close(graph_call_queue *queue);

/**
 * Frees a queue, and ends without an outcome what is still under way: nothing is sent any more when this returns,
 * within 100 ms. Nobody may wait in graph_call_queue_next(). NULL does nothing. In a child of fork() it leaves
 * everything to the parent.
 */
void graph_call_queue_free(graph_call_queue *queue);

/**
 * The whole job in one call: invalidates all refresh tokens and session cookies of a user.
 *
 * The cloud is chosen by the token, or by GRAPH_INVALIDATE_ENDPOINT in the environment when the process first calls.
 * Waits up to 100 seconds. For details, a deadline or a way to cancel, use graph_client_invalidate().
 *
 * @param user an object id or a user principal name; "me": the signed-in user. NULL is an error.
 * @param token an access token for Microsoft Graph, without or with "Bearer " in front. Not kept.
 * @return GRAPH_STATUS_OK when the service accepted; else the reason, which graph_status_name() names.
 *
 * From any thread, any number at once.
 */
int32_t graph_invalidate_all_refresh_tokens(const char *user, const char *token);

/**
 * Invalidates all refresh tokens and session cookies of a user, and returns every detail of the result.
 *
 * Blocks until the service has accepted or refused, or the client's timeout has passed. Failures worth repeating
 * (408, 429, 5xx, broken connections) are repeated within the timeout. The action is idempotent: calling again is
 * safe. Access tokens already issued stay valid for up to an hour; guests sign in at their home tenant and are not
 * affected.
 *
 * @param client the client; may be shared by any number of threads.
 * @param user an object id or a user principal name; "me": the signed-in user. NULL is an error.
 * @param cancellation a signal that ends the call early; NULL: none. May be freed while the call runs.
 * @param outcome receives the outcome, of success and failure alike, to be freed with graph_outcome_free(); set to
 *    NULL first. May be NULL.
 * @return GRAPH_STATUS_OK when the service accepted; else the outcome's status.
 */
int32_t graph_client_invalidate(const graph_client *client,
                                const char *user,
                                const graph_cancellation *cancellation,
                                graph_outcome **outcome);

/**
 * Reads a user's cut-off back until it lies at or after a time, or the client's timeout has passed.
 *
 * This is the proof that graph_client_invalidate() took effect: the service may need seconds to minutes to show it.
 *
 * @param client the client; may be shared by any number of threads.
 * @param user as for graph_client_invalidate().
 * @param not_before the time in RFC 3339: the server_date of the outcome that accepted. NULL: the cut-off is read once
 *    and shown in the outcome's message, which proves nothing.
 * @param cancellation as for graph_client_invalidate().
 * @param outcome as for graph_client_invalidate(); its status is GRAPH_STATUS_VERIFIED on success, GRAPH_STATUS_SHOWN
 *    where no time was given.
 * @return GRAPH_STATUS_OK when verified; GRAPH_STATUS_SHOWN where no time was given; GRAPH_STATUS_NOT_VERIFIED when
 *    the cut-off stayed behind; GRAPH_STATUS_INVALID_TIME for a time that no outcome can have (before the year 2000,
 *    or more than a day ahead); else the outcome's status.
 */
int32_t graph_client_verify(const graph_client *client,
                            const char *user,
                            const char *not_before,
                            const graph_cancellation *cancellation,
                            graph_outcome **outcome);

/**
 * Makes one call as its options say: with a token and a timeout of its own, where they bring them.
 *
 * This is the call for programs that act for several identities with one client: the token of a call goes with that
 * call and with no other, whatever other threads do. Everything else is as for graph_client_invalidate() and
 * graph_client_verify().
 *
 * @param client the client; may be shared by any number of threads.
 * @param options what is done, for whom, and with which token.
 * @param cancellation as for graph_client_invalidate().
 * @param outcome as for graph_client_invalidate().
 * @return as graph_client_invalidate() or graph_client_verify(); GRAPH_STATUS_NULL_ARGUMENT where the options or their
 *    user are NULL; GRAPH_STATUS_INVALID_OPTION.
 */
int32_t graph_client_call(const graph_client *client,
                          const graph_call_options *options,
                          const graph_cancellation *cancellation,
                          graph_outcome **outcome);

/**
 * Makes a signal. One signal may be given to any number of calls, one after another and at once.
 *
 * @param cancellation receives the signal; set to NULL first.
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT where the pointer is NULL.
 */
int32_t graph_cancellation_new(graph_cancellation **cancellation);

/**
 * Ends every call that was given the signal, now and later, each within 100 ms whatever the network does: they return
 * GRAPH_STATUS_CANCELLED. From any thread, any number of times; a cancellation cannot be reset. NULL does nothing.
 * Not for signal handlers: it takes locks.
 */
void graph_cancellation_cancel(const graph_cancellation *cancellation);

/**
 * Frees a signal. Calls that were given it keep their own hold of it and may still be running. NULL does nothing.
 */
void graph_cancellation_free(graph_cancellation *cancellation);

/**
 * Makes a client. Nothing is sent, no thread is started; connections are opened by the first call and kept for the
 * next.
 *
 * @param options NULL: all defaults. Copied.
 * @param client receives the client; set to NULL first.
 * @param failure receives the details of a failure, to be freed with graph_outcome_free(); set to NULL first. May be
 *    NULL.
 * @return GRAPH_STATUS_OK, or what is wrong with the options: 100 to 110, GRAPH_STATUS_TOKEN_MALFORMED,
 *     GRAPH_STATUS_HOST_REFUSED.
 */
int32_t graph_client_new(const graph_client_options *options, graph_client **client, graph_outcome **failure);

/**
 * Replaces the access token for the calls that begin from now on, and for the runs that have none of their own. The
 * token is copied; the old one is wiped when the last call that uses it ends. May run while other threads call. For a
 * client that acts for one identity: where several share a client, each call brings its own token, with
 * graph_client_call().
 *
 * @param token the access token, without or with "Bearer " in front.
 * @param failure as for graph_client_new().
 * @return GRAPH_STATUS_OK, GRAPH_STATUS_NULL_ARGUMENT, GRAPH_STATUS_EMPTY_ARGUMENT, GRAPH_STATUS_INVALID_UTF8 or
 *     GRAPH_STATUS_TOKEN_MALFORMED: the old token stays then. Whether the token works is judged when it is used.
 */
int32_t graph_client_set_token(const graph_client *client, const char *token, graph_outcome **failure);

/**
 * Signs in with the client's credential, so that what could fail does so before anything is done.
 *
 * Most credentials sign in at once. One that asks a person does it in steps, without a callback: the first call
 * returns GRAPH_STATUS_SIGN_IN_PENDING, and the outcome's message is the text to show, with the page to open and the
 * code to enter there (code holds the code alone). Each further call waits for the person, up to the client's timeout:
 * it returns GRAPH_STATUS_OK once they have signed in, or GRAPH_STATUS_SIGN_IN_PENDING again.
 *
 * @param client the client; may be shared by any number of threads.
 * @param cancellation as for graph_client_invalidate().
 * @param outcome as for graph_client_invalidate(); its status is GRAPH_STATUS_SIGNED_IN on success.
 * @return GRAPH_STATUS_OK, GRAPH_STATUS_SIGN_IN_PENDING, or the outcome's status: 200 to 216, 500 and above.
 */
int32_t graph_client_sign_in(const graph_client *client,
                             const graph_cancellation *cancellation,
                             graph_outcome **outcome);

/**
 * The scope to ask a sign-in library for, to get a token for this client: "https://graph.microsoft.com/.default", or
 * that of the cloud which its options name, by the cloud, the endpoint or the credential's authority. Static; not to
 * be freed. NULL where the client is NULL.
 */
const char *graph_client_scope(const graph_client *client);

/**
 * Frees a client and wipes its token. No call may use the client any more. NULL does nothing.
 * In a child of fork() it frees the child's part alone and leaves the parent's connections untouched.
 */
void graph_client_free(graph_client *client);

/**
 * As graph_client_set_token(), with the token's length in bytes; it need not be NUL-terminated.
 *
 * @param token the access token, without or with "Bearer " in front.
 * @param token_len its length in bytes.
 * @param failure as for graph_client_new().
 * @return as graph_client_set_token().
 */
int32_t graph_client_set_token_counted(const graph_client *client,
                                       const char *token,
                                       size_t token_len,
                                       graph_outcome **failure);

/**
 * As graph_run_set_token(), with the token's length in bytes; it need not be NUL-terminated.
 *
 * @param token the access token, without or with "Bearer " in front.
 * @param token_len its length in bytes.
 * @param failure as for graph_run_new().
 * @return as graph_run_set_token().
 */
int32_t graph_run_set_token_counted(graph_run *run, const char *token, size_t token_len, graph_outcome **failure);

/**
 * As graph_run_add(), with the length of each key in bytes; they need not be NUL-terminated.
 *
 * @param users object ids, user principal names, or "me". Copied. NULL with users_len 0: none.
 * @param lengths the length of each key in bytes. May be NULL where users is.
 * @param users_len the number of users.
 * @param failure as for graph_run_new().
 * @return as graph_run_add().
 */
int32_t graph_run_add_counted(graph_run *run,
                              const char *const *users,
                              const size_t *lengths,
                              size_t users_len,
                              graph_outcome **failure);

/**
 * As graph_run_new(), with the length of each exclusion in bytes; they need not be NUL-terminated. For a token of the
 * run's own leave graph_run_options.token NULL, and use graph_run_set_token_counted() next.
 *
 * @param client the client; may be freed before the run.
 * @param options as for graph_run_new(); the keys in exclude have the lengths below.
 * @param exclude_lengths the length of each key in bytes. May be NULL where graph_run_options.exclude is.
 * @param run receives the run; set to NULL first.
 * @param failure as for graph_run_new().
 * @return as graph_run_new().
 */
int32_t graph_run_new_counted(const graph_client *client,
                              const graph_run_options *options,
                              const size_t *exclude_lengths,
                              graph_run **run,
                              graph_outcome **failure);

/**
 * Begins what graph_client_sign_in() or graph_client_access_with() does, on a thread of the library's, and does not
 * wait.
 *
 * @param client the client; may be freed before the answer is there.
 * @param options GRAPH_CALL_SIGN_IN and nothing else; or as for graph_client_access_with(). Copied.
 * @param cancellation a signal that ends it early; NULL: none. May be freed at once.
 * @param enquiry receives the enquiry; set to NULL first.
 * @param failure receives the details of a failure, to be freed with graph_outcome_free(); set to NULL first. May be
 *    NULL.
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_INVALID_OPTION, GRAPH_STATUS_NULL_ARGUMENT; what is wrong with the token;
 *     GRAPH_STATUS_TOO_MANY_THREADS.
 */
int32_t graph_enquiry_new(const graph_client *client,
                          const graph_call_options *options,
                          const graph_cancellation *cancellation,
                          graph_enquiry **enquiry,
                          graph_outcome **failure);

/**
 * Waits for the answer, which is handed out once.
 *
 * @param timeout_ms how long to wait for it, in milliseconds; 0 only looks.
 * @param access receives what is known about the token, to be freed with graph_access_free(); set to NULL first. May
 *    be NULL where nothing was asked about it.
 * @param outcome receives the outcome of a sign-in, and the details of a failure, to be freed with
 *    graph_outcome_free(); set to NULL first. May be NULL.
 * @return GRAPH_STATUS_QUEUE_TIMEOUT: there is no answer yet. GRAPH_STATUS_QUEUE_DONE: it was handed out before.
 *     GRAPH_STATUS_QUEUE_FORKED. Otherwise as graph_client_sign_in() or graph_client_access_with().
 */
int32_t graph_enquiry_wait(graph_enquiry *enquiry, uint32_t timeout_ms, graph_access **access, graph_outcome **outcome);

/**
 * Frees an enquiry. Where there is no answer yet, it is cancelled: nothing more is sent within 100 ms, and nothing is
 * waited for. NULL does nothing. In a child of fork() it leaves everything to the parent.
 */
void graph_enquiry_free(graph_enquiry *enquiry);

/**
 * Frees an outcome and everything it points to. NULL is allowed and does nothing. From any thread, once.
 */
void graph_outcome_free(graph_outcome *outcome);

/**
 * Finds the user of one row of a table, or of one object: the number of the value that is a user's key.
 *
 * A value counts where it can be a user, an object id or a user principal name; names only set the order: a user
 * principal name before an e-mail address, a user's id before an event's. The names are those of Graph, Exchange, the
 * portal's exports, Defender, Sentinel, Purview and Okta, in any letter case. Sends nothing.
 *
 * @param names the names of the columns or properties; NULL or a NULL among them: no name. A field within another is
 *    named with dots, such as "properties.userPrincipalName".
 * @param values their values, in the same order; NULL among them: nothing.
 * @param length how many names and values there are.
 * @param index receives the number of the value, from 0; set to length first.
 * @param failure receives the details of a failure; may be NULL.
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_EMPTY_ARGUMENT where the row names no user: the message then lists its names.
 *
 * From any thread.
 */
int32_t graph_user_of_row(const char *const *names,
                          const char *const *values,
                          size_t length,
                          size_t *index,
                          graph_outcome **failure);

/**
 * Begins a run over many users. It has a thread of its own, which sends what is added as soon as the client has a
 * token.
 *
 * The whole of it:
 *
 *   graph_run_new(client, &options, &run, &failure);
 *   graph_run_add(run, users, users_len, NULL);
 *   graph_run_finish_input(run);
 *   do {
 *     status = graph_run_next(run, 1000, &outcome);
 *     if (status == GRAPH_STATUS_RUN_TIMEOUT) show_progress();
 *     else if (status == GRAPH_STATUS_RUN_TOKEN_NEEDED) graph_run_set_token(run, fresh_token(), NULL);
 *     else if (status == GRAPH_STATUS_OK) show(outcome->user, outcome->status);
 *     else if (status != GRAPH_STATUS_RUN_DONE) show_why_it_ended(outcome->message, outcome->hint);
 *     graph_outcome_free(outcome);
 *   } while (status >= 0 && status < 100 && status != GRAPH_STATUS_RUN_DONE);
 *   graph_run_free(run);
 *
 * @param client the client; may be freed before the run.
 * @param options NULL: all defaults. Copied.
 * @param run receives the run; set to NULL first.
 * @param failure receives the details of a failure; where a journal is resumed, what is to be known before it begins,
 *    in its message. To be freed with graph_outcome_free(); set to NULL first. May be NULL.
 * @return GRAPH_STATUS_OK, or what is wrong: 100 to 109, GRAPH_STATUS_JOURNAL_EXISTS, GRAPH_STATUS_JOURNAL_UNUSABLE,
 *     GRAPH_STATUS_JOURNAL_LOCKED, GRAPH_STATUS_JOURNAL_MISMATCH, GRAPH_STATUS_JOURNAL_TOO_OLD,
 *     GRAPH_STATUS_JOURNAL_EMPTY.
 *     Nothing was sent then.
 */
int32_t graph_run_new(const graph_client *client,
                      const graph_run_options *options,
                      graph_run **run,
                      graph_outcome **failure);

/**
 * Adds users. Never waits for the network. What is added is held until it is sent: to stream a long list in little
 * memory, add as many as graph_progress.wanted says. A user who was added before, under the same key in any letter
 * case, is passed over. A key that cannot be one becomes a failed outcome, and the others go on: one that is NULL,
 * empty or malformed, and one that is not UTF-8, whose outcome shows U+FFFD where it is not.
 *
 * @param users object ids, user principal names, or "me". Copied. NULL with users_len 0: none.
 * @param users_len the number of users.
 * @param failure as for graph_run_new().
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT where the run, or the whole list, is NULL;
 *     GRAPH_STATUS_RUN_CLOSED after graph_run_finish_input(); GRAPH_STATUS_RUN_FORKED. After an early end users are
 *     taken and never attempted:
 *     graph_run_next() says why.
 */
int32_t graph_run_add(graph_run *run, const char *const *users, size_t users_len, graph_outcome **failure);

/**
 * Says that no more users will come: the run ends when the last one has its outcome.
 *
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_RUN_FORKED.
 */
int32_t graph_run_finish_input(graph_run *run);

/**
 * Gives the run an access token of its own, instead of the one that it has: at any time, and when it says
 * GRAPH_STATUS_RUN_TOKEN_NEEDED. From then on the client's token and credential are none of the run's, and the client
 * does not come to know this one: runs for several identities may share a client. A token of another tenant or another
 * identity than the run's is not used, and graph_run_next() says why it needs another one. Whose the run is, the token
 * decides that it has when users are first added, its input is finished, or it is first read. The token is copied.
 *
 * @param token as for graph_client_set_token().
 * @param failure as for graph_run_new().
 * @return as graph_client_set_token(); GRAPH_STATUS_RUN_FORKED.
 */
int32_t graph_run_set_token(graph_run *run, const char *token, graph_outcome **failure);

/**
 * Says that no more users will come although the list is not at its end, because it cannot be read any further. Those
 * who were added have their outcomes all the same, then comes GRAPH_STATUS_RUN_DONE; the journal says that the list
 * was not gone through: its summary has the reason "list".
 *
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_RUN_FORKED.
 */
int32_t graph_run_fail_input(graph_run *run);

/**
 * Hands out the next outcome, or says what the run needs instead. An outcome that is handed out is on disk already,
 * where there is a journal.
 *
 * @param timeout_ms how long to wait for one, in milliseconds; 0 only looks.
 * @param outcome receives what there is to read, to be freed with graph_outcome_free(); set to NULL first. May be
 *    NULL.
 * @return GRAPH_STATUS_OK: the outcome is what became of one user, see outcome->status.
 *     GRAPH_STATUS_RUN_TIMEOUT: nothing came in time; the run goes on.
 *     GRAPH_STATUS_RUN_TOKEN_NEEDED: everything waits for another token; the outcome says why. Give one with
 *     graph_run_set_token() and read on; nobody is lost. Said again until there is one.
 *     GRAPH_STATUS_RUN_USERS_WANTED, where graph_run_options.tell_users_wanted is 1: there is nothing to hand out, and
 *     the run takes more users. Add some, graph_progress.wanted at the most, or finish the input. Said once, at once,
 *     and again when users were added and more are wanted: a list is fed by this answer alone, with no clock. A list
 *     that may keep its reader waiting is read on another thread, which this answer wakes; each user is sent as soon
 *     as it was added.
 *     GRAPH_STATUS_RUN_DONE: the last outcome was handed out; graph_run_progress() tells how many were never
 *     attempted.
 *     Any other: the whole run ended early; the outcome says why. Nothing more will come: every further call says the
 *     same.
 */
int32_t graph_run_next(graph_run *run, uint32_t timeout_ms, graph_outcome **outcome);

/**
 * Tells how far the run is.
 *
 * @param progress a structure whose struct_size is set; the rest is filled.
 * @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_INVALID_OPTION for a struct_size that no version
 *     has; GRAPH_STATUS_RUN_FORKED.
 */
int32_t graph_run_progress(const graph_run *run, graph_progress *progress);

/**
 * Ends the run without waiting for anything, from any thread: outcomes that are known are still handed out, then
 * GRAPH_STATUS_RUN_DONE, within 100 ms whatever the network does. Who was on the way stays unrecorded, and is sent
 * again when the run is resumed with its journal. NULL does nothing.
 */
void graph_run_cancel(const graph_run *run);

/**
 * Frees a run, and cancels it first where it has not ended: the journal is complete when this returns. NULL does
 * nothing. In a child of fork() it leaves everything to the parent.
 */
void graph_run_free(graph_run *run);

/**
 * The name of a status, as outcomes and journals write it: "accepted", "throttled", … Static; not to be freed.
 * NULL where the number is no status.
 */
const char *graph_status_name(int32_t status);

/**
 * The version of the library, "major.minor.patch". Static; not to be freed.
 */
const char *graph_version(void);

/**
 * The number of the library's ABI: compare it with GRAPH_INVALIDATE_ABI_VERSION before the first call when the library
 * is loaded at run time.
 */
uint32_t graph_abi_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GRAPH_INVALIDATE_H */
