//! What each fault makes of an answer.

use std::time::Duration;

use serde_json::json;

use crate::authentication;
use crate::fault::FaultKind;
use crate::reply::{Content, Delivery, ItemFate, Reply};
use crate::sign_in;
use crate::state::State;

/// base64 of `{"access_token":{"nbf":{"essential":true,"value":"1795516800"}}}`.
const CHALLENGE: &str =
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzk1NTE2ODAwIn19fQ==";

impl FaultKind {
    /// The answer that takes the place of the true one; `None` where the request is served all the same.
    pub(crate) fn instead(&self, state: &mut State) -> Option<Reply> {
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
                    None => Reply::error(
                        *status,
                        code.as_deref().unwrap_or("Fault"),
                        message.as_deref().unwrap_or("A fault was armed."),
                    ),
                };
                for (index, (name, value)) in headers.iter().enumerate() {
                    let earlier = &headers[..index];
                    // The first takes the place of the reply's own.
                    if earlier.iter().any(|(it, _)| it.eq_ignore_ascii_case(name)) {
                        reply.further_header(name, value);
                    } else {
                        reply.header(name, value);
                    }
                }
                Some(reply)
            }
            FaultKind::ClaimsChallenge => {
                let text = "Continuous access evaluation resulted in challenge.";
                let mut reply = Reply::error(401, "InvalidAuthenticationToken", text);
                let authority = authentication::CHALLENGE_START;
                reply.header(
                    "WWW-Authenticate",
                    &format!("{authority}, error=\"insufficient_claims\", claims=\"{CHALLENGE}\""),
                );
                Some(reply)
            }
            FaultKind::TokensExpire => {
                state.expire_tokens();
                Some(authentication::expired())
            }
            FaultKind::SlowDown => Some(sign_in::slow_down()),
            FaultKind::SignInRefused { number } => Some(sign_in::by_number(*number)),
            FaultKind::Stall => Some(Reply::undelivered(Delivery::Stalled)),
            FaultKind::ResetBefore => Some(Reply::undelivered(Delivery::Reset)),
            _ => None,
        }
    }

    /// Changes the true answer.
    pub(crate) fn strike(&self, reply: &mut Reply) {
        match self {
            FaultKind::Delay { milliseconds } => {
                reply.delay = Duration::from_millis(*milliseconds);
            }
            FaultKind::ResetAfter => reply.delivery = Delivery::Reset,
            FaultKind::TruncatedBody => reply.delivery = Delivery::Truncated,
            // An empty one keeps the server from adding its own.
            FaultKind::Undated => reply.header("Date", ""),
            FaultKind::ItemMissing => reply.fate = ItemFate::Missing,
            FaultKind::ItemDuplicated => reply.fate = ItemFate::Duplicated,
            FaultKind::ItemUnknownId => reply.fate = ItemFate::UnknownId,
            FaultKind::ValueFalse if reply.status == 200 => {
                reply.content = Content::Json(json!({"value": false}));
            }
            FaultKind::Empty if reply.status == 200 => {
                reply.status = 204;
                reply.headers.retain(|(name, _)| name != "Content-Type");
                reply.content = Content::Bytes(Vec::new());
            }
            _ => {}
        }
    }
}
