//! Users on their way from a list into a run: as many as it wants, never the whole list.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::Thread;

use graph_invalidate::Run;

use crate::input::{Entries, Fault};

/// How many users of a file are handed over at once. Those of a pipe go one by one, as they come.
const TOGETHER: usize = 256;

/// A thread that reads: a pipe whose other end says nothing must not keep outcomes, or Ctrl+C, waiting.
pub(crate) struct Feeder {
    over: Arc<AtomicBool>,
    read: Arc<AtomicBool>,
    fault: Receiver<Fault>,
    reader: Thread,
}

impl Feeder {
    /// Begins to read.
    pub(crate) fn start(run: Arc<Run>, mut entries: Entries, one_by_one: bool) -> Feeder {
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let read = Arc::new(AtomicBool::new(false));
        let all_read = Arc::clone(&read);
        let (faults, fault) = channel();
        let reader = std::thread::spawn(move || {
            let together = if one_by_one { 1 } else { TOGETHER };
            while !stop.load(Ordering::Acquire) {
                let wanted = run.progress().unwrap_or_default().wanted as usize;
                if wanted == 0 {
                    // Until the run says that it takes more, or is over.
                    std::thread::park();
                    continue;
                }
                let mut keys = Vec::with_capacity(together);
                let mut fault = None;
                while keys.len() < wanted.min(together) {
                    match entries.next() {
                        Some(Ok(entry)) => keys.push(entry.key),
                        Some(Err(found)) => {
                            fault = Some(found);
                            break;
                        }
                        None => break,
                    }
                }
                let at_end = keys.len() < wanted.min(together);
                // A run that has ended meanwhile takes nobody, and says so where its outcomes are read.
                let taken = run.add(&keys).is_ok();
                if let Some(fault) = fault {
                    let _ = faults.send(fault);
                    let _ = run.fail_input();
                }
                if at_end || !taken {
                    let _ = run.finish_input();
                    all_read.store(true, Ordering::Release);
                    return;
                }
            }
        });
        Feeder {
            over,
            read,
            fault,
            reader: reader.thread().clone(),
        }
    }

    /// The run takes more users.
    pub(crate) fn wake(&self) {
        self.reader.unpark();
    }

    /// Whether the list was read to its end.
    pub(crate) fn has_read_all(&self) -> bool {
        self.read.load(Ordering::Acquire)
    }

    /// What the list could not be read to its end for.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault.try_recv().ok()
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        self.wake();
    }
}
