//! The two actions: invalidateAllRefreshTokens and revokeSignInSessions.

use std::time::Duration;

use serde_json::{Value, json};

use crate::authentication::has_any;
use crate::fault::FaultKind;
use crate::refused;
use crate::reply::Reply;
use crate::state::State;
use crate::target::Target;
use crate::tenant::may_sign_out;

const PERMISSIONS: &[&str] = &[
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];

pub(crate) fn act(
    state: &mut State,
    method: &str,
    target: &Target<'_>,
    action: &str,
    claims: &Value,
    user: usize,
    fault: Option<&FaultKind>,
) -> Reply {
    let known = match action.trim_start_matches("microsoft.graph.") {
        "invalidateAllRefreshTokens" => target.version == "beta",
        "revokeSignInSessions" => true,
        _ => {
            let message = format!("Resource not found for the segment '{action}'.");
            return Reply::error(400, "BadRequest", &message);
        }
    };
    if !known || method != "POST" {
        return refused::method_not_allowed();
    }
    if !may_act(state, claims, user) {
        return refused::insufficient_privileges();
    }
    if let Some(wait) = state
        .writes
        .as_mut()
        .and_then(|quota| quota.take(1.0).err())
    {
        return refused::throttled(state, "Write", wait);
    }
    let lag = match fault {
        Some(FaultKind::VerificationLag { milliseconds }) => Duration::from_millis(*milliseconds),
        _ => Duration::ZERO,
    };
    state.invalidate(user, lag);
    let context = format!(
        "https://graph.microsoft.com/{}/$metadata#Edm.Boolean",
        target.version
    );
    let mut reply = Reply::json(200, json!({"@odata.context": context, "value": true}));
    let used = state
        .writes
        .as_ref()
        .and_then(|quota| quota.limit_percentage());
    if let Some(used) = used {
        reply.header("x-ms-throttle-limit-percentage", &used);
    }
    reply
}

fn may_act(state: &State, claims: &Value, user: usize) -> bool {
    if !has_any(claims, PERMISSIONS) {
        return false;
    }
    let directory = &state.directory;
    if claims["idtyp"] == "app" || claims["oid"] == *directory.id(user) {
        return true;
    }
    let held: Vec<&str> = claims["wids"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    may_sign_out(&held, directory.is_administrator(user))
}
