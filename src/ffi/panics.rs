//! Panics that are caught: nothing is printed, and their text stands in the outcome.

use std::any::Any;
use std::cell::Cell;
use std::panic;
use std::sync::Once;

use crate::outcome::Error;
use crate::status::Status;

thread_local! {
    /// Whether this thread is inside the library. Has no destructor: it is there to the last.
    static SILENT: Cell<bool> = const { Cell::new(false) };
    static ALIVE: Alive = const { Alive };
}

/// Its destructor tells that the thread is ending.
struct Alive;

impl Drop for Alive {
    fn drop(&mut self) {}
}

/// Whether the thread-locals on which everything rests are still there.
pub(super) fn has_thread_locals() -> bool {
    ALIVE.try_with(|_| ()).is_ok() && tokio_is_there()
}

fn tokio_is_there() -> bool {
    let current = tokio::runtime::Handle::try_current();
    !current.is_err_and(|error| error.is_thread_local_destroyed())
}

/// Runs what may panic without a word. Panics elsewhere are reported as before: the hook of a host in Rust, which calls
/// these functions as C does or not at all, is asked for everything that is not ours.
pub(crate) fn while_silent<T>(work: impl FnOnce() -> T) -> T {
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            SILENT.set(self.0);
        }
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let reported = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !SILENT.get() {
                reported(panic);
            }
        }));
    });
    let _before = Before(SILENT.replace(true));
    work()
}

/// Whether panics of this thread are reported to nobody.
pub(crate) fn is_silent() -> bool {
    SILENT.get()
}

/// A panic as the error that it is.
pub(crate) fn error(what: &str, payload: &(dyn Any + Send)) -> Error {
    let text = text_of(payload);
    if WITHOUT_RANDOM_NUMBERS.iter().any(|it| text.contains(it)) {
        return Error::new(
            Status::SystemShortage,
            "The system provides no random numbers: getrandom() is denied, and /dev/urandom cannot be opened.",
        )
        .hint("Allow getrandom() in this program's sandbox or container, or close files that are not needed.");
    }
    Error::new(Status::Panic, format!("{what} panicked: {text}."))
        .hint("This is a defect of graph-invalidate: please report it.")
}

/// What the standard library says where it has none: it knows no other way.
const WITHOUT_RANDOM_NUMBERS: [&str; 2] = ["failed to generate random data", "/dev/random"];

/// What a panic says.
fn text_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word")
}
