// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

/** How a call or a user ended. {@link #toString()} gives the name that outcomes, journals and every language have. */
public enum Status {
    /**
     * Success. For an invalidation, the service accepted the request.
     */
    ACCEPTED("accepted", 0),

    /**
     * A run has handed out its last outcome.
     */
    RUN_DONE("run_done", 1),

    /**
     * No outcome came within the given time; the run goes on.
     */
    RUN_TIMEOUT("run_timeout", 2),

    /**
     * The run needs a new access token.
     */
    RUN_TOKEN_NEEDED("run_token_needed", 3),

    /**
     * The cut-off was read back from the service and lies at or after the expected time.
     */
    VERIFIED("verified", 4),

    /**
     * A dry run found the user; nothing was sent that writes.
     */
    PLANNED("planned", 5),

    /**
     * A person has to sign in: show them the message; calling again waits for them.
     */
    SIGN_IN_PENDING("sign_in_pending", 6),

    /**
     * The credential obtained a token.
     */
    SIGNED_IN("signed_in", 7),

    /**
     * The cut-off was read and is shown. It proves nothing, since no time was given to compare it with.
     */
    SHOWN("shown", 8),

    /**
     * No call of the queue ended within the given time; those under way go on.
     */
    QUEUE_TIMEOUT("queue_timeout", 9),

    /**
     * The queue is closed and has returned its last call.
     */
    QUEUE_DONE("queue_done", 10),

    /**
     * An exclusion could not be looked up, which the caller allowed: it protects only the exact key given,
     * not the account's other names.
     */
    UNPROTECTED("unprotected", 11),

    /**
     * The run has no outcome to return and accepts more users: only if an option asks for this status.
     */
    RUN_USERS_WANTED("run_users_wanted", 12),

    /**
     * A selection named the user; nothing was sent.
     */
    SELECTED("selected", 13),

    /**
     * Something to know of the selection, before anybody acts on it: no user's outcome.
     */
    SELECTION_REMARK("selection_remark", 14),

    /**
     * A pointer that must not be null was null.
     */
    NULL_ARGUMENT("null_argument", 100),

    /**
     * A string that must not be empty was empty, or held nothing but white space.
     */
    EMPTY_ARGUMENT("empty_argument", 101),

    /**
     * A string was not valid UTF-8.
     */
    INVALID_UTF8("invalid_utf8", 102),

    /**
     * The user key is invalid: the message names the offending character.
     */
    INVALID_USER("invalid_user", 103),

    /**
     * An option is out of its range, or the options structure has an unknown size or flag.
     */
    INVALID_OPTION("invalid_option", 104),

    /**
     * The endpoint is not a plain `https://host[:port]` (or `http://` to loopback).
     */
    INVALID_ENDPOINT("invalid_endpoint", 105),

    /**
     * A time is not in the format of RFC 3339, or no outcome can have it.
     */
    INVALID_TIME("invalid_time", 106),

    /**
     * The file of certificate authorities cannot be read or holds no certificate.
     */
    INVALID_CA_FILE("invalid_ca_file", 107),

    /**
     * The proxy's address cannot be used.
     */
    INVALID_PROXY("invalid_proxy", 108),

    /**
     * An extra request header is malformed or belongs to the library.
     */
    INVALID_HEADER("invalid_header", 109),

    /**
     * The credential's options do not fit together or cannot be used: the message says which.
     */
    INVALID_CREDENTIAL("invalid_credential", 110),

    /**
     * No access token was given.
     */
    TOKEN_MISSING("token_missing", 200),

    /**
     * The token has characters or a length that no access token has.
     */
    TOKEN_MALFORMED("token_malformed", 201),

    /**
     * The token has expired.
     */
    TOKEN_EXPIRED("token_expired", 202),

    /**
     * The token is not valid yet.
     */
    TOKEN_NOT_YET_VALID("token_not_yet_valid", 203),

    /**
     * The token was issued for a resource other than Microsoft Graph.
     */
    TOKEN_WRONG_AUDIENCE("token_wrong_audience", 204),

    /**
     * The token was issued for a national cloud other than the one addressed.
     */
    TOKEN_WRONG_CLOUD("token_wrong_cloud", 205),

    /**
     * The service refused the token.
     */
    TOKEN_REJECTED("token_rejected", 206),

    /**
     * The service demands a new sign-in that satisfies its claims challenge (continuous access evaluation).
     */
    CLAIMS_CHALLENGE("claims_challenge", 207),

    /**
     * `me` was addressed with an application's token, which has no signed-in user.
     */
    TOKEN_WITHOUT_USER("token_without_user", 208),

    /**
     * The token does not say which national cloud it belongs to: name the cloud.
     */
    CLOUD_AMBIGUOUS("cloud_ambiguous", 209),

    /**
     * The sign-in service refused the credential.
     */
    SIGN_IN_REFUSED("sign_in_refused", 210),

    /**
     * The sign-in service wants a person: to sign in at all, or for multifactor authentication.
     */
    SIGN_IN_INTERACTION_REQUIRED("sign_in_interaction_required", 211),

    /**
     * Nobody has consented to the application's permissions in this tenant.
     */
    CONSENT_REQUIRED("consent_required", 212),

    /**
     * This kind of credential does not exist on this machine, or nobody is signed in there.
     */
    CREDENTIAL_UNAVAILABLE("credential_unavailable", 213),

    /**
     * The device code expired before it was entered.
     */
    DEVICE_CODE_EXPIRED("device_code_expired", 214),

    /**
     * The person declined at the sign-in page.
     */
    DEVICE_CODE_DECLINED("device_code_declined", 215),

    /**
     * The token was issued by a tenant other than the expected one, or does not say by which.
     */
    TOKEN_WRONG_TENANT("token_wrong_tenant", 216),

    /**
     * The caller's own access token provider failed, or gave nothing.
     */
    TOKEN_PROVIDER_FAILED("token_provider_failed", 217),

    /**
     * The scope or the role for this action on this user is missing.
     */
    PERMISSION_DENIED("permission_denied", 300),

    /**
     * The tenant has no such user.
     */
    USER_NOT_FOUND("user_not_found", 400),

    /**
     * The service cannot make sense of the user key.
     */
    USER_KEY_REFUSED("user_key_refused", 401),

    /**
     * The tenant has no such group.
     */
    GROUP_NOT_FOUND("group_not_found", 402),

    /**
     * Several groups have this name or address: only an object id tells them apart.
     */
    GROUP_AMBIGUOUS("group_ambiguous", 403),

    /**
     * The service asked to wait for longer than the deadline allows.
     */
    THROTTLED("throttled", 500),

    /**
     * The host's name could not be resolved.
     */
    NAME_RESOLUTION_FAILED("name_resolution_failed", 600),

    /**
     * No connection could be made.
     */
    CONNECT_FAILED("connect_failed", 601),

    /**
     * The connection broke before a complete answer had come.
     */
    CONNECTION_BROKEN("connection_broken", 602),

    /**
     * The TLS handshake failed.
     */
    TLS_FAILED("tls_failed", 603),

    /**
     * The server's certificate was refused.
     */
    CERTIFICATE_REFUSED("certificate_refused", 604),

    /**
     * The proxy refused or failed.
     */
    PROXY_FAILED("proxy_failed", 605),

    /**
     * The token would have been sent to a host that is not allowed to receive it.
     */
    HOST_REFUSED("host_refused", 606),

    /**
     * The server answered with a redirect, which is never followed.
     */
    REDIRECT_REFUSED("redirect_refused", 607),

    /**
     * The process or the machine cannot open any more files or connections.
     */
    TOO_MANY_OPEN_FILES("too_many_open_files", 608),

    /**
     * The process or the machine cannot start any more threads.
     */
    TOO_MANY_THREADS("too_many_threads", 609),

    /**
     * The program closed file descriptors of the library.
     */
    DESCRIPTORS_CLOSED("descriptors_closed", 610),

    /**
     * The machine has too little memory, or too few buffers or watches, for a connection.
     */
    SYSTEM_SHORTAGE("system_shortage", 611),

    /**
     * The service answered with an explicit `false`.
     */
    UNCONFIRMED("unconfirmed", 700),

    /**
     * The service failed (5xx) until the deadline.
     */
    SERVICE_UNAVAILABLE("service_unavailable", 701),

    /**
     * The response is not one that Microsoft Graph documents.
     */
    UNEXPECTED_ANSWER("unexpected_answer", 702),

    /**
     * The service refused the request itself (a 4xx with no status of its own).
     */
    REQUEST_REFUSED("request_refused", 703),

    /**
     * The cut-off read back lies before the expected time.
     */
    NOT_VERIFIED("not_verified", 704),

    /**
     * The call was cancelled.
     */
    CANCELLED("cancelled", 800),

    /**
     * The deadline passed before an answer had come.
     */
    DEADLINE_EXCEEDED("deadline_exceeded", 801),

    /**
     * The journal already holds a run, and this run does not resume it.
     */
    JOURNAL_EXISTS("journal_exists", 802),

    /**
     * The journal cannot be used: it is not a regular file, not a journal of this program, damaged, or cannot
     * be opened.
     */
    JOURNAL_UNUSABLE("journal_unusable", 803),

    /**
     * Another run writes to the journal.
     */
    JOURNAL_LOCKED("journal_locked", 804),

    /**
     * The journal belongs to a run of another tenant, API or list.
     */
    JOURNAL_MISMATCH("journal_mismatch", 805),

    /**
     * The journal can no longer be written; the run has stopped.
     */
    JOURNAL_FAILED("journal_failed", 806),

    /**
     * An exclusion could not be looked up, so that the user behind it could not be protected.
     */
    EXCLUSION_UNRESOLVED("exclusion_unresolved", 807),

    /**
     * The run takes no more users.
     */
    RUN_CLOSED("run_closed", 808),

    /**
     * The run was begun in another process: a run cannot be used after a fork.
     */
    RUN_FORKED("run_forked", 809),

    /**
     * The journal's run was begun longer ago than `resume_within` allows: users accepted then may have been
     * compromised again.
     */
    JOURNAL_TOO_OLD("journal_too_old", 810),

    /**
     * The journal lists no accepted user: there is nobody to verify.
     */
    JOURNAL_EMPTY("journal_empty", 811),

    /**
     * The journal was deleted, renamed, replaced or cut short while the run wrote to it; the run has stopped.
     */
    JOURNAL_LOST("journal_lost", 812),

    /**
     * The selection came to nobody, or a group of it has no users.
     */
    SELECTION_EMPTY("selection_empty", 813),

    /**
     * The directory could not be listed to its end: users would be missing.
     */
    SELECTION_INCOMPLETE("selection_incomplete", 814),

    /**
     * The queue takes no more calls.
     */
    QUEUE_CLOSED("queue_closed", 820),

    /**
     * The queue was made in another process: a queue does not cross a fork.
     */
    QUEUE_FORKED("queue_forked", 821),

    /**
     * Something failed that should not: please report it.
     */
    INTERNAL_ERROR("internal_error", 900),

    /**
     * The library caught a panic of its own: please report it.
     */
    PANIC("panic", 901),

    /** A status of a native library that is newer than these classes. */
    UNKNOWN("unknown", -1);

    private final String text;
    private final int number;

    Status(String text, int number) {
        this.text = text;
        this.number = number;
    }

    /**
     * Tells whether this is a failure.
     *
     * @return true for what is thrown, or is the outcome of a user who failed.
     */
    public boolean isFailure() {
        return number < 0 || number >= 100;
    }

    /** The number in C; its hundred is the kind of failure. */
    int number() {
        return number;
    }

    static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return UNKNOWN;
    }

    @Override
    public String toString() {
        return text;
    }
}
