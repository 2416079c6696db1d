//! What has ended, until somebody pulls it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::waits::{deadline_of, wait_until};

/// What [`CallQueue::next`](super::CallQueue::next) has for the caller.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ended {
    /// A call has ended.
    Call {
        /// What the caller gave with the call.
        tag: u64,
        /// What became of it, failures included.
        outcome: Box<Outcome>,
    },
    /// No call ended within the given time.
    Timeout,
    /// The queue was closed, and its last call has been handed out.
    Done,
}

#[derive(Default)]
struct State {
    ended: VecDeque<(u64, Box<Outcome>)>,
    /// How many calls were submitted and have not ended.
    open: usize,
    closed: bool,
}

#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    for_caller: Condvar,
}

impl Outbox {
    /// Counts a call that is about to be submitted.
    pub(super) fn expect(&self) -> Result<(), Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(Error::new(
                Status::QueueClosed,
                "The queue accepts no more calls: it was closed.",
            )
            .hint("Submit calls before the queue is closed, or create another one."));
        }
        state.open += 1;
        Ok(())
    }

    /// A call that was counted could not be submitted.
    pub(super) fn expect_no_more(&self) {
        let mut state = self.lock();
        state.open -= 1;
        self.tell(&state);
    }

    /// A call has ended.
    pub(super) fn put(&self, tag: u64, outcome: Box<Outcome>) {
        let mut state = self.lock();
        state.open -= 1;
        state.ended.push_back((tag, outcome));
        self.tell(&state);
    }

    fn tell(&self, state: &State) {
        if state.closed && state.open == 0 {
            // Each of those who wait learns of the end.
            self.for_caller.notify_all();
        } else {
            self.for_caller.notify_one();
        }
    }

    pub(super) fn next(&self, timeout: Duration) -> Ended {
        let deadline = deadline_of(timeout);
        let mut state = self.lock();
        loop {
            if let Some((tag, outcome)) = state.ended.pop_front() {
                return Ended::Call { tag, outcome };
            }
            if state.closed && state.open == 0 {
                return Ended::Done;
            }
            state = match wait_until(&self.for_caller, state, deadline) {
                Some(state) => state,
                None => return Ended::Timeout,
            };
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.for_caller.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
