//! Faults on demand: what goes wrong, for whom, how often.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::{Delivery, Reply};

/// A fault that is armed until it has struck as often as it should. Faults strike in the order in which they were armed.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// How often.
    pub times: u32,
    /// For this user key only.
    pub user: Option<String>,
    /// For requests only whose path contains this.
    pub path_contains: Option<String>,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// Another answer; the action is not done.
    Status {
        /// The HTTP status.
        status: u16,
        /// Graph's error code.
        #[serde(default)]
        code: Option<String>,
        /// Graph's message.
        #[serde(default)]
        message: Option<String>,
        /// Further headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The whole body instead of an error body.
        #[serde(default)]
        body: Option<String>,
    },
    /// The true answer comes late.
    Delay {
        /// By how much, in milliseconds.
        milliseconds: u64,
    },
    /// Nothing is ever answered; the action is not done.
    Stall,
    /// The connection is reset; the action is not done.
    ResetBefore,
    /// The action is done, then the connection is reset.
    ResetAfter,
    /// The action is done, but the answer breaks off.
    TruncatedBody,
    /// The action answers an explicit false.
    ValueFalse,
    /// The action answers 204 without a body, as its documentation says.
    Empty,
    /// The token is refused with a claims challenge.
    ClaimsChallenge,
    /// The cut-off is shown this much later than it was set.
    VerificationLag {
        /// By how much, in milliseconds.
        milliseconds: u64,
    },
}

/// The fields beside `kind` that each kind knows: a typing error must never pass in silence.
const FIELDS: &[(&str, &[&str])] = &[
    ("status", &["status", "code", "message", "headers", "body"]),
    ("delay", &["milliseconds"]),
    ("verification_lag", &["milliseconds"]),
];

impl Fault {
    /// A fault that strikes once, whoever comes first.
    pub fn once(kind: FaultKind) -> Fault {
        Fault {
            kind,
            times: 1,
            user: None,
            path_contains: None,
        }
    }

    /// Reads a fault as the control interface takes it: `kind`, its own fields, and optionally `times` (once if left
    /// out), `user` and `path_contains`.
    ///
    /// # Errors
    ///
    /// Names the field or kind that is unknown or wrong.
    pub fn from_json(value: Value) -> Result<Fault, String> {
        let Value::Object(mut map) = value else {
            return Err("A fault is a JSON object.".to_owned());
        };
        let read = |value: Option<Value>, name: &str| {
            value
                .map(|value| {
                    value
                        .as_str()
                        .map(str::to_owned)
                        .ok_or(format!("{name} is not a string."))
                })
                .transpose()
        };
        let user = read(map.remove("user"), "user")?;
        let path_contains = read(map.remove("path_contains"), "path_contains")?;
        let times = match map.remove("times") {
            None => 1,
            Some(times) => times
                .as_u64()
                .and_then(|times| u32::try_from(times).ok())
                .ok_or("times is not a number.")?,
        };
        let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
        let known = FIELDS
            .iter()
            .find(|(name, _)| *name == kind)
            .map_or(&[][..], |(_, fields)| fields);
        if let Some(stray) = map
            .keys()
            .find(|key| *key != "kind" && !known.contains(&key.as_str()))
        {
            return Err(format!("A fault of kind {kind:?} has no field {stray:?}."));
        }
        let kind = serde_json::from_value(Value::Object(map)).map_err(|error| error.to_string())?;
        Ok(Fault {
            kind,
            times,
            user,
            path_contains,
        })
    }
}

impl FaultKind {
    /// The answer that takes the place of the true one; `None` where the action is done all the same.
    pub(crate) fn instead(&self) -> Option<Reply> {
        match self {
            FaultKind::Status {
                status,
                code,
                message,
                headers,
                body,
            } => {
                let mut reply = match body {
                    Some(body) => Reply::text(*status, body),
                    None => Reply::json(
                        *status,
                        &error_body(
                            code.as_deref().unwrap_or("Fault"),
                            message.as_deref().unwrap_or("A fault was armed."),
                        ),
                    ),
                };
                for (name, value) in headers {
                    reply.header(name, value);
                }
                Some(reply)
            }
            FaultKind::ClaimsChallenge => {
                let mut reply = Reply::json(
                    401,
                    &error_body(
                        "InvalidAuthenticationToken",
                        "Continuous access evaluation resulted in challenge.",
                    ),
                );
                // base64 of {"access_token":{"nbf":{"essential":true,"value":"1795516800"}}}
                reply.header(
                    "WWW-Authenticate",
                    "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzk1NTE2ODAwIn19fQ==\"",
                );
                Some(reply)
            }
            FaultKind::Stall => Some(undelivered(Delivery::Stalled)),
            FaultKind::ResetBefore => Some(undelivered(Delivery::Reset)),
            _ => None,
        }
    }

    /// Changes the true answer, where the action was done.
    pub(crate) fn strike(&self, reply: &mut Reply) {
        match self {
            FaultKind::Delay { milliseconds } => {
                reply.delay = std::time::Duration::from_millis(*milliseconds);
            }
            FaultKind::ResetAfter => reply.delivery = Delivery::Reset,
            FaultKind::TruncatedBody => reply.delivery = Delivery::Truncated,
            FaultKind::ValueFalse if reply.status == 200 => {
                reply.body = json!({"value": false}).to_string().into_bytes();
            }
            FaultKind::Empty if reply.status == 200 => {
                reply.status = 204;
                reply.body.clear();
            }
            _ => {}
        }
    }
}

fn undelivered(delivery: Delivery) -> Reply {
    let mut reply = Reply::text(200, "");
    reply.delivery = delivery;
    reply
}

pub(crate) fn error_body(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}
