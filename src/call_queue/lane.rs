//! The calls of one engine: they go in, are under way, and end.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::link::Link;
use super::outbox::Outbox;
use crate::call::prepared::{Lost, PreparedCall};
use crate::client::core::ClientCore;
use crate::outcome::{Error, Outcome};
use crate::transport;

/// A call on its way to the engine.
pub(super) struct Submitted {
    pub(super) tag: u64,
    pub(super) core: Arc<ClientCore>,
    pub(super) call: PreparedCall,
}

/// A call that the engine is to begin.
pub(super) struct Begun {
    /// Which one it is, for this lane alone.
    pub(super) number: u64,
    pub(super) core: Arc<ClientCore>,
    pub(super) call: PreparedCall,
}

/// An engine, as callers know it.
pub(super) struct Engine {
    pub(super) thread: JoinHandle<()>,
    pub(super) link: Arc<Link>,
}

/// What starts the engine of a lane.
pub(super) type Start = fn(Arc<Lane>) -> Result<Engine, Error>;

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
        }
        under_way
    }

    fn start_engine(&mut self, lane: &Arc<Lane>) -> Result<(), Error> {
        self.engine = Some((lane.start)(Arc::clone(lane))?);
        self.driven = true;
        Ok(())
    }
}

pub(super) struct Lane {
    start: Start,
    state: Mutex<State>,
    /// How many calls it has, for whoever chooses among lanes.
    load: AtomicUsize,
    outbox: Arc<Outbox>,
}

/// The caller's side.
impl Lane {
    pub(super) fn new(outbox: &Arc<Outbox>, start: Start) -> Arc<Lane> {
        Arc::new(Lane {
            start,
            state: Mutex::default(),
            load: AtomicUsize::new(0),
            outbox: Arc::clone(outbox),
        })
    }

    pub(super) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    pub(super) fn submit(self: &Arc<Lane>, submitted: Submitted) -> Result<(), Error> {
        let mut state = self.lock();
        // Where another one waits to be taken, the engine has been looked at and woken for it.
        let is_first = state.submitted.is_empty();
        let engine = state.engine.as_ref().filter(|_| state.driven);
        let lost = match is_first && engine.is_some_and(|engine| !engine.link.is_sound()) {
            true => state.lose_engine(),
            false => Vec::new(),
        };
        let started = match state.driven {
            true => Ok(()),
            false => state.start_engine(self),
        };
        if started.is_ok() {
            self.load.fetch_add(1, Ordering::Relaxed);
            state.submitted.push_back(submitted);
            if is_first {
                state.wake();
            }
        }
        drop(state);
        self.tell_of(lost);
        started
    }

    /// The queue takes no more calls: an engine that has none may end.
    pub(super) fn close(&self) {
        self.lock().wake();
    }

    /// Has everything end. What is under way is not told any more.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.abandoned = true;
        state.wake();
    }

    /// Waits until nothing is left of an engine that was abandoned. One that was lost is left to itself.
    pub(super) fn join(&self) {
        let engine = self.lock().engine.take();
        if let Some(engine) = engine.filter(|engine| engine.link.is_sound()) {
            let _ = engine.thread.join();
        }
    }
}

/// The engine's side.
impl Lane {
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
        if state.submitted.is_empty() && state.under_way.is_empty() {
            state.driven = false;
        }
        !state.driven
    }

    /// Whether no more calls will come.
    pub(super) fn is_over(&self) -> bool {
        self.load() == 0 && self.outbox.is_closed()
    }

    pub(super) fn deliver(&self, number: u64, outcome: Box<Outcome>) {
        let ended = self.lock().under_way.remove(&number);
        if let Some(call) = ended {
            self.load.fetch_sub(1, Ordering::Relaxed);
            self.outbox.put(call.tag, outcome);
        }
    }

    /// The host has closed this engine's descriptors. What it had not begun goes to another one.
    pub(super) fn lose(self: &Arc<Lane>, link: &Arc<Link>) {
        let mut state = self.lock();
        if !state.is_driven_by(link) {
            return;
        }
        let lost = state.lose_engine();
        let left = !state.submitted.is_empty() && !state.abandoned;
        let stranded = match left && state.start_engine(self).is_err() {
            true => std::mem::take(&mut state.submitted),
            false => VecDeque::new(),
        };
        drop(state);
        self.tell_of(lost);
        for Submitted { tag, call, .. } in stranded {
            self.load.fetch_sub(1, Ordering::Relaxed);
            let outcome = call.failed(transport::descriptors_closed());
            self.outbox.put(tag, Box::new(outcome));
        }
    }

    /// Tells of calls that were lost with their engine.
    fn tell_of(&self, lost: Vec<UnderWay>) {
        for call in lost {
            self.load.fetch_sub(1, Ordering::Relaxed);
            self.outbox.put(call.tag, Box::new(call.lost.outcome()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
