//! Users who must never be signed out: asked about before anything is sent, and known under all their names from then
//! on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use super::described::Described;
use super::item::{Item, Task};
use super::journal::ExclusionLine;
use super::keys::{Fingerprint, Fingerprints};
use super::pacing::Pacing;
use super::pick::{Packing, Pick};
use super::reading::Reading;
use crate::outcome::{Error, Outcome, now, rfc3339};
use crate::status::Status;
use crate::user::User;

/// The exclusions of a run, as long as they are looked up.
pub(super) struct Exclusions {
    waiting: Reading,
    /// How many are not looked up yet, those on the way included.
    unresolved: usize,
    may_stay_unresolved: bool,
}

impl Exclusions {
    pub(super) fn new(given: &[User], may_stay_unresolved: bool, now: Instant) -> Exclusions {
        let mut waiting = Reading::default();
        for user in given {
            waiting.push(Item::new(user.clone(), Task::ResolveExclusion), now);
        }
        Exclusions {
            unresolved: waiting.len(),
            waiting,
            may_stay_unresolved,
        }
    }

    /// Before that nobody is judged by them, and nothing is written.
    pub(super) fn are_known(&self) -> bool {
        self.unresolved == 0
    }

    /// The next request that asks about some.
    pub(super) fn pick(&mut self, pacing: &mut Pacing, packing: Packing, now: Instant) -> Pick {
        self.waiting.pick(pacing, packing, now)
    }

    /// One is to be asked about again, not before this time.
    pub(super) fn push_again(&mut self, item: Item, at: Instant) {
        self.waiting.push(item, at);
    }

    /// These are to be asked about in two parts.
    pub(super) fn split(&mut self, items: Vec<Item>) {
        self.waiting.split(items);
    }

    /// One is known under all its names: the line that says so.
    pub(super) fn resolved(&mut self, exclusion: &User, described: Described) -> ExclusionLine {
        self.unresolved = self.unresolved.saturating_sub(1);
        ExclusionLine {
            time: rfc3339(now()),
            user: exclusion.text().to_owned(),
            id: Some(described.id),
            user_principal_name: Some(described.user_principal_name),
            status: None,
        }
    }

    /// One could not be looked up. Where it may stay so: the line, and what the caller is told.
    ///
    /// # Errors
    ///
    /// It may not stay so.
    pub(super) fn left_unresolved(
        &mut self,
        outcome: Box<Outcome>,
        lacks_names: bool,
    ) -> Result<(ExclusionLine, Box<Outcome>), Error> {
        self.unresolved = self.unresolved.saturating_sub(1);
        let Outcome { user, status, .. } = &*outcome;
        if lacks_names && outcome.id.is_none() {
            return Err(Error::new(
                Status::ExclusionUnresolved,
                format!(
                    "The exclusion {user} could not be looked up ({status}), and the token may not read the names of those who were selected: it would protect nobody."
                ),
            )
            .hint("Nothing was sent. Exclude by object id, or use a token that may read users (User.Read.All).")
            .for_user(user));
        }
        if !self.may_stay_unresolved {
            return Err(Error::new(
                Status::ExclusionUnresolved,
                format!(
                    "The exclusion {user} could not be looked up ({status}), so it would not be recognised under another name."
                ),
            )
            .hint("Nothing was sent. Correct the exclusion, use a token that may read users (User.Read.All), or set the option allow_unresolved_exclusions if the list uses the same keys.")
            .for_user(user));
        }
        log::warn!("the exclusion {user} could not be looked up: {status}");
        let line = ExclusionLine {
            time: rfc3339(now()),
            user: user.clone(),
            status: Some(status.name().to_owned()),
            ..ExclusionLine::default()
        };
        let mut unprotected = outcome;
        unprotected.message = Some(format!(
            "This exclusion could not be looked up ({}): only this exact key is excluded, and the account is signed out under any other name.",
            unprotected.status
        ));
        unprotected.status = Status::Unprotected;
        Ok((line, unprotected))
    }
}

/// The names by which excluded users are recognised, each with the exclusion as it was given.
#[derive(Debug, Default)]
pub(super) struct ExcludedNames {
    names: HashMap<Fingerprint, Arc<str>>,
    me: Option<Arc<str>>,
}

impl ExcludedNames {
    pub(super) fn add(&mut self, user: &User, exclusion: &str, prints: &Fingerprints) {
        let exclusion = Arc::from(exclusion);
        match user {
            User::Me => self.me = Some(exclusion),
            User::Known { id, name } => {
                self.names.insert(prints.of(id), Arc::clone(&exclusion));
                self.names.insert(prints.of(name), exclusion);
            }
            User::Key(key) => {
                self.names.insert(prints.of(key), exclusion);
            }
        }
    }

    /// The exclusion of a user.
    pub(super) fn of(&self, name: Fingerprint) -> Option<&Arc<str>> {
        self.names.get(&name)
    }

    /// The exclusion of the caller's own account, which has these names and is "me".
    pub(super) fn of_own(&self, names: &HashSet<Fingerprint>) -> Option<&Arc<str>> {
        let by_name = || names.iter().find_map(|name| self.names.get(name));
        self.me.as_ref().or_else(by_name)
    }
}
