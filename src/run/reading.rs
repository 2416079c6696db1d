//! Users who wait to be read: each for its time, and parts of a batch that was refused as a whole.

use std::collections::VecDeque;
use std::time::Instant;

use super::item::{Item, Waiting};
use super::pacing::{Allowance, Pacing};
use super::pick::{Packing, Pick};

#[derive(Default)]
pub(super) struct Reading {
    waiting: Waiting,
    halves: VecDeque<Vec<Item>>,
}

impl Reading {
    /// Not to be read before this time.
    pub(super) fn push(&mut self, item: Item, at: Instant) {
        self.waiting.push(item, at);
    }

    /// These are to be read in two parts.
    pub(super) fn split(&mut self, items: Vec<Item>) {
        self.halves.extend(halves(items));
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.halves.iter().map(Vec::len).sum::<usize>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.halves.is_empty()
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Item> {
        self.waiting.drain().chain(self.halves.drain(..).flatten())
    }

    /// The next request.
    pub(super) fn pick(&mut self, pacing: &mut Pacing, packing: Packing, now: Instant) -> Pick {
        if let Some(half) = pick_half(&mut self.halves, pacing, now) {
            return half;
        }
        match self.waiting.next_time() {
            None => return Pick::Nothing,
            Some(at) if at > now => return Pick::WaitUntil(at),
            Some(_) => {}
        }
        let wanted = self.waiting.len().min(packing.batch_size);
        match pacing.allowance(wanted, now) {
            Allowance::Wait(at) => Pick::WaitUntil(at),
            Allowance::Go(count) => {
                let items = self.waiting.take_due(now, count);
                pacing.spend(items.len());
                Pick::Send(items)
            }
        }
    }
}

/// One item that the service cannot make sense of fails all of them: it is looked for by halves.
pub(super) fn halves(mut items: Vec<Item>) -> [Vec<Item>; 2] {
    let second = items.split_off(items.len() / 2);
    [items, second]
}

/// The next of such parts, as soon as the pace allows all of it.
pub(super) fn pick_half(
    halves: &mut VecDeque<Vec<Item>>,
    pacing: &mut Pacing,
    now: Instant,
) -> Option<Pick> {
    let size = halves.front()?.len();
    Some(match pacing.allowance(size, now) {
        Allowance::Wait(at) => Pick::WaitUntil(at),
        Allowance::Go(_) => {
            pacing.spend(size);
            Pick::Send(halves.pop_front()?)
        }
    })
}
