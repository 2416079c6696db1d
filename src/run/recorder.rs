//! Where outcomes go: through the journal where there is one, then to the caller.

use std::sync::Arc;

use super::exchange::Exchange;
use super::journal::{
    ExcludedLine, ExclusionLine, Journal, JournalWriter, Record, RunLine, SummaryLine,
};
use crate::outcome::{Error, Outcome};
use crate::selection::Selection;
use crate::unique_id::unique_id;

/// What is recorded between two flushes goes in one go.
pub(super) struct Recorder {
    exchange: Arc<Exchange>,
    /// A journal to which nothing was written yet: who calls is not known before the first token.
    opened: Option<Journal>,
    journal: Option<JournalWriter>,
    run: String,
    records: Vec<Record>,
}

impl Recorder {
    pub(super) fn new(journal: Option<Journal>, exchange: Arc<Exchange>) -> Recorder {
        Recorder {
            exchange,
            opened: journal,
            journal: None,
            run: unique_id().to_string(),
            records: Vec::new(),
        }
    }

    /// Begins the journal, if it has not begun, with those who were selected and are not on record; tells whether it
    /// begins now. Fails where it belongs to another run.
    pub(super) fn begin(
        &mut self,
        mut line: RunLine,
        selected: Option<&Selection>,
    ) -> Result<bool, Error> {
        let Some(journal) = self.opened.take() else {
            return Ok(false);
        };
        journal.check(&line)?;
        line.run.clone_from(&self.run);
        line.resumed = !journal.is_fresh();
        self.journal = Some(journal.start(&line, selected, Arc::clone(&self.exchange))?);
        Ok(true)
    }

    /// One attempt, after which others follow: for the record alone.
    pub(super) fn attempt(&mut self, outcome: Box<Outcome>) {
        if self.journal.is_some() {
            self.records.push(Record::Attempt(outcome));
        }
    }

    /// The end of a user.
    pub(super) fn end_user(&mut self, outcome: Box<Outcome>) {
        self.records.push(Record::Final(outcome));
    }

    /// Who must not be signed out.
    pub(super) fn exclusion(&mut self, line: ExclusionLine) {
        if self.journal.is_some() {
            self.records.push(Record::Exclusion(line));
        }
    }

    /// Who is left out.
    pub(super) fn excluded(&mut self, line: ExcludedLine) {
        if self.journal.is_some() {
            self.records.push(Record::Excluded(line));
        }
    }

    pub(super) fn summary(&mut self, mut line: SummaryLine) {
        if self.journal.is_some() {
            line.run.clone_from(&self.run);
            self.records.push(Record::Summary(line));
        }
    }

    pub(super) fn flush(&mut self) {
        if self.records.is_empty() {
            return;
        }
        let records = std::mem::take(&mut self.records);
        match &self.journal {
            Some(journal) => journal.record(records),
            None => self
                .exchange
                .deliver(records.into_iter().filter_map(Record::into_final)),
        }
    }

    /// How many records are not on disk yet.
    pub(super) fn waiting(&self) -> usize {
        self.records.len() + self.journal.as_ref().map_or(0, JournalWriter::waiting)
    }

    /// How many ends of users are not on disk yet.
    pub(super) fn ends_waiting(&self) -> usize {
        let is_end = |record: &&Record| matches!(record, Record::Final(_));
        self.records.iter().filter(is_end).count()
            + self.journal.as_ref().map_or(0, JournalWriter::ends_waiting)
    }

    /// Returns when everything is on disk, or cannot be: then with what is not.
    pub(super) fn finish(&mut self) -> Vec<Record> {
        self.flush();
        self.journal
            .take()
            .map(JournalWriter::finish)
            .unwrap_or_default()
    }
}
