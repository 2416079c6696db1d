//! What an answer of the service means, and what to do next.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use jiff::Timestamp;
use serde::Deserialize;

use crate::call::clock;
use crate::call::retry::{Retry, read_retry_after};
use crate::json::{self, Fields, NotRead};
use crate::outcome::Outcome;
use crate::status::Status;
use crate::token::claims::Claims;
use crate::token::permissions;
use crate::transport::challenge::{self, Challenge};
use crate::transport::{Answer, MAY_HAVE_ACTED, Unread};
use crate::user::User;

/// What was asked, as far as it decides what an answer means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) user: &'a User,
    pub(crate) purpose: Purpose,
    pub(crate) claims: Option<&'a Claims>,
}

/// What the request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Invalidate,
    ReadCutOff,
    /// Lists objects of the directory, which takes one of these permissions.
    List(&'static [&'static str]),
}

/// An answer as it is judged: a whole one, or one of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Result<&'a [u8], Unread<'a>>,
}

impl<'a> From<&'a Answer> for Reading<'a> {
    fn from(answer: &'a Answer) -> Reading<'a> {
        Reading {
            status: answer.status,
            headers: &answer.headers,
            body: answer.body.whole(),
        }
    }
}

/// Graph's error body; its spelling of the inner error varies.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: GraphError,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GraphError {
    #[serde(deserialize_with = "json::lenient")]
    code: Option<String>,
    #[serde(deserialize_with = "json::lenient")]
    message: Option<String>,
}

/// Where an answer is none of Microsoft Graph's.
pub(crate) const SOMETHING_ELSE: &str =
    "The response may not come from Microsoft Graph: check the endpoint and the proxy.";

/// Writes into the outcome what the answer says; tells whether another attempt may help.
pub(crate) fn read(answer: Reading<'_>, question: Question<'_>, outcome: &mut Outcome) -> Retry {
    note_headers(answer, outcome);
    if answer.status.is_success() {
        return read_success(answer, question.purpose, outcome);
    }
    let body = answer
        .body
        .ok()
        .and_then(|body| json::object::<ErrorBody>(body).ok())
        .unwrap_or_default();
    let code = body.error.code.filter(|code| !code.is_empty());
    let said = body.error.message.filter(|message| !message.is_empty());
    let (status, hint) = judge(
        answer,
        question,
        code.as_deref(),
        said.as_deref().unwrap_or_default(),
    );
    outcome.status = status;
    // A clock that is wrong makes good tokens look old, or early: a new one would cure nothing.
    let about_time = answer.status == StatusCode::UNAUTHORIZED;
    let remark = about_time
        .then(|| clock::remark(outcome.server_date))
        .flatten();
    outcome.hint = Some(match remark {
        Some(remark) => format!("{hint} {remark}"),
        None => hint,
    });
    outcome.message = Some(match said {
        Some(said) => said,
        None => match answer.body {
            Ok(_) => format!("The service answered {}.", answer.status),
            Err(unread) => format!("The service answered {}; {unread}.", answer.status),
        },
    });
    outcome.code = code;
    retry_of(answer, &[])
}

/// Writes into the outcome what the answer's status line and headers say.
pub(crate) fn note_headers(answer: Reading<'_>, outcome: &mut Outcome) {
    let headers = answer.headers;
    outcome.http_status = Some(answer.status.as_u16());
    outcome.headers = readable_headers(headers);
    outcome.request_id = text(headers, "request-id").or_else(|| text(headers, "x-ms-request-id"));
    let server_time = server_time(headers);
    outcome.server_date = server_date(headers);
    outcome.retry_after = retry_after(headers, server_time);
}

/// The service's clock when it answered.
pub(crate) fn server_date(headers: &HeaderMap) -> Option<Timestamp> {
    server_time(headers).and_then(|time| Timestamp::try_from(time).ok())
}

fn server_time(headers: &HeaderMap) -> Option<SystemTime> {
    text(headers, DATE.as_str()).and_then(|date| httpdate::parse_http_date(&date).ok())
}

fn retry_after(headers: &HeaderMap, server_time: Option<SystemTime>) -> Option<Duration> {
    text(headers, RETRY_AFTER.as_str()).and_then(|value| read_retry_after(&value, server_time))
}

fn read_success(answer: Reading<'_>, purpose: Purpose, outcome: &mut Outcome) -> Retry {
    outcome.status = Status::Ok;
    let body = match answer.body {
        Ok(body) => body,
        Err(unread) => {
            not_understood(answer, unread.to_string(), purpose, outcome);
            return Retry::Never;
        }
    };
    if purpose != Purpose::Invalidate {
        return Retry::Never;
    }
    match read_acceptance(body) {
        Acceptance::Confirmed => {}
        Acceptance::Denied => {
            outcome.status = Status::Unconfirmed;
            outcome.message =
                Some("The service responded with false: it did not confirm the action.".to_owned());
            outcome.hint = Some(
                "Verify the user's sign-in sessions, then call again if they are still valid."
                    .to_owned(),
            );
        }
        Acceptance::BrokenOff => {
            outcome.status = Status::ConnectionBroken;
            outcome.message = Some("The response was incomplete.".to_owned());
            outcome.hint = Some(MAY_HAVE_ACTED.to_owned());
            return Retry::Soon;
        }
        Acceptance::SomethingElse => {
            let what = format!(
                "its content ({}) is not a type that Microsoft Graph returns",
                kind(answer)
            );
            not_understood(answer, what, purpose, outcome);
        }
    }
    Retry::Never
}

/// What the body of a success says of the action.
enum Acceptance {
    Confirmed,
    Denied,
    BrokenOff,
    SomethingElse,
}

/// The documentation says 204, the service says 200 with true. Anything else is a success of somebody else: of a
/// gateway, a sign-in page, a cache.
fn read_acceptance(body: &[u8]) -> Acceptance {
    // Batches may give the empty body of an item as null or an empty text.
    if matches!(body.trim_ascii(), b"" | b"null" | b"\"\"") {
        return Acceptance::Confirmed;
    }
    let Fields(fields) = match json::object(body) {
        Ok(fields) => fields,
        Err(NotRead::BrokenOff) => return Acceptance::BrokenOff,
        Err(NotRead::SomethingElse) => return Acceptance::SomethingElse,
    };
    let of = |name: &str| {
        let named = fields.iter().filter(move |(present, _)| present == name);
        named.map(|(_, value)| value.get()).collect::<Vec<_>>()
    };
    match of("value").as_slice() {
        _ if !of("error").is_empty() => Acceptance::SomethingElse,
        ["true"] => Acceptance::Confirmed,
        ["false"] => Acceptance::Denied,
        // An object that says nothing is as good as none: annotations are about what is not there.
        [] | ["null"]
            if fields
                .iter()
                .all(|(name, _)| name == "value" || name.contains('@')) =>
        {
            Acceptance::Confirmed
        }
        _ => Acceptance::SomethingElse,
    }
}

/// A success that cannot be read is none.
fn not_understood(answer: Reading<'_>, what: String, purpose: Purpose, outcome: &mut Outcome) {
    outcome.status = Status::UnexpectedAnswer;
    outcome.message = Some(format!(
        "The service answered {}, but {what}.",
        answer.status
    ));
    outcome.hint = Some(match purpose {
        Purpose::Invalidate => format!("{SOMETHING_ELSE} Then call again: repeating is safe."),
        Purpose::ReadCutOff | Purpose::List(_) => SOMETHING_ELSE.to_owned(),
    });
}

/// The content's type, as far as it can be shown.
fn kind(answer: Reading<'_>) -> String {
    let named = text(answer.headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind: String = named
        .chars()
        .take_while(|it| it.is_ascii_alphanumeric() || "/+-.".contains(*it))
        .take(60)
        .collect();
    match kind.is_empty() {
        true => "of no named type".to_owned(),
        false => kind,
    }
}

/// Whether another attempt may help; `further` HTTP statuses are worth one besides the usual.
pub(crate) fn retry_of(answer: Reading<'_>, further: &[u16]) -> Retry {
    let http_status = answer.status.as_u16();
    if !matches!(http_status, 408 | 429 | 500 | 502 | 503 | 504) && !further.contains(&http_status)
    {
        return Retry::Never;
    }
    let headers = answer.headers;
    match retry_after(headers, server_time(headers)) {
        Some(wait) => Retry::After(wait),
        None => Retry::Soon,
    }
}

/// The status of an error answer, and the next step for whoever reads it.
fn judge(
    answer: Reading<'_>,
    question: Question<'_>,
    code: Option<&str>,
    said: &str,
) -> (Status, String) {
    let hinted = |status, hint: &str| (status, hint.to_owned());
    match answer.status.as_u16() {
        300..=399 => hinted(
            Status::RedirectRefused,
            "Redirects are never followed with a token: check the endpoint; a proxy or a sign-in page may be intercepting the connection.",
        ),
        // No user is concerned whose key could be wrong: the service's words tell what is.
        400 | 404 if code.is_some() && matches!(question.purpose, Purpose::List(_)) => hinted(
            Status::RequestRefused,
            "The request ids are what Microsoft's support asks for.",
        ),
        400 if *question.user == User::Me && said.contains("delegated") => hinted(
            Status::TokenWithoutUser,
            "Name the user by object id or user principal name, or sign in as the user.",
        ),
        400 if code.is_some() && *question.user != User::Me => hinted(
            Status::UserKeyRefused,
            "Check the user key for typing errors, or use the object id.",
        ),
        401 => judge_unauthorized(answer.headers, said),
        403 => (Status::PermissionDenied, permission_hint(question)),
        404 if code.is_some() => hinted(
            Status::UserNotFound,
            "Check the user key and the tenant of the token; a deleted user has no sessions.",
        ),
        405 => hinted(
            Status::RequestRefused,
            "invalidateAllRefreshTokens exists in beta only; v1.0 has revokeSignInSessions.",
        ),
        407 => hinted(
            Status::ProxyFailed,
            "Give the proxy's user name and password with its address.",
        ),
        429 => hinted(
            Status::Throttled,
            "Call again in a minute or when the service allows it, or allow a longer timeout.",
        ),
        408 | 500..=599 => hinted(
            Status::ServiceUnavailable,
            "Call again in a few minutes; repeating is safe. Quote the request ids to Microsoft's support.",
        ),
        400..=499 if code.is_some() => hinted(
            Status::RequestRefused,
            "Quote the request ids to Microsoft's support.",
        ),
        _ => hinted(Status::UnexpectedAnswer, SOMETHING_ELSE),
    }
}

/// <https://learn.microsoft.com/entra/identity-platform/claims-challenge> for the challenge; the texts are the
/// service's own.
fn judge_unauthorized(headers: &HeaderMap, said: &str) -> (Status, String) {
    let challenges = challenge::all(headers, WWW_AUTHENTICATE);
    let wants_claims = |challenge: &Challenge| {
        challenge.parameter("claims").is_some()
            || challenge.parameter("error") == Some("insufficient_claims")
    };
    if challenges.iter().any(wants_claims) {
        return if challenged_claims(headers).is_some() {
            (
                Status::ClaimsChallenge,
                "The token was revoked or is no longer sufficient: sign in again, then call with the new token."
                    .to_owned(),
            )
        } else {
            (
                Status::UnexpectedAnswer,
                "The service demands additional claims but does not say which: sign in again, then call with the new token."
                    .to_owned(),
            )
        };
    }
    let lower = said.to_ascii_lowercase();
    if lower.contains("expired") || lower.contains("80049228") {
        return (
            Status::TokenExpired,
            "Get a new token and call again.".to_owned(),
        );
    }
    if lower.contains("audience") {
        return (
            Status::TokenWrongAudience,
            "Ask the sign-in service for a token for Microsoft Graph in this cloud.".to_owned(),
        );
    }
    (
        Status::TokenRejected,
        "Get a new token for Microsoft Graph from this tenant's sign-in service.".to_owned(),
    )
}

/// The claims that an answer's challenges demand: a JSON object. Those for bearer tokens, as ours are, come first.
pub(crate) fn challenged_claims(headers: &HeaderMap) -> Option<String> {
    let challenges = challenge::all(headers, WWW_AUTHENTICATE);
    let (bearer, others): (Vec<_>, Vec<_>) = challenges.iter().partition(|it| it.is("Bearer"));
    let mut named = bearer.iter().chain(&others);
    named.find_map(|challenge| decoded(challenge.parameter("claims")?))
}

/// The claims of a challenge, where a sign-in could satisfy them: base64 of a JSON object.
fn decoded(encoded: &str) -> Option<String> {
    let encoded = encoded.trim_end_matches('=');
    let encoded = encoded.replace('-', "+").replace('_', "/");
    let padded = format!("{encoded}{}", "=".repeat((4 - encoded.len() % 4) % 4));
    let json = String::from_utf8(STANDARD.decode(padded).ok()?).ok()?;
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&json).ok()?;
    Some(json)
}

/// Scope and role, with what the token's claims show to be missing.
fn permission_hint(question: Question<'_>) -> String {
    let enough = match question.purpose {
        Purpose::Invalidate => permissions::SIGN_OUT,
        Purpose::ReadCutOff => permissions::READ_CUT_OFF,
        Purpose::List(permissions) => permissions,
    };
    let scope = enough[0];
    let role = match question.purpose {
        Purpose::Invalidate => {
            "a directory role that may act on this user (Helpdesk or User Administrator; Privileged Authentication Administrator for administrators)"
        }
        Purpose::ReadCutOff => "a directory role that may read this user (Directory Readers)",
        Purpose::List(_) => "a directory role that may read the directory (Directory Readers)",
    };
    let acting = match question.purpose {
        Purpose::List(_) => "a guest also requires",
        _ => "acting on other users also requires",
    };
    match question.claims {
        Some(claims) if claims.first_of(enough).is_none() => format!(
            "The token lacks {scope}: have an administrator consent to it; {acting} {role}."
        ),
        Some(claims) if claims.is_application() => format!(
            "The token has {scope} or more: give the application's service principal {role}."
        ),
        Some(_) => format!("The token has {scope} or more: give the signed-in user {role}."),
        None => format!("It takes {scope}, with an administrator's consent, and {role}."),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn readable_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).replace('\0', "\u{fffd}");
            (name.as_str().to_owned(), value)
        })
        .collect()
}
