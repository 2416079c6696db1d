//! Reading a journal, line by line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::outcome::Error;
use crate::status::Status;

use super::file::{open_for_reading, unusable};
use super::line::{Line, OutcomeLine, VERSION, begins_like_a_journal};

/// Far above any line that is written.
const LONGEST_LINE: u64 = 1 << 20;

/// The lines of a journal, in their order. A last line that was torn ends it; anything else that is no line is an error
/// that names its number.
#[derive(Debug)]
pub struct JournalReader<R = File> {
    source: BufReader<R>,
    path: PathBuf,
    buffer: Vec<u8>,
    number: u64,
    whole: u64,
    /// Where the source stands.
    at: u64,
    torn: bool,
    ended: bool,
}

impl JournalReader {
    /// Opens a journal for reading.
    ///
    /// # Errors
    ///
    /// [`Status::JournalUnusable`] where it is no ordinary file or cannot be read.
    pub fn open(path: &Path) -> Result<JournalReader, Error> {
        Ok(JournalReader::of(open_for_reading(path)?, path))
    }

    /// The outcome whose line begins at a position that this journal had while it was read, in any order; for a user
    /// who was selected, that nothing was attempted. Reading on
    /// from there is not possible.
    ///
    /// # Errors
    ///
    /// [`Status::JournalUnusable`] where no outcome stands there: the journal was changed meanwhile.
    pub fn outcome_at(&mut self, position: u64) -> Result<OutcomeLine, Error> {
        let changed = |reason: &str| {
            unusable(&self.path, reason)
                .hint("Nothing in it was changed by this program. Read it again when nothing writes to it.")
        };
        // What is near is in memory already.
        let distance = i64::try_from(position).unwrap_or(i64::MAX) - self.at as i64;
        self.source
            .seek_relative(distance)
            .map_err(|error| changed(&format!("cannot be read: {error}")))?;
        self.at = position;
        self.buffer.clear();
        let length = self
            .source
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.buffer)
            .map_err(|error| changed(&format!("cannot be read: {error}")))?;
        self.at += length as u64;
        self.ended = true;
        match parse(&self.buffer) {
            Ok(Line::Outcome(line)) => Ok(line),
            Ok(Line::Selected(line)) => Ok(line.into()),
            _ => Err(changed("was changed while it was read")),
        }
    }
}

impl<R: Read> JournalReader<R> {
    pub(super) fn of(source: R, path: &Path) -> JournalReader<R> {
        JournalReader {
            source: BufReader::with_capacity(1 << 16, source),
            path: path.to_owned(),
            buffer: Vec::new(),
            number: 0,
            whole: 0,
            at: 0,
            torn: false,
            ended: false,
        }
    }

    /// How many bytes of whole lines were read: where the next line begins.
    pub fn position(&self) -> u64 {
        self.whole
    }

    /// Whether the last line was torn: a process or a machine died while it was written. Known at the end.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    fn read(&mut self) -> Result<Option<Line>, Error> {
        self.buffer.clear();
        self.number += 1;
        let mut limited = self.source.by_ref().take(LONGEST_LINE + 1);
        let length = limited
            .read_until(b'\n', &mut self.buffer)
            .map_err(|error| unusable(&self.path, &format!("cannot be read: {error}")))?;
        self.at += length as u64;
        if length == 0 {
            return Ok(None);
        }
        if self.buffer.last() != Some(&b'\n') {
            // Nothing but the writing of the last line can end without a line feed, unless it is no journal at all.
            if length as u64 > LONGEST_LINE
                || self.number == 1
                    && !b"{\"type\":\"run\"".starts_with(&self.buffer[..length.min(13)])
            {
                return Err(self.foreign());
            }
            if holds_more_than_one_record(&self.buffer) {
                // An editor took the line feeds away: cutting it off would lose what it records.
                return Err(self.damaged());
            }
            self.torn = true;
            return Ok(None);
        }
        match parse(&self.buffer) {
            Ok(Line::Run(line)) if line.version > VERSION => Err(unusable(
                &self.path,
                &format!(
                    "was written by a newer version: its lines have version {}, this program knows {VERSION}",
                    line.version
                ),
            )
            .hint("Nothing in it was changed. Install the version that wrote it, or use a new journal for this run.")),
            Ok(line) if self.number > 1 || matches!(line, Line::Run(_)) => {
                self.whole += length as u64;
                Ok(Some(line))
            }
            _ if self.number == 1 => Err(self.foreign()),
            // A file system may leave a torn line of zeros behind when the machine lost power.
            Err(_) if self.buffer.contains(&0) && self.rest_is_empty() => {
                self.torn = true;
                Ok(None)
            }
            Ok(_) | Err(_) => Err(self.damaged()),
        }
    }

    fn damaged(&self) -> Error {
        unusable(
            &self.path,
            &format!("is damaged or was edited: line {} is not one that this program writes", self.number),
        )
        .hint("Nothing in it was changed. Correct or remove that line; what it says of its user is lost, and the user would be signed out again.")
    }

    fn rest_is_empty(&mut self) -> bool {
        self.source.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    fn foreign(&self) -> Error {
        let what = if begins_like_a_journal(&self.buffer) {
            "begins with a line that is far too long"
        } else {
            "is not a journal of this program: its first line does not begin a run"
        };
        Error::new(
            Status::JournalUnusable,
            format!("The file {} {what}.", self.path.display()),
        )
        .hint("Nothing in it was changed. Give another file, and let this program create it.")
    }
}

/// Whether a line without its end is more than one that was torn: that is the beginning of one object.
fn holds_more_than_one_record(line: &[u8]) -> bool {
    let mut records =
        serde_json::Deserializer::from_slice(line).into_iter::<serde::de::IgnoredAny>();
    matches!(records.next(), Some(Ok(_)))
        && line[records.byte_offset()..]
            .iter()
            .any(|byte| !byte.is_ascii_whitespace())
}

/// Reads a line. That of an outcome, as it is written, is told by its beginning, which is several times as quick.
fn parse(line: &[u8]) -> serde_json::Result<Line> {
    match line.starts_with(b"{\"type\":\"outcome\",") {
        true => serde_json::from_slice(line).map(Line::Outcome),
        false => serde_json::from_slice(line),
    }
}

impl<R: Read> Iterator for JournalReader<R> {
    type Item = Result<Line, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RUN: &str = "{\"type\":\"run\",\"version\":1,\"time\":\"2026-11-25T10:00:00.000Z\",\"run\":\"r\",\"api\":\"beta\"}\n";
    const ACCEPTED: &str = "{\"type\":\"outcome\",\"time\":\"2026-11-25T10:00:01.000Z\",\"user\":\"a@b\",\"status\":\"accepted\",\"attempts\":1}\n";

    fn read(bytes: &[u8]) -> (usize, u64, bool, Option<Error>) {
        let mut reader = JournalReader::of(bytes, Path::new("j.jsonl"));
        let (mut lines, mut error) = (0, None);
        for line in reader.by_ref() {
            match line {
                Ok(_) => lines += 1,
                Err(found) => error = Some(found),
            }
        }
        (lines, reader.position(), reader.is_torn(), error)
    }

    #[test]
    fn a_torn_last_line_ends_the_journal_wherever_it_was_torn() {
        let whole = format!("{RUN}{ACCEPTED}");
        for torn in 1..ACCEPTED.len() {
            let text = format!("{whole}{}", &ACCEPTED[..torn]);
            let (lines, length, is_torn, error) = read(text.as_bytes());
            assert_eq!(
                (lines, length, is_torn),
                (2, whole.len() as u64, true),
                "{torn}"
            );
            assert!(error.is_none());
        }
        for torn in 1..RUN.len() {
            let (lines, length, is_torn, error) = read(&RUN.as_bytes()[..torn]);
            assert_eq!((lines, length, is_torn), (0, 0, true), "{torn}: {error:?}");
        }
        let zeros = [whole.as_bytes(), &[0; 40], b"\n"].concat();
        assert!(read(&zeros).2);
    }

    #[test]
    fn a_damaged_line_in_the_middle_is_named() {
        let text = format!("{RUN}{ACCEPTED}{{\"type\":\"outc\n{ACCEPTED}");
        let error = read(text.as_bytes()).3.unwrap();
        assert_eq!(error.status(), Status::JournalUnusable);
        assert!(error.to_string().contains("line 3"), "{error}");
    }

    #[test]
    fn a_journal_that_lost_its_line_feeds_is_not_taken_for_a_torn_line() {
        for text in [
            format!("{RUN}{ACCEPTED}{ACCEPTED}").replace('\n', ""),
            format!("{RUN}{}", format!("{ACCEPTED}{ACCEPTED}").replace('\n', "")),
            format!(
                "{RUN}{}",
                format!("{ACCEPTED}{ACCEPTED}").replace('\n', " ")
            ),
        ] {
            let error = read(text.as_bytes()).3.unwrap();
            assert!(error.to_string().contains("was edited"), "{error}");
        }
    }

    #[test]
    fn another_programs_file_is_refused() {
        for text in [
            "hello\n",
            "{\"a\":1}\n",
            ACCEPTED,
            "\0\0\0",
            "hello",
            "user\na@b\n",
        ] {
            let error = read(text.as_bytes()).3.unwrap();
            assert!(
                error.to_string().contains("not a journal of this program"),
                "{text:?}: {error}"
            );
        }
        let newer = RUN.replace("\"version\":1", "\"version\":2");
        let error = read(newer.as_bytes()).3.unwrap();
        assert!(error.to_string().contains("newer version"), "{error}");
    }

    proptest! {
        #[test]
        fn arbitrary_truncation_loses_at_most_the_torn_line(outcomes in 0_usize..5, cut in any::<prop::sample::Index>()) {
            let text = format!("{RUN}{}", ACCEPTED.repeat(outcomes));
            let cut = cut.index(text.len() + 1);
            let (lines, whole, torn, error) = read(&text.as_bytes()[..cut]);
            let expected = text.as_bytes()[..cut].iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(lines, expected);
            prop_assert!(error.is_none());
            prop_assert_eq!(torn, whole != cut as u64);
        }

        #[test]
        fn garbage_is_an_error_or_a_torn_end_never_a_line(garbage in prop::collection::vec(any::<u8>(), 1..200)) {
            let bytes = [RUN.as_bytes(), ACCEPTED.as_bytes(), &garbage].concat();
            let (lines, _, torn, error) = read(&bytes);
            prop_assert!(lines == 2 && (torn || error.is_some()), "{lines} {torn} {error:?}");
        }
    }
}
