//! Where the caller and the engine meet: users go in, outcomes come out, and neither waits for the other without need.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::item::Key;
use super::progress::Progress;
use super::token_watch::TokenNeeded;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::waits::{deadline_of, wait_until};

/// Outcomes that may wait for the caller before nothing new is sent.
pub(super) const MOST_OUTCOMES: usize = 4_096;

/// Users that are taken without being asked for: enough for every connection, and few enough for every memory.
const WANTED_USERS: usize = 4_096;

/// What [`Run::next`](super::Run::next) has for the caller.
#[derive(Debug)]
#[non_exhaustive]
pub enum Next {
    /// What became of a user.
    Outcome(Box<Outcome>),
    /// The run waits for another access token: give the client one, and go on. The outcome says why.
    TokenNeeded(Box<Outcome>),
    /// Nothing is to be handed out, and more users are taken: add some, as many as [`Progress::wanted`] at the most, or
    /// finish the input. Said where [`RunOptions::tell_users_wanted`](super::RunOptions::tell_users_wanted) asks for
    /// it: once, and again when users were added and more are wanted.
    UsersWanted,
    /// Nothing came within the given time; the run goes on.
    Timeout,
    /// The last outcome has been handed out.
    Done,
}

/// How the caller wants the run to end before its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    #[default]
    Natural,
    /// Nothing new is sent; answers on their way are awaited.
    Stop,
    /// Nothing is awaited.
    Cancel,
}

#[derive(Default)]
struct State {
    input: VecDeque<Key>,
    /// How many users the caller has added.
    added: u64,
    /// How many of them the engine has taken.
    taken: u64,
    /// How many of those the progress that it showed last knows of.
    shown: u64,
    input_finished: bool,
    /// The list could not be read to its end.
    input_failed: bool,
    /// The caller has asked something of the run. Until then it may still be given another token.
    begun: bool,
    outcomes: VecDeque<Box<Outcome>>,
    /// The engine is to be told when no more outcomes than these are left to be read.
    tell_at: Option<usize>,
    /// The whole list is wanted at once.
    wants_all: bool,
    /// No users are taken from the caller.
    wants_none: bool,
    /// The caller wants to hear that users are wanted.
    tells_wanted: bool,
    /// The caller has heard it, and has added nobody since.
    was_told: bool,
    token_needed: Option<TokenNeeded>,
    failure: Option<Error>,
    ending: Ending,
    ended: bool,
    progress: Progress,
}

impl State {
    /// How many more users may be added without memory growing.
    fn wanted(&self) -> usize {
        let takes_none = self.input_finished || self.wants_none;
        if takes_none || self.ended || self.ending != Ending::Natural {
            return 0;
        }
        match self.wants_all {
            true => WANTED_USERS,
            false => WANTED_USERS.saturating_sub(self.input.len()),
        }
    }

    /// Whether the caller is to be told that users are wanted: not for each one that was sent, since telling costs
    /// more.
    fn is_to_tell_wanted(&self) -> bool {
        self.tells_wanted && !self.was_told && self.wanted() >= WANTED_USERS / 2
    }
}

#[derive(Default)]
pub(super) struct Exchange {
    state: Mutex<State>,
    for_caller: Condvar,
    for_engine: Notify,
}

/// The caller's side.
impl Exchange {
    /// Takes users. Never waits.
    pub(super) fn add(&self, users: impl IntoIterator<Item = Key>) -> Result<(), Error> {
        let mut state = self.lock();
        if state.input_finished {
            return Err(Error::new(
                Status::RunClosed,
                "The run accepts no more users: its input is finished.",
            )
            .hint("Add users before finishing the input; begin another run for more."));
        }
        let before = state.input.len();
        // After an early end users are still taken, and never attempted: whoever reads learns why.
        state.input.extend(users);
        let added = state.input.len() - before;
        state.added += added as u64;
        // Whoever waits is told when the engine has taken them: a source that is slow or quick wakes nobody twice.
        state.was_told &= added == 0;
        state.begun = true;
        drop(state);
        self.for_engine.notify_one();
        Ok(())
    }

    pub(super) fn finish_input(&self) {
        let mut state = self.lock();
        state.input_finished = true;
        state.begun = true;
        drop(state);
        self.for_engine.notify_one();
    }

    pub(super) fn fail_input(&self) {
        let mut state = self.lock();
        state.input_finished = true;
        state.input_failed = true;
        state.begun = true;
        drop(state);
        self.for_engine.notify_one();
    }

    /// Hands out what there is, or waits for it. `has_another_token` tells whether the client has another token by now.
    pub(super) fn next(
        &self,
        timeout: Duration,
        has_another_token: impl Fn(&TokenNeeded) -> bool,
    ) -> Result<Next, Error> {
        let deadline = deadline_of(timeout);
        let mut state = self.lock();
        if !state.begun {
            state.begun = true;
            self.for_engine.notify_one();
        }
        loop {
            if let Some(outcome) = state.outcomes.pop_front() {
                let left = state.outcomes.len();
                if left + 1 == MOST_OUTCOMES / 2 || state.tell_at.is_some_and(|at| left <= at) {
                    state.tell_at = None;
                    self.for_engine.notify_one();
                }
                return Ok(Next::Outcome(outcome));
            }
            if state.ended {
                // Whoever asks again is told again: a failed end is no good one.
                return match &state.failure {
                    Some(failure) => Err(failure.clone()),
                    None => Ok(Next::Done),
                };
            }
            if let Some(needed) = &state.token_needed
                && state.ending == Ending::Natural
                && !has_another_token(needed)
            {
                return Ok(Next::TokenNeeded(needed.why.clone()));
            }
            if state.is_to_tell_wanted() {
                state.was_told = true;
                return Ok(Next::UsersWanted);
            }
            state = match wait_until(&self.for_caller, state, deadline) {
                Some(state) => state,
                None => return Ok(Next::Timeout),
            };
        }
    }

    pub(super) fn progress(&self) -> Progress {
        let state = self.lock();
        let mut progress = state.progress;
        // Whom the engine has just taken, it has not shown yet: nobody is missing at any moment.
        let unread = state.added - state.shown;
        progress.added += state.added;
        progress.waiting += unread;
        progress.never_attempted += unread;
        progress.wanted = state.wanted() as u32;
        progress
    }

    pub(super) fn end(&self, ending: Ending) {
        let mut state = self.lock();
        state.ending = state.ending.max(ending);
        drop(state);
        self.for_engine.notify_one();
    }
}

/// The engine's side.
impl Exchange {
    /// Moves at most so many users to the engine; tells whether there is nothing left to come.
    pub(super) fn take_input(&self, most: usize, into: &mut Vec<Key>) -> bool {
        let mut state = self.lock();
        let count = most.min(state.input.len());
        into.extend(state.input.drain(..count));
        state.taken += count as u64;
        if state.is_to_tell_wanted() {
            self.for_caller.notify_all();
        }
        state.input_finished && state.input.is_empty()
    }

    /// Whether the caller has asked anything of the run.
    pub(super) fn has_begun(&self) -> bool {
        self.lock().begun
    }

    pub(super) fn has_input_failed(&self) -> bool {
        self.lock().input_failed
    }

    /// How many users the engine has not taken yet.
    pub(super) fn unread(&self) -> usize {
        self.lock().input.len()
    }

    pub(super) fn ending(&self) -> Ending {
        self.lock().ending
    }

    /// How many outcomes the caller has not read.
    pub(super) fn unread_outcomes(&self) -> usize {
        self.lock().outcomes.len()
    }

    /// Whether no more outcomes than these are left to be read. Where there are more, the engine is woken when it comes
    /// to that.
    pub(super) fn is_read(&self, most_unread: Option<usize>) -> bool {
        let mut state = self.lock();
        let unread = state.outcomes.len();
        match most_unread {
            Some(most) if unread <= most => true,
            // Something else than the caller must come first, and wakes the engine by itself.
            None if unread == 0 => false,
            most => {
                state.tell_at = Some(most.unwrap_or(0));
                false
            }
        }
    }

    /// The whole list is to be known before anything is sent.
    pub(super) fn want_all(&self) {
        self.lock().wants_all = true;
    }

    /// The caller wants to hear that users are wanted.
    pub(super) fn tell_wanted(&self) {
        self.lock().tells_wanted = true;
    }

    /// The users come from somewhere else.
    pub(super) fn want_none(&self) {
        self.lock().wants_none = true;
    }

    /// How many more outcomes may be made before the caller has to read some.
    pub(super) fn room(&self) -> usize {
        MOST_OUTCOMES.saturating_sub(self.lock().outcomes.len())
    }

    pub(super) fn deliver(&self, outcomes: impl IntoIterator<Item = Box<Outcome>>) {
        self.lock().outcomes.extend(outcomes);
        self.for_caller.notify_all();
    }

    pub(super) fn show(&self, progress: Progress) {
        let mut state = self.lock();
        state.progress = progress;
        state.shown = state.taken;
    }

    pub(super) fn need_token(&self, needed: Option<TokenNeeded>) {
        self.lock().token_needed = needed;
        self.for_caller.notify_all();
    }

    /// The record cannot be kept any more: the run fails, and nothing more is sent.
    pub(super) fn journal_failed(&self, failure: Error) {
        self.lock().failure.get_or_insert(failure);
        self.for_engine.notify_one();
    }

    pub(super) fn has_failed(&self) -> bool {
        self.lock().failure.is_some()
    }

    pub(super) fn finish(&self, failure: Option<Error>) {
        let mut state = self.lock();
        if let Some(failure) = failure {
            state.failure.get_or_insert(failure);
        }
        state.token_needed = None;
        state.ended = true;
        drop(state);
        self.for_caller.notify_all();
    }

    pub(super) fn wake_engine(&self) {
        self.for_engine.notify_one();
    }

    /// Waits until the caller, or the journal, has something for the engine.
    pub(super) async fn woken(&self) {
        self.for_engine.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
