//! How fast users go out: a token bucket that learns from refusals.
//!
//! It starts with the quota that the service publishes (3,000 writes per 150 s for one application in one tenant,
//! <https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits>) or with the caller's rate.
//! The first refusal shows that the real quota is another one. From then on the rate is measured: between two refusals
//! the service let through what its quota refilled. Each measurement is longer than the one before, so the rate closes
//! in on the quota from both sides and stays just below it.

use std::time::{Duration, Instant};

use crate::call::retry::Backoff;

/// The published quota for writes: what a full bucket holds, and its refill a second.
const PUBLISHED_WRITES: (f64, f64) = (3_000.0, 20.0);

/// The published quota for reads, in a small tenant.
const PUBLISHED_READS: (f64, f64) = (3_500.0, 350.0);

/// The largest part that is sent at once when the bucket is nearly empty.
const LARGEST_PART: f64 = 20.0;

/// Kept unspent after a refusal: a small error of the rate then takes this much longer to show, and to be measured.
const RESERVE: f64 = 3.0;

/// With fewer users between two refusals than these, the rate is a guess.
const FEW: f64 = 16.0;

/// From so many users between two refusals on the rate is known well enough to stay below it.
const LEARNED: f64 = 200.0;

/// A rate that was learned is tried a little faster after so long without a refusal.
const PROBE_AFTER: Duration = Duration::from_secs(60);

/// Slower than any quota: a measurement that says less was disturbed.
const SLOWEST: f64 = 0.05;

/// From this usage of the quota on the service warns, and the pace slows down.
const WARNING: f64 = 0.8;

/// How long a warning counts.
const WARNING_LASTS: Duration = Duration::from_secs(3);

/// How fast the caller wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Rate {
    /// As fast as the service's published quota allows: 3,000 users at once, then 20 a second.
    #[default]
    PublishedQuota,
    /// So many users a second, with a burst of one second.
    PerSecond(f64),
    /// No pacing of our own. What the service asks to wait is obeyed all the same.
    Unlimited,
}

/// What may go out now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Allowance {
    /// So many users.
    Go(usize),
    /// None before this time.
    Wait(Instant),
}

/// A bucket of permissions to send, shared by all connections.
#[derive(Debug)]
pub(crate) struct Pacing {
    limited: bool,
    /// What the caller or the published quota allows: never exceeded.
    ceiling: f64,
    rate: f64,
    capacity: f64,
    level: f64,
    /// Unknown until the first answer: a full bucket does not refill, and the service's own is full until then.
    filled: Option<Instant>,
    paused_until: Option<Instant>,
    /// When the last refusal came that was no echo of one before.
    refused_at: Option<Instant>,
    refusals_in_a_row: u32,
    measurement: Option<Measurement>,
    seeking: Option<f64>,
    warning: Option<Warning>,
    probe_at: Option<Instant>,
}

/// What went through since the last refusal.
#[derive(Debug)]
struct Measurement {
    /// When the service refused.
    refused_at: Instant,
    /// When it said that it would accept again.
    opened_at: Instant,
    /// How many it refused then: some services count those too.
    refused: f64,
    accepted: f64,
    /// How many went through in the measurement before.
    before: f64,
}

/// The service says that the quota is nearly used up.
#[derive(Debug)]
struct Warning {
    /// The rate at which users went through when the first warning came.
    rate_before: f64,
    rate: f64,
    level: f64,
    filled: Instant,
    until: Instant,
}

impl Pacing {
    /// For requests that write.
    pub(crate) fn of_writes(rate: Rate) -> Pacing {
        match rate {
            Rate::PublishedQuota => Pacing::new(PUBLISHED_WRITES, true),
            Rate::PerSecond(rate) => Pacing::new((rate.max(1.0), rate), true),
            Rate::Unlimited => Pacing::new((f64::INFINITY, f64::INFINITY), false),
        }
    }

    /// For requests that read: they have a quota of their own.
    pub(crate) fn of_reads() -> Pacing {
        Pacing::new(PUBLISHED_READS, true)
    }

    fn new((capacity, rate): (f64, f64), limited: bool) -> Pacing {
        Pacing {
            limited,
            ceiling: rate,
            rate,
            capacity,
            level: capacity,
            filled: None,
            paused_until: None,
            refused_at: None,
            refusals_in_a_row: 0,
            measurement: None,
            seeking: None,
            warning: None,
            probe_at: None,
        }
    }

    /// How many of `wanted` users may go out now.
    pub(crate) fn allowance(&mut self, wanted: usize, now: Instant) -> Allowance {
        if let Some(until) = self.paused_until {
            if now < until {
                return Allowance::Wait(until);
            }
            self.paused_until = None;
        }
        if !self.limited {
            return Allowance::Go(wanted);
        }
        self.refill(now);
        let wanted_number = wanted as f64;
        if let Some(part) = self.seeking {
            // One part at a time: the next one when this one is answered.
            return match self.level >= 1.0 {
                true => Allowance::Go(part.min(wanted_number) as usize),
                false => Allowance::Wait(now + Duration::from_secs(1)),
            };
        }
        let own = (self.level, self.rate);
        let (level, rate) = match &self.warning {
            Some(warning) if warning.level < own.0 => (warning.level, warning.rate),
            _ => own,
        };
        // Near the edge users go out in parts of a second's worth, not one by one; and in smaller ones as long as the
        // rate is a guess, since a whole part may be refused.
        let trusted = self
            .measurement
            .as_ref()
            .map_or(LARGEST_PART, |measurement| {
                (measurement.before / 2.0).clamp(1.0, LARGEST_PART)
            });
        let part = rate.clamp(1.0, trusted).min(wanted_number);
        if level >= part {
            let most = if trusted < LARGEST_PART {
                trusted
            } else {
                wanted_number
            };
            return Allowance::Go(level.min(wanted_number).min(most) as usize);
        }
        Allowance::Wait(
            now + Duration::from_secs_f64(((part - level) / rate).clamp(0.001, 3_600.0)),
        )
    }

    /// Takes what was allowed.
    pub(crate) fn spend(&mut self, users: usize) {
        self.level -= users as f64;
        if self.seeking.is_some() {
            self.level = 0.0;
        }
        if let Some(warning) = &mut self.warning {
            warning.level -= users as f64;
        }
    }

    /// The service let so many users of a request through that was sent at this time.
    pub(crate) fn accepted(&mut self, users: usize, sent_at: Instant, now: Instant) {
        if users == 0 {
            return;
        }
        self.refusals_in_a_row = 0;
        if !self.limited {
            return;
        }
        self.filled.get_or_insert(now);
        if self.was_sent_before_refusal(sent_at) {
            // It belongs to no measurement.
            return;
        }
        if let Some(part) = self.seeking {
            self.level = 1.0;
            self.seeking = Some(part * 2.0).filter(|part| *part <= LARGEST_PART);
            if self.seeking.is_none() {
                self.level = 0.0;
                self.rate = self.ceiling;
            }
        }
        let Some(measurement) = &mut self.measurement else {
            return;
        };
        measurement.accepted += users as f64;
        let known = measurement.before >= LEARNED;
        let far_beyond = measurement.accepted >= 4.0 * measurement.before.max(4.0);
        if known {
            if self.probe_at.is_some_and(|at| now >= at) {
                self.rate = (self.rate * 1.01).min(self.ceiling);
                self.probe_at = Some(now + PROBE_AFTER);
            }
        } else if far_beyond && self.seeking.is_none() {
            let growth = if measurement.before < FEW { 1.5 } else { 1.1 };
            measurement.before = measurement.accepted;
            self.rate = (self.rate * growth).min(self.ceiling);
        }
    }

    /// The service refused so many users of a request that was sent at this time, and asked to wait.
    pub(crate) fn refused(
        &mut self,
        users: usize,
        wait: Option<Duration>,
        sent_at: Instant,
        now: Instant,
    ) {
        let same_event = self.was_sent_before_refusal(sent_at);
        if !same_event {
            self.refusals_in_a_row = self.refusals_in_a_row.saturating_add(1);
        }
        let own = now + Backoff::OF_QUOTA.pause(self.refusals_in_a_row);
        // What the service says is when its quota opens again, and the quota refills while our own pause goes on.
        let opens = wait.map_or(own, |wait| now + wait);
        self.hold_until(own.max(opens));
        if same_event {
            if let Some(measurement) = &mut self.measurement {
                measurement.refused += users as f64;
                measurement.opened_at = measurement.opened_at.max(opens);
            }
        } else {
            self.refused_at = Some(now);
            // From now on the rate is measured, which is better than a warning.
            self.warning = None;
            if self.limited {
                self.measure(users as f64, opens, now);
            }
        }
        self.filled = Some(self.filled.map_or(opens, |filled| filled.max(opens)));
        self.probe_at = Some(opens + PROBE_AFTER);
    }

    /// A request came back that was sent at this time, and told nothing of the quota: its users were unknown, the token
    /// was refused, there was no answer. What it took comes back with time all the same, and where one part goes at a
    /// time the next one may go.
    pub(crate) fn told_nothing(&mut self, sent_at: Instant, now: Instant) {
        self.filled.get_or_insert(now);
        if self.seeking.is_some() && !self.was_sent_before_refusal(sent_at) {
            self.level = self.level.max(1.0);
        }
    }

    /// Whether a request was under way already when the service refused: it tells nothing new.
    fn was_sent_before_refusal(&self, sent_at: Instant) -> bool {
        self.refused_at
            .is_some_and(|refused_at| sent_at <= refused_at)
    }

    /// Reads the rate off what went through since the refusal before, and begins to measure anew.
    fn measure(&mut self, refused: f64, until: Instant, now: Instant) {
        let seconds = |from: Instant| now.saturating_duration_since(from).as_secs_f64().max(1e-3);
        let mut before = 0.0;
        match &self.measurement {
            // The first refusal says only that the quota is another one: look for it in small parts.
            None => {
                self.seeking = Some(1.0);
                self.level = 1.0;
                self.capacity = LARGEST_PART;
            }
            Some(last) if last.accepted < 1.0 => {
                self.rate = (self.rate / 2.0).max(SLOWEST);
                self.level = 1.0;
            }
            Some(last) => {
                // Two readings. Where the wait was longer than needed the second is too high; where refusals count as
                // well the first is exact. The lower one is right, or high by what was refused.
                let since_refusal = (last.accepted + last.refused) / seconds(last.refused_at);
                // A short measurement may be one user off: it is better read too high, which the next one mends soon.
                let left_over = if last.accepted < FEW { 0.0 } else { 1.0 };
                let since_opening = (last.accepted - left_over) / seconds(last.opened_at);
                let mut rate = since_refusal.min(since_opening);
                before = last.accepted;
                if before >= LEARNED {
                    // It was read one user too low already; the rest is for what the network delays.
                    rate *= 1.0 - 0.5 / before;
                }
                self.rate = rate.clamp(SLOWEST, self.ceiling);
                self.seeking = None;
                self.level = 1.0 - RESERVE;
                self.capacity = self.rate.max(LARGEST_PART);
            }
        }
        self.measurement = Some(Measurement {
            refused_at: now,
            opened_at: until,
            refused,
            accepted: 0.0,
            before,
        });
    }

    /// The service says which part of the quota is used: above 0.8 the pace goes down with what is left, as long as
    /// nothing better is known.
    pub(crate) fn used(&mut self, part: f64, recent_rate: f64, now: Instant) {
        let measured = self.measurement.is_some();
        if measured || !self.limited || part < WARNING || part.is_nan() {
            return;
        }
        let rate_before = match &self.warning {
            Some(warning) => warning.rate_before,
            None => recent_rate.max(1.0),
        };
        let rate = (rate_before * (1.0 - part) / (1.0 - WARNING)).max(1.0);
        let (level, filled) = match &self.warning {
            Some(warning) => (warning.level.min(rate), warning.filled),
            None => (0.0, now),
        };
        self.warning = Some(Warning {
            rate_before,
            rate,
            level,
            filled,
            until: now + WARNING_LASTS,
        });
    }

    /// How long the service still wants nothing to be sent.
    pub(crate) fn pause_left(&self, now: Instant) -> Option<Duration> {
        let left = self.paused_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Lets nothing out before this time, without learning anything: for a network that is away.
    pub(crate) fn hold_until(&mut self, time: Instant) {
        self.paused_until = Some(self.paused_until.map_or(time, |paused| paused.max(time)));
    }

    /// How long so many users will take, by what is known of the quota.
    pub(crate) fn time_for(&self, users: u64, now: Instant) -> Duration {
        let pause = self.pause_left(now).unwrap_or_default();
        if !self.limited || self.rate.is_infinite() {
            return pause;
        }
        let beyond = (users as f64 - self.level.max(0.0)).max(0.0);
        pause + Duration::try_from_secs_f64(beyond / self.rate).unwrap_or(Duration::MAX)
    }

    /// Users a second in the long run.
    pub(crate) fn pace(&self) -> f64 {
        self.rate
    }

    fn refill(&mut self, now: Instant) {
        if let Some(filled) = self.filled {
            let elapsed = now.saturating_duration_since(filled).as_secs_f64();
            if self.seeking.is_none() {
                self.level = (self.level + elapsed * self.rate).min(self.capacity);
            }
            self.filled = Some(filled.max(now));
        }
        if let Some(warning) = &mut self.warning {
            let elapsed = now.saturating_duration_since(warning.filled).as_secs_f64();
            warning.level = (warning.level + elapsed * warning.rate).min(warning.rate.max(1.0));
            warning.filled = now;
            if now >= warning.until {
                self.warning = None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
