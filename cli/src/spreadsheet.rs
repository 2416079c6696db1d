//! CSV as spreadsheets open it, and can do so safely.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

/// Spreadsheets take a file for UTF-8 only where it begins so.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Rows of so many cells.
pub(crate) struct Spreadsheet<const COLUMNS: usize>(csv::Writer<BufWriter<File>>);

impl<const COLUMNS: usize> Spreadsheet<COLUMNS> {
    /// Begins with the names of the columns.
    pub(crate) fn begin(file: File, columns: [&str; COLUMNS]) -> io::Result<Self> {
        let mut output = BufWriter::new(file);
        output.write_all(BYTE_ORDER_MARK)?;
        let mut rows = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(output);
        rows.write_record(columns)?;
        Ok(Spreadsheet(rows))
    }

    pub(crate) fn add(&mut self, cells: [&str; COLUMNS]) -> io::Result<()> {
        self.0.write_record(cells.map(inert))?;
        Ok(())
    }

    /// Everything is on disk, or it says why not.
    pub(crate) fn finish(self) -> io::Result<()> {
        let output = self.0.into_inner().map_err(|error| error.into_error())?;
        output.into_inner()?.sync_all()
    }
}

/// A cell that no spreadsheet takes for a formula. It holds what servers, directories and lists say, and a spreadsheet
/// that opens it may do as they say.
fn inert(cell: &str) -> String {
    match cell
        .trim_start()
        .starts_with(['=', '+', '-', '@', '|', '%'])
        || cell.starts_with(['\t', '\r', '\n'])
    {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_cell_becomes_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", " =1", "\r=1"] {
            assert_eq!(inert(formula), format!("'{formula}"));
        }
        for text in [
            "adele@contoso.example",
            "",
            "o'brien@contoso.example",
            "2026-11-25T10:00:00.000Z",
        ] {
            assert_eq!(inert(text), text);
        }
    }
}
