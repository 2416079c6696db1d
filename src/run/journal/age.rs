//! How old the run of a journal is, and whether it may still be resumed.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::history::History;
use crate::outcome::{Error, rfc3339};
use crate::status::Status;

/// Refuses to go on with a run that was begun longer ago than this: whoever was signed out then may be compromised
/// anew, and would be passed over.
pub(super) fn check(
    history: &History,
    path: &Path,
    within: Duration,
    now: Timestamp,
) -> Result<(), Error> {
    let age = history.begun.map(|begun| now.duration_since(begun));
    let is_young = age.is_some_and(|age| age.unsigned_abs() <= within);
    if is_young {
        return Ok(());
    }
    let state = match history.complete {
        true => "is complete",
        false => "was interrupted",
    };
    let allowed = in_words(within);
    let message = match history.begun {
        Some(begun) => format!(
            "The run of the journal {} {state}, and was begun {}: only a run that began within {allowed} is resumed.",
            path.display(),
            ago(begun, now)
        ),
        None => format!(
            "The journal {} does not say when its run was begun.",
            path.display()
        ),
    };
    Err(Error::new(Status::JournalTooOld, message).hint(
        "Nothing was sent: users on record as accepted would not be signed out again. To sign everyone out now, use a new journal. To continue the old run, set the option resume_within to more than its age.",
    ))
}

/// What is to be known of a run that goes on: how old it is, and what becomes of those on record.
pub(super) fn notice(history: &History, now: Timestamp) -> Option<String> {
    let begun = ago(history.begun?, now);
    Some(match history.complete {
        true => format!(
            "Its run was begun {begun} and is complete: users on record as accepted are not signed out again. To sign them out again, use a new journal."
        ),
        false => format!("Its run was begun {begun} and was interrupted: it continues."),
    })
}

fn ago(begun: Timestamp, now: Timestamp) -> String {
    let age = now.duration_since(begun);
    let time = rfc3339(begun);
    match age.is_negative() {
        false => format!("{} ago ({time})", in_words(age.unsigned_abs())),
        true => format!(
            "at {time}, which by this machine's clock is {} from now",
            in_words(age.unsigned_abs())
        ),
    }
}

/// A duration by its largest unit.
fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    match count {
        1 => format!("1 {unit}"),
        _ => format!("{count} {unit}s"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn history(begun: &str, complete: bool) -> History {
        let mut history = History::default();
        (history.begun, history.complete) = (Some(begun.parse().unwrap()), complete);
        history
    }

    #[test]
    fn a_run_is_resumed_for_a_day_and_refused_with_its_age_after_that() {
        let now = "2026-11-28T10:00:00Z".parse().unwrap();
        let day = Duration::from_secs(86_400);
        let judge = |begun: &str, within| {
            let path = Path::new("run.jsonl");
            check(&history(begun, false), path, within, now)
        };
        assert_eq!(judge("2026-11-27T10:00:00Z", day), Ok(()));
        assert_eq!(judge("2026-11-28T10:00:05Z", day), Ok(()));
        let old = judge("2026-11-27T09:59:59Z", day).unwrap_err();
        assert_eq!(old.status(), Status::JournalTooOld);
        assert!(old.to_string().contains("24 hours ago"), "{old}");
        assert_eq!(judge("2026-11-27T09:59:59Z", day * 2), Ok(()));
        let march = judge("2026-03-28T10:00:00Z", day).unwrap_err();
        assert!(march.to_string().contains("245 days ago"), "{march}");
        let future = judge("2027-03-28T10:00:00Z", day).unwrap_err();
        assert!(future.to_string().contains("from now"), "{future}");
        assert!(check(&History::default(), Path::new("x"), day, now).is_err());
    }
}
