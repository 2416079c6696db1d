//! The journal: append-only JSON Lines that are the record of a run, and the point where it is resumed.

mod age;
mod file;
mod history;
mod line;
mod reader;
mod writer;

use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub use line::{
    ExcludedLine, ExclusionLine, Line, OutcomeLine, RunLine, SelectedLine, SummaryLine,
};
pub use reader::JournalReader;

pub(super) use history::{Acceptance, History};
pub(super) use line::VERSION;
pub(super) use writer::{JournalWriter, Record};

use super::exchange::Exchange;
use super::keys::Fingerprints;
use crate::outcome::{Error, now};
use crate::selection::{Criteria, Selection};
use crate::status::Status;

/// What a journal is opened for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// A new run: one that holds something already is refused.
    Begin,
    /// To go on with its run, which may not have begun longer ago than this.
    Resume { within: Duration },
    /// To verify again whom it calls accepted, whenever that was.
    Verify,
}

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
    /// Opens the journal of a run. Where it is refused, nothing in it was changed.
    pub(super) fn open(
        path: &Path,
        opening: Opening,
        prints: &Fingerprints,
    ) -> Result<Journal, Error> {
        let broken =
            |error: std::io::Error| file::unusable(path, &format!("cannot be read: {error}"));
        let mut locked = file::open_for_writing(path)?;
        let file = locked.file().map_err(broken)?;
        let fresh = file.metadata().map_err(broken)?.len() == 0;
        let (mut history, mut torn, mut cut_at) = (History::default(), false, None);
        if !fresh {
            if matches!(opening, Opening::Begin) {
                file.seek(SeekFrom::Start(0)).map_err(broken)?;
                // What is no journal at all cannot be resumed either.
                JournalReader::of(&*file, path).next().transpose()?;
                return Err(Error::new(
                    Status::JournalExists,
                    format!("The journal {} already holds a run.", path.display()),
                )
                .hint(
                    "Nothing was sent. Set the option resume to continue that run, or use a new journal for this one.",
                ));
            }
            file.seek(SeekFrom::Start(0)).map_err(broken)?;
            let mut reader = JournalReader::of(&*file, path);
            for line in reader.by_ref() {
                history.add(line?, prints);
            }
            torn = reader.is_torn();
            let whole = reader.position();
            if let Opening::Resume { within } = opening {
                age::check(&history, path, within, now())?;
            }
            cut_at = torn.then_some(whole);
        }
        if matches!(opening, Opening::Verify) && history.users == 0 {
            return Err(Error::new(
                Status::JournalEmpty,
                format!(
                    "The journal {} has no accepted users: there is nothing to verify.",
                    path.display()
                ),
            )
            .hint("Nothing in it was changed. Name the journal of a run that signed users out."));
        }
        if let Some(whole) = cut_at {
            locked.cut(path, whole)?;
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
        // One that is made here is empty, and goes again.
        Journal::open(path, Opening::Begin, prints).map(drop)
    }

    /// What is to be known before a run goes on with it.
    pub(super) fn notice(&self) -> Option<String> {
        if self.fresh {
            return None;
        }
        let (accepted, open) = (self.history.users, self.history.open.len());
        let mut notice = format!(
            "The journal holds {accepted} accepted {}; {open} {} attempted and not accepted.",
            if accepted == 1 { "user" } else { "users" },
            if open == 1 { "was" } else { "were" },
        );
        if let Some(age) = age::notice(&self.history, now()) {
            notice.push(' ');
            notice.push_str(&age);
        }
        if self.torn {
            notice.push_str(
                " Its last line was incomplete and has been removed; that user is sent again.",
            );
        }
        Some(notice)
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
            .hint("Nothing was sent. Use a new journal, or the token, endpoint and API of the run to be resumed.")
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

    /// Refuses to go on with a journal of other users than those that are selected now.
    pub(super) fn check_selection(&self, criteria: &Criteria) -> Result<(), Error> {
        let Some(first) = &self.first else {
            return Ok(());
        };
        let words = |words: Option<&str>| match words {
            Some(words) => format!("{words:?}"),
            None => "nobody".to_owned(),
        };
        let before = first.selection.as_ref().map(|it| it.words.as_str());
        let now = criteria.select().then(|| criteria.words());
        if before == now.as_deref() {
            return Ok(());
        }
        Err(Error::new(
            Status::JournalMismatch,
            format!(
                "The run of the journal {} selected {}, but this one selects {}.",
                self.path.display(),
                words(before),
                words(now.as_deref())
            ),
        )
        .hint("Nothing was sent. Resume with the same options, or give this run a journal of its own."))
    }

    /// Begins to write: the line of the run first, and whom it selected, where that is not there already.
    pub(super) fn start(
        self,
        run: &RunLine,
        selected: Option<&Selection>,
        exchange: Arc<Exchange>,
    ) -> Result<JournalWriter, Error> {
        let place = self.file.place().to_owned();
        let writer = JournalWriter::start(
            Box::new(self.file),
            self.path.clone(),
            run,
            selected,
            exchange,
        )?;
        if self.fresh {
            file::sync_folder(&place);
        }
        Ok(writer)
    }
}
