//! Waiting for a word of another thread, until a time.

use std::sync::{Condvar, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// When a wait of this length is over; `None` where that is beyond all clocks.
pub(crate) fn deadline_of(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

/// Waits for a word; gives nothing where the time is over. There may have been no word all the same: the caller looks.
pub(crate) fn wait_until<'a, T>(
    word: &Condvar,
    state: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> Option<MutexGuard<'a, T>> {
    let Some(deadline) = deadline else {
        return Some(word.wait(state).unwrap_or_else(PoisonError::into_inner));
    };
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return None;
    }
    let waited = word.wait_timeout(state, left);
    Some(waited.unwrap_or_else(PoisonError::into_inner).0)
}
