//! Ending a call from another thread.

use tokio_util::sync::CancellationToken;

/// A signal that ends the calls it was given to. Clones are the same signal.
///
/// A cancellation stays cancelled; use a new one for the next calls.
#[derive(Clone, Debug, Default)]
pub struct Cancellation(CancellationToken);

impl Cancellation {
    /// A signal that has not been given yet.
    pub fn new() -> Cancellation {
        Cancellation::default()
    }

    /// Ends every call that was given this signal, now and later, from any thread.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether the signal was given.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// A signal that is given with this one, and may be given alone.
    pub(crate) fn child(&self) -> Cancellation {
        Cancellation(self.0.child_token())
    }

    /// Waits for the future, or for the signal: `None` means the signal came first.
    pub(crate) async fn or<F: Future>(&self, future: F) -> Option<F::Output> {
        self.0.run_until_cancelled(future).await
    }
}
