//! Where a run's users come from: the caller, or a journal that is to be verified.

use std::collections::VecDeque;
use std::sync::Arc;

use super::exchange::Exchange;
use super::intake::Intake;
use super::item::Key;
use super::journal::{JournalReader, Line};
use crate::outcome::Error;
use crate::status::Status;

/// The keys that are still to come.
pub(super) struct Feed {
    exchange: Arc<Exchange>,
    source: Source,
    over: bool,
}

enum Source {
    Caller,
    /// A resumed run must know the whole list before anything is sent.
    WholeList {
        held: VecDeque<Key>,
        is_whole: bool,
    },
    Journal(JournalReader),
}

impl Feed {
    pub(super) fn of_caller(exchange: Arc<Exchange>) -> Feed {
        Feed::new(exchange, Source::Caller)
    }

    pub(super) fn of_caller_at_once(exchange: Arc<Exchange>) -> Feed {
        exchange.want_all();
        let source = Source::WholeList {
            held: VecDeque::new(),
            is_whole: false,
        };
        Feed::new(exchange, source)
    }

    pub(super) fn of_journal(exchange: Arc<Exchange>, journal: JournalReader) -> Feed {
        exchange.want_none();
        Feed::new(exchange, Source::Journal(journal))
    }

    fn new(exchange: Arc<Exchange>, source: Source) -> Feed {
        Feed {
            exchange,
            source,
            over: false,
        }
    }

    /// Whether the last key was taken.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// How many keys were taken from the caller and wait here.
    pub(super) fn held(&self) -> usize {
        match &self.source {
            Source::WholeList { held, .. } => held.len(),
            _ => 0,
        }
    }

    /// Whether so much of the list is known as must be before anything is sent.
    ///
    /// # Errors
    ///
    /// The list lacks users of the journal.
    pub(super) fn is_known(&mut self, intake: &mut Intake) -> Result<bool, Error> {
        let Source::WholeList { held, is_whole } = &mut self.source else {
            return Ok(true);
        };
        if *is_whole {
            return Ok(true);
        }
        let mut keys = Vec::new();
        *is_whole = self.exchange.take_input(usize::MAX, &mut keys);
        for key in keys {
            intake.not_missing(&key);
            held.push_back(key);
        }
        let missing = intake.missing();
        match *is_whole && missing.len() > 0 {
            true => Err(lacks(missing)),
            false => Ok(*is_whole),
        }
    }

    /// Everyone whom a run that goes on with a journal was given and had not come to at its end.
    pub(super) fn rest(&mut self) -> Vec<Key> {
        let Source::WholeList { held, .. } = &mut self.source else {
            return Vec::new();
        };
        let mut keys = held.drain(..).collect();
        self.exchange.take_input(usize::MAX, &mut keys);
        keys
    }

    /// At most so many keys.
    ///
    /// # Errors
    ///
    /// The journal to be verified cannot be read on.
    pub(super) fn take(&mut self, most: usize) -> Result<Vec<Key>, Error> {
        let mut keys = Vec::new();
        if self.over {
            return Ok(keys);
        }
        match &mut self.source {
            Source::Caller => self.over = self.exchange.take_input(most, &mut keys),
            Source::WholeList { held, is_whole } => {
                keys.extend(held.drain(..most.min(held.len())));
                self.over = *is_whole && held.is_empty();
            }
            Source::Journal(journal) => self.over = take_accepted(journal, most, &mut keys)?,
        }
        Ok(keys)
    }
}

/// The users that a journal calls accepted; tells whether it has come to its end.
fn take_accepted(
    journal: &mut JournalReader,
    most: usize,
    keys: &mut Vec<Key>,
) -> Result<bool, Error> {
    while keys.len() < most {
        match journal.next().transpose()? {
            None => return Ok(true),
            Some(Line::Outcome(line)) if line.status == Status::Ok.name() => {
                // "me" is whoever was the caller then: the object id is the same user for everybody.
                let key = match line.user.as_str() {
                    "me" => line.id.as_deref().unwrap_or("me"),
                    key => key,
                };
                keys.push(Key::Text(key.into()));
            }
            Some(_) => {}
        }
    }
    Ok(false)
}

fn lacks<'a>(missing: impl ExactSizeIterator<Item = &'a str>) -> Error {
    let count = missing.len();
    let names: Vec<&str> = missing.take(3).collect();
    Error::new(
        Status::JournalMismatch,
        format!(
            "The list lacks {count} users who were attempted but not accepted according to the journal, such as {}.",
            names.join(", ")
        ),
    )
    .hint("Nothing was sent. Resume with the whole list, or use a new journal for another list.")
}
