//! One guard for every exported function: it works on every thread that a host calls from, and a panic becomes a status
//! that never crosses into C.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::outcome::Error;
use crate::status::Status;
use crate::threads;

use super::host::{self, Uncancelled};
use super::outcome::{OutcomePlace, graph_outcome};
use super::panics;

/// The stack that a call needs, its first on a new connection with TLS included, with something to spare: a Java
/// virtual machine keeps the last 16 KiB of its threads' stacks to itself. Measured by a test.
const STACK: usize = if cfg!(debug_assertions) {
    768 << 10
} else {
    192 << 10
};

/// Runs the body of an exported function. A failure's details go to `failure`, where the caller gave one.
pub(super) fn guard(
    function: &'static str,
    failure: OutcomePlace,
    body: impl FnOnce() -> Result<(), Error>,
) -> i32 {
    let _uncancelled = Uncancelled::new();
    let guarded = AssertUnwindSafe(|| {
        let result = where_there_is_room(host::has_room(STACK), || caught(function, body));
        match result.unwrap_or_else(|shortage| Err(about_the_stack(shortage))) {
            Ok(()) => Status::Ok.number(),
            Err(error) => {
                let status = error.status().number();
                // Building the details could itself fail; the status must arrive all the same.
                forget_panic(catch_unwind(AssertUnwindSafe(|| {
                    failure.fill(|| graph_outcome::from_outcome(error.into_outcome()));
                })));
                status
            }
        }
    });
    panics::while_silent(|| forget_panic(catch_unwind(guarded))).unwrap_or(Status::Panic.number())
}

/// Runs the body of a function that has no status to give back; a panic ends in the fallback. Such a function needs
/// little stack.
pub(super) fn guard_or<T>(function: &'static str, fallback: T, body: impl FnOnce() -> T) -> T {
    let _uncancelled = Uncancelled::new();
    let guarded = AssertUnwindSafe(|| {
        let body = || {
            forced_panic(function);
            body()
        };
        where_there_is_room(true, || forget_panic(catch_unwind(AssertUnwindSafe(body))))
            .ok()
            .flatten()
    });
    panics::while_silent(|| forget_panic(catch_unwind(guarded)))
        .flatten()
        .unwrap_or(fallback)
}

fn caught<T>(function: &'static str, body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let body = AssertUnwindSafe(|| {
        forced_panic(function);
        body()
    });
    catch_unwind(body).unwrap_or_else(|payload| {
        let error = panics::error(function, &*payload);
        std::mem::forget(payload);
        Err(error)
    })
}

/// What a panic carries may panic when it is dropped: it is left where it is.
fn forget_panic<T>(result: Result<T, Box<dyn Any + Send>>) -> Option<T> {
    result.map_err(std::mem::forget).ok()
}

/// Runs the body here, or on a thread of ours where this one's stack has no room for it, or where this thread is at its
/// end and its thread-locals are gone: in a destructor, or an atexit handler.
fn where_there_is_room<T>(has_room: bool, body: impl FnOnce() -> T) -> Result<T, Error> {
    if has_room && panics::has_thread_locals() {
        return Ok(body());
    }
    let body = Borrowed(body);
    std::thread::scope(|scope| {
        let thread = threads::spawn_scoped(scope, "graph-invalidate call", move || {
            let body = body;
            Borrowed((body.0)())
        })?;
        thread.join().map(|result| result.0).map_err(|payload| {
            let error = panics::error("The thread that made the call", &*payload);
            std::mem::forget(payload);
            error
        })
    })
}

fn about_the_stack(error: Error) -> Error {
    if error.status() != Status::TooManyThreads {
        return error;
    }
    let message = format!(
        "This thread cannot make the call itself, since its stack has less than {} KiB left or it is ending, and the system allows no more threads.",
        STACK >> 10
    );
    let hint = error.outcome().hint.clone().unwrap_or_default();
    Error::new(Status::TooManyThreads, message).hint(hint)
}

/// What one thread hands to another and waits for.
struct Borrowed<T>(T);

// SAFETY: the thread that made it does nothing but wait until the other one has ended. What C hands to an exported
// function may be used on any thread, as the header says, but by one at a time.
unsafe impl<T> Send for Borrowed<T> {}

/// Lets a test make any exported function panic: the guards are proven with the library that has this feature on.
#[cfg(feature = "test-panic")]
fn forced_panic(function: &str) {
    let forced = std::env::var_os("GRAPH_INVALIDATE_TEST_PANIC");
    assert!(forced.is_none_or(|name| name != function), "forced");
}

#[cfg(not(feature = "test-panic"))]
const fn forced_panic(_function: &str) {}
