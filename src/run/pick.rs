//! What may be sent next, and how requests are put together.

use std::time::Instant;

use super::item::Item;

/// What may be sent next.
pub(super) enum Pick {
    Send(Vec<Item>),
    WaitUntil(Instant),
    Nothing,
}

impl Pick {
    /// When to look again, where nothing may be sent now.
    pub(super) fn time(&self) -> Option<Instant> {
        match self {
            Pick::WaitUntil(at) => Some(*at),
            Pick::Send(_) | Pick::Nothing => None,
        }
    }
}

/// How requests are put together.
#[derive(Clone, Copy)]
pub(super) struct Packing {
    pub(super) batch_size: usize,
    /// How many more users may be sent before the caller has to read some outcomes.
    pub(super) room: usize,
    /// Whether more users may still come.
    pub(super) more_may_come: bool,
}
