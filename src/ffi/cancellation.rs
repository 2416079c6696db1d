//! `graph_cancellation`: ending calls from another thread.

use std::ptr;

use crate::cancellation::Cancellation;
use crate::outcome::Error;

use super::guard::{guard, guard_or};
use super::null::null;
use super::outcome::OutcomePlace;

/// A signal that ends the calls it is given to. Made by graph_cancellation_new(), freed by graph_cancellation_free().
pub struct graph_cancellation {
    _private: [u8; 0],
}

/// # Safety
///
/// `cancellation` is NULL, or came from `graph_cancellation_new` and is not freed before this function returns.
pub(super) unsafe fn clone_of(cancellation: *const graph_cancellation) -> Option<Cancellation> {
    // SAFETY: handles of this type are made from a Cancellation only.
    unsafe { cancellation.cast::<Cancellation>().as_ref() }.cloned()
}

/// Makes a signal. One signal may be given to any number of calls, one after another and at once.
///
/// @param cancellation receives the signal; set to NULL first.
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT where the pointer is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_cancellation_new(cancellation: *mut *mut graph_cancellation) -> i32 {
    guard("graph_cancellation_new", OutcomePlace::none(), || {
        if cancellation.is_null() {
            return Err::<(), Error>(null("cancellation"));
        }
        // SAFETY: not NULL, and the header asks for a place valid for writing.
        unsafe {
            cancellation.write(ptr::null_mut());
            cancellation.write(Box::into_raw(Box::new(Cancellation::new())).cast());
        }
        Ok(())
    })
}

/// Ends every call that was given the signal, now and later, each within 100 ms whatever the network does: they return
/// GRAPH_STATUS_CANCELLED. From any thread, any number of times; a cancellation cannot be reset. NULL does nothing.
/// Not for signal handlers: it takes locks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_cancellation_cancel(cancellation: *const graph_cancellation) {
    guard_or("graph_cancellation_cancel", (), || {
        // SAFETY: the header asks for NULL or a signal that is not freed meanwhile.
        if let Some(cancellation) = unsafe { clone_of(cancellation) } {
            cancellation.cancel();
        }
    });
}

/// Frees a signal. Calls that were given it keep their own hold of it and may still be running. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_cancellation_free(cancellation: *mut graph_cancellation) {
    guard_or("graph_cancellation_free", (), || {
        if !cancellation.is_null() {
            // SAFETY: the handle came from graph_cancellation_new and is freed once, as the header asks.
            drop(unsafe { Box::from_raw(cancellation.cast::<Cancellation>()) });
        }
    });
}
