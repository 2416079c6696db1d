//! No answer at all, or none that helps: a connection that breaks, a service that is out of reach or not well.

use std::time::{Duration, Instant};

use crate::call::retry::{self, Backoff, Retry};

/// For how long nothing good was heard of the service.
#[derive(Debug, Default)]
pub(super) struct Silence {
    heard_before: bool,
    since: Option<Instant>,
    unanswered: u32,
    /// How many answers in a row said that the service is not well.
    unwell: u32,
}

impl Silence {
    /// There was an answer, whatever it said.
    pub(super) fn end(&mut self) {
        self.heard_before = true;
        self.since = None;
        self.unanswered = 0;
    }

    /// A whole request was answered as by a service that works.
    pub(super) fn is_well(&mut self) {
        self.unwell = 0;
    }

    /// A whole request was answered as by a service that is down or overloaded; tells how long to wait with the next
    /// one.
    pub(super) fn is_unwell(&mut self, asked: Option<Duration>) -> Duration {
        self.unwell = self.unwell.saturating_add(1);
        Backoff::OF_REQUESTS.wait(self.unwell, asked)
    }

    /// Number of consecutive requests without a response.
    pub(super) fn unanswered(&self) -> u32 {
        self.unanswered
    }

    /// There was none; tells whether the service is out of reach for so long, or so surely, that nobody else need be
    /// tried.
    pub(super) fn go_on(&mut self, retry: Retry, patience: Duration, now: Instant) -> bool {
        self.unanswered += 1;
        let since = *self.since.get_or_insert(now);
        let never_reached = !self.heard_before
            && !matches!(retry, Retry::Soon | Retry::WhenThereIsRoom)
            && self.unanswered >= retry::CONNECTION_ATTEMPTS;
        let too_long = now.saturating_duration_since(since) >= patience;
        never_reached || too_long || retry == Retry::Never
    }
}
