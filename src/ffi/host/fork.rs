//! Descriptors that a child of `fork()` must not keep: a lock on a file lasts as long as anybody has it open.

use super::Identity;

/// Closed in every child that is forked while it lives.
pub(crate) struct ClosedInChildren {
    #[cfg(unix)]
    place: Option<&'static posix::Place>,
}

/// Has every child that is forked from now on close this descriptor.
#[cfg(unix)]
pub(crate) fn close_in_children(identity: Identity) -> ClosedInChildren {
    ClosedInChildren {
        place: posix::register(identity),
    }
}

#[cfg(not(unix))]
pub(crate) fn close_in_children(_identity: Identity) -> ClosedInChildren {
    ClosedInChildren {}
}

#[cfg(unix)]
impl Drop for ClosedInChildren {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            place.empty();
        }
    }
}

#[cfg(unix)]
mod posix {
    use std::ptr;
    use std::sync::Once;
    use std::sync::atomic::{AtomicPtr, Ordering};

    use super::Identity;

    /// More journals than these are open in no process; one too many would stay open in children.
    const MOST: usize = 256;

    /// A descriptor to close, on the heap: a child may read it, and takes no lock for it.
    pub(super) struct Place(AtomicPtr<Identity>);

    static PLACES: [Place; MOST] = [const { Place(AtomicPtr::new(ptr::null_mut())) }; MOST];

    pub(super) fn register(identity: Identity) -> Option<&'static Place> {
        static HANDLER: Once = Once::new();
        HANDLER.call_once(|| {
            // SAFETY: the handler is a function of this library, which stays loaded, and does only what a child may do.
            unsafe { libc::pthread_atfork(None, None, Some(close_all)) };
        });
        let new = Box::into_raw(Box::new(identity));
        let place = PLACES.iter().find(|place| {
            let taken =
                place
                    .0
                    .compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Relaxed);
            taken.is_ok()
        });
        if place.is_none() {
            // SAFETY: made above, and nobody else has it.
            drop(unsafe { Box::from_raw(new) });
        }
        place
    }

    impl Place {
        pub(super) fn empty(&self) {
            let old = self.0.swap(ptr::null_mut(), Ordering::AcqRel);
            if !old.is_null() {
                // SAFETY: made by `register`, and taken out of its place by this one swap.
                drop(unsafe { Box::from_raw(old) });
            }
        }
    }

    extern "C" fn close_all() {
        for place in &PLACES {
            let identity = place.0.load(Ordering::Acquire);
            // SAFETY: NULL, or what `register` made: a child has one thread, and no other could free it meanwhile.
            if let Some(identity) = unsafe { identity.as_ref() } {
                identity.close();
            }
        }
    }
}
