//! Users chosen by the directory: everything is listed first, complete, and acted on afterwards.
//!
//! [`Selecting`] says what is to be asked next and takes the answers, with no network of its own; `asking` asks, by the
//! rules that calls have for whatever is repeated.

mod asking;
mod check;
mod chosen;
mod criteria;
mod empty;
mod group;
mod listing;
mod page;
mod refusal;
mod selecting;

pub(crate) use asking::{Asked, ask};
pub(crate) use chosen::Chosen;
pub use chosen::SelectedUser;
pub use criteria::Criteria;
pub(crate) use selecting::Selecting;

use serde::{Deserialize, Serialize};

/// What a selection came to. In a journal it stands in the line of its run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SelectionSummary {
    /// What was asked for, in words.
    pub words: String,
    /// How many users were selected, each counted once.
    pub users: u64,
    /// How many of them are guests.
    pub guests: u64,
    /// How many of them are disabled.
    pub disabled: u64,
    /// How many guests were passed over.
    pub guests_passed_over: u64,
    /// How many devices, contacts, service principals and nested groups were passed over.
    pub others_passed_over: u64,
    /// Whether part of it came from an index, which may lag behind the directory by some moments.
    pub index_view: bool,
}

/// Users as the directory listed them: complete, each once. Made by [`Client::select`](crate::Client::select).
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Selection {
    /// What it came to.
    pub summary: SelectionSummary,
    /// What is to be known before anybody acts on it, in sentences.
    pub remarks: Vec<String>,
    pub(crate) users: Chosen,
    /// The members of groups that are excluded, by the words for the group.
    pub(crate) excluded: Vec<(String, Chosen)>,
    /// Some users are known by their object ids alone, since the token may not read their names.
    pub(crate) lacks_names: bool,
}

impl Selection {
    /// A selection that a journal holds.
    pub(crate) fn on_record(summary: SelectionSummary, users: Chosen) -> Selection {
        Selection {
            lacks_names: (0..users.len()).any(|index| users.is_nameless(index)),
            summary,
            users,
            ..Selection::default()
        }
    }

    /// Everyone, in the order in which the directory listed them.
    pub fn users(&self) -> impl ExactSizeIterator<Item = SelectedUser> {
        (0..self.users.len()).map(|index| self.users.get(index))
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.users.len() == 0
    }
}
