//! Calls that are cancelled from another thread.

use std::time::{Duration, Instant};

use graph_invalidate::{Cancellation, Client, Error};

/// A busy machine may be late once.
const TRIES: usize = 5;

/// Cancels a call that waits, again and again: how each ended, and how long the quickest of them took from the signal.
pub fn cancelled(client: &Client, user: &str) -> (Vec<Error>, Duration) {
    let (errors, late): (Vec<_>, Vec<_>) = (0..TRIES).map(|_| cancelled_once(client, user)).unzip();
    (errors, late.into_iter().min().unwrap())
}

fn cancelled_once(client: &Client, user: &str) -> (Error, Duration) {
    let cancellation = Cancellation::new();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| {
            let error = client.invalidate(user, Some(&cancellation)).unwrap_err();
            (error, Instant::now())
        });
        std::thread::sleep(Duration::from_millis(300));
        let signalled = Instant::now();
        cancellation.cancel();
        let (error, ended) = call.join().unwrap();
        (error, ended.saturating_duration_since(signalled))
    })
}
