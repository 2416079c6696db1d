//! How many connections the calls of queues may use at once: a burst must not take the descriptors that the host needs.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Departure, PerProcess};
use crate::ffi::descriptors;

/// More than that cost more memory than the rounds are worth that they save: some 40 KB each.
const MOST: usize = 5_120;

const FEWEST: usize = 4;

/// All queues of a process share them. Half of the descriptors stay the host's.
static PLACES: PerProcess<ArcSwap<Semaphore>> = PerProcess::new();

fn places() -> &'static ArcSwap<Semaphore> {
    PLACES.get_or_init(|| ArcSwap::new(as_many_as_fit()))
}

fn as_many_as_fit() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(most_places()))
}

/// How many connections there may be.
pub(crate) fn most_places() -> usize {
    (descriptors::most() / 2).clamp(FEWEST, MOST)
}

/// The host has closed the connections: who had a place will not give it back.
pub(crate) fn forget_places() {
    places().store(as_many_as_fit());
}

/// So many requests of one client are on their way to the wire. Where all began at once, connections would overflow the
/// queue in which a server lets them wait; and who waits here is found by the signal and the deadline at once.
const BEGINNING: usize = 128;

/// The places as one transport gives them away.
pub(super) struct Places(Arc<Semaphore>);

impl Places {
    pub(super) fn new() -> Places {
        Places(Arc::new(Semaphore::new(BEGINNING)))
    }

    /// Waits for a place, for ever if need be. Whoever has waited longest is next.
    pub(super) async fn place(&self) -> Place {
        let permit = places().load_full().acquire_owned().await.ok();
        let beginning = Arc::clone(&self.0).acquire_owned().await.ok();
        Place { permit, beginning }
    }
}

/// The right to use one connection.
pub(crate) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    beginning: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// A departure which lets others begin.
    pub(crate) fn departure(&mut self) -> Departure {
        Departure::holding(self.beginning.take())
    }
}

impl Drop for Place {
    /// A connection goes back to its pool, or is closed, in the turns after its request has ended: who came next at
    /// once would open another one beside it.
    fn drop(&mut self) {
        let permit = self.permit.take();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                for _ in 0..TURNS {
                    tokio::task::yield_now().await;
                }
                drop(permit);
            });
        }
    }
}

/// How many turns a connection may need.
const TURNS: u32 = 4;
