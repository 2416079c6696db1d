//! How it ends: for one user, and for the run.

use std::time::{Duration, Instant};

use super::described::Roles;
use super::engine::Engine;
use super::item::{Item, Task};
use super::journal::SummaryLine;
use super::options::RunMode;
use crate::cut_off;
use crate::outcome::{Error, Outcome, now as clock, rfc3339};
use crate::status::Status;

/// The service needs a moment to show what it has done.
const FIRST_LOOK: Duration = Duration::from_millis(200);

/// How a run ends.
#[derive(Clone, Copy)]
pub(super) enum Ended {
    Done,
    Cancelled,
    DeadlinePassed,
    Failed,
}

impl Engine {
    /// Users leave, or come back. Whoever is read to be verified is counted as accepted already.
    pub(super) fn count_on_the_way(&mut self, items: &[Item], change: fn(u64, u64) -> u64) {
        for item in items {
            match item.task {
                Task::Invalidate | Task::Describe | Task::DescribeRoles => {
                    self.progress.in_flight = change(self.progress.in_flight, 1);
                }
                Task::Verify { .. } => self.being_read = change(self.being_read, 1),
                Task::ResolveExclusion => {}
            }
        }
    }

    /// The end of what was asked about a user.
    pub(super) fn end(&mut self, task: Task, outcome: Box<Outcome>) {
        match task {
            Task::Verify { .. } => self.end_verification(outcome),
            _ => self.end_user(outcome),
        }
    }

    /// The end of a user who was accepted, verified or not.
    fn end_verification(&mut self, mut outcome: Box<Outcome>) {
        if outcome.status == Status::Verified {
            self.progress.verified += 1;
        } else {
            self.progress.unverified += 1;
            if self.options.mode == RunMode::Invalidate {
                // The status of a user tells first whether the service accepted.
                cut_off::describe_unverified(&mut outcome);
            }
        }
        self.recorder.end_user(outcome);
    }

    /// A user's end: counted, recorded, and handed out.
    pub(super) fn end_user(&mut self, outcome: Box<Outcome>) {
        if outcome.status.is_failure() {
            self.progress.failed += 1;
        } else if outcome.status == Status::Planned {
            self.progress.planned += 1;
        }
        self.recorder.end_user(outcome);
    }

    /// A new acceptance: it is recorded at once, and handed out unless it is verified first.
    pub(super) fn accept(&mut self, item: &Item, outcome: Box<Outcome>, now: Instant) {
        self.progress.accepted += 1;
        self.permission_refusals = 0;
        self.done_meter.count(1, now);
        if !self.options.verify {
            self.recorder.end_user(outcome);
            return;
        }
        let not_before = outcome.server_date.unwrap_or_else(crate::outcome::now);
        self.recorder.attempt(outcome);
        let item = Item::new(item.user.clone(), Task::Verify { not_before });
        self.queue.push_again(item, now + FIRST_LOOK);
    }

    pub(super) fn finish(mut self, ended: Ended) {
        let failure = match ended {
            Ended::Done | Ended::Cancelled => None,
            Ended::Failed => self.failure.take(),
            Ended::DeadlinePassed => Some(
                Error::new(Status::DeadlineExceeded, "The run's deadline has passed.")
                    .hint("Begin it again, or resume it with its journal, and allow more time."),
            ),
        };
        if failure.is_some() {
            // Whoever was attempted has an outcome, although another attempt was meant to follow.
            let waiting: Vec<Item> = self.queue.drain_again().collect();
            for mut item in waiting {
                match item.last.take() {
                    Some(outcome) if item.task == Task::DescribeRoles => {
                        item.last = Some(outcome);
                        self.end_description(item, &Roles::Unknown);
                    }
                    Some(outcome) => self.end(item.task, outcome),
                    None => self.queue.push_again(item, Instant::now()),
                }
            }
        }
        self.show();
        let progress = self.exchange.progress();
        let reason = match ended {
            Ended::Done => None,
            Ended::Cancelled => Some(Status::Cancelled),
            Ended::Failed | Ended::DeadlinePassed => failure.as_ref().map(Error::status),
        };
        self.recorder.summary(SummaryLine {
            time: rfc3339(clock()),
            complete: matches!(ended, Ended::Done),
            reason: reason.map(|status| status.name().to_owned()),
            accepted: progress.accepted,
            verified: progress.verified,
            unverified: progress.unverified,
            failed: progress.failed,
            accepted_before: progress.accepted_before,
            excluded: progress.excluded,
            duplicates: progress.duplicates,
            in_flight: progress.in_flight,
            never_attempted: progress.never_attempted,
            ..SummaryLine::default()
        });
        self.recorder.finish();
        self.exchange.finish(failure);
    }
}
