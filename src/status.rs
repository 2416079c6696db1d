//! The numbers by which every call in every language says how it ended.

use std::fmt;

use crate::failure_kind::FailureKind;

/// How a call or a user ended.
///
/// The numbers are a contract: explicit, grouped in hundreds, never reused, the same under every build option.
/// The hundred is the kind of failure, which every language binding turns into its exception type:
/// below 100 nothing failed; 100 input; 200 token; 300 permission; 400 user; 500 throttled; 600 network, TLS,
/// and what this machine allows; 700 service; 800 run and journal; 900 internal.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// Success. For an invalidation, the service accepted the request.
    Ok = 0,
    /// A run has handed out its last outcome.
    RunDone = 1,
    /// No outcome came within the given time; the run goes on.
    RunTimeout = 2,
    /// The run needs a new access token.
    RunTokenNeeded = 3,
    /// The cut-off was read back from the service and lies at or after the expected time.
    Verified = 4,
    /// A dry run found the user; nothing was sent that writes.
    Planned = 5,
    /// A person has to sign in: show them the message; calling again waits for them.
    SignInPending = 6,
    /// The credential obtained a token.
    SignedIn = 7,
    /// The cut-off was read and is shown. It proves nothing, since no time was given to compare it with.
    Shown = 8,
    /// No call of the queue ended within the given time; those under way go on.
    QueueTimeout = 9,
    /// The queue is closed and has returned its last call.
    QueueDone = 10,
    /// An exclusion could not be looked up, which the caller allowed: it protects only the exact key given, not the
    /// account's other names.
    Unprotected = 11,
    /// The run has no outcome to return and accepts more users: only if an option asks for this status.
    RunUsersWanted = 12,

    /// A selection named the user; nothing was sent.
    Selected = 13,
    /// Something to know of the selection, before anybody acts on it: no user's outcome.
    SelectionRemark = 14,

    /// A pointer that must not be NULL was NULL.
    NullArgument = 100,
    /// A string that must not be empty was empty, or held nothing but white space.
    EmptyArgument = 101,
    /// A string was not valid UTF-8.
    InvalidUtf8 = 102,
    /// The user key is invalid: the message names the offending character.
    InvalidUser = 103,
    /// An option is out of its range, or the options structure has an unknown size or flag.
    InvalidOption = 104,
    /// The endpoint is not a plain `https://host[:port]` (or `http://` to loopback).
    InvalidEndpoint = 105,
    /// A time is not in the format of RFC 3339, or no outcome can have it.
    InvalidTime = 106,
    /// The file of certificate authorities cannot be read or holds no certificate.
    InvalidCaFile = 107,
    /// The proxy's address cannot be used.
    InvalidProxy = 108,
    /// An extra request header is malformed or belongs to the library.
    InvalidHeader = 109,

    /// The credential's options do not fit together or cannot be used: the message says which.
    InvalidCredential = 110,

    /// No access token was given.
    TokenMissing = 200,
    /// The token has characters or a length that no access token has.
    TokenMalformed = 201,
    /// The token has expired.
    TokenExpired = 202,
    /// The token is not valid yet.
    TokenNotYetValid = 203,
    /// The token was issued for a resource other than Microsoft Graph.
    TokenWrongAudience = 204,
    /// The token was issued for a national cloud other than the one addressed.
    TokenWrongCloud = 205,
    /// The service refused the token.
    TokenRejected = 206,
    /// The service demands a new sign-in that satisfies its claims challenge (continuous access evaluation).
    ClaimsChallenge = 207,
    /// `me` was addressed with an application's token, which has no signed-in user.
    TokenWithoutUser = 208,
    /// The token does not say which national cloud it belongs to: name the cloud.
    CloudAmbiguous = 209,

    /// The sign-in service refused the credential.
    SignInRefused = 210,
    /// The sign-in service wants a person: to sign in at all, or for multifactor authentication.
    SignInInteractionRequired = 211,
    /// Nobody has consented to the application's permissions in this tenant.
    ConsentRequired = 212,
    /// This kind of credential does not exist on this machine, or nobody is signed in there.
    CredentialUnavailable = 213,
    /// The device code expired before it was entered.
    DeviceCodeExpired = 214,
    /// The person declined at the sign-in page.
    DeviceCodeDeclined = 215,
    /// The token was issued by a tenant other than the expected one, or does not say by which.
    TokenWrongTenant = 216,
    /// The caller's own access token provider failed, or gave nothing.
    TokenProviderFailed = 217,

    /// The scope or the role for this action on this user is missing.
    PermissionDenied = 300,

    /// The tenant has no such user.
    UserNotFound = 400,
    /// The service cannot make sense of the user key.
    UserKeyRefused = 401,

    /// The tenant has no such group.
    GroupNotFound = 402,
    /// Several groups have this name or address: only an object id tells them apart.
    GroupAmbiguous = 403,

    /// The service asked to wait for longer than the deadline allows.
    Throttled = 500,

    /// The host's name could not be resolved.
    NameResolutionFailed = 600,
    /// No connection could be made.
    ConnectFailed = 601,
    /// The connection broke before a complete answer had come.
    ConnectionBroken = 602,
    /// The TLS handshake failed.
    TlsFailed = 603,
    /// The server's certificate was refused.
    CertificateRefused = 604,
    /// The proxy refused or failed.
    ProxyFailed = 605,
    /// The token would have been sent to a host that is not allowed to receive it.
    HostRefused = 606,
    /// The server answered with a redirect, which is never followed.
    RedirectRefused = 607,
    /// The process or the machine cannot open any more files or connections.
    TooManyOpenFiles = 608,
    /// The process or the machine cannot start any more threads.
    TooManyThreads = 609,
    /// The program closed file descriptors of the library.
    DescriptorsClosed = 610,
    /// The machine has too little memory, or too few buffers or watches, for a connection.
    SystemShortage = 611,

    /// The service answered with an explicit `false`.
    Unconfirmed = 700,
    /// The service failed (5xx) until the deadline.
    ServiceUnavailable = 701,
    /// The response is not one that Microsoft Graph documents.
    UnexpectedAnswer = 702,
    /// The service refused the request itself (a 4xx with no status of its own).
    RequestRefused = 703,
    /// The cut-off read back lies before the expected time.
    NotVerified = 704,

    /// The call was cancelled.
    Cancelled = 800,
    /// The deadline passed before an answer had come.
    DeadlineExceeded = 801,
    /// The journal already holds a run, and this run does not resume it.
    JournalExists = 802,
    /// The journal cannot be used: it is not a regular file, not a journal of this program, damaged, or cannot be
    /// opened.
    JournalUnusable = 803,
    /// Another run writes to the journal.
    JournalLocked = 804,
    /// The journal belongs to a run of another tenant, API or list.
    JournalMismatch = 805,
    /// The journal can no longer be written; the run has stopped.
    JournalFailed = 806,
    /// An exclusion could not be looked up, so that the user behind it could not be protected.
    ExclusionUnresolved = 807,
    /// The run takes no more users.
    RunClosed = 808,
    /// The run was begun in another process: a run cannot be used after a fork.
    RunForked = 809,
    /// The journal's run was begun longer ago than `resume_within` allows: users accepted then may have been
    /// compromised again.
    JournalTooOld = 810,
    /// The journal lists no accepted user: there is nobody to verify.
    JournalEmpty = 811,
    /// The journal was deleted, renamed, replaced or cut short while the run wrote to it; the run has stopped.
    JournalLost = 812,
    /// The selection came to nobody, or a group of it has no users.
    SelectionEmpty = 813,
    /// The directory could not be listed to its end: users would be missing.
    SelectionIncomplete = 814,
    /// The queue takes no more calls.
    QueueClosed = 820,
    /// The queue was made in another process: a queue does not cross a fork.
    QueueForked = 821,

    /// Something failed that should not: please report it.
    InternalError = 900,
    /// The library caught a panic of its own: please report it.
    Panic = 901,
}

impl Status {
    /// Every status, in the order of the numbers.
    pub const ALL: &'static [Status] = &[
        Status::Ok,
        Status::RunDone,
        Status::RunTimeout,
        Status::RunTokenNeeded,
        Status::Verified,
        Status::Planned,
        Status::SignInPending,
        Status::SignedIn,
        Status::Shown,
        Status::QueueTimeout,
        Status::QueueDone,
        Status::Unprotected,
        Status::RunUsersWanted,
        Status::Selected,
        Status::SelectionRemark,
        Status::NullArgument,
        Status::EmptyArgument,
        Status::InvalidUtf8,
        Status::InvalidUser,
        Status::InvalidOption,
        Status::InvalidEndpoint,
        Status::InvalidTime,
        Status::InvalidCaFile,
        Status::InvalidProxy,
        Status::InvalidHeader,
        Status::InvalidCredential,
        Status::TokenMissing,
        Status::TokenMalformed,
        Status::TokenExpired,
        Status::TokenNotYetValid,
        Status::TokenWrongAudience,
        Status::TokenWrongCloud,
        Status::TokenRejected,
        Status::ClaimsChallenge,
        Status::TokenWithoutUser,
        Status::CloudAmbiguous,
        Status::SignInRefused,
        Status::SignInInteractionRequired,
        Status::ConsentRequired,
        Status::CredentialUnavailable,
        Status::DeviceCodeExpired,
        Status::DeviceCodeDeclined,
        Status::TokenWrongTenant,
        Status::TokenProviderFailed,
        Status::PermissionDenied,
        Status::UserNotFound,
        Status::UserKeyRefused,
        Status::GroupNotFound,
        Status::GroupAmbiguous,
        Status::Throttled,
        Status::NameResolutionFailed,
        Status::ConnectFailed,
        Status::ConnectionBroken,
        Status::TlsFailed,
        Status::CertificateRefused,
        Status::ProxyFailed,
        Status::HostRefused,
        Status::RedirectRefused,
        Status::TooManyOpenFiles,
        Status::TooManyThreads,
        Status::DescriptorsClosed,
        Status::SystemShortage,
        Status::Unconfirmed,
        Status::ServiceUnavailable,
        Status::UnexpectedAnswer,
        Status::RequestRefused,
        Status::NotVerified,
        Status::Cancelled,
        Status::DeadlineExceeded,
        Status::JournalExists,
        Status::JournalUnusable,
        Status::JournalLocked,
        Status::JournalMismatch,
        Status::JournalFailed,
        Status::ExclusionUnresolved,
        Status::RunClosed,
        Status::RunForked,
        Status::JournalTooOld,
        Status::JournalEmpty,
        Status::JournalLost,
        Status::SelectionEmpty,
        Status::SelectionIncomplete,
        Status::QueueClosed,
        Status::QueueForked,
        Status::InternalError,
        Status::Panic,
    ];

    /// The number that crosses the C ABI.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The status with this number, if there is one.
    pub fn from_number(number: i32) -> Option<Status> {
        Self::ALL
            .iter()
            .copied()
            .find(|status| status.number() == number)
    }

    /// Whether this status is a failure; the statuses below 100 are not.
    pub const fn is_failure(self) -> bool {
        self.number() >= 100
    }

    /// Whether the service refused the token in a way that another sign-in may mend.
    pub const fn asks_for_another_token(self) -> bool {
        matches!(
            self,
            Status::TokenExpired | Status::TokenRejected | Status::ClaimsChallenge
        )
    }

    /// The kind of failure; none where nothing failed.
    pub const fn failure(self) -> Option<FailureKind> {
        FailureKind::of(self.number())
    }

    /// The hundred that the number belongs to: 0 if nothing failed.
    pub const fn group(self) -> i32 {
        self.number() / 100 * 100
    }

    /// The name in outcomes, journals and every language: `accepted`, `throttled`, ….
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    /// The name as a C string, for the C ABI.
    pub(crate) const fn c_name(self) -> &'static std::ffi::CStr {
        match self {
            Status::Ok => c"accepted",
            Status::RunDone => c"run_done",
            Status::RunTimeout => c"run_timeout",
            Status::RunTokenNeeded => c"run_token_needed",
            Status::Verified => c"verified",
            Status::Planned => c"planned",
            Status::SignInPending => c"sign_in_pending",
            Status::SignedIn => c"signed_in",
            Status::Shown => c"shown",
            Status::QueueTimeout => c"queue_timeout",
            Status::QueueDone => c"queue_done",
            Status::Unprotected => c"unprotected",
            Status::RunUsersWanted => c"run_users_wanted",
            Status::Selected => c"selected",
            Status::SelectionRemark => c"selection_remark",
            Status::NullArgument => c"null_argument",
            Status::EmptyArgument => c"empty_argument",
            Status::InvalidUtf8 => c"invalid_utf8",
            Status::InvalidUser => c"invalid_user",
            Status::InvalidOption => c"invalid_option",
            Status::InvalidEndpoint => c"invalid_endpoint",
            Status::InvalidTime => c"invalid_time",
            Status::InvalidCaFile => c"invalid_ca_file",
            Status::InvalidProxy => c"invalid_proxy",
            Status::InvalidHeader => c"invalid_header",
            Status::InvalidCredential => c"invalid_credential",
            Status::TokenMissing => c"token_missing",
            Status::TokenMalformed => c"token_malformed",
            Status::TokenExpired => c"token_expired",
            Status::TokenNotYetValid => c"token_not_yet_valid",
            Status::TokenWrongAudience => c"token_wrong_audience",
            Status::TokenWrongCloud => c"token_wrong_cloud",
            Status::TokenRejected => c"token_rejected",
            Status::ClaimsChallenge => c"claims_challenge",
            Status::TokenWithoutUser => c"token_without_user",
            Status::CloudAmbiguous => c"cloud_ambiguous",
            Status::SignInRefused => c"sign_in_refused",
            Status::SignInInteractionRequired => c"sign_in_interaction_required",
            Status::ConsentRequired => c"consent_required",
            Status::CredentialUnavailable => c"credential_unavailable",
            Status::DeviceCodeExpired => c"device_code_expired",
            Status::DeviceCodeDeclined => c"device_code_declined",
            Status::TokenWrongTenant => c"token_wrong_tenant",
            Status::TokenProviderFailed => c"token_provider_failed",
            Status::PermissionDenied => c"permission_denied",
            Status::UserNotFound => c"user_not_found",
            Status::UserKeyRefused => c"user_key_refused",
            Status::GroupNotFound => c"group_not_found",
            Status::GroupAmbiguous => c"group_ambiguous",
            Status::Throttled => c"throttled",
            Status::NameResolutionFailed => c"name_resolution_failed",
            Status::ConnectFailed => c"connect_failed",
            Status::ConnectionBroken => c"connection_broken",
            Status::TlsFailed => c"tls_failed",
            Status::CertificateRefused => c"certificate_refused",
            Status::ProxyFailed => c"proxy_failed",
            Status::HostRefused => c"host_refused",
            Status::RedirectRefused => c"redirect_refused",
            Status::TooManyOpenFiles => c"too_many_open_files",
            Status::TooManyThreads => c"too_many_threads",
            Status::DescriptorsClosed => c"descriptors_closed",
            Status::SystemShortage => c"system_shortage",
            Status::Unconfirmed => c"unconfirmed",
            Status::ServiceUnavailable => c"service_unavailable",
            Status::UnexpectedAnswer => c"unexpected_answer",
            Status::RequestRefused => c"request_refused",
            Status::NotVerified => c"not_verified",
            Status::Cancelled => c"cancelled",
            Status::DeadlineExceeded => c"deadline_exceeded",
            Status::JournalExists => c"journal_exists",
            Status::JournalUnusable => c"journal_unusable",
            Status::JournalLocked => c"journal_locked",
            Status::JournalMismatch => c"journal_mismatch",
            Status::JournalFailed => c"journal_failed",
            Status::ExclusionUnresolved => c"exclusion_unresolved",
            Status::RunClosed => c"run_closed",
            Status::RunForked => c"run_forked",
            Status::JournalTooOld => c"journal_too_old",
            Status::JournalEmpty => c"journal_empty",
            Status::JournalLost => c"journal_lost",
            Status::SelectionEmpty => c"selection_empty",
            Status::SelectionIncomplete => c"selection_incomplete",
            Status::QueueClosed => c"queue_closed",
            Status::QueueForked => c"queue_forked",
            Status::InternalError => c"internal_error",
            Status::Panic => c"panic",
        }
    }
}

impl serde::Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
