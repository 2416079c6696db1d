//! How many connections the calls of queues may use at once: a burst must not take the descriptors that the host needs.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::PerProcess;
use crate::ffi::descriptors;

/// More than the ports that one machine has for one service.
const MOST: usize = 16_384;

const FEWEST: usize = 4;

/// All queues of a process share them. Half of the descriptors stay the host's.
static PLACES: PerProcess<Arc<Semaphore>> = PerProcess::new();

/// The right to use one connection.
pub(crate) struct Place {
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Place {
    /// A connection goes back to its pool, or is closed, in the turns after its request has ended: who came next at once would
    /// open another one beside it.
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

/// Waits for a place, for ever if need be. Whoever has waited longest is next.
pub(super) async fn place() -> Option<Place> {
    let made = PLACES.get_or_try_init(|| {
        let most = descriptors::most() / 2;
        Ok::<_, std::convert::Infallible>(Arc::new(Semaphore::new(most.clamp(FEWEST, MOST))))
    });
    let Ok(places) = made;
    let permit = Arc::clone(places).acquire_owned().await.ok();
    Some(Place { permit })
}
