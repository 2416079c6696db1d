//! What became of the users, counted: the table at the end and the exit status are made of it.

use std::collections::BTreeMap;

use graph_invalidate::{EndReason, FailureKind, Outcome, Progress, Status, SummaryLine};

use crate::exit_status::ExitStatus;

/// How many failed for one reason, and what to do about it.
#[derive(Debug, Default)]
pub(crate) struct Reason {
    pub(crate) users: u64,
    pub(crate) hint: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Whether anything was done that stays done, a user accepted whose verification failed included.
    pub(crate) done: bool,
    pub(crate) failures: BTreeMap<Status, Reason>,
    accepted: u64,
    verified: u64,
    unverified: u64,
    failed: u64,
    /// The last one's status.
    last: Option<Status>,
}

impl Tally {
    /// Counts the end of a user.
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        if matches!(
            outcome.status,
            Status::Unprotected | Status::SelectionRemark
        ) {
            return;
        }
        self.last = Some(outcome.status);
        match outcome.status {
            Status::Ok => self.accepted += 1,
            Status::Verified => {
                self.accepted += 1;
                self.verified += 1;
            }
            Status::NotVerified => {
                self.accepted += 1;
                self.unverified += 1;
            }
            status => self.failed += u64::from(status.is_failure()),
        }
        if !outcome.status.is_failure() {
            self.done = true;
            return;
        }
        let reason = self.failures.entry(outcome.status).or_default();
        reason.users += 1;
        if reason.hint.is_none() {
            reason.hint.clone_from(&outcome.hint);
        }
    }

    /// The summary of calls that were made one by one; `left` users had none.
    pub(crate) fn summary(&self, signs_out: bool, left: u64) -> SummaryLine {
        let mut progress = Progress::default();
        progress.accepted = if signs_out { self.accepted } else { 0 };
        progress.verified = self.verified;
        progress.unverified = self.unverified;
        progress.failed = self.failed;
        progress.never_attempted = left;
        let ended_by = self.last.filter(|status| {
            left > 0
                || matches!(
                    status.failure(),
                    Some(
                        FailureKind::Token
                            | FailureKind::Network
                            | FailureKind::Run
                            | FailureKind::Internal
                    )
                )
        });
        let reason = ended_by.map_or(EndReason::Complete, EndReason::of);
        SummaryLine::of(&progress, reason, ended_by)
    }

    /// How the command ends after these users, and after what ended the whole run, where something did.
    pub(crate) fn exit_status(&self, ended_by: Option<Status>) -> ExitStatus {
        let failures = self.failures.keys().copied().chain(ended_by);
        ExitStatus::after(self.done, failures)
    }
}
