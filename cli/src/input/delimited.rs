//! CSV: rows whose columns are parted by commas, semicolons or tabs.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;

use super::columns;
use super::{Entry, Fault, LONGEST_LINE, Named};

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

/// The rows of a table, from which one column is taken.
pub(super) struct Delimited<R> {
    reader: csv::Reader<Limited<R>>,
    left: Arc<AtomicU64>,
    named: Named,
    /// Lines that were skipped before the table.
    before: u64,
    column: usize,
    /// Rows that were read to find the column.
    first: VecDeque<ByteRecord>,
    ended: bool,
}

impl<R: Read> Delimited<R> {
    /// Finds the column, which is given by its name or its number, or else guessed; says what was found.
    pub(super) fn new(
        source: R,
        named: Named,
        delimiter: u8,
        before: u64,
        wanted: Option<&str>,
    ) -> Result<(Delimited<R>, String), Fault> {
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
        let mut table = Delimited {
            reader,
            left,
            named,
            before,
            column: 0,
            first: VecDeque::new(),
            ended: false,
        };
        let Some(first) = table.row()? else {
            return Ok((table, "an empty table".to_owned()));
        };
        let names = texts(&first);
        let second = table.row()?;
        let values = second.as_ref().map(texts).unwrap_or_default();
        let (column, has_names) = table.find(&names, &values, wanted)?;
        table.column = column;
        table.first.extend((!has_names).then_some(first));
        table.first.extend(second);
        let column_name = names.get(column).filter(|_| has_names);
        let mut found = match column_name {
            Some(name) => format!("users from column {} ({name:?})", column + 1),
            None => format!("users from column {}, no names above it", column + 1),
        };
        if column_name.is_some_and(|name| columns::is_mail(name)) {
            found.push_str(
                ", whose addresses need not be user principal names: compare with a dry run",
            );
        }
        Ok((table, found))
    }

    /// The column, and whether the first row holds names instead of a user.
    fn find(
        &self,
        names: &[String],
        values: &[String],
        wanted: Option<&str>,
    ) -> Result<(usize, bool), Fault> {
        let looks = |row: &[String], index: usize| {
            row.get(index)
                .is_some_and(|value| columns::looks_like_a_key(value))
        };
        let file = &self.named.name;
        if let Some(wanted) = wanted {
            if let Some(column) = columns::named(names, wanted) {
                return Ok((column, true));
            }
            let number = wanted.trim().parse::<usize>().ok();
            return match number.filter(|number| (1..=names.len()).contains(number)) {
                Some(number) => {
                    let column = number - 1;
                    let is_name = columns::is_known(&names[column])
                        || !looks(names, column) && looks(values, column);
                    Ok((column, is_name))
                }
                None => Err(Fault::new(format!(
                    "{file} has no column {wanted:?}; its first line has {}. Give one of these, or its number, with --column.",
                    columns::listed(names)
                ))),
            };
        }
        let has_names = names.iter().any(|name| columns::is_known(name))
            || !(0..names.len()).any(|index| looks(names, index));
        let column = match has_names {
            true => columns::guess(names, values),
            false => columns::guess(&[], names),
        };
        column.map(|column| (column, has_names)).ok_or_else(|| {
            Fault::new(format!(
                "{file} does not show which column holds the users; its first line has {}. Name the column, or its number, with --column.",
                columns::listed(names)
            ))
        })
    }

    /// The next row that holds anything.
    fn row(&mut self) -> Result<Option<ByteRecord>, Fault> {
        let mut record = ByteRecord::new();
        loop {
            self.left.store(LONGEST_LINE, Ordering::Relaxed);
            let begin = self.before + self.reader.position().line();
            match self.reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(None),
                Ok(true) if record.iter().all(<[u8]>::is_empty) => {}
                Ok(true) => return Ok(Some(record)),
                Err(_) if self.left.load(Ordering::Relaxed) == 0 => {
                    return Err(Fault::new(format!(
                        "The row that begins in line {begin} of {} goes on for more than {LONGEST_LINE} bytes. Close the quotation mark that is open there, or give a file with one user a row.",
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

    fn read(&mut self) -> Result<Option<Entry>, Fault> {
        let record = match self.first.pop_front() {
            Some(record) => record,
            None => match self.row()? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        let line = self.before + record.position().map_or(0, csv::Position::line);
        // Other columns may hold what they like: a name in an old encoding harms nobody.
        let key = std::str::from_utf8(record.get(self.column).unwrap_or_default())
            .map_err(|_| self.named.bad_text(line))?;
        Ok(Some(Entry {
            key: key.trim().to_owned(),
            line,
        }))
    }
}

fn texts(record: &ByteRecord) -> Vec<String> {
    record
        .iter()
        .map(|field| String::from_utf8_lossy(field).trim().to_owned())
        .collect()
}

impl<R: Read> Iterator for Delimited<R> {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}
