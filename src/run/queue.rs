//! Who is sent next: new users, those who are tried again, and what is read.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::item::{Item, Task, Waiting};
use super::pacing::{Allowance, Pacing};
use super::pick::{Packing, Pick};
use super::reading::{Reading, halves, pick_half};

/// How long fewer users than a batch holds wait for more to come.
const LINGER: Duration = Duration::from_millis(20);

/// Verifications that may be open before new users wait for them.
pub(super) const MOST_VERIFYING: usize = 50_000;

/// Everyone who waits.
#[derive(Default)]
pub(super) struct Queue {
    ready: VecDeque<Item>,
    ready_since: Option<Instant>,
    /// Parts of a batch that was refused as a whole, to be written.
    halves: VecDeque<Vec<Item>>,
    again: Waiting,
    reading: Reading,
    /// The caller's own account, which goes when all others are done.
    own: Option<Item>,
}

impl Queue {
    /// A user who was never attempted.
    pub(super) fn push_new(&mut self, item: Item, now: Instant) {
        match item.task {
            Task::Invalidate => {
                self.ready.push_back(item);
                self.ready_since.get_or_insert(now);
            }
            _ => self.reading.push(item, now),
        }
    }

    /// A user who is to be sent again, or verified, not before this time.
    pub(super) fn push_again(&mut self, item: Item, at: Instant) {
        match item.task {
            Task::Invalidate => self.again.push(item, at),
            _ => self.reading.push(item, at),
        }
    }

    pub(super) fn set_own(&mut self, item: Item) {
        self.own = Some(item);
    }

    /// These are to be sent in two parts.
    pub(super) fn split(&mut self, items: Vec<Item>) {
        match items.first().map(|item| item.task) {
            Some(Task::Invalidate) => self.halves.extend(halves(items)),
            _ => self.reading.split(items),
        }
    }

    /// Lets the caller's own account go.
    pub(super) fn release_own(&mut self) {
        self.ready.extend(self.own.take());
    }

    /// Nobody waits, but for the caller's own account.
    pub(super) fn is_idle(&self) -> bool {
        self.ready.is_empty()
            && self.halves.is_empty()
            && self.again.is_empty()
            && self.reading.is_empty()
    }

    pub(super) fn has_own(&self) -> bool {
        self.own.is_some()
    }

    /// Users who were never attempted, as far as they wait to be written.
    pub(super) fn new_to_write(&self) -> usize {
        self.ready.len() + usize::from(self.own.is_some())
    }

    /// Users who wait to be written again.
    pub(super) fn again_to_write(&self) -> usize {
        self.halves.iter().map(Vec::len).sum::<usize>() + self.again.len()
    }

    /// Users who wait to be read.
    pub(super) fn to_read(&self) -> usize {
        self.reading.len()
    }

    /// Everyone who was attempted and waits for another attempt.
    pub(super) fn drain_again(&mut self) -> impl Iterator<Item = Item> {
        self.again.drain().chain(self.reading.drain())
    }

    /// The next request that reads.
    pub(super) fn pick_reads(
        &mut self,
        pacing: &mut Pacing,
        packing: Packing,
        now: Instant,
    ) -> Pick {
        self.reading.pick(pacing, packing, now)
    }

    /// The next request that writes.
    pub(super) fn pick_writes(
        &mut self,
        pacing: &mut Pacing,
        packing: Packing,
        now: Instant,
    ) -> Pick {
        if self.reading.len() >= MOST_VERIFYING {
            return Pick::Nothing;
        }
        if let Some(half) = self.halves.front() {
            if half.len() > packing.room {
                return Pick::Nothing;
            }
            return pick_half(&mut self.halves, pacing, now).unwrap_or(Pick::Nothing);
        }
        let again_at = self.again.next_time();
        let again_due = again_at.is_some_and(|at| at <= now);
        if self.ready.is_empty() && !again_due {
            return again_at.map_or(Pick::Nothing, Pick::WaitUntil);
        }
        let waiting = self.ready.len() + if again_due { self.again.len() } else { 0 };
        let wanted = waiting.min(packing.batch_size);
        if wanted > packing.room {
            // A smaller batch now would make the next ones smaller, too.
            return Pick::Nothing;
        }
        if packing.more_may_come && !again_due && wanted < packing.batch_size {
            // Others may come and go along.
            let linger = self.ready_since.map(|since| since + LINGER);
            if let Some(until) = linger.filter(|until| now < *until) {
                return Pick::WaitUntil(until);
            }
        }
        match pacing.allowance(wanted, now) {
            Allowance::Wait(at) => Pick::WaitUntil(at),
            Allowance::Go(count) => {
                let mut items = self.again.take_due(now, count);
                let fresh = (count - items.len()).min(self.ready.len());
                items.extend(self.ready.drain(..fresh));
                self.ready_since = (!self.ready.is_empty()).then_some(now);
                pacing.spend(items.len());
                Pick::Send(items)
            }
        }
    }
}
