//! What is retried, and how long is waited before.
//!
//! There is one rule for every path that repeats anything: a [`Backoff`] of our own, which grows from failure to
//! failure. A service can only lengthen a wait: whatever it answers, nothing here is asked faster than that.

use std::time::{Duration, Instant, SystemTime};

/// How many times a connection is sought that cannot be made at all: a wrong name or a missing network
/// should be known in seconds. Everything else is retried until the deadline.
pub(crate) const CONNECTION_ATTEMPTS: u32 = 3;

/// Nobody waits for longer: a service that asks for more has made a mistake, and times must not overflow.
const LONGEST_ASKED: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// Pauses of our own between attempts: each may be twice as long as the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Between two attempts at the same request, and between two looks at a cut-off that has not moved yet.
    pub(crate) const OF_REQUESTS: Backoff = Backoff {
        first: Duration::from_millis(500),
        longest: Duration::from_secs(10),
    };

    /// After a run was refused for its quota.
    pub(crate) const OF_QUOTA: Backoff = Backoff {
        first: Duration::from_millis(100),
        longest: Duration::from_secs(60),
    };

    /// After a sign-in that failed for what may pass, beside a run: it has been repeated by itself already.
    pub(crate) const OF_SIGN_IN: Backoff = Backoff {
        first: Duration::from_secs(2),
        longest: Duration::from_secs(300),
    };

    /// Where this machine is short of something: what is awaited is the end of other calls, and the service is not
    /// asked.
    pub(crate) const OF_SHORTAGES: Backoff = Backoff {
        first: Duration::from_millis(50),
        longest: Duration::from_millis(200),
    };

    /// The pause after so many attempts in a row: exponential with jitter over its upper half, so that many callers do
    /// not come back as one.
    pub(crate) fn pause(self, attempts: u32) -> Duration {
        self.pause_with(attempts, fastrand::f64())
    }

    /// The same for several who are to come back together: they share the jitter, from 0 to 1.
    pub(crate) fn pause_with(self, attempts: u32, jitter: f64) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1 << attempts.saturating_sub(1).min(16));
        doubled
            .min(self.longest)
            .mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// The pause after so many attempts in a row, where the service asked for one.
    pub(crate) fn wait(self, attempts: u32, asked: Option<Duration>) -> Duration {
        self.pause(attempts).max(asked.unwrap_or_default())
    }
}

/// Whether and when a failed attempt is worth repeating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The answer is final.
    Never,
    /// Again after a pause of our own.
    Soon,
    /// Again after a pause of our own, but not for long: nothing was sent.
    SoonForConnecting,
    /// Again as soon as the machine may allow it: nothing was sent.
    WhenThereIsRoom,
    /// Again after a pause of our own, and not before the service allows it.
    After(Duration),
}

impl Retry {
    /// What the service asked to wait.
    pub(crate) fn asked(self) -> Option<Duration> {
        match self {
            Retry::After(wait) => Some(wait),
            _ => None,
        }
    }

    /// How long to wait after the `attempts`-th attempt; `None` where no other is worth it.
    fn wait_with(self, attempts: u32, jitter: f64) -> Option<Duration> {
        let backoff = match self {
            Retry::WhenThereIsRoom => Backoff::OF_SHORTAGES,
            _ => Backoff::OF_REQUESTS,
        };
        let pause = backoff.pause_with(attempts, jitter);
        (self != Retry::Never).then(|| pause.max(self.asked().unwrap_or_default()))
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    GiveUp,
    /// The service asks for this wait, which would pass the deadline.
    WaitTooLong(Duration),
    Wait(Duration),
}

/// Decides for a call of its own, which no other's answers tell whether the service can be reached.
pub(crate) fn decide_for_call(retry: Retry, attempts: u32, deadline: Instant) -> Decision {
    if retry == Retry::SoonForConnecting && attempts >= CONNECTION_ATTEMPTS {
        return Decision::GiveUp;
    }
    let left = deadline.saturating_duration_since(Instant::now());
    decide(retry, attempts, left, fastrand::f64())
}

/// Decides after the `attempts`-th attempt, with so much time left: the one rule for calls and for the users of a run.
/// Those who share the jitter come back together.
pub(crate) fn decide(retry: Retry, attempts: u32, left: Duration, jitter: f64) -> Decision {
    let Some(wait) = retry.wait_with(attempts, jitter) else {
        return Decision::GiveUp;
    };
    match retry.asked() {
        _ if wait < left => Decision::Wait(wait),
        // It is the service that wants it so long, and not we.
        Some(asked) if asked == wait => Decision::WaitTooLong(asked),
        _ => Decision::GiveUp,
    }
}

/// Reads a Retry-After: seconds, which Graph sends with decimals too, or an HTTP date, read against the server's clock.
pub(crate) fn read_retry_after(value: &str, server_now: Option<SystemTime>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        let wait = Duration::try_from_secs_f64(seconds).ok()?;
        return Some(wait.min(LONGEST_ASKED));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let now = server_now.unwrap_or_else(SystemTime::now);
    let wait = date.duration_since(now).unwrap_or_default();
    Some(wait.min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn retry_after_is_decimal_seconds_or_a_date_by_the_servers_clock() {
        let server_now = httpdate::parse_http_date("Tue, 24 Nov 2026 10:00:00 GMT").ok();
        let read = |value| read_retry_after(value, server_now);
        assert_eq!(read("2.128"), Some(Duration::from_millis(2128)));
        assert_eq!(read(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(read("0"), Some(Duration::ZERO));
        assert_eq!(
            read("Tue, 24 Nov 2026 10:00:30 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Tue, 24 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "NaN", "inf", "1e300", "2026-11-24"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
        for far in ["1e18", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(read(far), Some(LONGEST_ASKED), "{far}");
        }
    }

    #[test]
    fn a_wait_past_the_deadline_fails_at_once() {
        let deadline = Instant::now() + Duration::from_secs(5);
        let after = |seconds| Retry::After(Duration::from_secs(seconds));
        assert_eq!(
            decide_for_call(after(6), 1, deadline),
            Decision::WaitTooLong(Duration::from_secs(6))
        );
        assert_eq!(
            decide_for_call(after(4), 1, deadline),
            Decision::Wait(Duration::from_secs(4))
        );
        assert_eq!(
            decide_for_call(Retry::Soon, 9, Instant::now()),
            Decision::GiveUp
        );
        // What the service asked for is not to blame where our own pause is longer.
        assert_eq!(
            decide_for_call(after(0), 1, Instant::now()),
            Decision::GiveUp
        );
        assert_eq!(decide_for_call(after(1), 9, deadline), Decision::GiveUp);
    }

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for backoff in [Backoff::OF_REQUESTS, Backoff::OF_QUOTA, Backoff::OF_SIGN_IN] {
            for attempts in 0..64 {
                let pause = backoff.pause(attempts);
                assert!(pause <= backoff.longest);
                assert!(pause >= backoff.first / 2);
                assert!(attempts < 12 || pause >= backoff.longest / 2);
            }
        }
    }

    #[test]
    fn a_connection_that_cannot_be_made_is_sought_three_times() {
        let deadline = Instant::now() + Duration::from_secs(100);
        let gives_up = |attempts| {
            decide_for_call(Retry::SoonForConnecting, attempts, deadline) == Decision::GiveUp
        };
        assert_eq!((gives_up(2), gives_up(3)), (false, true));
    }

    proptest! {
        #[test]
        fn whatever_a_service_says_it_can_only_lengthen_a_wait(value in "\\PC{0,12}|-?[0-9]{1,25}(\\.[0-9]{1,3})?", attempts in 0_u32..50) {
            let asked = read_retry_after(&value, None);
            for backoff in [Backoff::OF_REQUESTS, Backoff::OF_QUOTA, Backoff::OF_SIGN_IN] {
                let wait = backoff.wait(attempts, asked);
                prop_assert!(wait >= backoff.pause_with(attempts, 0.0));
                prop_assert!(wait >= asked.unwrap_or_default());
                // No time overflows.
                let _ = Instant::now() + wait + wait;
            }
            let far = Instant::now() + LONGEST_ASKED * 2;
            if let Some(asked) = asked {
                let Decision::Wait(wait) = decide_for_call(Retry::After(asked), attempts, far) else {
                    return Err(TestCaseError::fail("no wait"));
                };
                prop_assert!(wait >= Backoff::OF_REQUESTS.pause_with(attempts, 0.0));
            }
        }
    }
}
