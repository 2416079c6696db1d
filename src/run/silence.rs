//! No answer at all, or none that helps: a connection that breaks, a service that is out of reach or not well.

use std::time::{Duration, Instant};

use super::engine::Engine;
use super::item::Item;
use crate::outcome::{Error, Outcome, now as clock};
use crate::retry::{self, Backoff, Retry};

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

    /// A whole request was answered as by a service that is down or overloaded; tells how long to wait with the next one.
    pub(super) fn is_unwell(&mut self, asked: Option<Duration>) -> Duration {
        self.unwell = self.unwell.saturating_add(1);
        Backoff::OF_REQUESTS.wait(self.unwell, asked)
    }

    /// How many requests in a row had no answer.
    pub(super) fn unanswered(&self) -> u32 {
        self.unanswered
    }

    /// There was none; tells whether the service is out of reach for so long, or so surely, that nobody else need be tried.
    fn go_on(&mut self, retry: Retry, patience: Duration, now: Instant) -> bool {
        self.unanswered += 1;
        let since = *self.since.get_or_insert(now);
        let never_reached = !self.heard_before
            && !matches!(retry, Retry::Soon | Retry::WhenThereIsRoom)
            && self.unanswered >= retry::CONNECTION_ATTEMPTS;
        let too_long = now.saturating_duration_since(since) >= patience;
        never_reached || too_long || retry == Retry::Never
    }
}

impl Engine {
    /// A request was not answered: everyone waits a little, and a network that is away for long ends the run.
    pub(super) fn without_answer(
        &mut self,
        items: Vec<Item>,
        like: &Outcome,
        id: String,
        retry: Retry,
        now: Instant,
    ) {
        self.window.refused();
        let patience = self.sender.core.settings.timeout;
        let gone = self.silence.go_on(retry, patience, now);
        let hold = now + Backoff::OF_REQUESTS.wait(self.silence.unanswered, retry.asked());
        self.writes.hold_until(hold);
        self.reads.hold_until(hold);
        if gone {
            let message = like.message.as_deref().unwrap_or("no reason is known.");
            let mut error = Error::new(
                like.status,
                format!("The service cannot be reached: {message}"),
            );
            if let Some(hint) = &like.hint {
                error = error.hint(hint.clone());
            }
            self.failure = Some(error);
        }
        self.all_again(items, like, id, retry, now);
    }

    /// The whole request failed for its users in the same way.
    pub(super) fn all_again(
        &mut self,
        items: Vec<Item>,
        like: &Outcome,
        id: String,
        retry: Retry,
        now: Instant,
    ) {
        // They were one request, and stay together.
        let jitter = fastrand::f64();
        for item in items {
            let mut outcome = Box::new(Outcome::of_attempt(&item.user, item.attempts, id.clone()));
            outcome.time = clock();
            outcome.status = like.status;
            outcome.http_status = like.http_status;
            outcome.message.clone_from(&like.message);
            outcome.hint.clone_from(&like.hint);
            if self.failure.is_some() {
                // The end of the run is the end of those who were attempted.
                self.wait_again(item, outcome, now);
            } else {
                let wait = retry.wait_with(item.attempts, jitter);
                self.fail(item, outcome, wait, now);
            }
        }
    }
}
