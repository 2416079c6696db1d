//! One guard for every exported function: a panic becomes a status and never crosses into C.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::outcome::Error;
use crate::status::Status;

use super::outcome::{OutcomePlace, graph_outcome};

/// Runs the body of an exported function. A failure's details go to `failure`, where the caller gave one.
pub(super) fn guard(
    function: &'static str,
    failure: OutcomePlace,
    body: impl FnOnce() -> Result<(), Error>,
) -> i32 {
    let result = caught(function, body).unwrap_or_else(|| {
        Err(Error::new(Status::Panic, format!("{function} panicked."))
            .hint("This is a defect of graph-invalidate: please report it."))
    });
    match result {
        Ok(()) => Status::Ok.number(),
        Err(error) => {
            let status = error.status().number();
            // Building the details could itself fail; the status must arrive all the same.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                failure.fill(|| graph_outcome::from_outcome(error.into_outcome()));
            }));
            status
        }
    }
}

/// Runs the body of a function that has no status to give back; a panic ends in the fallback.
pub(super) fn guard_or<T>(function: &'static str, fallback: T, body: impl FnOnce() -> T) -> T {
    caught(function, body).unwrap_or(fallback)
}

fn caught<T>(function: &'static str, body: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(|| {
        forced_panic(function);
        body()
    }))
    .ok()
}

/// Lets a test make any exported function panic: the guards are proven with the library that has this feature on.
#[cfg(feature = "test-panic")]
fn forced_panic(function: &str) {
    let forced = std::env::var_os("GRAPH_INVALIDATE_TEST_PANIC");
    assert!(forced.is_none_or(|name| name != function), "forced");
}

#[cfg(not(feature = "test-panic"))]
const fn forced_panic(_function: &str) {}
