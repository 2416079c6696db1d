//! What the machine allows no more of: descriptors, threads, memory. It passes as soon as others have ended, and is
//! waited for.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use crate::call::retry::Retry;
use crate::cancellation::Cancellation;
use crate::outcome::Error;
use crate::status::Status;

use super::no_answer::TransportFailure;

const HINT: &str = "Close files that are not needed, or raise the limit on open files (ulimit -n), then call again.";

const MEMORY_HINT: &str = "Stop what is not needed, or raise the limits of the machine or the container on memory, buffers and watches (fs.epoll.max_user_watches), then call again.";

/// The pause before another look: short, since what is awaited is the end of a call.
const PAUSE: Duration = Duration::from_millis(50);

/// The process has no descriptor left, found out by asking for one.
#[derive(Debug)]
pub(super) struct OutOfDescriptors;

impl fmt::Display for OutOfDescriptors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("too many open files")
    }
}

impl StdError for OutOfDescriptors {}

/// Whether the system refused because too many files and connections are open.
#[cfg(unix)]
pub(crate) fn is_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

#[cfg(not(unix))]
pub(crate) fn is_of_descriptors(error: &io::Error) -> bool {
    const TOO_MANY_OPEN_FILES: i32 = 4;
    const TOO_MANY_OPEN_SOCKETS: i32 = 10024;
    matches!(
        error.raw_os_error(),
        Some(TOO_MANY_OPEN_FILES | TOO_MANY_OPEN_SOCKETS)
    )
}

/// No more files: what could not be opened, as the subject of a sentence.
pub(crate) fn of_descriptors(what: &str) -> Error {
    Error::new(
        Status::TooManyOpenFiles,
        format!("{what} cannot be opened: the process has too many open files."),
    )
    .hint(HINT)
}

/// Whether the system refused because it has too little memory, or too few buffers or watches.
#[cfg(unix)]
pub(crate) fn is_of_memory(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOMEM | libc::ENOBUFS | libc::ENOSPC)
    )
}

#[cfg(not(unix))]
pub(crate) fn is_of_memory(error: &io::Error) -> bool {
    const NOT_ENOUGH_MEMORY: i32 = 8;
    const NO_BUFFERS: i32 = 10055;
    matches!(error.raw_os_error(), Some(NOT_ENOUGH_MEMORY | NO_BUFFERS))
}

/// Too little memory: what could not be opened, as the subject of a sentence.
pub(crate) fn of_memory(what: &str, error: &io::Error) -> Error {
    Error::new(
        Status::SystemShortage,
        format!("{what} cannot be opened, since the system lacks resources: {error}."),
    )
    .hint(MEMORY_HINT)
}

/// The shortage behind the failure of a request, if it is one.
pub(super) fn behind<'a>(
    mut chain: impl Iterator<Item = &'a (dyn StdError + 'static)>,
    is_connect: bool,
) -> Option<TransportFailure> {
    chain.find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<Error>() {
            return is_shortage(error.status()).then(|| failure(error));
        }
        let is_of_descriptors = cause.is::<OutOfDescriptors>()
            || cause
                .downcast_ref::<io::Error>()
                .is_some_and(is_of_descriptors);
        if is_of_descriptors {
            return Some(failure(&of_descriptors("A connection")));
        }
        cause
            .downcast_ref::<io::Error>()
            .filter(|error| is_connect && is_of_memory(error))
            .map(|error| failure(&of_memory("A connection", error)))
    })
}

fn failure(error: &Error) -> TransportFailure {
    TransportFailure {
        status: error.status(),
        message: error.to_string(),
        hint: Some(match error.status() {
            Status::TooManyThreads => {
                "Stop what is not needed, or raise the limit on processes and threads (ulimit -u, or pids in a container), then call again."
            }
            Status::SystemShortage => MEMORY_HINT,
            _ => HINT,
        }),
        retry: Retry::WhenThereIsRoom,
    }
}

pub(crate) const fn is_shortage(status: Status) -> bool {
    matches!(
        status,
        Status::TooManyOpenFiles | Status::TooManyThreads | Status::SystemShortage
    )
}

/// Tries again while there is a shortage, until the deadline or the signal: on the calling thread, since there is
/// nothing yet that could drive a wait.
pub(crate) fn waited_for<T>(
    deadline: Instant,
    cancellation: &Cancellation,
    make: impl Fn() -> Result<T, Error>,
) -> Result<T, Error> {
    loop {
        match make() {
            Err(error)
                if is_shortage(error.status())
                    && !cancellation.is_cancelled()
                    && Instant::now() + PAUSE < deadline =>
            {
                std::thread::sleep(PAUSE);
            }
            made => return made,
        }
    }
}
