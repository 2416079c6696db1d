//! Lists of users: one key after the other out of lines, CSV or JSON Lines, however long the list is.

mod columns;
mod delimited;
mod encoding;
mod json_lines;
mod lines;
mod opening;

use std::fmt;

pub(crate) use opening::{STANDARD_INPUT, is_read_once, open};

/// Far above any line of a list: what is longer is another kind of file.
const LONGEST_LINE: u64 = 1 << 20;

/// A user of a list: the key as it stands there, and its line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Empty where the line has no value for it.
    pub(crate) key: String,
    pub(crate) line: u64,
}

/// What a list cannot be read for: a sentence that names file and line, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault(String);

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Fault {
        Fault(message.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Users, as a file gives them.
pub(crate) type Entries = Box<dyn Iterator<Item = Result<Entry, Fault>> + Send>;

/// A list that is open.
pub(crate) struct List {
    pub(crate) entries: Entries,
    /// What was guessed about the file, for the person to check.
    pub(crate) guessed: Option<String>,
}

/// How a file's text is spoken of: its name, and how its characters are written.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    encoding: encoding::Encoding,
}

impl Named {
    fn unreadable(&self, line: u64, error: &std::io::Error) -> Fault {
        Fault::new(format!(
            "{} cannot be read after line {line}: {error}.",
            self.name
        ))
    }

    fn too_long(&self, line: u64) -> Fault {
        Fault::new(format!(
            "Line {line} of {} goes on for more than {} bytes, which no list of users does. Give a file with one user a line.",
            self.name, LONGEST_LINE
        ))
    }

    fn bad_text(&self, line: u64) -> Fault {
        Fault::new(format!(
            "Line {line} of {} is not valid {}. Save the file as UTF-8 (in Excel: \"CSV UTF-8\"), or correct that line.",
            self.name,
            self.encoding.name()
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
