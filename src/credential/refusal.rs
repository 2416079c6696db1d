//! What a refusal of the sign-in service means, and what to do next.
//!
//! Microsoft asks clients not to depend on the AADSTS numbers: statuses follow `error` and `suberror`, the numbers
//! choose no more than the words of a hint
//! (<https://learn.microsoft.com/entra/identity-platform/reference-error-codes>).

use serde::Deserialize;

use super::answered::{Answered, Asked};
use super::redaction;
use crate::call::answer;
use crate::call::clock;
use crate::json;
use crate::outcome::Error;
use crate::status::Status;

/// The error body of the token endpoint; managed identities have the first two fields of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    #[serde(deserialize_with = "json::lenient")]
    error: Option<String>,
    #[serde(deserialize_with = "json::lenient")]
    suberror: Option<String>,
    #[serde(deserialize_with = "json::lenient")]
    error_description: Option<String>,
    #[serde(deserialize_with = "json::lenient")]
    error_codes: Option<Vec<u32>>,
    #[serde(deserialize_with = "json::lenient")]
    trace_id: Option<String>,
}

/// A refusal, understood.
pub(super) struct Refusal<'a> {
    answered: &'a Answered,
    body: ErrorBody,
}

/// Reads an answer that is not a success.
pub(super) fn read(answered: &Answered) -> Refusal<'_> {
    let body = answered.answer.body.whole().ok();
    let body = body
        .and_then(|body| json::object(body).ok())
        .unwrap_or_default();
    Refusal { answered, body }
}

impl Refusal<'_> {
    /// The error's name by RFC 6749: what clients are to go by.
    pub(super) fn error(&self) -> &str {
        self.body.error.as_deref().unwrap_or_default()
    }

    /// The first number, as information.
    fn number(&self) -> Option<u32> {
        self.body.error_codes.as_ref()?.first().copied()
    }

    /// What the service says, without its number and its trailer of ids.
    fn said(&self) -> Option<String> {
        let text = self.body.error_description.as_deref()?;
        let text = text.split(" Trace ID:").next().unwrap_or(text);
        let text = text.lines().next().unwrap_or(text);
        let text = match text.split_once(": ") {
            Some((number, rest)) if number.starts_with("AADSTS") => rest,
            _ => text,
        };
        let text = text.trim();
        (!text.is_empty()).then(|| redaction::without_tokens(text))
    }

    pub(super) fn into_error(self, asked: &Asked<'_>) -> Error {
        let http_status = self.answered.answer.status.as_u16();
        let (status, hint) = self.judge(http_status);
        if status == Status::UnexpectedAnswer {
            let what = format!("answered {}", self.answered.answer.status);
            return asked.senseless(self.answered, &what);
        }
        let message = match self.said() {
            Some(said) => said,
            None => format!("{} answered {}.", asked.whom(), self.answered.answer.status),
        };
        let code = match self.number() {
            Some(number) => Some(format!("AADSTS{number}")),
            None => self.body.error.clone().filter(|error| is_name(error)),
        };
        asked
            .error(self.answered, status, message)
            .hint(match self.clock_remark(status) {
                Some(remark) => format!("{hint} {remark}"),
                None => hint.to_owned(),
            })
            .with(|outcome| {
                outcome.code = code;
                if let Some(id) = self.body.trace_id.filter(|id| is_name(id)) {
                    outcome.request_id = Some(id);
                }
            })
    }

    /// What the sign-in service refuses may be of a time that this machine's clock has wrong, as assertions are.
    fn clock_remark(&self, status: Status) -> Option<String> {
        let refused = status == Status::SignInRefused;
        let date = answer::server_date(&self.answered.answer.headers);
        refused.then(|| clock::remark(date)).flatten()
    }

    fn judge(&self, http_status: u16) -> (Status, &'static str) {
        match http_status {
            300..=399 => {
                return (
                    Status::RedirectRefused,
                    "Redirects are never followed with a secret: check the authority; a proxy or a sign-in page may be intercepting the connection.",
                );
            }
            407 => {
                return (
                    Status::ProxyFailed,
                    "Give the proxy's user name and password with its address.",
                );
            }
            429 => {
                return (
                    Status::Throttled,
                    "The sign-in service has had too many requests: try again later, or allow a longer timeout.",
                );
            }
            408 | 500..=599 => {
                return (
                    Status::ServiceUnavailable,
                    "Try again in a few minutes; quote the request ids to Microsoft's support.",
                );
            }
            _ => {}
        }
        let consent = self.body.suberror.as_deref() == Some("consent_required");
        match self.error() {
            "" => (Status::UnexpectedAnswer, ""),
            _ if consent => (Status::ConsentRequired, CONSENT),
            "consent_required" => (Status::ConsentRequired, CONSENT),
            "interaction_required" | "login_required" => {
                (Status::SignInInteractionRequired, self.interaction_hint())
            }
            "access_denied" | "authorization_declined" => (
                Status::DeviceCodeDeclined,
                "Sign in again, and accept at the sign-in page.",
            ),
            "expired_token" | "code_expired" => (
                Status::DeviceCodeExpired,
                "Sign in again, and enter the new code within its time.",
            ),
            "temporarily_unavailable" => (
                Status::ServiceUnavailable,
                "Try again in a few minutes; quote the request ids to Microsoft's support.",
            ),
            _ => (Status::SignInRefused, self.refusal_hint()),
        }
    }

    fn interaction_hint(&self) -> &'static str {
        match self.number() {
            Some(50076 | 50079 | 50158) => {
                "The tenant requires multifactor authentication, which needs a person: sign in with a device code or az login."
            }
            _ => "This needs a person: sign in with a device code or az login.",
        }
    }

    fn refusal_hint(&self) -> &'static str {
        match (self.number(), self.error()) {
            (Some(7_000_215), _) => {
                "Give the secret's value, not its id, and check that it belongs to this application and tenant."
            }
            (Some(7_000_222), _) => {
                "The client secret has expired: make a new one in the app registration."
            }
            (Some(700_027), _) => {
                "Upload the certificate to the app registration, and check the client id."
            }
            (Some(1_000_502), _) => {
                "The client certificate has expired or is not valid yet: make a new one, and upload it to the app registration."
            }
            (Some(700_211), _) => {
                "Add a federated credential with this issuer to the app registration, and check the client id and the tenant."
            }
            (Some(700_212), _) => {
                "The federated credential of the app registration expects another audience: correct it there, or name the audience."
            }
            (Some(700_213), _) => {
                "Add a federated credential with this subject to the app registration: subjects are case-sensitive."
            }
            (Some(700_024), _) => "Check this machine's clock, or get a new federated token.",
            (Some(53003), _) => {
                "The tenant's Conditional Access does not allow this sign-in from here."
            }
            (Some(90002 | 900_023), _) => {
                "Check the tenant, and that it is in this cloud; some tenants are in usgov, usgov-dod or china."
            }
            (Some(700_016), _) => {
                "Check the client id and the tenant; the application must exist there."
            }
            (Some(7_000_218), _) => {
                "The application is not a public client: allow public client flows in its registration, or use a secret or certificate."
            }
            (_, "invalid_client") => {
                "Check the credential: is it this application's, and has it not expired?"
            }
            (_, "unauthorized_client") => {
                "Check the client id and the tenant, and what the application is allowed to do."
            }
            _ => "Look up the code at Microsoft's error search, login.microsoftonline.com/error.",
        }
    }
}

/// Whether this is short and simple enough for the name of an error, or an id: an answer that was garbled may hold a
/// token there.
fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    let is_short = (1..=64).contains(&text.len()) && text.chars().all(fits);
    is_short && redaction::without_tokens(text) == text
}

const CONSENT: &str =
    "Have an administrator consent to the application's permissions in this tenant.";
