//! How far a run is.

use std::time::{Duration, Instant};

/// How far a run is, at one moment. Every user that was added is counted in exactly one of `duplicates`, `excluded`,
/// `accepted_before`, `accepted`, `failed`, `planned`, `waiting` and `in_flight`. With verification those of `accepted`
/// and `accepted_before` are besides in one of `verified`, `unverified` and `verifying`, unless the journal calls them
/// verified.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of users added.
    pub added: u64,
    /// Number of added users that were duplicates (same key or object id).
    pub duplicates: u64,
    /// Number of users left out as excluded.
    pub excluded: u64,
    /// Number of users accepted in an earlier part of the run, according to the journal.
    pub accepted_before: u64,
    /// Number of users the service accepted, verified or not.
    pub accepted: u64,
    /// Number of users in `accepted` and `accepted_before` that were verified.
    pub verified: u64,
    /// Number of users in `accepted` and `accepted_before` whose sign-out could not be verified.
    pub unverified: u64,
    /// Number of users that failed: the service did not accept them.
    pub failed: u64,
    /// Number of users that a dry run found.
    pub planned: u64,
    /// Number of users waiting to be sent, or to be sent again.
    pub waiting: u64,
    /// Number of those that were never attempted.
    pub never_attempted: u64,
    /// Number of users in flight. After the end: those in flight when the run ended.
    pub in_flight: u64,
    /// Number of users in `accepted` and `accepted_before` that wait to be verified.
    pub verifying: u64,
    /// Number of times a user was sent, retries included.
    pub attempts: u64,
    /// Number of refusals because a quota was exceeded.
    pub throttled: u64,
    /// Users per second, over the last seconds.
    pub rate: f64,
    /// How long nothing is sent: because the service asked for it or, where `unanswered` is not zero, because it does
    /// not answer.
    pub pause: Duration,
    /// Number of consecutive requests without a response.
    pub unanswered: u32,
    /// How long the users that wait will take, by what is known of the quota.
    pub time_left: Duration,
    /// How many users a second the quota lets through in the long run, by what is known of it; infinite where nothing
    /// is. For callers who know how many users they will still add.
    pub pace: f64,
    /// How many more users may be added without memory growing: for callers who stream.
    pub wanted: u32,
}

/// How many a second, over the last while.
#[derive(Debug)]
pub(super) struct Meter {
    rate: f64,
    seconds: f64,
    last: Option<Instant>,
}

impl Meter {
    /// Averages over about so many seconds.
    pub(super) fn over(seconds: f64) -> Meter {
        Meter {
            rate: 0.0,
            seconds,
            last: None,
        }
    }

    pub(super) fn count(&mut self, users: usize, now: Instant) {
        let Some(last) = self.last else {
            self.last = Some(now);
            return;
        };
        let elapsed = now.saturating_duration_since(last).as_secs_f64();
        self.last = Some(now);
        // Each user adds what, kept for the average's length, sums up to one a second.
        self.rate = self.rate * self.kept_after(elapsed) + users as f64 / self.seconds;
    }

    pub(super) fn rate(&self, now: Instant) -> f64 {
        self.last.map_or(0.0, |last| {
            let elapsed = now.saturating_duration_since(last).as_secs_f64();
            self.rate * self.kept_after(elapsed)
        })
    }

    /// How much of what was counted so long ago still counts: e to the minus so many lengths of the average. Without
    /// the system's mathematics, which would be one library more that every program loads.
    fn kept_after(&self, elapsed: f64) -> f64 {
        let mut kept = (1.0 - elapsed / self.seconds / 1024.0).max(0.0);
        for _ in 0..10 {
            kept *= kept;
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_follows_what_is_done() {
        let mut meter = Meter::over(5.0);
        let begin = Instant::now();
        for tenth in 0..300 {
            meter.count(2, begin + Duration::from_millis(tenth * 100));
        }
        let now = begin + Duration::from_millis(29_950);
        assert!(
            (19.0..21.0).contains(&meter.rate(now)),
            "{}",
            meter.rate(now)
        );
        assert!(meter.rate(now + Duration::from_secs(60)) < 0.1);
        for (elapsed, kept) in [
            (0.0, 1.0),
            (0.5, 0.905),
            (5.0, 0.368),
            (15.0, 0.05),
            (9e9, 0.0),
        ] {
            assert!(
                (meter.kept_after(elapsed) - kept).abs() < 0.001,
                "{elapsed}"
            );
        }
    }
}
