//! What a journal says of a run that goes on: who was accepted, who is still open, and whether it is the same run at
//! all.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::selection::{Chosen, Selection, SelectionSummary};
use crate::status::Status;

use super::line::{Line, OutcomeLine, RunLine};
use crate::run::keys::{Fingerprint, Fingerprints};
use crate::run::options::RunMode;

/// What is known of a user from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acceptance {
    /// The service's clock when it accepted.
    pub(crate) at: Option<Timestamp>,
    pub(crate) verified: bool,
    /// The same for all names of one account.
    pub(crate) account: u32,
}

/// One account that was accepted, under whichever names.
#[derive(Debug)]
struct Account {
    at: Option<Timestamp>,
    verified: bool,
    /// Itself, or the account that it turned out to be.
    same_as: u32,
}

/// What a journal says, in little memory: fingerprints for those who are done, names for those who are not.
#[derive(Debug, Default)]
pub(crate) struct History {
    names: HashMap<Fingerprint, u32>,
    accounts: Vec<Account>,
    /// Attempted, but not accepted so far.
    pub(crate) open: HashMap<Fingerprint, Box<str>>,
    /// How many accounts were accepted.
    pub(crate) users: u64,
    pub(super) first: Option<RunLine>,
    /// The earliest time of a run that signed users out, or of an acceptance.
    pub(super) begun: Option<Timestamp>,
    /// Whether the last run that signed users out came to the end of its list.
    pub(super) complete: bool,
    signs_out: bool,
    /// Whom the run selected, and how many they are meant to be.
    selected: Chosen,
    selection: Option<SelectionSummary>,
}

impl History {
    pub(crate) fn add(&mut self, line: Line, prints: &Fingerprints) {
        match line {
            Line::Run(line) => {
                self.signs_out = line.mode != RunMode::VerifyJournal.name();
                if self.signs_out {
                    self.complete = false;
                    self.note_time(line.time.parse().ok());
                }
                // A run that was resumed goes on with those that are there, if all of them are.
                if line.selection.is_some() && !self.has_selection() {
                    self.selected = Chosen::default();
                    self.selection.clone_from(&line.selection);
                }
                self.first.get_or_insert(line);
            }
            Line::Outcome(line) => self.add_outcome(&line, prints),
            Line::Selected(line) => {
                if let Ok(id) = Uuid::try_parse(&line.id) {
                    let name = line.user.as_deref().unwrap_or_default();
                    self.selected.push(id, name, line.guest, line.disabled);
                }
            }
            Line::Exclusion(_) | Line::Excluded(_) => {}
            Line::Summary(line) => {
                if self.signs_out {
                    self.complete = line.complete;
                }
            }
        }
    }

    /// Whether everyone whom the run selected is on record. Nobody is sent before.
    fn has_selection(&self) -> bool {
        let users = self.selection.as_ref().map(|it| it.users);
        users == Some(self.selected.len() as u64)
    }

    /// Whom the run selected, where all of them are on record.
    pub(crate) fn take_selection(&mut self) -> Option<Selection> {
        if !self.has_selection() {
            return None;
        }
        Some(Selection::on_record(
            self.selection.take()?,
            std::mem::take(&mut self.selected),
        ))
    }

    /// What the journal says of the user of this name, if it was accepted.
    pub(crate) fn acceptance(&self, name: Fingerprint) -> Option<Acceptance> {
        let account = self.root(*self.names.get(&name)?);
        let known = self.accounts.get(account as usize)?;
        Some(Acceptance {
            at: known.at,
            verified: known.verified,
            account,
        })
    }

    fn add_outcome(&mut self, line: &OutcomeLine, prints: &Fingerprints) {
        let name = prints.of(&line.user);
        let is = |status: Status| line.status == status.name();
        let date: Option<Timestamp> = line
            .server_date
            .as_deref()
            .and_then(|date| date.parse().ok());
        if is(Status::Ok) {
            self.note_time(date.or_else(|| line.time.parse().ok()));
            let account = self.account_of(name);
            if let Some(account) = self.accounts.get_mut(account as usize) {
                // It moved the cut-off: what was verified before says nothing of it.
                (account.at, account.verified) = (date, false);
            }
        } else if is(Status::Verified) {
            // A verification is worth as much as the acceptance that it proves.
            let known = self.acceptance(name).is_some();
            let account = self.account_of(name);
            if let Some(account) = self.accounts.get_mut(account as usize) {
                account.verified = true;
                if !known {
                    account.at = date;
                }
            }
        } else if self.acceptance(name).is_none() {
            self.open.insert(name, line.user.as_str().into());
        }
        // An object id is the same user under another name.
        if let (Some(id), true) = (&line.id, self.names.contains_key(&name)) {
            self.join(name, prints.of(id));
        }
        if self.names.contains_key(&name) {
            self.open.remove(&name);
        }
    }

    fn note_time(&mut self, time: Option<Timestamp>) {
        self.begun = match (self.begun, time) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn root(&self, mut account: u32) -> u32 {
        while let Some(known) = self.accounts.get(account as usize)
            && known.same_as != account
        {
            account = known.same_as;
        }
        account
    }

    /// The account of this name: a new one where nobody is known under it.
    fn account_of(&mut self, name: Fingerprint) -> u32 {
        if let Some(account) = self.names.get(&name) {
            return self.root(*account);
        }
        let account = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        self.accounts.push(Account {
            at: None,
            verified: false,
            same_as: account,
        });
        self.names.insert(name, account);
        self.users += 1;
        account
    }

    /// Two names are those of one account.
    fn join(&mut self, name: Fingerprint, id: Fingerprint) {
        let Some(account) = self.names.get(&name).map(|account| self.root(*account)) else {
            return;
        };
        let Some(other) = self.names.get(&id).map(|account| self.root(*account)) else {
            self.names.insert(id, account);
            return;
        };
        if account == other {
            return;
        }
        let Some((at, verified)) = self
            .accounts
            .get(other as usize)
            .map(|it| (it.at, it.verified))
        else {
            return;
        };
        if let Some(kept) = self.accounts.get_mut(account as usize) {
            // The later acceptance is the one to be proved.
            kept.verified = match kept.at.cmp(&at) {
                std::cmp::Ordering::Less => verified,
                std::cmp::Ordering::Equal => kept.verified || verified,
                std::cmp::Ordering::Greater => kept.verified,
            };
            kept.at = kept.at.max(at);
        }
        if let Some(joined) = self.accounts.get_mut(other as usize) {
            joined.same_as = account;
        }
        self.users -= 1;
    }

    /// Whether the caller of the journal's first run is this one: "me" is another user in another's journal.
    pub(crate) fn is_callers_own(&self, caller: Option<&str>) -> bool {
        let first = self.first.as_ref().and_then(|line| line.caller.as_deref());
        first.is_none() || caller.is_none() || first == caller
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ID: &str = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";

    fn outcome(user: &str, id: Option<&str>, status: &str, second: u32) -> Line {
        Line::Outcome(OutcomeLine {
            user: user.to_owned(),
            id: id.map(str::to_owned),
            status: status.to_owned(),
            server_date: Some(format!("2026-11-25T10:00:{second:02}Z")),
            ..OutcomeLine::default()
        })
    }

    #[test]
    fn an_account_under_two_names_is_one_as_soon_as_its_id_is_known() {
        let prints = Fingerprints::default();
        let mut history = History::default();
        history.add(outcome("a@b", None, "accepted", 1), &prints);
        history.add(outcome(ID, None, "accepted", 5), &prints);
        assert_eq!(history.users, 2, "nobody can know yet");
        history.add(outcome("a@b", Some(ID), "verified", 9), &prints);
        assert_eq!(history.users, 1);
        let [by_name, by_id] = ["a@b", ID].map(|name| history.acceptance(prints.of(name)).unwrap());
        assert_eq!(by_name, by_id);
        // It was the first acceptance that was verified; the cut-off must lie at the second.
        assert!(!by_name.verified);
        assert_eq!(by_name.at, Some("2026-11-25T10:00:05Z".parse().unwrap()));
        history.add(outcome(ID, Some(ID), "verified", 9), &prints);
        assert!(history.acceptance(prints.of("a@b")).unwrap().verified);
        history.add(outcome("a@b", None, "accepted", 20), &prints);
        let again = history.acceptance(prints.of(ID)).unwrap();
        assert_eq!(again.at, Some("2026-11-25T10:00:20Z".parse().unwrap()));
        assert!(!again.verified, "the proof is of an earlier acceptance");
    }

    #[test]
    fn a_verification_makes_a_journal_no_younger() {
        let prints = Fingerprints::default();
        let mut history = History::default();
        let run = |time: &str, mode: &str| {
            let mut line = RunLine::default();
            (line.time, line.mode) = (time.to_owned(), mode.to_owned());
            Line::Run(line)
        };
        history.add(run("2026-11-25T10:00:00Z", "invalidate"), &prints);
        history.add(outcome("a@b", None, "accepted", 1), &prints);
        history.add(run("2026-11-28T10:00:00Z", "verify_journal"), &prints);
        assert_eq!(history.begun, Some("2026-11-25T10:00:00Z".parse().unwrap()));
        assert!(!history.complete, "only a run of a list can be complete");
    }
}
