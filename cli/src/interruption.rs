//! Ctrl+C, SIGTERM and SIGHUP: nothing new is sent, what is in flight gets two seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use graph_invalidate::Cancellation;
#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit_status::ExitStatus;

/// How long an answer in flight is awaited.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// How soon a signal is noticed.
const LOOK: Duration = Duration::from_millis(20);

/// Watches for signals while the command runs.
#[derive(Clone)]
pub(crate) struct Interruption {
    signal: Arc<AtomicUsize>,
}

impl Interruption {
    pub(crate) fn watch() -> Interruption {
        let signal = Arc::new(AtomicUsize::new(0));
        for number in watched() {
            let stored = usize::try_from(number).unwrap_or_default();
            // Without the handler the signal ends the process at once: no harm done.
            let _ = signal_hook::flag::register_usize(number, Arc::clone(&signal), stored);
        }
        Interruption { signal }
    }

    /// What ends single calls: it is set two seconds after a signal.
    pub(crate) fn cancellation(&self) -> Cancellation {
        self.cancellation_after(GRACE)
    }

    /// What ends calls that only read: nobody waits for their answers.
    pub(crate) fn cancellation_at_once(&self) -> Cancellation {
        self.cancellation_after(Duration::ZERO)
    }

    fn cancellation_after(&self, grace: Duration) -> Cancellation {
        let cancellation = Cancellation::new();
        let (watched, cancelled) = (self.clone(), cancellation.clone());
        std::thread::spawn(move || {
            while watched.signal.load(Ordering::Acquire) == 0 {
                std::thread::sleep(LOOK);
            }
            std::thread::sleep(grace);
            cancelled.cancel();
        });
        cancellation
    }

    /// How the command ends, if a signal came.
    pub(crate) fn exit_status(&self) -> Option<ExitStatus> {
        status_of(self.signal.load(Ordering::Acquire))
    }

    /// How the command ends, if a signal came since this was asked last.
    pub(crate) fn take(&self) -> Option<ExitStatus> {
        status_of(self.signal.swap(0, Ordering::AcqRel))
    }
}

fn watched() -> Vec<i32> {
    #[cfg(unix)]
    if !hanging_up_is_ignored() {
        return vec![SIGINT, SIGTERM, SIGHUP];
    }
    vec![SIGINT, SIGTERM]
}

/// Whether the command was started under `nohup` or the like: then the end of the terminal is none of its own. Where
/// the system does not tell, the signal keeps the meaning that it has.
#[cfg(unix)]
fn hanging_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (SIGHUP - 1) & 1 == 1)
}

fn status_of(signal: usize) -> Option<ExitStatus> {
    match i32::try_from(signal) {
        Ok(SIGINT) => Some(ExitStatus::Interrupted),
        Ok(SIGTERM) => Some(ExitStatus::Terminated),
        #[cfg(unix)]
        Ok(SIGHUP) => Some(ExitStatus::HungUp),
        _ => None,
    }
}
