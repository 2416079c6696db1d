//! A table as a console prints it: a heading, a line of dashes, and columns that are held apart by spaces.

use std::io::BufRead;

use super::lines::Lines;
use super::table::Record;
use super::{Entry, Fault, Named};

/// Where each column begins, counted in characters, if this is a line of dashes.
pub(super) fn columns_of(line: &str) -> Option<Vec<usize>> {
    let mut begins = Vec::new();
    let mut before = ' ';
    for (position, character) in line.trim_end().chars().enumerate() {
        match character {
            '-' if before != '-' => begins.push(position),
            '-' | ' ' => {}
            _ => return None,
        }
        before = character;
    }
    Some(begins).filter(|begins| !begins.is_empty())
}

/// The rows, the heading first.
pub(super) struct Console<R> {
    lines: Lines<R>,
    begins: Vec<usize>,
    named: Named,
}

impl<R: BufRead> Console<R> {
    pub(super) fn new(lines: Lines<R>, begins: Vec<usize>, named: Named) -> Console<R> {
        Console {
            lines,
            begins,
            named,
        }
    }

    fn record(&self, entry: Entry) -> Result<Record, Fault> {
        let Entry { key: text, line } = entry;
        let characters: Vec<char> = text.chars().collect();
        let ends = self.begins.iter().skip(1).copied().chain([usize::MAX]);
        let cells = self.begins.iter().zip(ends).map(|(begin, end)| {
            let end = end.min(characters.len());
            let cell: String = characters
                .get(*begin..end)
                .unwrap_or_default()
                .iter()
                .collect();
            // A number of the next column may reach into this one: it stands apart.
            let cell = cell.trim();
            cell.split_once("  ")
                .map_or(cell, |(cell, _)| cell)
                .trim()
                .to_owned()
        });
        let cells: Vec<String> = cells.collect();
        if let Some(cut) = cells.iter().find(|cell| is_cut_off(cell)) {
            return Err(Fault::new(format!(
                "Line {line} of {} was truncated when it was printed: {cut:?}. Export the users with Export-Csv, or az with --output tsv, and give that file.",
                self.named.name
            )));
        }
        Ok(Record {
            cells: cells.into_iter().map(String::into_bytes).collect(),
            line,
        })
    }
}

/// Whether a value that could be a user lacks its end.
fn is_cut_off(cell: &str) -> bool {
    let is_cut = cell.ends_with('…') || cell.ends_with("...");
    is_cut && !cell.contains(' ')
}

impl<R: BufRead> Iterator for Console<R> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.lines.next()? {
                Ok(entry) if columns_of(&entry.key).is_some() => {}
                Ok(entry) => return Some(self.record(entry)),
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}
