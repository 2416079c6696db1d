//! Where a run's users come from: the caller, or a journal that is to be verified.

use std::collections::VecDeque;
use std::sync::Arc;

use super::exchange::Exchange;
use super::intake::Intake;
use super::item::Key;
use super::journal::{JournalReader, Line};
use crate::outcome::Error;
use crate::selection::Selection;
use crate::status::Status;

/// The keys that are still to come.
pub(super) struct Feed {
    exchange: Arc<Exchange>,
    source: Source,
    source_is_over: bool,
    /// Whom the directory chose, and how many of them were taken: they go when the source is over, so that nobody of
    /// them need be remembered to know duplicates.
    selected: Option<(Arc<Selection>, usize)>,
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
            source_is_over: false,
            selected: None,
        }
    }

    /// Adds whom the directory chose.
    pub(super) fn select(&mut self, selection: Arc<Selection>) {
        self.selected = Some((selection, 0));
    }

    fn selected_left(&self) -> usize {
        let left = |(selection, taken): &(Arc<Selection>, usize)| selection.len() - taken;
        self.selected.as_ref().map_or(0, left)
    }

    fn take_selected(&mut self, most: usize, keys: &mut Vec<Key>) {
        if let Some((selection, taken)) = &mut self.selected {
            let end = selection.len().min(taken.saturating_add(most));
            keys.extend((*taken..end).map(|index| Key::Selected(selection.users.get(index))));
            *taken = end;
        }
    }

    /// Whether the last key was taken.
    pub(super) fn is_over(&self) -> bool {
        self.source_is_over && self.selected_left() == 0
    }

    /// How many keys were taken from the caller and wait here.
    pub(super) fn held(&self) -> usize {
        let held = match &self.source {
            Source::WholeList { held, .. } => held.len(),
            _ => 0,
        };
        held + self.selected_left()
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
        if *is_whole && let Some((selection, _)) = &self.selected {
            selection
                .users()
                .for_each(|user| intake.selected_not_missing(&user));
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
        self.take_selected(usize::MAX, &mut keys);
        keys
    }

    /// At most so many keys.
    ///
    /// # Errors
    ///
    /// The journal to be verified cannot be read on.
    pub(super) fn take(&mut self, most: usize) -> Result<Vec<Key>, Error> {
        let mut keys = Vec::new();
        if !self.source_is_over {
            self.source_is_over = match &mut self.source {
                Source::Caller => self.exchange.take_input(most, &mut keys),
                Source::WholeList { held, is_whole } => {
                    keys.extend(held.drain(..most.min(held.len())));
                    *is_whole && held.is_empty()
                }
                Source::Journal(journal) => take_accepted(journal, most, &mut keys)?,
            };
        }
        if self.source_is_over {
            self.take_selected(most - keys.len(), &mut keys);
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
