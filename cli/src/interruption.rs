//! Ctrl+C and SIGTERM: nothing new is sent, what is in flight gets two seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use graph_invalidate::Cancellation;
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit_status::ExitStatus;

/// How long an answer in flight is awaited.
const GRACE: Duration = Duration::from_secs(2);

/// How soon a signal is noticed.
const LOOK: Duration = Duration::from_millis(20);

/// Watches for signals while the command runs.
#[derive(Clone)]
pub(crate) struct Interruption {
    signal: Arc<AtomicUsize>,
    pub(crate) cancellation: Cancellation,
}

impl Interruption {
    pub(crate) fn watch() -> Interruption {
        let interruption = Interruption {
            signal: Arc::new(AtomicUsize::new(0)),
            cancellation: Cancellation::new(),
        };
        for signal in [SIGINT, SIGTERM] {
            let number = usize::try_from(signal).unwrap_or_default();
            // Without the handler the signal ends the process at once: no harm done.
            let _ =
                signal_hook::flag::register_usize(signal, Arc::clone(&interruption.signal), number);
        }
        let watched = interruption.clone();
        std::thread::spawn(move || {
            while watched.signal.load(Ordering::Acquire) == 0 {
                std::thread::sleep(LOOK);
            }
            std::thread::sleep(GRACE);
            watched.cancellation.cancel();
        });
        interruption
    }

    /// How the command ends, if a signal came.
    pub(crate) fn exit_status(&self) -> Option<ExitStatus> {
        match i32::try_from(self.signal.load(Ordering::Acquire)) {
            Ok(SIGINT) => Some(ExitStatus::Interrupted),
            Ok(SIGTERM) => Some(ExitStatus::Terminated),
            _ => None,
        }
    }
}
