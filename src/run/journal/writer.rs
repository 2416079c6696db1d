//! Writing a journal: a thread that appends what is known, makes it survive, and only then lets it out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::json;
use crate::outcome::{Error, Outcome};
use crate::run::exchange::Exchange;
use crate::selection::Selection;
use crate::status::Status;
use crate::threads;

use super::file::JournalFile;
use super::line::{ExcludedLine, ExclusionLine, RunLine, SelectedLine, SummaryLine, Written};

/// How soon is seen that the file has gone while nothing is written.
const LOOK: Duration = Duration::from_secs(1);

/// So many bytes of selected users are written at once.
const TOGETHER: usize = 1 << 18;

/// What is to be recorded.
pub(in crate::run) enum Record {
    /// One attempt, after which others follow.
    Attempt(Box<Outcome>),
    /// The end of a user: handed out as soon as it is on disk.
    Final(Box<Outcome>),
    Exclusion(ExclusionLine),
    Excluded(ExcludedLine),
    Summary(SummaryLine),
}

impl Record {
    /// The outcome, where it is the end of a user.
    pub(in crate::run) fn into_final(self) -> Option<Box<Outcome>> {
        match self {
            Record::Final(outcome) => Some(outcome),
            _ => None,
        }
    }
}

/// The writing end of a journal.
pub(in crate::run) struct JournalWriter {
    records: Sender<Vec<Record>>,
    waiting: Arc<Waiting>,
    thread: JoinHandle<Vec<Record>>,
}

/// How much is not on disk yet.
#[derive(Default)]
struct Waiting {
    records: AtomicUsize,
    ends: AtomicUsize,
}

fn ends_among(records: &[Record]) -> usize {
    let is_end = |record: &&Record| matches!(record, Record::Final(_));
    records.iter().filter(is_end).count()
}

impl JournalWriter {
    /// Writes the line of the run, and starts the thread that writes all others.
    pub(super) fn start(
        mut file: Box<dyn JournalFile>,
        path: PathBuf,
        run: &RunLine,
        selected: Option<&Selection>,
        exchange: Arc<Exchange>,
    ) -> Result<JournalWriter, Error> {
        let mut bytes = Vec::new();
        push(&mut bytes, &Written::Run(run));
        for user in selected.into_iter().flat_map(Selection::users) {
            push(
                &mut bytes,
                &Written::Selected(&SelectedLine::of(user, &run.time)),
            );
            if bytes.len() >= TOGETHER {
                file.append(&bytes, &mut 0)
                    .map_err(|error| failed(&path, &error))?;
                bytes.clear();
            }
        }
        file.append(&bytes, &mut 0)
            .and_then(|()| file.sync())
            .map_err(|error| failed(&path, &error))?;
        let (records, received) = channel();
        let waiting = Arc::new(Waiting::default());
        let counted = Arc::clone(&waiting);
        let thread = threads::spawn("graph-invalidate journal", move || {
            write(file.as_mut(), &path, &received, &counted, &exchange)
        })?;
        Ok(JournalWriter {
            records,
            waiting,
            thread,
        })
    }

    /// Hands records over; they are written in this order.
    pub(in crate::run) fn record(&self, records: Vec<Record>) {
        let ends = ends_among(&records);
        self.waiting
            .records
            .fetch_add(records.len(), Ordering::AcqRel);
        self.waiting.ends.fetch_add(ends, Ordering::AcqRel);
        // A thread that has ended after a failure has told it to the exchange.
        let _ = self.records.send(records);
    }

    /// How many records are not on disk yet.
    pub(in crate::run) fn waiting(&self) -> usize {
        self.waiting.records.load(Ordering::Acquire)
    }

    /// How many of them are ends of users.
    pub(in crate::run) fn ends_waiting(&self) -> usize {
        self.waiting.ends.load(Ordering::Acquire)
    }

    /// Returns when everything is on disk, or cannot be: then with what the file does not hold.
    pub(in crate::run) fn finish(self) -> Vec<Record> {
        drop(self.records);
        self.thread.join().unwrap_or_default()
    }
}

/// Writes until nothing more will come, or cannot be written; gives what was not.
fn write(
    file: &mut dyn JournalFile,
    path: &Path,
    received: &Receiver<Vec<Record>>,
    waiting: &Waiting,
    exchange: &Exchange,
) -> Vec<Record> {
    let mut bytes = Vec::new();
    loop {
        let mut records = match received.recv_timeout(LOOK) {
            Ok(records) => records,
            Err(RecvTimeoutError::Disconnected) => return Vec::new(),
            Err(RecvTimeoutError::Timeout) => Vec::new(),
        };
        // One sync serves all that has gathered meanwhile.
        records.extend(received.try_iter().flatten());
        let (count, ends) = (records.len(), ends_among(&records));
        bytes.clear();
        for record in &records {
            push(
                &mut bytes,
                &match record {
                    Record::Attempt(outcome) | Record::Final(outcome) => Written::Outcome(outcome),
                    Record::Exclusion(line) => Written::Exclusion(line),
                    Record::Excluded(line) => Written::Excluded(line),
                    Record::Summary(summary) => Written::Summary(summary),
                },
            );
        }
        if let Err((failure, whole)) = put(file, path, &bytes) {
            exchange.journal_failed(failure);
            // Whole lines that came in are read when the run is resumed, although nobody was told of them.
            records.drain(..whole.min(count));
            records.extend(received.iter().flatten());
            return records;
        }
        if count == 0 {
            continue;
        }
        crash_point("before_delivery");
        exchange.deliver(records.into_iter().filter_map(Record::into_final));
        waiting.records.fetch_sub(count, Ordering::AcqRel);
        waiting.ends.fetch_sub(ends, Ordering::AcqRel);
        exchange.wake_engine();
        crash_point("after_delivery");
    }
}

/// Writes lines so that they stay; otherwise tells why not, and how many of them are in the file all the same.
fn put(file: &mut dyn JournalFile, path: &Path, bytes: &[u8]) -> Result<(), (Error, usize)> {
    let gone = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => (lost(path, &error), 0),
        _ => (failed(path, &error), 0),
    };
    file.is_in_place().map_err(gone)?;
    if bytes.is_empty() {
        return Ok(());
    }
    crash_point("before_write");
    #[cfg(feature = "test-crash")]
    half_written(file, bytes);
    let mut written = 0;
    file.append(bytes, &mut written)
        .and_then(|()| {
            crash_point("before_sync");
            file.sync()
        })
        .map_err(|error| {
            let came_in = bytes.iter().take(written);
            let whole = came_in.filter(|byte| **byte == b'\n').count();
            (failed(path, &error), whole)
        })?;
    file.is_in_place().map_err(gone)
}

fn push(bytes: &mut Vec<u8>, line: &Written<'_>) {
    // Nothing in a line can fail to be written; half a line must not stay if it did.
    if let Ok(text) = serde_json::to_string(line) {
        bytes.extend_from_slice(json::harmless(&text).as_bytes());
        bytes.push(b'\n');
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Status::JournalFailed,
        format!("The journal {} can no longer be written: {error}. Nothing more was sent.", path.display()),
    )
    .hint("Free some space or repair the disk, then resume with the same journal: users whose acceptance was not recorded are signed out again.")
}

fn lost(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Status::JournalLost,
        format!("The journal {} no longer exists: {error}. Nothing more was sent.", path.display()),
    )
    .hint("If the file was renamed or moved, resume with its new name. If it is lost, begin again with a new journal: everyone is signed out again, which is safe.")
}

/// Lets a test kill the process at a named moment: the kill campaign runs the command that has this feature on.
#[cfg(feature = "test-crash")]
fn crash_point(name: &str) {
    if crash_wanted(name) {
        std::process::abort();
    }
}

#[cfg(not(feature = "test-crash"))]
const fn crash_point(_name: &str) {}

/// Half of the bytes reach the file, then the process dies.
#[cfg(feature = "test-crash")]
fn half_written(file: &mut dyn JournalFile, bytes: &[u8]) {
    if crash_wanted("half_written") {
        let _ = file.append(&bytes[..bytes.len() / 2], &mut 0);
        std::process::abort();
    }
}

/// `GRAPH_INVALIDATE_TEST_CRASH=name:count`: the moment, and how often it is passed before.
#[cfg(feature = "test-crash")]
fn crash_wanted(name: &str) -> bool {
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    let wanted = std::env::var("GRAPH_INVALIDATE_TEST_CRASH").unwrap_or_default();
    let Some((moment, count)) = wanted.split_once(':') else {
        return false;
    };
    moment == name && PASSED.fetch_add(1, Ordering::AcqRel) >= count.parse().unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::run::Next;

    /// A disk with so much room, whose syncs may fail after so many.
    #[derive(Clone, Default)]
    struct Disk {
        written: Arc<Mutex<Vec<u8>>>,
        room: usize,
        syncs_left: usize,
    }

    impl JournalFile for Disk {
        fn append(&mut self, bytes: &[u8], count: &mut usize) -> io::Result<()> {
            let mut written = self.written.lock().unwrap();
            let room = self.room.saturating_sub(written.len());
            written.extend_from_slice(&bytes[..room.min(bytes.len())]);
            *count = room.min(bytes.len());
            if bytes.len() > room {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }

        fn sync(&mut self) -> io::Result<()> {
            if self.syncs_left == 0 {
                return Err(io::Error::other("the disk is gone"));
            }
            self.syncs_left -= 1;
            Ok(())
        }

        fn is_in_place(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn outcome(user: &str) -> Record {
        let mut outcome = Outcome::new(Status::Ok);
        outcome.user = user.to_owned();
        Record::Final(Box::new(outcome))
    }

    /// Records users one after another; gives who was handed out, and how the run failed.
    fn record(disk: &Disk, users: &[&str]) -> (Vec<String>, Option<Error>) {
        let exchange = Arc::new(Exchange::default());
        let path = PathBuf::from("journal.jsonl");
        let run = RunLine::default();
        let started = JournalWriter::start(
            Box::new(disk.clone()),
            path,
            &run,
            None,
            Arc::clone(&exchange),
        );
        let writer = match started {
            Ok(writer) => writer,
            Err(error) => return (Vec::new(), Some(error)),
        };
        for user in users {
            writer.record(vec![outcome(user)]);
            while writer.waiting() > 0 && !exchange.has_failed() {
                std::thread::yield_now();
            }
        }
        writer.finish();
        exchange.finish(None);
        let mut handed_out = Vec::new();
        loop {
            match exchange.next(Duration::ZERO, |_| true) {
                Ok(Next::Outcome(outcome)) => handed_out.push(outcome.user),
                Ok(_) => return (handed_out, None),
                Err(error) => return (handed_out, Some(error)),
            }
        }
    }

    #[test]
    fn a_full_disk_fails_the_run_and_nobody_is_handed_out_who_is_not_recorded() {
        let all = Disk {
            room: usize::MAX,
            syncs_left: usize::MAX,
            ..Disk::default()
        };
        let (handed_out, failure) = record(&all, &["a@b", "c@d", "e@f"]);
        assert_eq!((handed_out.len(), failure), (3, None));
        let length = all.written.lock().unwrap().len();
        for room in 0..length {
            let disk = Disk {
                room,
                syncs_left: usize::MAX,
                ..Disk::default()
            };
            let (handed_out, failure) = record(&disk, &["a@b", "c@d", "e@f"]);
            assert_eq!(
                failure.map(|error| error.status()),
                Some(Status::JournalFailed)
            );
            let written = String::from_utf8(disk.written.lock().unwrap().clone()).unwrap();
            for user in &handed_out {
                assert!(written.contains(&format!("\"user\":\"{user}\"")), "{room}");
            }
            assert!(handed_out.len() < 3);
        }
    }

    #[test]
    fn a_sync_that_fails_fails_the_run_before_the_outcome_is_handed_out() {
        for syncs_left in 0..3 {
            let disk = Disk {
                room: usize::MAX,
                syncs_left,
                ..Disk::default()
            };
            let (handed_out, failure) = record(&disk, &["a@b", "c@d", "e@f"]);
            let failure = failure.unwrap();
            assert_eq!(failure.status(), Status::JournalFailed);
            assert!(
                failure.to_string().contains("the disk is gone"),
                "{failure}"
            );
            // The first sync is that of the run's own line.
            assert_eq!(handed_out.len(), syncs_left.saturating_sub(1));
        }
    }
}
