//! What a key of the list becomes: a user to sign out, or one that is known already.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::exclusions::ExcludedNames;
use super::item::{Item, Key, Task};
use super::journal::{Acceptance, History};
use super::keys::{Fingerprint, Fingerprints};
use super::options::RunMode;
use crate::call::cut_off;
use crate::outcome::{Error, Outcome};
use crate::selection::SelectedUser;
use crate::status::Status;
use crate::token::claims::Claims;
use crate::user::User;

/// What a key of the list turned out to be.
#[derive(Debug)]
pub(super) enum Arrival {
    /// To be sent.
    New(Item),
    /// The caller's own account: to be sent when all others are done.
    Own(Item),
    Duplicate,
    /// To be left out, for the sake of this exclusion.
    Excluded {
        user: Box<str>,
        exclusion: Arc<str>,
    },
    /// Accepted by the journal; nothing is left to be done.
    AcceptedBefore,
    /// Accepted by the journal, which does not say when: no cut-off can prove it.
    Unprovable(Box<Outcome>),
    /// No key at all.
    Refused(Box<Outcome>),
    /// Selected, and only to be named.
    Named(Box<Outcome>),
}

/// Knows whom the run has met. What grows with the list is one fingerprint a user.
#[derive(Debug)]
pub(super) struct Intake {
    mode: RunMode,
    verify: bool,
    prints: Fingerprints,
    seen: HashSet<Fingerprint>,
    /// Object ids that are known, each with the key that its account is counted under.
    ids: HashMap<Fingerprint, Fingerprint>,
    excluded: ExcludedNames,
    /// An excluded account whose name is not known: a user who is called by name may be it.
    has_nameless_exclusion: bool,
    own: HashSet<Fingerprint>,
    own_id: Option<String>,
    own_arrived: bool,
    history: History,
    /// Whom of the journal the list has named already.
    known: HashSet<u32>,
    /// Whether "me" of the journal is this caller.
    same_caller: bool,
}

impl Intake {
    pub(super) fn new(
        mode: RunMode,
        verify: bool,
        prints: Fingerprints,
        history: History,
    ) -> Intake {
        Intake {
            mode,
            verify,
            prints,
            seen: HashSet::new(),
            ids: HashMap::new(),
            excluded: ExcludedNames::default(),
            has_nameless_exclusion: false,
            own: HashSet::new(),
            own_id: None,
            own_arrived: false,
            history,
            known: HashSet::new(),
            same_caller: true,
        }
    }

    /// Learns from the token which account is the caller's own.
    pub(super) fn know_caller(&mut self, claims: Option<&Claims>) {
        let Some(claims) = claims.filter(|claims| !claims.is_application()) else {
            return;
        };
        self.own_id.clone_from(&claims.object_id);
        let names = [&claims.object_id, &claims.user_principal_name];
        self.own = names
            .into_iter()
            .flatten()
            .map(|name| self.prints.of(name))
            .collect();
        self.same_caller = self.history.is_callers_own(claims.object_id.as_deref());
    }

    /// Leaves out a user under this name, for the sake of an exclusion as it was given.
    pub(super) fn exclude(&mut self, user: &User, exclusion: &str) {
        self.excluded.add(user, exclusion, &self.prints);
    }

    /// Leaves out a member of an excluded group.
    pub(super) fn exclude_member(&mut self, member: SelectedUser, group: &str) {
        self.has_nameless_exclusion |= member.user_principal_name.is_none();
        self.exclude(&member.into_user(), group);
    }

    /// Takes one entry of the list.
    pub(super) fn take(&mut self, key: Key) -> Arrival {
        match key {
            Key::Text(key) => self.take_text(&key),
            Key::Selected(selected) => self.take_selected(selected),
            Key::Malformed(error) => Arrival::Refused(refused(error)),
        }
    }

    /// Takes a user of the selection, which has each once: those of the list came before.
    fn take_selected(&mut self, selected: SelectedUser) -> Arrival {
        let named = named(&selected);
        let user = selected.into_user();
        let prints = match &user {
            User::Known { id, name } => [self.prints.of(id), self.prints.of(name)],
            user => [self.prints.of(user.text()); 2],
        };
        let is_own = prints.iter().any(|print| self.own.contains(print));
        let exclusion = match is_own {
            true => self.excluded.of_own(&self.own),
            false => prints.iter().find_map(|print| self.excluded.of(*print)),
        };
        if let Some(exclusion) = exclusion {
            return Arrival::Excluded {
                user: user.text().into(),
                exclusion: Arc::clone(exclusion),
            };
        }
        let came_before = match is_own {
            true => std::mem::replace(&mut self.own_arrived, true),
            false => prints
                .iter()
                .any(|print| self.seen.contains(print) || self.ids.contains_key(print)),
        };
        if came_before {
            return Arrival::Duplicate;
        }
        if self.mode == RunMode::Select {
            return Arrival::Named(named);
        }
        let [id, name] = prints.map(|print| self.on_record(&user, Some(print)));
        self.arrival(user, is_own, id.or(name))
    }

    fn take_text(&mut self, key: &str) -> Arrival {
        let user = match User::parse(key) {
            Ok(user) => user,
            Err(error) => return Arrival::Refused(refused(error.for_user(key))),
        };
        let print = match &user {
            User::Me => self.own_id.as_deref().map(|id| self.prints.of(id)),
            User::Key(key) => Some(self.prints.of(key)),
            User::Known { id, .. } => Some(self.prints.of(id)),
        };
        let is_own = user == User::Me || print.is_some_and(|print| self.own.contains(&print));
        let exclusion = match is_own {
            true => self.excluded.of_own(&self.own),
            false => print.and_then(|print| self.excluded.of(print)),
        };
        if let Some(exclusion) = exclusion {
            return Arrival::Excluded {
                user: user.text().into(),
                exclusion: Arc::clone(exclusion),
            };
        }
        let is_new = match is_own {
            true => !std::mem::replace(&mut self.own_arrived, true),
            false => {
                print.is_none_or(|print| self.seen.insert(print) && !self.ids.contains_key(&print))
            }
        };
        if !is_new {
            return Arrival::Duplicate;
        }
        if self.has_nameless_exclusion && user != User::Me && user.object_id().is_none() {
            let error = Error::new(
                Status::ExclusionUnresolved,
                "The token may not read the names of the excluded group's members: whether this user is one of them is not known.",
            )
            .hint("Name the user by object id, or use a token that may read users (User.Read.All).");
            return Arrival::Refused(refused(error.for_user(user.text())));
        }
        let known = self.on_record(&user, print);
        self.arrival(user, is_own, known)
    }

    /// What becomes of a user who was not met before.
    fn arrival(&mut self, user: User, is_own: bool, known: Option<Acceptance>) -> Arrival {
        let task = match self.mode {
            RunMode::DryRun | RunMode::Select => Task::Describe,
            _ => match known {
                None if self.mode == RunMode::Invalidate => Task::Invalidate,
                None => return Arrival::Unprovable(cut_off::unprovable(user.text())),
                Some(known) if !self.known.insert(known.account) => return Arrival::Duplicate,
                Some(known) => match (self.is_to_be_verified(known), known.at) {
                    (false, _) => return Arrival::AcceptedBefore,
                    (true, None) => return Arrival::Unprovable(cut_off::unprovable(user.text())),
                    (true, Some(not_before)) => Task::Verify {
                        not_before,
                        on_record: true,
                    },
                },
            },
        };
        let item = Item::new(user, task);
        match is_own && task == Task::Invalidate {
            true => Arrival::Own(item),
            false => Arrival::New(item),
        }
    }

    fn is_to_be_verified(&self, known: Acceptance) -> bool {
        self.mode == RunMode::VerifyJournal || self.verify && !known.verified
    }

    /// What the journal says of a user, if it was accepted.
    fn on_record(&self, user: &User, print: Option<Fingerprint>) -> Option<Acceptance> {
        let known = |print| self.history.acceptance(print);
        match user {
            User::Key(_) | User::Known { .. } => known(print?),
            User::Me if !self.same_caller => None,
            User::Me => print
                .and_then(known)
                .or_else(|| known(self.prints.of("me"))),
        }
    }

    /// The service accepted this key; tells whether its account is counted under another one already.
    pub(super) fn is_counted(&mut self, user: &User) -> bool {
        user.object_id().is_some_and(|id| !self.learn_id(user, &id))
    }

    /// The account behind a key is known; tells whether it is the first key of that account.
    pub(super) fn learn_id(&mut self, user: &User, id: &str) -> bool {
        let id = self.prints.of(id);
        let key = self.prints.of(user.text());
        *self.ids.entry(id).or_insert(key) == key
    }

    /// Whether this object id, or name, is the caller's own.
    pub(super) fn is_own(&self, key: &str) -> bool {
        self.own.contains(&self.prints.of(key))
    }

    /// Notes that a user of the journal is in the list.
    pub(super) fn not_missing(&mut self, key: &Key) {
        let key = match key {
            Key::Text(key) => key,
            Key::Selected(user) => return self.selected_not_missing(user),
            Key::Malformed(error) => &*error.outcome().user,
        };
        self.history.open.remove(&self.prints.of(shown(key)));
    }

    /// The same for a user of the selection.
    pub(super) fn selected_not_missing(&mut self, user: &SelectedUser) {
        if self.history.open.is_empty() {
            return;
        }
        for name in user.user_principal_name.iter().chain([&user.id]) {
            self.history.open.remove(&self.prints.of(name));
        }
    }

    /// Users of the journal that were attempted, were not accepted, and are not in the list.
    pub(super) fn missing(&self) -> impl ExactSizeIterator<Item = &str> {
        self.history.open.values().map(AsRef::as_ref)
    }
}

/// A selected user as a run names one that only names.
fn named(selected: &SelectedUser) -> Box<Outcome> {
    let mut outcome = Outcome::new(Status::Selected);
    outcome.id = Some(selected.id.clone());
    outcome.user = match &selected.user_principal_name {
        Some(name) => name.clone(),
        None => selected.id.clone(),
    };
    let traits = [(selected.guest, "a guest"), (selected.disabled, "disabled")];
    let traits: Vec<&str> = traits
        .into_iter()
        .filter_map(|(is_so, words)| is_so.then_some(words))
        .collect();
    outcome.message = Some(match traits.is_empty() {
        true => "Selected.".to_owned(),
        false => format!("Selected: {}.", traits.join(", ")),
    });
    Box::new(outcome)
}

/// What is far too long for a key is too long for a record as well.
const LONGEST_SHOWN: usize = 1024;

/// A key as records show it.
fn shown(key: &str) -> &str {
    let key = key.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    &key[..key.floor_char_boundary(LONGEST_SHOWN)]
}

fn refused(error: Error) -> Box<Outcome> {
    let mut outcome = error.into_outcome();
    outcome.user = shown(&outcome.user).to_owned();
    Box::new(outcome)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const ID: &str = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";

    fn intake() -> Intake {
        Intake::new(
            RunMode::Invalidate,
            false,
            Fingerprints::default(),
            History::default(),
        )
    }

    fn kind(arrival: &Arrival) -> &'static str {
        match arrival {
            Arrival::New(_) => "new",
            Arrival::Own(_) => "own",
            Arrival::Duplicate => "duplicate",
            Arrival::Excluded { .. } => "excluded",
            Arrival::AcceptedBefore => "accepted before",
            Arrival::Unprovable(_) => "unprovable",
            Arrival::Refused(_) => "refused",
            Arrival::Named(_) => "named",
        }
    }

    fn kinds(intake: &mut Intake, keys: &[&str]) -> Vec<&'static str> {
        let mut take = |key: &&str| kind(&intake.take_text(key));
        keys.iter().map(&mut take).collect()
    }

    fn exclude(intake: &mut Intake, key: &str) {
        intake.exclude(&User::parse(key).unwrap(), key);
    }

    fn claims() -> Claims {
        Claims {
            object_id: Some(ID.to_owned()),
            user_principal_name: Some("admin@contoso.example".to_owned()),
            scopes: Some("User.RevokeSessions.All".to_owned()),
            ..Claims::default()
        }
    }

    #[test]
    fn a_user_is_taken_once_however_it_is_written() {
        let keys = ["a@b", " A@B ", "\u{feff}a@b", "c@d", "a@b"];
        assert_eq!(
            kinds(&mut intake(), &keys),
            ["new", "duplicate", "duplicate", "new", "duplicate"]
        );
    }

    #[test]
    fn the_callers_own_account_is_one_account_under_three_names() {
        for keys in [
            ["me", "ADMIN@contoso.example", ID],
            [ID, "Me", "admin@contoso.example"],
        ] {
            let mut intake = intake();
            intake.know_caller(Some(&claims()));
            assert_eq!(kinds(&mut intake, &keys), ["own", "duplicate", "duplicate"]);
        }
    }

    #[test]
    fn an_exclusion_holds_in_every_spelling_that_is_known() {
        let mut intake = intake();
        exclude(&mut intake, "Break.Glass@contoso.example");
        exclude(&mut intake, &ID.to_uppercase());
        let keys = [
            "break.glass@contoso.example",
            ID,
            "x@y",
            " BREAK.GLASS@CONTOSO.EXAMPLE",
        ];
        assert_eq!(
            kinds(&mut intake, &keys),
            ["excluded", "excluded", "new", "excluded"]
        );
    }

    #[test]
    fn an_own_account_that_is_excluded_by_any_name_is_excluded_by_all() {
        for excluded in ["me", "admin@contoso.example", ID] {
            let mut intake = intake();
            intake.know_caller(Some(&claims()));
            exclude(&mut intake, excluded);
            let keys = ["me", "admin@contoso.example", ID];
            assert_eq!(kinds(&mut intake, &keys), ["excluded"; 3], "{excluded}");
        }
    }

    #[test]
    fn an_account_is_counted_under_its_first_key() {
        let mut intake = intake();
        let [name, other, id] = ["a@b", "alias@b", ID].map(|key| User::parse(key).unwrap());
        assert!(!intake.is_counted(&name), "its id is not known");
        assert!(intake.learn_id(&name, ID) && intake.learn_id(&name, ID));
        assert!(!intake.learn_id(&other, ID), "another name of it");
        assert!(intake.is_counted(&id));
        assert_eq!(kinds(&mut intake, &[ID]), ["duplicate"]);
    }

    #[test]
    fn what_is_no_key_is_a_failed_outcome_and_the_others_go_on() {
        let mut intake = intake();
        assert_eq!(
            kinds(&mut intake, &["a b@c", "", "x@y"]),
            ["refused", "refused", "new"]
        );
        let long = "x".repeat(1 << 20);
        let arrival = intake.take_text(&long);
        assert!(matches!(arrival, Arrival::Refused(outcome) if outcome.user.len() <= 1024));
    }

    proptest! {
        #[test]
        fn a_list_is_the_set_of_its_keys(keys in prop::collection::vec("[aAbB]{1,3}@[cC]", 0..60)) {
            let mut intake = intake();
            let taken = keys.iter().filter(|key| matches!(intake.take_text(key), Arrival::New(_))).count();
            let model: BTreeSet<String> = keys.iter().map(|key| key.to_lowercase()).collect();
            prop_assert_eq!(taken, model.len());
        }
    }
}
