//! The way from other threads to an engine. Each word to it is written to a descriptor, which must still be its own.

use std::io;
use std::sync::Arc;
use std::task::{Wake, Waker};

use tokio::sync::Notify;

use crate::ffi::host::Witness;

/// What an engine and those who wake it share.
pub(super) struct Link {
    witness: Witness,
    woken: Notify,
}

impl Link {
    pub(super) fn new() -> io::Result<Link> {
        Ok(Link {
            witness: Witness::new()?,
            woken: Notify::new(),
        })
    }

    /// Whether the engine's descriptors are still its own. Where the host closed them, their numbers may be others' by now.
    pub(super) fn is_sound(&self) -> bool {
        self.witness.is_there()
    }

    /// Wakes the engine, from any thread.
    pub(super) fn wake(&self) {
        if self.is_sound() {
            self.woken.notify_one();
        }
    }

    /// On the engine's thread, around each wait: what was closed is to be noticed before anything else is done. Here a word needs
    /// no descriptor.
    pub(super) fn look(&self) {
        if !self.is_sound() {
            self.woken.notify_one();
        }
    }

    /// Waits until there is something new to do.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }
}

/// The wakers of a future that other threads may wake: they do what those do that it is polled with, as long as the engine is
/// sound.
pub(super) struct Wakers {
    link: Arc<Link>,
    /// The last one, and what stands for it.
    known: Option<(Waker, Waker)>,
}

struct Sound {
    link: Arc<Link>,
    waker: Waker,
}

impl Wake for Sound {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.link.is_sound() {
            self.waker.wake_by_ref();
        }
    }
}

impl Wakers {
    pub(super) fn new(link: &Arc<Link>) -> Wakers {
        Wakers {
            link: Arc::clone(link),
            known: None,
        }
    }

    pub(super) fn instead_of(&mut self, waker: &Waker) -> &Waker {
        let known = self.known.take();
        let known = known.filter(|(theirs, _)| theirs.will_wake(waker));
        let (_, ours) = self.known.insert(known.unwrap_or_else(|| {
            let sound = Sound {
                link: Arc::clone(&self.link),
                waker: waker.clone(),
            };
            (waker.clone(), Waker::from(Arc::new(sound)))
        }));
        ours
    }
}
