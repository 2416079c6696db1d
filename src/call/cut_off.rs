//! The user's cut-off as Graph shows it, and what it proves.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::call::retry::Backoff;
use crate::json;
use crate::outcome::{Error, Outcome, now, rfc3339};
use crate::status::Status;

/// Sign-in judges the cut-off in whole seconds.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// No outcome is older: 2000-01-01T00:00:00Z.
const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);

/// How far the service's clock may be ahead of this machine's, before a time that it gave is taken for a mistake.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

const NOT_SHOWN: &str = "The service does not show the time from which sign-in sessions are valid.";

/// The cut-off under its present name and the one it had first.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CutOff {
    id: Option<String>,
    sign_in_sessions_valid_from_date_time: Option<Timestamp>,
    refresh_tokens_valid_from_date_time: Option<Timestamp>,
}

/// Refuses a time that the outcome of a call cannot have: a default that was never set, another unit, a date mistyped.
pub(crate) fn check_expected(not_before: Timestamp) -> Result<(), Error> {
    let latest = now().saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let said = rfc3339(not_before);
    let message = if not_before < EARLIEST {
        format!("The time to verify against is {said}, which is older than any outcome.")
    } else if not_before > latest {
        format!("The time to verify against is {said}, which lies in the future.")
    } else {
        return Ok(());
    };
    Err(Error::new(Status::InvalidTime, message)
        .hint("Give the server_date of the accepting outcome, or no time to see the cut-off."))
}

/// Writes into the outcome of a read which cut-off it shows: no failure, and no proof of anything.
pub(crate) fn show(body: &[u8], outcome: &mut Outcome) {
    let Some(valid_from) = read(body, outcome) else {
        return;
    };
    outcome.status = Status::Shown;
    outcome.message = Some(match valid_from {
        Some(from) => format!("Sign-in sessions are valid from {} on.", rfc3339(from)),
        None => NOT_SHOWN.to_owned(),
    });
    outcome.hint = Some(
        "This proves nothing by itself: compare it with the time at which the user was signed out."
            .to_owned(),
    );
}

/// The cut-off that a body shows, if it shows one. `None`, and the outcome says so, where the body is no user.
fn read(body: &[u8], outcome: &mut Outcome) -> Option<Option<Timestamp>> {
    let Ok(cut_off) = json::object::<CutOff>(body) else {
        outcome.status = Status::UnexpectedAnswer;
        outcome.message = Some("The response is not a Graph user object.".to_owned());
        return None;
    };
    outcome.id = cut_off.id.or(outcome.id.take());
    let valid_from = cut_off
        .sign_in_sessions_valid_from_date_time
        .max(cut_off.refresh_tokens_valid_from_date_time);
    outcome.sessions_valid_from = valid_from;
    Some(valid_from)
}

/// The pause before the next look at a cut-off that has not moved yet. Those who share the jitter are read together
/// again.
pub(crate) fn pause(looks: u32, jitter: f64) -> Duration {
    Backoff::OF_REQUESTS.pause_with(looks, jitter)
}

/// Writes into the outcome of a read what its body proves; tells whether that is final.
///
/// Until the cut-off lies at or after `not_before` the outcome says that it is not verified, which another look may
/// change.
pub(crate) fn judge(body: &[u8], not_before: Timestamp, outcome: &mut Outcome) -> bool {
    let Some(valid_from) = read(body, outcome) else {
        return true;
    };
    let far_enough = |from: Timestamp| {
        from.saturating_add(TOLERANCE)
            .is_ok_and(|from| from >= not_before)
    };
    match valid_from {
        Some(from) if far_enough(from) => {
            outcome.status = Status::Verified;
            outcome.message = Some(format!(
                "Sign-in sessions are valid from {} on.",
                rfc3339(from)
            ));
            return true;
        }
        Some(from) => {
            outcome.message = Some(format!(
                "Sign-in sessions are still valid from {} on, which is before {}.",
                rfc3339(from),
                rfc3339(not_before)
            ));
        }
        None => {
            outcome.message = Some(NOT_SHOWN.to_owned());
        }
    }
    outcome.status = Status::NotVerified;
    outcome.hint = Some(
        "The service may take several minutes: verify again, and invalidate again if nothing changes."
            .to_owned(),
    );
    false
}

impl Outcome {
    /// What an accepted outcome is worth where verification was wanted and the service's answer had no time: the user
    /// is signed out by all that is known, and there is nothing to compare the cut-off with.
    pub fn into_unprovable(mut self) -> Outcome {
        let unprovable = unprovable(&self.user);
        self.status = unprovable.status;
        self.message = unprovable.message;
        self.hint = unprovable.hint;
        self
    }

    /// What a verification that failed is worth for a user who was accepted: not a failure to sign out.
    pub fn into_unverified(mut self) -> Outcome {
        if self.status.is_failure() {
            describe_unverified(&mut self);
        }
        self
    }
}

/// The end of a user who was accepted at a time that nobody knows: no cut-off can be compared with it.
pub(crate) fn unprovable(user: &str) -> Box<Outcome> {
    let mut outcome = Box::new(Outcome::new(Status::NotVerified));
    outcome.time = now();
    outcome.user = user.to_owned();
    outcome.message = Some(
        "Accepted, but not verified: the service did not say when it accepted the request (its response had no Date), so there is no time to compare the cut-off with."
            .to_owned(),
    );
    outcome.hint = Some(
        "A proxy, for example, may remove the header. Read the cut-off yourself, or sign the user out again."
            .to_owned(),
    );
    outcome
}

/// Makes of a read that failed for good, of a user who was accepted, what it is: not a failure to sign out.
pub(crate) fn describe_unverified(outcome: &mut Outcome) {
    if outcome.status == Status::NotVerified {
        return;
    }
    let reason = outcome.message.as_deref();
    outcome.message = Some(format!(
        "Accepted, but not verified: {}",
        reason.unwrap_or(outcome.status.name())
    ));
    outcome.status = Status::NotVerified;
}
