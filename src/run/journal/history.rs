//! What a journal says of a run that goes on: who was accepted, who is still open, and whether it is the same run at all.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::status::Status;

use super::line::{Line, OutcomeLine, RunLine};
use crate::run::keys::{Fingerprint, Fingerprints};

/// What is known of a user from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acceptance {
    /// The service's clock when it accepted.
    pub(crate) at: Option<Timestamp>,
    pub(crate) verified: bool,
}

/// What a journal says, in little memory: fingerprints for those who are done, names for those who are not.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) accepted: HashMap<Fingerprint, Acceptance>,
    /// Attempted, but not accepted so far.
    pub(crate) open: HashMap<Fingerprint, Box<str>>,
    pub(crate) users: u64,
    pub(super) first: Option<RunLine>,
}

impl History {
    pub(crate) fn add(&mut self, line: Line, prints: &Fingerprints) {
        match line {
            Line::Run(line) => {
                self.first.get_or_insert(line);
            }
            Line::Outcome(line) => self.add_outcome(&line, prints),
            Line::Summary(_) => {}
        }
    }

    fn add_outcome(&mut self, line: &OutcomeLine, prints: &Fingerprints) {
        let print = prints.of(&line.user);
        let known = self.accepted.contains_key(&print);
        let is = |status: Status| line.status == status.name();
        let date = || {
            line.server_date
                .as_deref()
                .and_then(|date| date.parse().ok())
        };
        if is(Status::Ok) {
            let at = date();
            self.accepted.insert(
                print,
                Acceptance {
                    at,
                    verified: false,
                },
            );
            self.open.remove(&print);
        } else if is(Status::Verified) {
            // A verification is worth as much as the acceptance that it proves.
            let at = self
                .accepted
                .get(&print)
                .and_then(|acceptance| acceptance.at);
            self.accepted.insert(
                print,
                Acceptance {
                    at: at.or_else(date),
                    verified: true,
                },
            );
            self.open.remove(&print);
        } else if !known {
            self.open.insert(print, line.user.as_str().into());
        }
        if !known && self.accepted.contains_key(&print) {
            self.users += 1;
        }
        // An object id is the same user under another name.
        if let (Some(id), Some(acceptance)) = (&line.id, self.accepted.get(&print).copied()) {
            self.accepted.entry(prints.of(id)).or_insert(acceptance);
        }
    }

    /// Whether the caller of the journal's first run is this one: "me" is another user in another's journal.
    pub(crate) fn is_callers_own(&self, caller: Option<&str>) -> bool {
        let first = self.first.as_ref().and_then(|line| line.caller.as_deref());
        first.is_none() || caller.is_none() || first == caller
    }
}
