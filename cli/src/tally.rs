//! What became of the users, counted: the table at the end and the exit status are made of it.

use std::collections::BTreeMap;

use graph_invalidate::{Outcome, Status};

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
}

impl Tally {
    /// Counts the end of a user.
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        if outcome.status == Status::Unprotected {
            return;
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

    /// How the command ends after these users, and after what ended the whole run, where something did.
    pub(crate) fn exit_status(&self, ended_by: Option<Status>) -> ExitStatus {
        let failures = self.failures.keys().copied().chain(ended_by);
        ExitStatus::after(self.done, failures)
    }
}
