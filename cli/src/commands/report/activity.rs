//! What a run did when: counts over time, in as little memory for a million users as for ten.

use graph_invalidate::{OutcomeLine, Status};
use jiff::Timestamp;

/// Into how many steps a run's time is divided at most.
const STEPS: usize = 120;

/// The statuses by which a service refuses for the moment: too many requests, or no service.
const FOR_THE_MOMENT: [u16; 2] = [429, 503];

/// What happened during one step.
#[derive(Clone, Copy, Default)]
pub(super) struct Step {
    pub(super) accepted: u64,
    pub(super) verified: u64,
    /// Refused for the moment: tried again later.
    pub(super) refused: u64,
    /// Everything else that is no acceptance.
    pub(super) failed: u64,
    /// For how many milliseconds the service had asked to wait.
    pub(super) waited: i64,
}

impl Step {
    pub(super) fn add(&mut self, other: &Step) {
        self.accepted += other.accepted;
        self.verified += other.verified;
        self.refused += other.refused;
        self.failed += other.failed;
        self.waited += other.waited;
    }
}

/// The steps of a run's time, all of the same length, which grows with the run.
pub(super) struct Activity {
    /// When the run began, in milliseconds.
    begin: Option<i64>,
    /// How long a step is, in milliseconds.
    pub(super) length: i64,
    pub(super) steps: Vec<Step>,
    /// Up to when waiting is counted, and until when the service asked to wait.
    waiting: (i64, i64),
}

impl Activity {
    /// A run that begins at this time, as its line says.
    pub(super) fn since(time: &str) -> Activity {
        Activity {
            begin: milliseconds(time),
            length: 1_000,
            steps: Vec::new(),
            waiting: (0, 0),
        }
    }

    /// When the step with this number begins.
    pub(super) fn beginning_of(&self, step: usize) -> Option<Timestamp> {
        let after = i64::try_from(step).ok()?.checked_mul(self.length)?;
        Timestamp::from_millisecond(self.begin?.checked_add(after)?).ok()
    }

    /// Counts one line of the run.
    pub(super) fn take(&mut self, line: &OutcomeLine) {
        let Some(now) = milliseconds(&line.time) else {
            return;
        };
        self.wait_until(now);
        let refused = line
            .http_status
            .is_some_and(|it| FOR_THE_MOMENT.contains(&it));
        let Some(step) = self.step_at(now) else {
            return;
        };
        if line.status == Status::Ok.name() {
            step.accepted += 1;
        } else if line.status == Status::Verified.name() {
            step.verified += 1;
        } else if refused {
            step.refused += 1;
        } else {
            step.failed += 1;
        }
        if let (true, Some(seconds)) = (refused, line.retry_after) {
            let until = now.saturating_add((seconds.clamp(0.0, 1e9) * 1e3) as i64);
            let (from, known) = self.waiting;
            self.waiting = (from.max(now), known.max(until));
        }
    }

    /// Counts the waiting up to now: what lies ahead may be cut short by the end of the run.
    fn wait_until(&mut self, now: i64) {
        let (from, until) = self.waiting;
        let mut at = from;
        while at < until.min(now) {
            let length = self.length;
            let Some(begin) = self.begin else {
                return;
            };
            let end = at + length - (at - begin).max(0).rem_euclid(length);
            let end = end.min(until).min(now);
            let Some(step) = self.step_at(at) else {
                return;
            };
            step.waited += end - at;
            at = end;
        }
        self.waiting.0 = at.max(now);
    }

    /// The step to which a moment belongs; the first one where a clock was set back.
    fn step_at(&mut self, now: i64) -> Option<&mut Step> {
        let after = now.checked_sub(self.begin?)?.max(0);
        let mut number = usize::try_from(after / self.length).ok()?;
        while number >= STEPS {
            self.halve();
            number = usize::try_from(after / self.length).ok()?;
        }
        if number >= self.steps.len() {
            self.steps.resize(number + 1, Step::default());
        }
        self.steps.get_mut(number)
    }

    /// Makes one step of two.
    fn halve(&mut self) {
        self.steps = merged(&self.steps, 2);
        self.length = self.length.saturating_mul(2);
    }
}

/// Makes one step of so many.
pub(super) fn merged(steps: &[Step], of: usize) -> Vec<Step> {
    let sum = |steps: &[Step]| {
        let mut sum = Step::default();
        steps.iter().for_each(|step| sum.add(step));
        sum
    };
    steps.chunks(of.max(1)).map(sum).collect()
}

fn milliseconds(time: &str) -> Option<i64> {
    time.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_millisecond)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn line(second: i64, status: &str, retry_after: Option<f64>) -> OutcomeLine {
        let mut line = OutcomeLine::default();
        line.time = Timestamp::from_second(1_800_000_000 + second)
            .unwrap()
            .to_string();
        line.status = status.to_owned();
        line.retry_after = retry_after;
        line.http_status = retry_after.map(|_| 429);
        line
    }

    fn begun() -> Activity {
        Activity::since(&Timestamp::from_second(1_800_000_000).unwrap().to_string())
    }

    #[test]
    fn a_long_run_has_as_few_steps_as_a_short_one_and_nobody_is_lost() {
        let mut activity = begun();
        for second in 0..100_000 {
            activity.take(&line(second, Status::Ok.name(), None));
        }
        assert!(activity.steps.len() <= STEPS);
        assert_eq!(
            activity.steps.iter().map(|it| it.accepted).sum::<u64>(),
            100_000
        );
        assert_eq!(activity.steps[0].accepted, 1_024);
    }

    #[test]
    fn waiting_is_counted_where_it_happened_once_and_not_beyond_the_end() {
        let mut activity = begun();
        activity.take(&line(0, "throttled", Some(4.0)));
        activity.take(&line(1, "throttled", Some(3.0)));
        activity.take(&line(6, Status::Ok.name(), None));
        activity.take(&line(7, "throttled", Some(600.0)));
        activity.take(&line(9, Status::Ok.name(), None));
        let waited: Vec<i64> = activity.steps.iter().map(|it| it.waited).collect();
        assert_eq!(
            waited,
            [1_000, 1_000, 1_000, 1_000, 0, 0, 0, 1_000, 1_000, 0]
        );
        assert_eq!(activity.steps.iter().map(|it| it.refused).sum::<u64>(), 3);
    }

    #[test]
    fn a_clock_that_was_set_back_and_a_time_that_is_none_harm_nothing() {
        let mut activity = begun();
        activity.take(&line(-3_600, Status::Ok.name(), None));
        let mut no_time = line(0, Status::Ok.name(), None);
        no_time.time = "yesterday".to_owned();
        activity.take(&no_time);
        activity.take(&line(300_000_000, "verified", None));
        assert_eq!(activity.steps[0].accepted, 1);
        assert_eq!(activity.steps.last().unwrap().verified, 1);
        assert!(Activity::since("").beginning_of(0).is_none());
    }
}
