//! One user on the way, and what is asked about that user.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use http::Method;
use jiff::Timestamp;

use crate::call::answer::Purpose;
use crate::graph::action::Api;
use crate::outcome::{Error, Outcome};
use crate::selection::SelectedUser;
use crate::token::directory_roles;
use crate::user::User;

/// What a dry run and an exclusion read.
const DESCRIPTION: &str = "?$select=id,displayName,userPrincipalName,userType";

/// One entry of the list, as the caller gave it.
#[derive(Debug)]
pub(crate) enum Key {
    Text(Box<str>),
    /// One of those whom the directory chose.
    Selected(SelectedUser),
    /// No text at all: the error says why, and has as its user what can be shown of it.
    Malformed(Error),
}

/// What is asked about a user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Task {
    Invalidate,
    /// Read the cut-off back until it lies at or after this time.
    Verify {
        not_before: Timestamp,
        /// Whether the acceptance is that of the journal.
        on_record: bool,
    },
    /// For a dry run: who is it?
    Describe,
    /// For a dry run: which administrator's roles does this user have? What is known already stands in `last`.
    DescribeRoles,
    /// Who is it that must never be signed out?
    ResolveExclusion,
}

/// A user on the way.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) user: User,
    pub(super) task: Task,
    /// How many times this task was tried.
    pub(super) attempts: u32,
    /// When this task was tried first.
    pub(super) since: Option<Instant>,
    /// What became of the last attempt, where another follows.
    pub(super) last: Option<Box<Outcome>>,
}

impl Item {
    pub(super) fn new(user: User, task: Task) -> Item {
        Item {
            user,
            task,
            attempts: 0,
            since: None,
            last: None,
        }
    }

    pub(super) fn method(&self) -> Method {
        match self.task {
            Task::Invalidate => Method::POST,
            _ => Method::GET,
        }
    }

    pub(super) fn purpose(&self) -> Purpose {
        match self.task {
            Task::Invalidate => Purpose::Invalidate,
            _ => Purpose::ReadCutOff,
        }
    }

    pub(super) fn is_verification(&self) -> bool {
        matches!(self.task, Task::Verify { .. })
    }

    /// Whether the acceptance that is verified is that of the journal.
    pub(super) fn is_on_record(&self) -> bool {
        matches!(
            self.task,
            Task::Verify {
                on_record: true,
                ..
            }
        )
    }

    /// It is sent now.
    pub(super) fn begin_attempt(&mut self, now: Instant) {
        self.attempts += 1;
        self.since.get_or_insert(now);
        if self.task != Task::DescribeRoles {
            self.last = None;
        }
    }

    /// For how long this task has been tried.
    pub(super) fn tried(&self, now: Instant) -> Duration {
        self.since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Another attempt follows; `last` says what became of this one, unless it says who the user is.
    pub(super) fn with_last(mut self, outcome: Box<Outcome>) -> Item {
        if self.task != Task::DescribeRoles {
            self.last = Some(outcome);
        }
        self
    }

    /// Whether the answer may be some moments old, which it must be allowed to be.
    pub(super) fn is_eventual(&self) -> bool {
        self.task == Task::DescribeRoles
    }

    /// The address below the API's version, percent-encoded.
    pub(super) fn address(&self, api: Api) -> String {
        let user = self.user.path();
        match self.task {
            Task::Invalidate => [&user, "/", api.action()].concat(),
            Task::Verify { .. } => [&user, "?$select=", api.cut_off_properties()].concat(),
            Task::Describe | Task::ResolveExclusion => [&user, DESCRIPTION].concat(),
            Task::DescribeRoles => [&user, directory_roles::OF_USER].concat(),
        }
    }
}

/// Items that wait for their time; those of the same time keep their order.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    heap: BinaryHeap<Due>,
    sequence: u64,
}

#[derive(Debug)]
struct Due {
    at: Instant,
    sequence: u64,
    item: Item,
}

impl Waiting {
    pub(super) fn push(&mut self, item: Item, at: Instant) {
        self.sequence += 1;
        let sequence = self.sequence;
        self.heap.push(Due { at, sequence, item });
    }

    /// At most so many of the items whose time has come.
    pub(super) fn take_due(&mut self, now: Instant, most: usize) -> Vec<Item> {
        let mut items = Vec::new();
        while items.len() < most && self.next_time().is_some_and(|at| at <= now) {
            items.extend(self.heap.pop().map(|due| due.item));
        }
        items
    }

    /// When the next one is due.
    pub(super) fn next_time(&self) -> Option<Instant> {
        self.heap.peek().map(|due| due.at)
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Item> {
        self.heap.drain().map(|due| due.item)
    }
}

// The heap gives the greatest first: the earliest is the greatest.
impl Ord for Due {
    fn cmp(&self, other: &Due) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Due) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Due) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}
