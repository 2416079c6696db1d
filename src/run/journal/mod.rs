//! The journal: append-only JSON Lines that are the record of a run, and the point where it is resumed.

mod file;
mod history;
mod line;
mod reader;
mod writer;

use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

pub use line::{Line, OutcomeLine, RunLine, SummaryLine};
pub use reader::JournalReader;

pub(super) use history::History;
pub(super) use line::VERSION;
pub(super) use writer::{JournalWriter, Record};

use super::exchange::Exchange;
use super::keys::Fingerprints;
use crate::outcome::Error;
use crate::status::Status;

/// A journal that is open and locked, with what it says already.
pub(super) struct Journal {
    file: file::LockedFile,
    path: std::path::PathBuf,
    pub(super) history: History,
    /// Whether a torn last line was cut off.
    pub(super) torn: bool,
    fresh: bool,
    /// With what the journal begins.
    first: Option<RunLine>,
}

impl Journal {
    /// Opens the journal of a run. One that holds something already is refused unless the run resumes it.
    pub(super) fn open(path: &Path, resume: bool, prints: &Fingerprints) -> Result<Journal, Error> {
        let broken =
            |error: std::io::Error| file::unusable(path, &format!("cannot be read: {error}"));
        let mut locked = file::open_for_writing(path)?;
        let file = locked.file().map_err(broken)?;
        let fresh = file.metadata().map_err(broken)?.len() == 0;
        let (mut history, mut torn) = (History::default(), false);
        if !fresh {
            if !resume {
                file.seek(SeekFrom::Start(0)).map_err(broken)?;
                // What is no journal at all cannot be resumed either.
                JournalReader::of(&*file, path).next().transpose()?;
                return Err(Error::new(
                    Status::JournalExists,
                    format!("The journal {} holds a run already.", path.display()),
                )
                .hint(
                    "Nothing was sent. Resume that run, or give this one a journal of its own.",
                ));
            }
            file.seek(SeekFrom::Start(0)).map_err(broken)?;
            let mut reader = JournalReader::of(&*file, path);
            for line in reader.by_ref() {
                history.add(line?, prints);
            }
            torn = reader.is_torn();
            let whole = reader.position();
            if torn {
                file::cut(file, path, whole)?;
            }
        }
        Ok(Journal {
            first: history.first.clone(),
            file: locked,
            path: path.to_owned(),
            history,
            torn,
            fresh,
        })
    }

    /// Finds out whether a new run could begin this journal, and leaves everything as it was.
    pub(super) fn rehearse(path: &Path, prints: &Fingerprints) -> Result<(), Error> {
        let is_new = !path.exists();
        let opened = Journal::open(path, false, prints);
        if is_new && opened.is_ok() {
            // It is empty. Who cannot delete it has an empty journal, with which a run can begin as well.
            let _ = std::fs::remove_file(path);
        }
        opened.map(drop)
    }

    /// What the journal says already.
    pub(super) fn take_history(&mut self) -> History {
        std::mem::take(&mut self.history)
    }

    /// Whether nothing was written to it before.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Refuses to go on with another tenant's or another API's journal.
    pub(super) fn check(&self, now: &RunLine) -> Result<(), Error> {
        let Some(before) = &self.first else {
            return Ok(());
        };
        let differs = |what: &str, before: &str, now: &str| {
            Error::new(
                Status::JournalMismatch,
                format!("The journal {} is of {what} {before}, but this run is for {now}.", self.path.display()),
            )
            .hint("Nothing was sent. Give this run a journal of its own, or the token, endpoint and API of the run to be resumed.")
        };
        if before.api != now.api {
            return Err(differs("API", &before.api, &now.api));
        }
        match (&before.tenant, &now.tenant) {
            (Some(before), Some(now)) if !before.eq_ignore_ascii_case(now) => {
                Err(differs("tenant", before, now))
            }
            _ => Ok(()),
        }
    }

    /// Begins to write: the line of the run first.
    pub(super) fn start(
        self,
        run: &RunLine,
        exchange: Arc<Exchange>,
    ) -> Result<JournalWriter, Error> {
        let writer = JournalWriter::start(Box::new(self.file), self.path.clone(), run, exchange)?;
        if self.fresh {
            file::sync_folder(&self.path);
        }
        Ok(writer)
    }
}
