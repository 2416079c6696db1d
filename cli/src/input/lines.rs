//! One user a line.

use std::io::{BufRead, Read};

use super::{Entry, Fault, LONGEST_LINE, Named};

/// With what old programs end a text.
const END_OF_OLD_FILES: &str = "\u{1a}";

/// Lines that say something, with their numbers.
pub(super) struct Lines<R> {
    source: R,
    named: Named,
    number: u64,
    keeps_spaces: bool,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    /// `before` lines were skipped already.
    pub(super) fn new(source: R, named: Named, before: u64) -> Lines<R> {
        Lines {
            source,
            named,
            number: before,
            keeps_spaces: false,
            ended: false,
        }
    }

    /// Keeps the spaces at the beginning of lines, of which columns are made.
    pub(super) fn keeping_spaces(mut self) -> Lines<R> {
        self.keeps_spaces = true;
        self
    }

    fn read(&mut self) -> Result<Option<Entry>, Fault> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = self.source.by_ref().take(LONGEST_LINE + 1);
            let length = limited
                .read_until(b'\n', &mut bytes)
                .map_err(|error| self.named.unreadable(self.number, &error))?;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            if length as u64 > LONGEST_LINE {
                return Err(self.named.too_long(self.number));
            }
            let line = String::from_utf8(bytes).map_err(|_| self.named.bad_text(self.number))?;
            let line = match self.keeps_spaces {
                true => line.trim_end(),
                false => line.trim(),
            };
            if !line.is_empty() && !is_comment(line) && line != END_OF_OLD_FILES {
                return Ok(Some(Entry {
                    key: line.to_owned(),
                    line: self.number,
                }));
            }
        }
    }
}

/// No key holds white space: a number sign before it begins no key.
pub(super) fn is_comment(line: &str) -> bool {
    line.strip_prefix('#')
        .is_some_and(|rest| rest.starts_with(char::is_whitespace) || rest.is_empty())
}

impl<R: BufRead> Iterator for Lines<R> {
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
