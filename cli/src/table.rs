//! Outcomes as CSV, which spreadsheets open: a row for each user.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use graph_invalidate::{Outcome, Status};

/// A file of rows.
pub(crate) struct Table(BufWriter<File>);

impl Table {
    /// Begins the file, in place of one that is there.
    pub(crate) fn create(path: &Path) -> io::Result<Table> {
        let mut table = Table(BufWriter::new(File::create(path)?));
        table.write_row(&["user", "id", "status", "message"])?;
        Ok(table)
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
        self.write_row(&[&outcome.user, id, outcome.status.name(), message])
    }

    /// Everything is in the file, or it says why not.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn write_row(&mut self, cells: &[&str]) -> io::Result<()> {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        writeln!(self.0, "{}", cells.join(","))
    }
}

/// A cell: no spreadsheet takes it for a formula, and nothing in it ends it early.
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match guarded.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", guarded.replace('"', "\"\"")),
        false => guarded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_stays_one_cell() {
        for (text, cell) in [
            ("adele@contoso.com", "adele@contoso.com"),
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-2", "'-2"),
            ("a,b", "\"a,b\""),
            ("+a \"b\"", "\"'+a \"\"b\"\"\""),
        ] {
            assert_eq!(quoted(text), cell);
        }
    }
}
