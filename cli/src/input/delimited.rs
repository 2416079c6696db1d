//! CSV: rows whose columns are parted by commas, semicolons, tabs or whatever the file says.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;

use super::table::Record;
use super::{Fault, LONGEST_LINE, Named};

/// Lets one row be so long and no longer: a quotation mark that is never closed would swallow the whole file.
struct Limited<R> {
    source: R,
    left: Arc<AtomicU64>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other("a row is too long"));
        }
        let count = self.source.read(buffer)?;
        self.left
            .store(left.saturating_sub(count as u64), Ordering::Relaxed);
        Ok(count)
    }
}

/// The rows that hold anything.
pub(super) struct Delimited<R> {
    reader: csv::Reader<Limited<R>>,
    left: Arc<AtomicU64>,
    named: Named,
    /// Lines that were skipped before the table.
    before: u64,
}

impl<R: Read> Delimited<R> {
    pub(super) fn new(source: R, named: Named, delimiter: u8, before: u64) -> Delimited<R> {
        let left = Arc::new(AtomicU64::new(LONGEST_LINE));
        let limited = Limited {
            source,
            left: Arc::clone(&left),
        };
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(limited);
        Delimited {
            reader,
            left,
            named,
            before,
        }
    }

    fn read(&mut self) -> Result<Option<Record>, Fault> {
        let mut record = ByteRecord::new();
        loop {
            self.left.store(LONGEST_LINE, Ordering::Relaxed);
            let begin = self.before + self.reader.position().line();
            match self.reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(None),
                Ok(true) if record.iter().all(is_nothing) => {}
                Ok(true) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    return Ok(Some(Record {
                        cells: record.iter().map(<[u8]>::to_vec).collect(),
                        line: self.before + line,
                    }));
                }
                Err(_) if self.left.load(Ordering::Relaxed) == 0 => {
                    return Err(Fault::new(format!(
                        "The row that begins in line {begin} of {} is longer than {LONGEST_LINE} bytes. Close the quotation mark that is open there, or give a file with one user per row.",
                        self.named.name
                    )));
                }
                Err(error) => match error.into_kind() {
                    csv::ErrorKind::Io(error) => {
                        return Err(self.named.unreadable(begin, &error));
                    }
                    kind => {
                        return Err(Fault::new(format!(
                            "Line {begin} of {} cannot be read as CSV: {kind:?}.",
                            self.named.name
                        )));
                    }
                },
            }
        }
    }
}

fn is_nothing(cell: &[u8]) -> bool {
    cell.iter().all(u8::is_ascii_whitespace)
}

impl<R: Read> Iterator for Delimited<R> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
