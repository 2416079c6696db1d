//! The end of the run: whom it leaves behind, and why.

use std::time::Instant;

use super::State;
use crate::outcome::Error;
use crate::run::described::Roles;
use crate::run::intake::Arrival;
use crate::run::item::{Item, Task};
use crate::run::journal::{Record, SummaryLine};
use crate::run::next_step::planned;
use crate::run::reason::{EndReason, Ended};
use crate::status::Status;

impl State {
    /// `without_token` is why a token is needed, where one is.
    pub(in crate::run) fn finish(mut self, ended: Ended, without_token: Option<Status>) {
        let now = Instant::now();
        let reason = self.reason(&ended, without_token);
        let failure = match ended {
            Ended::Done | Ended::Cancelled => None,
            Ended::Failed(failure) => failure,
            Ended::DeadlinePassed => Some(
                Error::new(Status::DeadlineExceeded, "The run's deadline has passed.")
                    .hint("Begin it again, or resume it with its journal, and allow more time."),
            ),
        };
        if failure.is_some() {
            // Whoever was attempted has an outcome, although another attempt was meant to follow.
            let waiting: Vec<Item> = self.queue.drain_again().collect();
            for mut item in waiting {
                if item.task == Task::DescribeRoles {
                    self.end_user(planned(item, &Roles::Unknown));
                    continue;
                }
                match item.last.take() {
                    Some(outcome) if item.is_verification() => self.end_verification(outcome),
                    Some(outcome) => self.end_user(outcome),
                    None => self.queue.push_again(item, now),
                }
            }
        }
        self.count_the_rest(now);
        self.show_progress(now);
        let (reason, status) = reason;
        let progress = self.exchange.progress();
        let summary = SummaryLine::of(&progress, reason, status);
        self.recorder.summary(summary);
        let unrecorded = self.recorder.finish();
        self.take_back_unrecorded(&unrecorded, now);
        self.exchange.finish(failure);
    }

    /// Why the run ends, and with which status where it is no good end.
    fn reason(&self, ended: &Ended, without_token: Option<Status>) -> (EndReason, Option<Status>) {
        let status = match ended {
            Ended::Done if self.exchange.has_input_failed() => return (EndReason::List, None),
            Ended::Done => return (EndReason::Complete, None),
            // Whoever gives up while a token is needed has none.
            Ended::Cancelled => without_token.unwrap_or(Status::Cancelled),
            // The journal's failure is known to the exchange alone.
            Ended::Failed(failure) => failure
                .as_ref()
                .map_or(Status::JournalFailed, Error::status),
            Ended::DeadlinePassed => Status::DeadlineExceeded,
        };
        (EndReason::of(status), Some(status))
    }

    /// Whoever the run had not come to is told apart by what the journal says: a run that ended early does not forget
    /// whom an earlier part of it signed out.
    fn count_the_rest(&mut self, now: Instant) {
        for key in self.feed.rest() {
            match self.intake.take(key) {
                Arrival::Duplicate => self.progress.duplicates += 1,
                Arrival::Excluded { .. } => self.progress.excluded += 1,
                Arrival::AcceptedBefore | Arrival::Unprovable(_) => {
                    self.progress.accepted_before += 1;
                }
                Arrival::New(item) if item.is_verification() => {
                    self.progress.accepted_before += 1;
                    self.queue.push_again(item, now);
                }
                Arrival::New(_) | Arrival::Own(_) | Arrival::Refused(_) | Arrival::Named(_) => {
                    self.left += 1;
                }
            }
        }
    }

    /// What did not reach the journal is not known: resuming sends those users again, and the totals agree with the
    /// record.
    fn take_back_unrecorded(&mut self, records: &[Record], now: Instant) {
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
        self.show_progress(now);
    }
}
