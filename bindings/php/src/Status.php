<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate;

/** How a call or a user ended, by the name that outcomes, journals and every language have. */
enum Status: string
{
    /**
     * Success. For an invalidation, the service accepted the request.
     */
    case Accepted = 'accepted';

    /**
     * A run has handed out its last outcome.
     */
    case RunDone = 'run_done';

    /**
     * No outcome came within the given time; the run goes on.
     */
    case RunTimeout = 'run_timeout';

    /**
     * The run needs a new access token.
     */
    case RunTokenNeeded = 'run_token_needed';

    /**
     * The cut-off was read back from the service and lies at or after the expected time.
     */
    case Verified = 'verified';

    /**
     * A dry run found the user; nothing was sent that writes.
     */
    case Planned = 'planned';

    /**
     * A person has to sign in: show them the message; calling again waits for them.
     */
    case SignInPending = 'sign_in_pending';

    /**
     * The credential obtained a token.
     */
    case SignedIn = 'signed_in';

    /**
     * The cut-off was read and is shown. It proves nothing, since no time was given to compare it with.
     */
    case Shown = 'shown';

    /**
     * No call of the queue ended within the given time; those under way go on.
     */
    case QueueTimeout = 'queue_timeout';

    /**
     * The queue is closed and has returned its last call.
     */
    case QueueDone = 'queue_done';

    /**
     * An exclusion could not be looked up, which the caller allowed: it protects only the exact key given,
     * not the account's other names.
     */
    case Unprotected = 'unprotected';

    /**
     * The run has no outcome to return and accepts more users: only if an option asks for this status.
     */
    case RunUsersWanted = 'run_users_wanted';

    /**
     * A selection named the user; nothing was sent.
     */
    case Selected = 'selected';

    /**
     * Something to know of the selection, before anybody acts on it: no user's outcome.
     */
    case SelectionRemark = 'selection_remark';

    /**
     * A pointer that must not be null was null.
     */
    case NullArgument = 'null_argument';

    /**
     * A string that must not be empty was empty, or held nothing but white space.
     */
    case EmptyArgument = 'empty_argument';

    /**
     * A string was not valid UTF-8.
     */
    case InvalidUtf8 = 'invalid_utf8';

    /**
     * The user key is invalid: the message names the offending character.
     */
    case InvalidUser = 'invalid_user';

    /**
     * An option is out of its range, or the options structure has an unknown size or flag.
     */
    case InvalidOption = 'invalid_option';

    /**
     * The endpoint is not a plain `https://host[:port]` (or `http://` to loopback).
     */
    case InvalidEndpoint = 'invalid_endpoint';

    /**
     * A time is not in the format of RFC 3339, or no outcome can have it.
     */
    case InvalidTime = 'invalid_time';

    /**
     * The file of certificate authorities cannot be read or holds no certificate.
     */
    case InvalidCaFile = 'invalid_ca_file';

    /**
     * The proxy's address cannot be used.
     */
    case InvalidProxy = 'invalid_proxy';

    /**
     * An extra request header is malformed or belongs to the library.
     */
    case InvalidHeader = 'invalid_header';

    /**
     * The credential's options do not fit together or cannot be used: the message says which.
     */
    case InvalidCredential = 'invalid_credential';

    /**
     * No access token was given.
     */
    case TokenMissing = 'token_missing';

    /**
     * The token has characters or a length that no access token has.
     */
    case TokenMalformed = 'token_malformed';

    /**
     * The token has expired.
     */
    case TokenExpired = 'token_expired';

    /**
     * The token is not valid yet.
     */
    case TokenNotYetValid = 'token_not_yet_valid';

    /**
     * The token was issued for a resource other than Microsoft Graph.
     */
    case TokenWrongAudience = 'token_wrong_audience';

    /**
     * The token was issued for a national cloud other than the one addressed.
     */
    case TokenWrongCloud = 'token_wrong_cloud';

    /**
     * The service refused the token.
     */
    case TokenRejected = 'token_rejected';

    /**
     * The service demands a new sign-in that satisfies its claims challenge (continuous access evaluation).
     */
    case ClaimsChallenge = 'claims_challenge';

    /**
     * `me` was addressed with an application's token, which has no signed-in user.
     */
    case TokenWithoutUser = 'token_without_user';

    /**
     * The token does not say which national cloud it belongs to: name the cloud.
     */
    case CloudAmbiguous = 'cloud_ambiguous';

    /**
     * The sign-in service refused the credential.
     */
    case SignInRefused = 'sign_in_refused';

    /**
     * The sign-in service wants a person: to sign in at all, or for multifactor authentication.
     */
    case SignInInteractionRequired = 'sign_in_interaction_required';

    /**
     * Nobody has consented to the application's permissions in this tenant.
     */
    case ConsentRequired = 'consent_required';

    /**
     * This kind of credential does not exist on this machine, or nobody is signed in there.
     */
    case CredentialUnavailable = 'credential_unavailable';

    /**
     * The device code expired before it was entered.
     */
    case DeviceCodeExpired = 'device_code_expired';

    /**
     * The person declined at the sign-in page.
     */
    case DeviceCodeDeclined = 'device_code_declined';

    /**
     * The token was issued by a tenant other than the expected one, or does not say by which.
     */
    case TokenWrongTenant = 'token_wrong_tenant';

    /**
     * The caller's own access token provider failed, or gave nothing.
     */
    case TokenProviderFailed = 'token_provider_failed';

    /**
     * The scope or the role for this action on this user is missing.
     */
    case PermissionDenied = 'permission_denied';

    /**
     * The tenant has no such user.
     */
    case UserNotFound = 'user_not_found';

    /**
     * The service cannot make sense of the user key.
     */
    case UserKeyRefused = 'user_key_refused';

    /**
     * The tenant has no such group.
     */
    case GroupNotFound = 'group_not_found';

    /**
     * Several groups have this name or address: only an object id tells them apart.
     */
    case GroupAmbiguous = 'group_ambiguous';

    /**
     * The service asked to wait for longer than the deadline allows.
     */
    case Throttled = 'throttled';

    /**
     * The host's name could not be resolved.
     */
    case NameResolutionFailed = 'name_resolution_failed';

    /**
     * No connection could be made.
     */
    case ConnectFailed = 'connect_failed';

    /**
     * The connection broke before a complete answer had come.
     */
    case ConnectionBroken = 'connection_broken';

    /**
     * The TLS handshake failed.
     */
    case TlsFailed = 'tls_failed';

    /**
     * The server's certificate was refused.
     */
    case CertificateRefused = 'certificate_refused';

    /**
     * The proxy refused or failed.
     */
    case ProxyFailed = 'proxy_failed';

    /**
     * The token would have been sent to a host that is not allowed to receive it.
     */
    case HostRefused = 'host_refused';

    /**
     * The server answered with a redirect, which is never followed.
     */
    case RedirectRefused = 'redirect_refused';

    /**
     * The process or the machine cannot open any more files or connections.
     */
    case TooManyOpenFiles = 'too_many_open_files';

    /**
     * The process or the machine cannot start any more threads.
     */
    case TooManyThreads = 'too_many_threads';

    /**
     * The program closed file descriptors of the library.
     */
    case DescriptorsClosed = 'descriptors_closed';

    /**
     * The machine has too little memory, or too few buffers or watches, for a connection.
     */
    case SystemShortage = 'system_shortage';

    /**
     * The service answered with an explicit `false`.
     */
    case Unconfirmed = 'unconfirmed';

    /**
     * The service failed (5xx) until the deadline.
     */
    case ServiceUnavailable = 'service_unavailable';

    /**
     * The response is not one that Microsoft Graph documents.
     */
    case UnexpectedAnswer = 'unexpected_answer';

    /**
     * The service refused the request itself (a 4xx with no status of its own).
     */
    case RequestRefused = 'request_refused';

    /**
     * The cut-off read back lies before the expected time.
     */
    case NotVerified = 'not_verified';

    /**
     * The call was cancelled.
     */
    case Cancelled = 'cancelled';

    /**
     * The deadline passed before an answer had come.
     */
    case DeadlineExceeded = 'deadline_exceeded';

    /**
     * The journal already holds a run, and this run does not resume it.
     */
    case JournalExists = 'journal_exists';

    /**
     * The journal cannot be used: it is not a regular file, not a journal of this program, damaged, or cannot
     * be opened.
     */
    case JournalUnusable = 'journal_unusable';

    /**
     * Another run writes to the journal.
     */
    case JournalLocked = 'journal_locked';

    /**
     * The journal belongs to a run of another tenant, API or list.
     */
    case JournalMismatch = 'journal_mismatch';

    /**
     * The journal can no longer be written; the run has stopped.
     */
    case JournalFailed = 'journal_failed';

    /**
     * An exclusion could not be looked up, so that the user behind it could not be protected.
     */
    case ExclusionUnresolved = 'exclusion_unresolved';

    /**
     * The run takes no more users.
     */
    case RunClosed = 'run_closed';

    /**
     * The run was begun in another process: a run cannot be used after a fork.
     */
    case RunForked = 'run_forked';

    /**
     * The journal's run was begun longer ago than `resume_within` allows: users accepted then may have been
     * compromised again.
     */
    case JournalTooOld = 'journal_too_old';

    /**
     * The journal lists no accepted user: there is nobody to verify.
     */
    case JournalEmpty = 'journal_empty';

    /**
     * The journal was deleted, renamed, replaced or cut short while the run wrote to it; the run has stopped.
     */
    case JournalLost = 'journal_lost';

    /**
     * The selection came to nobody, or a group of it has no users.
     */
    case SelectionEmpty = 'selection_empty';

    /**
     * The directory could not be listed to its end: users would be missing.
     */
    case SelectionIncomplete = 'selection_incomplete';

    /**
     * The queue takes no more calls.
     */
    case QueueClosed = 'queue_closed';

    /**
     * The queue was made in another process: a queue does not cross a fork.
     */
    case QueueForked = 'queue_forked';

    /**
     * Something failed that should not: please report it.
     */
    case InternalError = 'internal_error';

    /**
     * The library caught a panic of its own: please report it.
     */
    case Panic = 'panic';

    /** A status of a native library that is newer than this package. */
    case Unknown = 'unknown';

    private const BY_NUMBER = [
        0 => self::Accepted,
        1 => self::RunDone,
        2 => self::RunTimeout,
        3 => self::RunTokenNeeded,
        4 => self::Verified,
        5 => self::Planned,
        6 => self::SignInPending,
        7 => self::SignedIn,
        8 => self::Shown,
        9 => self::QueueTimeout,
        10 => self::QueueDone,
        11 => self::Unprotected,
        12 => self::RunUsersWanted,
        13 => self::Selected,
        14 => self::SelectionRemark,
        100 => self::NullArgument,
        101 => self::EmptyArgument,
        102 => self::InvalidUtf8,
        103 => self::InvalidUser,
        104 => self::InvalidOption,
        105 => self::InvalidEndpoint,
        106 => self::InvalidTime,
        107 => self::InvalidCaFile,
        108 => self::InvalidProxy,
        109 => self::InvalidHeader,
        110 => self::InvalidCredential,
        200 => self::TokenMissing,
        201 => self::TokenMalformed,
        202 => self::TokenExpired,
        203 => self::TokenNotYetValid,
        204 => self::TokenWrongAudience,
        205 => self::TokenWrongCloud,
        206 => self::TokenRejected,
        207 => self::ClaimsChallenge,
        208 => self::TokenWithoutUser,
        209 => self::CloudAmbiguous,
        210 => self::SignInRefused,
        211 => self::SignInInteractionRequired,
        212 => self::ConsentRequired,
        213 => self::CredentialUnavailable,
        214 => self::DeviceCodeExpired,
        215 => self::DeviceCodeDeclined,
        216 => self::TokenWrongTenant,
        217 => self::TokenProviderFailed,
        300 => self::PermissionDenied,
        400 => self::UserNotFound,
        401 => self::UserKeyRefused,
        402 => self::GroupNotFound,
        403 => self::GroupAmbiguous,
        500 => self::Throttled,
        600 => self::NameResolutionFailed,
        601 => self::ConnectFailed,
        602 => self::ConnectionBroken,
        603 => self::TlsFailed,
        604 => self::CertificateRefused,
        605 => self::ProxyFailed,
        606 => self::HostRefused,
        607 => self::RedirectRefused,
        608 => self::TooManyOpenFiles,
        609 => self::TooManyThreads,
        610 => self::DescriptorsClosed,
        611 => self::SystemShortage,
        700 => self::Unconfirmed,
        701 => self::ServiceUnavailable,
        702 => self::UnexpectedAnswer,
        703 => self::RequestRefused,
        704 => self::NotVerified,
        800 => self::Cancelled,
        801 => self::DeadlineExceeded,
        802 => self::JournalExists,
        803 => self::JournalUnusable,
        804 => self::JournalLocked,
        805 => self::JournalMismatch,
        806 => self::JournalFailed,
        807 => self::ExclusionUnresolved,
        808 => self::RunClosed,
        809 => self::RunForked,
        810 => self::JournalTooOld,
        811 => self::JournalEmpty,
        812 => self::JournalLost,
        813 => self::SelectionEmpty,
        814 => self::SelectionIncomplete,
        820 => self::QueueClosed,
        821 => self::QueueForked,
        900 => self::InternalError,
        901 => self::Panic,
    ];

    /** Tells whether this is a failure: what is thrown, or is the outcome of a user who failed. */
    public function isFailure(): bool
    {
        $number = $this->number();
        return $number < 0 || $number >= 100;
    }

    /** The number in C, whose hundred is the kind of failure; -1 where it is not known. */
    public function number(): int
    {
        $number = array_search($this, self::BY_NUMBER, true);
        return $number === false ? -1 : $number;
    }

    /** @internal */
    public static function ofNumber(int $number): self
    {
        return self::BY_NUMBER[$number] ?? self::Unknown;
    }
}
