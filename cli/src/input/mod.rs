//! Lists of users: one key after the other out of lines, tables or JSON, however long the list is.

mod console;
mod delimited;
mod encoding;
mod json_items;
mod line_ends;
mod lines;
mod objects;
mod opening;
mod table;

use std::fmt;

pub(crate) use opening::{STANDARD_INPUT, is_read_once, open};

/// Far above any line of a list: what is longer is another kind of file.
const LONGEST_LINE: u64 = 1 << 20;

/// Of a stream so many rows are read at most to find the column, while the best names are without a value.
const STREAM_SURVEY: u64 = 1_000;

/// What is asked about a list.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The column or field that holds the users, where it is not to be found out.
    pub(crate) column: Option<&'a str>,
    /// The option that names it.
    pub(crate) option: &'static str,
    /// Nobody may be lost by a guess: the list protects its users.
    pub(crate) must_be_certain: bool,
    /// The list can be read but once.
    is_stream: bool,
}

impl<'a> Asked<'a> {
    /// The list of users to be signed out.
    pub(crate) fn of_users(column: Option<&'a str>) -> Asked<'a> {
        Asked {
            column,
            option: "--column",
            must_be_certain: false,
            is_stream: false,
        }
    }

    /// The list of users who must never be.
    pub(crate) fn of_exclusions(column: Option<&'a str>) -> Asked<'a> {
        Asked {
            option: "--exclude-column",
            must_be_certain: true,
            ..Asked::of_users(column)
        }
    }
}

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

/// The name that was asked for, in any letter case, or as the property that stands in a template's heading.
fn named<'a>(names: impl Iterator<Item = &'a str> + Clone, wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    let folded = wanted.to_lowercase();
    let property = format!("[{folded}]");
    let found = |judge: &dyn Fn(&str) -> bool| names.clone().position(judge);
    found(&|name| name.trim() == wanted)
        .or_else(|| found(&|name| name.trim().to_lowercase() == folded))
        .or_else(|| found(&|name| name.to_lowercase().contains(&property)))
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
            "Line {line} of {} is longer than {} bytes. Give a file with one user per line.",
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
