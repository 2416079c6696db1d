//! This machine's clock, held against the service's: much is judged by it, and it may be wrong.

use jiff::{SignedDuration, Timestamp};

/// Clocks differ, and answers take time: less than this is no fault.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// By how much this machine's clock is wrong, in a sentence, where an answer of this time shows that it is.
pub(crate) fn remark(server: Option<Timestamp>) -> Option<String> {
    remark_at(crate::outcome::now(), server?)
}

fn remark_at(here: Timestamp, server: Timestamp) -> Option<String> {
    let ahead = here.duration_since(server);
    if ahead.abs() < TOLERANCE {
        return None;
    }
    let direction = if ahead.is_positive() { "fast" } else { "slow" };
    Some(format!(
        "This machine's clock is wrong: compared with the service's, it is {} {direction}. Set it right.",
        amount(ahead.abs())
    ))
}

fn amount(span: SignedDuration) -> String {
    let minutes = span.as_mins();
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h {minutes} min"),
        (days, hours) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_is_told_so_and_by_how_much() {
        let server: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        let remark = |here: &str| remark_at(here.parse().unwrap(), server);
        for right in [
            "2026-11-28T10:00:00Z",
            "2026-11-28T10:04:59Z",
            "2026-11-28T09:55:01Z",
        ] {
            assert_eq!(remark(right), None, "{right}");
        }
        for (wrong, said) in [
            ("2026-11-28T12:00:10Z", "2 h 0 min fast"),
            ("2026-11-28T09:54:00Z", "6 min slow"),
            ("2025-11-27T08:00:00Z", "366 d 2 h slow"),
        ] {
            let remark = remark(wrong).unwrap();
            assert!(remark.contains(said), "{remark}");
        }
        assert_eq!(super::remark(None), None);
        assert!(remark_at(Timestamp::MAX, Timestamp::MIN).is_some());
    }
}
