//! Where callers and the engine meet: calls go in, outcomes come out, and nobody waits for the network but who pulls.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::engine;
use crate::client_core::ClientCore;
use crate::outcome::{Error, Outcome};
use crate::prepared_call::PreparedCall;
use crate::status::Status;

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

/// A call on its way to the engine.
pub(super) struct Submitted {
    pub(super) tag: u64,
    pub(super) core: Arc<ClientCore>,
    pub(super) call: PreparedCall,
}

#[derive(Default)]
struct State {
    submitted: VecDeque<Submitted>,
    ended: VecDeque<(u64, Box<Outcome>)>,
    /// How many calls were submitted and have not ended.
    open: usize,
    closed: bool,
    abandoned: bool,
    /// Whether a thread drives the calls.
    driven: bool,
    /// That thread, or the one before, which is ending.
    engine: Option<JoinHandle<()>>,
}

#[derive(Default)]
pub(super) struct Exchange {
    state: Mutex<State>,
    for_caller: Condvar,
    for_engine: Notify,
}

/// The caller's side.
impl Exchange {
    pub(super) fn submit(self: &Arc<Exchange>, submitted: Submitted) -> Result<(), Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(Error::new(
                Status::QueueClosed,
                "The queue takes no more calls: it was closed.",
            )
            .hint("Submit calls before the queue is closed, or make another one."));
        }
        if !state.driven {
            state.engine = Some(engine::start(Arc::clone(self))?);
            state.driven = true;
        }
        state.open += 1;
        state.submitted.push_back(submitted);
        drop(state);
        self.for_engine.notify_one();
        Ok(())
    }

    pub(super) fn next(&self, timeout: Duration) -> Ended {
        // A time-out beyond all clocks is none.
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.lock();
        loop {
            if let Some((tag, outcome)) = state.ended.pop_front() {
                return Ended::Call { tag, outcome };
            }
            if state.closed && state.open == 0 {
                return Ended::Done;
            }
            state = match deadline {
                None => self
                    .for_caller
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Ended::Timeout;
                    }
                    let waited = self.for_caller.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.for_caller.notify_all();
        self.for_engine.notify_one();
    }

    /// Cancels everything, and waits until nothing is left of it.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.abandoned = true;
        let engine = state.engine.take();
        drop(state);
        self.for_engine.notify_one();
        if let Some(engine) = engine {
            let _ = engine.join();
        }
    }
}

/// The engine's side.
impl Exchange {
    /// The calls that are to be begun; `None` when everything is to end.
    pub(super) fn take(&self) -> Option<VecDeque<Submitted>> {
        let mut state = self.lock();
        (!state.abandoned).then(|| std::mem::take(&mut state.submitted))
    }

    /// Whether the engine may end, since there is nothing to do. Then the next call starts another one.
    pub(super) fn may_rest(&self) -> bool {
        let mut state = self.lock();
        if state.open == 0 {
            state.driven = false;
        }
        !state.driven
    }

    /// Whether no more calls will come.
    pub(super) fn is_over(&self) -> bool {
        let state = self.lock();
        state.closed && state.open == 0
    }

    pub(super) fn deliver(&self, tag: u64, outcome: Box<Outcome>) {
        let mut state = self.lock();
        state.open -= 1;
        state.ended.push_back((tag, outcome));
        let last = state.closed && state.open == 0;
        drop(state);
        if last {
            // Each of those who wait learns of the end.
            self.for_caller.notify_all();
        } else {
            self.for_caller.notify_one();
        }
    }

    /// Waits until there is something new to do.
    pub(super) async fn woken(&self) {
        self.for_engine.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
