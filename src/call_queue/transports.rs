//! The connections of a queue: those of one client are none of another's.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::client::core::ClientCore;
use crate::outcome::Error;
use crate::transport::Transport;

/// One transport for each client with calls under way, driven by the engine.
#[derive(Default)]
pub(super) struct Transports(Vec<Entry>);

struct Entry {
    core: Weak<ClientCore>,
    transport: Arc<Transport>,
    used: Instant,
}

impl Transports {
    pub(super) fn of(&mut self, core: &Arc<ClientCore>) -> Result<Arc<Transport>, Error> {
        let known = |entry: &&mut Entry| std::ptr::eq(entry.core.as_ptr(), Arc::as_ptr(core));
        if let Some(entry) = self.0.iter_mut().find(known) {
            entry.used = Instant::now();
            return Ok(Arc::clone(&entry.transport));
        }
        let transport = Arc::new(core.transport_of_queue()?);
        self.0.push(Entry {
            core: Arc::downgrade(core),
            transport: Arc::clone(&transport),
            used: Instant::now(),
        });
        Ok(transport)
    }

    /// Lets go of what was not used for so long; tells whether anything is in use.
    pub(super) fn rest(&mut self, after: Duration) -> bool {
        let now = Instant::now();
        let mut any_in_use = false;
        self.0.retain_mut(|entry| {
            if Arc::strong_count(&entry.transport) > 1 {
                any_in_use = true;
                entry.used = now;
            }
            now.duration_since(entry.used) < after
        });
        any_in_use
    }
}
