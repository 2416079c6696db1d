//! Where callers and the engine meet: calls go in, outcomes come out, and nobody waits for the network but who pulls.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::engine::{self, Engine};
use super::link::Link;
use crate::call::prepared::{Lost, PreparedCall};
use crate::client::core::ClientCore;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::transport;

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

/// A call that the engine is to begin.
pub(super) struct Begun {
    /// Which one it is, for this exchange alone.
    pub(super) number: u64,
    pub(super) core: Arc<ClientCore>,
    pub(super) call: PreparedCall,
}

/// What is kept of a call that the engine has: enough for an outcome, should the engine be lost.
struct UnderWay {
    tag: u64,
    core: Arc<ClientCore>,
    lost: Lost,
}

#[derive(Default)]
struct State {
    submitted: VecDeque<Submitted>,
    under_way: HashMap<u64, UnderWay>,
    /// How many calls were begun.
    begun: u64,
    ended: VecDeque<(u64, Box<Outcome>)>,
    /// How many calls were submitted and have not ended.
    open: usize,
    closed: bool,
    abandoned: bool,
    /// Whether a thread drives the calls.
    driven: bool,
    /// What drives them, or did before it rested.
    engine: Option<Engine>,
}

impl State {
    fn is_driven_by(&self, link: &Arc<Link>) -> bool {
        let engine = self.engine.as_ref().filter(|_| self.driven);
        engine.is_some_and(|engine| Arc::ptr_eq(&engine.link, link))
    }

    fn wake(&self) {
        if let Some(engine) = self.engine.as_ref().filter(|_| self.driven) {
            engine.link.wake();
        }
    }

    /// Gives up an engine whose descriptors the host has closed, with the calls that it had.
    fn lose_engine(&mut self) -> Vec<UnderWay> {
        self.driven = false;
        self.engine = None;
        transport::forget_places();
        let under_way: Vec<UnderWay> = self.under_way.drain().map(|(_, call)| call).collect();
        for call in &under_way {
            call.core.tokens.forget_turn();
            let outcome = Box::new(call.lost.outcome());
            self.ended.push_back((call.tag, outcome));
        }
        self.open -= under_way.len();
        under_way
    }

    fn start_engine(&mut self, exchange: &Arc<Exchange>) -> Result<(), Error> {
        self.engine = Some(engine::start(Arc::clone(exchange))?);
        self.driven = true;
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Exchange {
    state: Mutex<State>,
    for_caller: Condvar,
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
        let engine = state.engine.as_ref().filter(|_| state.driven);
        let lost = match engine.is_some_and(|engine| !engine.link.is_sound()) {
            true => state.lose_engine(),
            false => Vec::new(),
        };
        let started = match state.driven {
            true => Ok(()),
            false => state.start_engine(self),
        };
        if started.is_ok() {
            state.open += 1;
            state.submitted.push_back(submitted);
            state.wake();
        }
        drop(state);
        if !lost.is_empty() {
            self.for_caller.notify_all();
        }
        started
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
        let mut state = self.lock();
        state.closed = true;
        state.wake();
        drop(state);
        self.for_caller.notify_all();
    }

    /// Cancels everything, and waits until nothing is left of it. An engine that was lost is left to itself.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.abandoned = true;
        state.wake();
        let engine = state.engine.take();
        drop(state);
        if let Some(engine) = engine.filter(|engine| engine.link.is_sound()) {
            let _ = engine.thread.join();
        }
    }
}

/// The engine's side.
impl Exchange {
    /// The calls that are to be begun; `None` when everything is to end.
    pub(super) fn take(&self, link: &Arc<Link>) -> Option<Vec<Begun>> {
        let mut state = self.lock();
        if state.abandoned || !state.is_driven_by(link) {
            return None;
        }
        let submitted = std::mem::take(&mut state.submitted);
        let begin = |submitted: Submitted| {
            let Submitted { tag, core, call } = submitted;
            let under_way = UnderWay {
                tag,
                core: Arc::clone(&core),
                lost: call.lost(),
            };
            state.begun += 1;
            let number = state.begun;
            state.under_way.insert(number, under_way);
            Begun { number, core, call }
        };
        Some(submitted.into_iter().map(begin).collect())
    }

    /// Whether the engine may end, since there is nothing to do. Then the next call starts another one.
    pub(super) fn may_rest(&self, link: &Arc<Link>) -> bool {
        let mut state = self.lock();
        if !state.is_driven_by(link) {
            return true;
        }
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

    pub(super) fn deliver(&self, number: u64, outcome: Box<Outcome>) {
        let mut state = self.lock();
        let Some(call) = state.under_way.remove(&number) else {
            return;
        };
        state.open -= 1;
        state.ended.push_back((call.tag, outcome));
        let last = state.closed && state.open == 0;
        drop(state);
        if last {
            // Each of those who wait learns of the end.
            self.for_caller.notify_all();
        } else {
            self.for_caller.notify_one();
        }
    }

    /// The host has closed this engine's descriptors. What it had not begun goes to another one.
    pub(super) fn lose(self: &Arc<Exchange>, link: &Arc<Link>) {
        let mut state = self.lock();
        if !state.is_driven_by(link) {
            return;
        }
        let lost = state.lose_engine();
        let left = !state.submitted.is_empty() && !state.abandoned;
        if left && state.start_engine(self).is_err() {
            let submitted = std::mem::take(&mut state.submitted);
            state.open -= submitted.len();
            for Submitted { tag, call, .. } in submitted {
                let outcome = call.failed(transport::descriptors_closed());
                state.ended.push_back((tag, Box::new(outcome)));
            }
        }
        drop(state);
        self.for_caller.notify_all();
        drop(lost);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
