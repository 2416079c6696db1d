// Made by cargo xtask abi from the library's source. Do not edit.

/** How a call or a user ended, by the name that outcomes, journals and every language have. */
export type Status =
  // Success. For an invalidation, the service accepted the request.
  | "accepted"
  // A run has handed out its last outcome.
  | "run_done"
  // No outcome came within the given time; the run goes on.
  | "run_timeout"
  // The run needs a new access token.
  | "run_token_needed"
  // The cut-off was read back from the service and lies at or after the expected time.
  | "verified"
  // A dry run found the user; nothing was sent that writes.
  | "planned"
  // A person has to sign in: show them the message; calling again waits for them.
  | "sign_in_pending"
  // The credential obtained a token.
  | "signed_in"
  // The cut-off was read and is shown. It proves nothing, since no time was given to compare it with.
  | "shown"
  // No call of the queue ended within the given time; those under way go on.
  | "queue_timeout"
  // The queue is closed and has returned its last call.
  | "queue_done"
  // An exclusion could not be looked up, which the caller allowed: it protects only the exact key given, not
  // the account's other names.
  | "unprotected"
  // The run has no outcome to return and accepts more users: only if an option asks for this status.
  | "run_users_wanted"
  // A selection named the user; nothing was sent.
  | "selected"
  // Something to know of the selection, before anybody acts on it: no user's outcome.
  | "selection_remark"
  // A pointer that must be given was undefined.
  | "null_argument"
  // A string that must not be empty was empty, or held nothing but white space.
  | "empty_argument"
  // A string was not valid UTF-8.
  | "invalid_utf8"
  // The user key is invalid: the message names the offending character.
  | "invalid_user"
  // An option is out of its range, or the options structure has an unknown size or flag.
  | "invalid_option"
  // The endpoint is not a plain `https://host[:port]` (or `http://` to loopback).
  | "invalid_endpoint"
  // A time is not in the format of RFC 3339, or no outcome can have it.
  | "invalid_time"
  // The file of certificate authorities cannot be read or holds no certificate.
  | "invalid_ca_file"
  // The proxy's address cannot be used.
  | "invalid_proxy"
  // An extra request header is malformed or belongs to the library.
  | "invalid_header"
  // The credential's options do not fit together or cannot be used: the message says which.
  | "invalid_credential"
  // No access token was given.
  | "token_missing"
  // The token has characters or a length that no access token has.
  | "token_malformed"
  // The token has expired.
  | "token_expired"
  // The token is not valid yet.
  | "token_not_yet_valid"
  // The token was issued for a resource other than Microsoft Graph.
  | "token_wrong_audience"
  // The token was issued for a national cloud other than the one addressed.
  | "token_wrong_cloud"
  // The service refused the token.
  | "token_rejected"
  // The service demands a new sign-in that satisfies its claims challenge (continuous access evaluation).
  | "claims_challenge"
  // `me` was addressed with an application's token, which has no signed-in user.
  | "token_without_user"
  // The token does not say which national cloud it belongs to: name the cloud.
  | "cloud_ambiguous"
  // The sign-in service refused the credential.
  | "sign_in_refused"
  // The sign-in service wants a person: to sign in at all, or for multifactor authentication.
  | "sign_in_interaction_required"
  // Nobody has consented to the application's permissions in this tenant.
  | "consent_required"
  // This kind of credential does not exist on this machine, or nobody is signed in there.
  | "credential_unavailable"
  // The device code expired before it was entered.
  | "device_code_expired"
  // The person declined at the sign-in page.
  | "device_code_declined"
  // The token was issued by a tenant other than the expected one, or does not say by which.
  | "token_wrong_tenant"
  // The caller's own access token provider failed, or gave nothing.
  | "token_provider_failed"
  // The scope or the role for this action on this user is missing.
  | "permission_denied"
  // The tenant has no such user.
  | "user_not_found"
  // The service cannot make sense of the user key.
  | "user_key_refused"
  // The tenant has no such group.
  | "group_not_found"
  // Several groups have this name or address: only an object id tells them apart.
  | "group_ambiguous"
  // The service asked to wait for longer than the deadline allows.
  | "throttled"
  // The host's name could not be resolved.
  | "name_resolution_failed"
  // No connection could be made.
  | "connect_failed"
  // The connection broke before a complete answer had come.
  | "connection_broken"
  // The TLS handshake failed.
  | "tls_failed"
  // The server's certificate was refused.
  | "certificate_refused"
  // The proxy refused or failed.
  | "proxy_failed"
  // The token would have been sent to a host that is not allowed to receive it.
  | "host_refused"
  // The server answered with a redirect, which is never followed.
  | "redirect_refused"
  // The process or the machine cannot open any more files or connections.
  | "too_many_open_files"
  // The process or the machine cannot start any more threads.
  | "too_many_threads"
  // The program closed file descriptors of the library.
  | "descriptors_closed"
  // The machine has too little memory, or too few buffers or watches, for a connection.
  | "system_shortage"
  // The service answered with an explicit `false`.
  | "unconfirmed"
  // The service failed (5xx) until the deadline.
  | "service_unavailable"
  // The response is not one that Microsoft Graph documents.
  | "unexpected_answer"
  // The service refused the request itself (a 4xx with no status of its own).
  | "request_refused"
  // The cut-off read back lies before the expected time.
  | "not_verified"
  // The call was cancelled.
  | "cancelled"
  // The deadline passed before an answer had come.
  | "deadline_exceeded"
  // The journal already holds a run, and this run does not resume it.
  | "journal_exists"
  // The journal cannot be used: it is not a regular file, not a journal of this program, damaged, or cannot
  // be opened.
  | "journal_unusable"
  // Another run writes to the journal.
  | "journal_locked"
  // The journal belongs to a run of another tenant, API or list.
  | "journal_mismatch"
  // The journal can no longer be written; the run has stopped.
  | "journal_failed"
  // An exclusion could not be looked up, so that the user behind it could not be protected.
  | "exclusion_unresolved"
  // The run takes no more users.
  | "run_closed"
  // The run was begun in another process: a run cannot be used after a fork.
  | "run_forked"
  // The journal's run was begun longer ago than `resume_within` allows: users accepted then may have been
  // compromised again.
  | "journal_too_old"
  // The journal lists no accepted user: there is nobody to verify.
  | "journal_empty"
  // The journal was deleted, renamed, replaced or cut short while the run wrote to it; the run has stopped.
  | "journal_lost"
  // The selection came to nobody, or a group of it has no users.
  | "selection_empty"
  // The directory could not be listed to its end: users would be missing.
  | "selection_incomplete"
  // The queue takes no more calls.
  | "queue_closed"
  // The queue was made in another process: a queue does not cross a fork.
  | "queue_forked"
  // Something failed that should not: please report it.
  | "internal_error"
  // The library caught a panic of its own: please report it.
  | "panic";

/** The names, by their numbers in C; the hundred is the kind of failure. */
export const STATUSES: ReadonlyMap<number, Status> = new Map<number, Status>([
  [0, "accepted"],
  [1, "run_done"],
  [2, "run_timeout"],
  [3, "run_token_needed"],
  [4, "verified"],
  [5, "planned"],
  [6, "sign_in_pending"],
  [7, "signed_in"],
  [8, "shown"],
  [9, "queue_timeout"],
  [10, "queue_done"],
  [11, "unprotected"],
  [12, "run_users_wanted"],
  [13, "selected"],
  [14, "selection_remark"],
  [100, "null_argument"],
  [101, "empty_argument"],
  [102, "invalid_utf8"],
  [103, "invalid_user"],
  [104, "invalid_option"],
  [105, "invalid_endpoint"],
  [106, "invalid_time"],
  [107, "invalid_ca_file"],
  [108, "invalid_proxy"],
  [109, "invalid_header"],
  [110, "invalid_credential"],
  [200, "token_missing"],
  [201, "token_malformed"],
  [202, "token_expired"],
  [203, "token_not_yet_valid"],
  [204, "token_wrong_audience"],
  [205, "token_wrong_cloud"],
  [206, "token_rejected"],
  [207, "claims_challenge"],
  [208, "token_without_user"],
  [209, "cloud_ambiguous"],
  [210, "sign_in_refused"],
  [211, "sign_in_interaction_required"],
  [212, "consent_required"],
  [213, "credential_unavailable"],
  [214, "device_code_expired"],
  [215, "device_code_declined"],
  [216, "token_wrong_tenant"],
  [217, "token_provider_failed"],
  [300, "permission_denied"],
  [400, "user_not_found"],
  [401, "user_key_refused"],
  [402, "group_not_found"],
  [403, "group_ambiguous"],
  [500, "throttled"],
  [600, "name_resolution_failed"],
  [601, "connect_failed"],
  [602, "connection_broken"],
  [603, "tls_failed"],
  [604, "certificate_refused"],
  [605, "proxy_failed"],
  [606, "host_refused"],
  [607, "redirect_refused"],
  [608, "too_many_open_files"],
  [609, "too_many_threads"],
  [610, "descriptors_closed"],
  [611, "system_shortage"],
  [700, "unconfirmed"],
  [701, "service_unavailable"],
  [702, "unexpected_answer"],
  [703, "request_refused"],
  [704, "not_verified"],
  [800, "cancelled"],
  [801, "deadline_exceeded"],
  [802, "journal_exists"],
  [803, "journal_unusable"],
  [804, "journal_locked"],
  [805, "journal_mismatch"],
  [806, "journal_failed"],
  [807, "exclusion_unresolved"],
  [808, "run_closed"],
  [809, "run_forked"],
  [810, "journal_too_old"],
  [811, "journal_empty"],
  [812, "journal_lost"],
  [813, "selection_empty"],
  [814, "selection_incomplete"],
  [820, "queue_closed"],
  [821, "queue_forked"],
  [900, "internal_error"],
  [901, "panic"],
]);
