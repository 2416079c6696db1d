//! The user's cut-off as Graph shows it, and what it proves.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::outcome::{Outcome, rfc3339};
use crate::status::Status;

/// Sign-in judges the cut-off in whole seconds.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// The cut-off under its present name and the one it had first.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CutOff {
    id: Option<String>,
    sign_in_sessions_valid_from_date_time: Option<Timestamp>,
    refresh_tokens_valid_from_date_time: Option<Timestamp>,
}

/// Writes into the outcome of a read what its body proves; tells whether that is final.
///
/// Until the cut-off lies at or after `not_before` the outcome says that it is not verified, which another look may change.
pub(crate) fn judge(body: &[u8], not_before: Timestamp, outcome: &mut Outcome) -> bool {
    let Ok(cut_off) = serde_json::from_slice::<CutOff>(body) else {
        outcome.status = Status::UnexpectedAnswer;
        outcome.message = Some("The answer is not a user as Graph shows one.".to_owned());
        return true;
    };
    outcome.id = cut_off.id.or(outcome.id.take());
    let valid_from = cut_off
        .sign_in_sessions_valid_from_date_time
        .max(cut_off.refresh_tokens_valid_from_date_time);
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
            outcome.message =
                Some("The service does not show from when sign-in sessions are valid.".to_owned());
        }
    }
    outcome.status = Status::NotVerified;
    outcome.hint = Some(
        "The service may take several minutes: verify again, and invalidate again if nothing changes."
            .to_owned(),
    );
    false
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
