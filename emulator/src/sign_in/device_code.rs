//! Signing in with a code that a person enters elsewhere (RFC 8628).

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;

use super::refusal::{by_number, refusal, slow_down};
use super::{Wanted, app_name, issued};
use crate::pending::{Answer, Pending};
use crate::reply::Reply;
use crate::state::State;
use crate::token::Signer;

/// What is asked of those who poll, in seconds.
const POLL_INTERVAL: u64 = 1;

/// Clocks and networks are not exact: a poll that comes a little early is no offence.
const SOONEST_POLL: Duration = Duration::from_millis(POLL_INTERVAL * 900);

/// What becomes of a device code: `user` approves it, or it is declined or expires.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approval {
    /// The code that was shown. Left out: of every code that waits, and of the next one that is asked for.
    user_code: Option<String>,
    user: Option<String>,
    #[serde(default)]
    declined: bool,
    #[serde(default)]
    expired: bool,
}

pub(super) fn begin(
    state: &mut State,
    app: String,
    scopes: String,
    audience: Option<String>,
) -> Reply {
    let device_code = uuid::Uuid::new_v4().simple().to_string();
    let user_code = device_code[..8].to_uppercase();
    let answer = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": 900,
        "interval": POLL_INTERVAL,
        "message": format!("To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code {user_code} to authenticate."),
    });
    let mut pending = Pending {
        user_code,
        app,
        scopes,
        audience,
        answer: Answer::NotYet,
        polled: None,
    };
    if let Some(approval) = state.next_approval.take() {
        pending.answer = approval;
    }
    state.pending.insert(device_code, pending);
    Reply::json(200, answer)
}

pub(super) fn redeem(state: &mut State, signer: &Signer, device_code: &str) -> Reply {
    let Some(waiting) = state.pending.get_mut(device_code) else {
        return refusal(
            400,
            "invalid_grant",
            70000,
            "The device code is unknown or was redeemed before.",
        );
    };
    let before = waiting.polled.replace(Instant::now());
    if before.is_some_and(|before| before.elapsed() < SOONEST_POLL) {
        return slow_down();
    }
    let pending = waiting.clone();
    let user = match pending.answer {
        Answer::NotYet => return by_number(70016),
        Answer::Approved(user) => user,
        Answer::Declined => {
            return refusal(
                400,
                "authorization_declined",
                70019,
                "The end user denied the authorization request.",
            );
        }
        Answer::TooLate => return by_number(70020),
    };
    state.pending.remove(device_code);
    let app = state.directory.tenant.app(&pending.app);
    // What concerns the whole tenant takes an administrator's consent, which the tenant's file shows.
    let consented = |scope: &str| {
        !scope.ends_with(".All") || app.is_some_and(|app| app.scopes.iter().any(|it| it == scope))
    };
    if !pending.scopes.split(' ').all(consented) {
        return by_number(65001);
    }
    let wanted = Wanted {
        user: Some(user),
        app_name: app_name(state, &pending.app),
        app: pending.app,
        scopes: pending.scopes,
        audience: pending.audience,
        ..Wanted::default()
    };
    issued(state, signer, &wanted, None)
}

/// Decides over the codes that wait; where none is named and none waits, over the next one.
pub(crate) fn decide(state: &mut State, approval: &Approval) -> Result<(), String> {
    let answer = match (&approval.user, approval.declined, approval.expired) {
        (Some(key), false, false) => {
            let user = state.directory.find(key);
            Answer::Approved(user.ok_or_else(|| format!("The tenant has no user {key:?}."))?)
        }
        (None, true, false) => Answer::Declined,
        (None, false, true) => Answer::TooLate,
        _ => return Err("One of user, declined and expired says what becomes of it.".to_owned()),
    };
    let mut concerned = state
        .pending
        .values_mut()
        .filter(|pending| {
            approval
                .user_code
                .as_ref()
                .is_none_or(|code| pending.user_code == *code)
        })
        .peekable();
    match (&approval.user_code, concerned.peek().is_some()) {
        (Some(code), false) => Err(format!("Nobody waits with the code {code:?}.")),
        (None, false) => {
            drop(concerned);
            state.next_approval = Some(answer);
            Ok(())
        }
        _ => {
            concerned.for_each(|pending| pending.answer = answer);
            Ok(())
        }
    }
}
