//! Where callers and the engines meet: calls go in, outcomes come out, and nobody waits for the network but who pulls.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use once_cell::sync::OnceCell;

use super::engine;
use super::lane::{Lane, Submitted};
use super::outbox::{Ended, Outbox};
use crate::ffi::host::opening;
use crate::outcome::Error;
use crate::transport::most_places;

/// So many calls one engine drives alone: fewer are not worth another thread, and share its connections.
const ENOUGH: usize = 512;

/// So many connections at least are each engine's, where there is more than one.
const PLACES_OF_AN_ENGINE: usize = 1_024;

/// More engines than that have nothing to do: what is left then is the service's time.
const MOST_ENGINES: usize = 4;

#[derive(Default)]
pub(super) struct Exchange {
    outbox: Arc<Outbox>,
    /// Each with an engine, while it has calls.
    lanes: OnceCell<Box<[Arc<Lane>]>>,
}

impl Exchange {
    pub(super) fn submit(&self, submitted: Submitted) -> Result<(), Error> {
        self.outbox.expect()?;
        let result = self.lane().submit(submitted);
        if result.is_err() {
            self.outbox.expect_no_more();
        }
        result
    }

    pub(super) fn next(&self, timeout: Duration) -> Ended {
        self.outbox.next(timeout)
    }

    pub(super) fn close(&self) {
        self.outbox.close();
        self.begun_lanes().for_each(|lane| lane.close());
    }

    /// Cancels everything, and waits until nothing is left of it.
    pub(super) fn abandon(&self) {
        self.begun_lanes().for_each(|lane| lane.abandon());
        self.begun_lanes().for_each(|lane| lane.join());
    }

    fn lane(&self) -> &Arc<Lane> {
        let lanes = self.lanes.get_or_init(|| {
            let lanes = (0..engines()).map(|_| Lane::new(&self.outbox, engine::start));
            lanes.collect()
        });
        &lanes[best_of(lanes.iter().map(|lane| lane.load()))]
    }

    fn begun_lanes(&self) -> impl Iterator<Item = &Arc<Lane>> {
        self.lanes.get().into_iter().flatten()
    }
}

/// The first that has not enough to do; where each has, the one with the least.
fn best_of(loads: impl Iterator<Item = usize>) -> usize {
    let mut least = (0, usize::MAX);
    for (lane, load) in loads.enumerate() {
        if load < ENOUGH {
            return lane;
        }
        if load < least.1 {
            least = (lane, load);
        }
    }
    least.0
}

/// One for each processor, as far as the connections that there may be are worth it.
fn engines() -> usize {
    // It may read files.
    let processors = opening(available_parallelism).map_or(1, NonZero::get);
    engines_for(processors, most_places())
}

fn engines_for(processors: usize, places: usize) -> usize {
    let worth = places / PLACES_OF_AN_ENGINE;
    processors.min(worth).clamp(1, MOST_ENGINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_calls_stay_together_and_many_are_shared_out() {
        for (loads, lane) in [
            (&[0, 0][..], 0),
            (&[511, 0], 0),
            (&[512, 0], 1),
            (&[512, 511, 0], 1),
            (&[700, 600], 1),
            (&[600, 600], 0),
            (&[9_000], 0),
            (&[5_000, 17], 1),
        ] {
            assert_eq!(best_of(loads.iter().copied()), lane, "{loads:?}");
        }
    }

    #[test]
    fn an_engine_is_worth_its_connections_alone() {
        for (processors, places, engines) in [
            (8, 200, 1),
            (8, 2_000, 1),
            (8, 2_048, 2),
            (2, 5_120, 2),
            (64, 5_120, 4),
            (1, 5_120, 1),
        ] {
            assert_eq!(engines_for(processors, places), engines);
        }
    }
}
