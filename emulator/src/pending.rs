//! A sign-in by a code that waits for a person, as the tenant remembers it.

use std::time::Instant;

/// A sign-in that somebody has yet to approve.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) user_code: String,
    pub(crate) app: String,
    pub(crate) scopes: String,
    pub(crate) audience: Option<String>,
    pub(crate) answer: Answer,
    pub(crate) polled: Option<Instant>,
}

/// What the person at the sign-in page did.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    NotYet,
    Approved(usize),
    Declined,
    TooLate,
}
