//! The report as a table for spreadsheets: everyone, one line each.

use std::fs::File;
use std::io::{self, BufWriter};

use super::gather::{Gathered, State};

const COLUMNS: [&str; 9] = [
    "user",
    "id",
    "state",
    "status",
    "accepted_at",
    "known_at",
    "request_id",
    "message",
    "hint",
];

/// Spreadsheets take a file for UTF-8 only where it begins so.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

pub(super) fn write(file: File, gathered: &Gathered) -> io::Result<()> {
    let mut output = BufWriter::new(file);
    io::Write::write_all(&mut output, BYTE_ORDER_MARK)?;
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(output);
    table.write_record(COLUMNS)?;
    let mut lines = gathered.lines().map_err(io::Error::other)?;
    for person in gathered.persons() {
        let accepted_at = lines.accepted_at(person).map_err(io::Error::other)?;
        let line = match person.is_open() {
            true => lines.wrong(person),
            false => lines.of(person),
        };
        let line = line.map_err(io::Error::other)?;
        row(
            &mut table,
            &[
                &line.user,
                line.id.as_deref().unwrap_or_default(),
                person.state().name(),
                &line.status,
                accepted_at.as_deref().unwrap_or_default(),
                &line.time,
                line.request_id.as_deref().unwrap_or_default(),
                line.message.as_deref().unwrap_or_default(),
                line.hint.as_deref().unwrap_or_default(),
            ],
        )?;
    }
    for line in &gathered.excluded {
        let said = format!("the exclusion {} protects this user", line.exclusion);
        row(
            &mut table,
            &[
                &line.user,
                "",
                State::Excluded.name(),
                "",
                "",
                &line.time,
                "",
                &said,
                "",
            ],
        )?;
    }
    let output = table.into_inner().map_err(|error| error.into_error())?;
    output.into_inner()?.sync_all()
}

fn row(table: &mut csv::Writer<BufWriter<File>>, cells: &[&str; COLUMNS.len()]) -> io::Result<()> {
    table.write_record(cells.map(inert))?;
    Ok(())
}

/// A cell that no spreadsheet takes for a formula. A journal holds what servers and lists say, and a spreadsheet that
/// opens it may do as they say.
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
