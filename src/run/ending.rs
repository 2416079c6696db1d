//! How it ends: for one user, and for the run.

use std::time::{Duration, Instant};

use super::described::Roles;
use super::engine::Engine;
use super::intake::Arrival;
use super::item::{Item, Task};
use super::journal::{Record, SummaryLine};
use super::options::RunMode;
use super::reason::EndReason;
use crate::cut_off;
use crate::outcome::{Error, Outcome};
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
        self.permission_refusals = 0;
        self.done_meter.count(1, now);
        if self.intake.is_counted(&item.user) {
            // It went out before anybody knew that its account is there under another name, too.
            self.progress.duplicates += 1;
            self.recorder.attempt(outcome);
            return;
        }
        self.progress.accepted += 1;
        if !self.options.verify {
            self.recorder.end_user(outcome);
            return;
        }
        let accepted_at = outcome.server_date;
        self.recorder.attempt(outcome);
        let Some(not_before) = accepted_at else {
            // The local clock is no proof of what the service's did.
            self.progress.unverified += 1;
            self.recorder
                .end_user(cut_off::unprovable(item.user.text()));
            return;
        };
        let task = Task::Verify {
            not_before,
            on_record: false,
        };
        let item = Item::new(item.user.clone(), task);
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
        self.count_the_rest();
        self.show();
        let (reason, status) = self.reason(ended, failure.as_ref());
        let progress = self.exchange.progress();
        let summary = SummaryLine::of(&progress, reason, status);
        self.recorder.summary(summary);
        let unrecorded = self.recorder.finish();
        self.take_back_unrecorded(&unrecorded);
        self.exchange.finish(failure);
    }

    /// Why the run ends, and with which status where it is no good end.
    fn reason(&self, ended: Ended, failure: Option<&Error>) -> (EndReason, Option<Status>) {
        let status = match ended {
            Ended::Done if self.exchange.has_input_failed() => return (EndReason::List, None),
            Ended::Done => return (EndReason::Complete, None),
            // Whoever gives up while a token is needed has none.
            Ended::Cancelled => match self.tokens.needed() {
                Some(needed) => needed.why.status,
                None => Status::Cancelled,
            },
            // The journal's failure is known to the exchange alone.
            Ended::Failed => failure.map_or(Status::JournalFailed, Error::status),
            Ended::DeadlinePassed => Status::DeadlineExceeded,
        };
        (EndReason::of(status), Some(status))
    }

    /// Whoever the run had not come to is told apart by what the journal says: a run that ended early does not forget whom an
    /// earlier part of it signed out.
    fn count_the_rest(&mut self) {
        for key in self.feed.rest() {
            match self.intake.take(key) {
                Arrival::Duplicate => self.progress.duplicates += 1,
                Arrival::Excluded { .. } => self.progress.excluded += 1,
                Arrival::AcceptedBefore | Arrival::Unprovable(_) => {
                    self.progress.accepted_before += 1;
                }
                Arrival::New(item) if item.is_verification() => {
                    self.progress.accepted_before += 1;
                    self.queue.push_again(item, Instant::now());
                }
                Arrival::New(_) | Arrival::Own(_) | Arrival::Refused(_) => self.left += 1,
            }
        }
    }

    /// What did not reach the journal is not known: resuming sends those users again, and the totals agree with the record.
    fn take_back_unrecorded(&mut self, records: &[Record]) {
        if records.is_empty() {
            return;
        }
        let progress = &mut self.progress;
        let less = |count: &mut u64| *count = count.saturating_sub(1);
        for record in records {
            let (outcome, is_end) = match record {
                Record::Attempt(outcome) => (outcome, false),
                Record::Final(outcome) => (outcome, true),
                Record::Exclusion(_) | Record::Excluded(_) | Record::Summary(_) => continue,
            };
            match (outcome.status, is_end) {
                (Status::Ok, _) => {
                    less(&mut progress.accepted);
                    progress.in_flight += 1;
                }
                (Status::Verified, true) => {
                    less(&mut progress.verified);
                    self.being_read += 1;
                }
                (Status::NotVerified, true) => {
                    less(&mut progress.unverified);
                    self.being_read += 1;
                }
                (status, true) if status.is_failure() => {
                    less(&mut progress.failed);
                    match outcome.attempts {
                        0 => self.left += 1,
                        _ => progress.in_flight += 1,
                    }
                }
                _ => {}
            }
        }
        self.show();
    }
}
