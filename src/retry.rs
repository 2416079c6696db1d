//! What is retried, and how long is waited before.

use std::time::{Duration, Instant, SystemTime};

/// The longest pause of our own choosing between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The first pause; each further one may be twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How many times a connection is sought that cannot be made at all: a wrong name or a missing network
/// should be known in seconds. Everything else is retried until the deadline.
pub(crate) const CONNECTION_ATTEMPTS: u32 = 3;

/// Whether and when a failed attempt is worth repeating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The answer is final.
    Never,
    /// Again after a pause of our own.
    Soon,
    /// Again after a pause of our own, but not for long: nothing was sent.
    SoonForConnecting,
    /// Again when the service says.
    After(Duration),
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    GiveUp,
    /// The service asks for a wait that would pass the deadline.
    WaitTooLong,
    Wait(Duration),
}

/// Decides after the `attempts`-th attempt, with so much time left until the deadline.
pub(crate) fn decide(retry: Retry, attempts: u32, deadline: Instant) -> Decision {
    let left = deadline.saturating_duration_since(Instant::now());
    let pause = match retry {
        Retry::Never => return Decision::GiveUp,
        Retry::After(wait) if wait >= left => return Decision::WaitTooLong,
        Retry::After(wait) => return Decision::Wait(wait),
        Retry::SoonForConnecting if attempts >= CONNECTION_ATTEMPTS => return Decision::GiveUp,
        Retry::Soon | Retry::SoonForConnecting => pause(attempts),
    };
    if pause >= left {
        Decision::GiveUp
    } else {
        Decision::Wait(pause)
    }
}

/// Exponential with jitter over its upper half, so that many callers do not come back as one.
pub(crate) fn pause(attempts: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(8));
    doubled
        .min(LONGEST_PAUSE)
        .mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// Reads a Retry-After: seconds, which Graph sends with decimals too, or an HTTP date, read against the server's clock.
pub(crate) fn read_retry_after(value: &str, server_now: Option<SystemTime>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let now = server_now.unwrap_or_else(SystemTime::now);
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
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
    }

    #[test]
    fn a_wait_past_the_deadline_fails_at_once() {
        let deadline = Instant::now() + Duration::from_secs(5);
        assert_eq!(
            decide(Retry::After(Duration::from_secs(6)), 1, deadline),
            Decision::WaitTooLong
        );
        assert_eq!(
            decide(Retry::After(Duration::from_secs(4)), 1, deadline),
            Decision::Wait(Duration::from_secs(4))
        );
        assert_eq!(decide(Retry::Soon, 9, Instant::now()), Decision::GiveUp);
    }

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for attempts in 1..64 {
            let pause = pause(attempts);
            assert!(pause <= LONGEST_PAUSE);
            assert!(pause >= FIRST_PAUSE / 2);
            assert!(attempts < 6 || pause >= LONGEST_PAUSE / 2);
        }
    }

    #[test]
    fn a_connection_that_cannot_be_made_is_sought_three_times() {
        let deadline = Instant::now() + Duration::from_secs(100);
        let gives_up =
            |attempts| decide(Retry::SoonForConnecting, attempts, deadline) == Decision::GiveUp;
        assert_eq!((gives_up(2), gives_up(3)), (false, true));
    }
}
