//! The way from other threads to an engine. Each word to it is written to a descriptor, which must still be its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use tokio::sync::Notify;

use crate::ffi::host::Witness;

/// What an engine and those who wake it share.
pub(super) struct Link {
    witness: Witness,
    woken: Notify,
    /// The engine's thread; 0 before it is known.
    thread: AtomicUsize,
}

thread_local! {
    /// Where it lies tells a thread from all others that are there.
    static PLACE: u8 = const { 0 };
}

/// This thread, among those that are there.
fn this_thread() -> Option<usize> {
    PLACE
        .try_with(|place| std::ptr::from_ref(place).addr())
        .ok()
}

impl Link {
    pub(super) fn new() -> io::Result<Link> {
        Ok(Link {
            witness: Witness::new()?,
            woken: Notify::new(),
            thread: AtomicUsize::new(0),
        })
    }

    /// Whether the engine's descriptors are still its own. Where the host closed them, their numbers may be others' by
    /// now.
    pub(super) fn is_sound(&self) -> bool {
        self.witness.is_there()
    }

    /// Says that this thread is the engine's.
    pub(super) fn is_driven_here(&self) {
        let thread = this_thread().unwrap_or_default();
        self.thread.store(thread, Ordering::Release);
    }

    /// Says that this is over: another thread may lie where that one did.
    pub(super) fn is_driven_nowhere(&self) {
        self.thread.store(0, Ordering::Release);
    }

    /// Whether this is the engine's thread: there a word to it needs no descriptor, and nearly all of them are said
    /// there.
    fn is_of_this_thread(&self) -> bool {
        this_thread() == Some(self.thread.load(Ordering::Acquire))
    }

    /// Wakes the engine, from any thread.
    pub(super) fn wake(&self) {
        if self.is_sound() {
            self.woken.notify_one();
        }
    }

    /// On the engine's thread, around each wait: what was closed is to be noticed before anything else is done. Here a
    /// word needs no descriptor.
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

/// The wakers of a future that other threads may wake: they do what those do that it is polled with, as long as the
/// engine is sound.
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
        if self.link.is_of_this_thread() || self.link.is_sound() {
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
