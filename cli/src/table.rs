//! Outcomes for spreadsheets: a row for each user.

use std::io;
use std::path::Path;

use graph_invalidate::{Outcome, Status};

use crate::private_file;
use crate::spreadsheet::Spreadsheet;

/// A file of rows.
pub(crate) struct Table(Spreadsheet<4>);

impl Table {
    /// Begins the file, in place of one that is there.
    pub(crate) fn create(path: &Path) -> io::Result<Table> {
        let columns = ["user", "id", "status", "message"];
        Spreadsheet::begin(private_file::create(path)?, columns).map(Table)
    }

    pub(crate) fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        if matches!(
            outcome.status,
            Status::Unprotected | Status::SelectionRemark
        ) {
            return Ok(());
        }
        let id = outcome.id.as_deref().unwrap_or_default();
        let message = outcome.message.as_deref().unwrap_or_default();
        let status = outcome.status.name();
        self.0.add([&outcome.user, id, status, message])
    }

    /// Everything is in the file, or it says why not.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.0.finish()
    }
}
