//! Threads of ours: all signals blocked for their whole life, a stack of known size, and a shortage that has a status.

use std::io;
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle};

use crate::ffi::host::AllHeld;
use crate::ffi::panics;
use crate::outcome::Error;
use crate::status::Status;

/// Enough for a call with its TLS handshake, and for whatever the system's name resolution loads.
const STACK: usize = if cfg!(debug_assertions) {
    4 << 20
} else {
    512 << 10
};

/// Starts a thread.
pub(crate) fn spawn<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    let _held = AllHeld::new();
    builder(name)
        .spawn(as_silent_as_this_thread(work))
        .map_err(|error| shortage(&error))
}

/// Starts a thread that borrows from its maker.
pub(crate) fn spawn_scoped<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, Error> {
    let _held = AllHeld::new();
    builder(name)
        .spawn_scoped(scope, as_silent_as_this_thread(work))
        .map_err(|error| shortage(&error))
}

/// A panic in a thread of the library's C functions prints as little as one in those.
fn as_silent_as_this_thread<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let silent = panics::is_silent();
    move || {
        if silent {
            panics::while_silent(work)
        } else {
            work()
        }
    }
}

/// With a size of its own, so that no variable of the environment is asked for one.
fn builder(name: &str) -> Builder {
    Builder::new().name(name.to_owned()).stack_size(STACK)
}

fn shortage(error: &io::Error) -> Error {
    Error::new(
        Status::TooManyThreads,
        format!("The system allows this process no more threads: {error}."),
    )
    .hint("Stop what is not needed, or raise the limit on processes and threads (ulimit -u, or pids in a container), then call again.")
}
