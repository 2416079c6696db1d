//! Outcomes that C gives back.

use super::guard::guard_or;
use super::outcome::{OwnedOutcome, graph_outcome};

/// Frees an outcome and everything it points to. NULL is allowed and does nothing. From any thread, once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_outcome_free(outcome: *mut graph_outcome) {
    guard_or("graph_outcome_free", (), || {
        if !outcome.is_null() {
            // SAFETY: every outcome that C can hold was made by from_outcome, as an OwnedOutcome, whose first field
            // it is.
            drop(unsafe { Box::from_raw(outcome.cast::<OwnedOutcome>()) });
        }
    });
}
