//! The values of a JSON text one after the other, however long it is: JSON Lines, an array, a collection of Graph, one
//! object over several lines, several after one another.

use std::io::BufRead;

use serde_json::Value;

use super::{Fault, LONGEST_LINE, Named};

/// The fields in which answers keep what was asked for: Graph and Azure, the hunting of Defender, Azure's resource
/// graph.
const COLLECTIONS: [&str; 3] = ["value", "results", "data"];

/// The field that says that a collection is one page of several.
const NEXT_PAGE: &str = "\"@odata.nextLink\"";

/// A value, and the line in which it begins.
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) line: u64,
}

/// Where the reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between values.
    Top,
    /// In an array of values.
    Array,
    /// In the array of a collection.
    Collection,
}

pub(super) struct JsonItems<R> {
    source: R,
    named: Named,
    line: u64,
    place: Place,
    ended: bool,
}

impl<R: BufRead> JsonItems<R> {
    /// `before` lines were skipped already.
    pub(super) fn new(source: R, named: Named, before: u64) -> JsonItems<R> {
        JsonItems {
            source,
            named,
            line: before + 1,
            place: Place::Top,
            ended: false,
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        let line = self.line;
        let buffer = self.source.fill_buf();
        let buffer = buffer.map_err(|error| self.named.unreadable(line - 1, &error))?;
        Ok(buffer.first().copied())
    }

    fn take(&mut self) -> Result<Option<u8>, Fault> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.source.consume(1);
            self.line += u64::from(byte == b'\n');
        }
        Ok(byte)
    }

    fn read(&mut self) -> Result<Option<Item>, Fault> {
        loop {
            match self.peek()? {
                None if self.place == Place::Top => return Ok(None),
                None => return Err(self.ends_in_the_middle(self.line)),
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF) => {
                    self.take()?;
                }
                Some(b'#') if self.place == Place::Top => {
                    while self.take()?.is_some_and(|byte| byte != b'\n') {}
                }
                Some(b'[') if self.place == Place::Top => {
                    self.take()?;
                    self.place = Place::Array;
                }
                Some(b']') if self.place == Place::Array => {
                    self.take()?;
                    self.place = Place::Top;
                }
                Some(b']') if self.place == Place::Collection => {
                    self.take()?;
                    self.end_collection()?;
                    self.place = Place::Top;
                }
                Some(_) => {
                    if let Some(item) = self.value()? {
                        return Ok(Some(item));
                    }
                }
            }
        }
    }

    /// The value that begins here; none where it turned out to be a collection, whose values come next.
    fn value(&mut self) -> Result<Option<Item>, Fault> {
        let begin = self.line;
        let mut text = Vec::new();
        let mut nesting = Nesting::default();
        while let Some(byte) = self.peek()? {
            let is_bare_end = nesting.is_outside()
                && !text.is_empty()
                && matches!(
                    byte,
                    b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | b'{' | b'['
                );
            if is_bare_end {
                break;
            }
            self.take()?;
            let is_collection = self.place == Place::Top
                && byte == b'['
                && nesting.is_in_outermost()
                && is_collection(&text);
            if is_collection {
                self.refuse_page(&text)?;
                self.place = Place::Collection;
                return Ok(None);
            }
            text.push(byte);
            if text.len() as u64 > LONGEST_LINE {
                return Err(self.named.too_long(begin));
            }
            if nesting.passes(byte) {
                break;
            }
        }
        if !nesting.is_outside() {
            return Err(self.ends_in_the_middle(begin));
        }
        let text = String::from_utf8(text).map_err(|_| self.named.bad_text(begin))?;
        let value = serde_json::from_str(&text).map_err(|error| {
            let line = begin + (error.line() as u64).saturating_sub(1);
            Fault::new(format!(
                "Line {line} of {} is not JSON (column {}). Correct it there, or export the file again.",
                self.named.name,
                error.column()
            ))
        })?;
        Ok(Some(Item { value, line: begin }))
    }

    /// What stands behind the array of a collection, to its closing brace.
    fn end_collection(&mut self) -> Result<(), Fault> {
        let begin = self.line;
        let mut rest = Vec::new();
        let mut nesting = Nesting {
            depth: 1,
            ..Nesting::default()
        };
        while let Some(byte) = self.take()? {
            rest.push(byte);
            if rest.len() as u64 > LONGEST_LINE {
                return Err(self.named.too_long(begin));
            }
            if nesting.passes(byte) {
                return self.refuse_page(&rest);
            }
        }
        Err(self.ends_in_the_middle(begin))
    }

    /// The users of the other pages would be missing in silence.
    fn refuse_page(&self, text: &[u8]) -> Result<(), Fault> {
        let text = String::from_utf8_lossy(text);
        let next = text.split_once(NEXT_PAGE).map(|(_, rest)| rest);
        let is_there = next
            .and_then(|rest| rest.trim_start().strip_prefix(':'))
            .is_some_and(|rest| rest.trim_start().starts_with('"'));
        match is_there {
            true => Err(Fault::new(format!(
                "{} is one page of a longer list: it holds an @odata.nextLink. Fetch every page, for example with Get-MgUser -All, or use only this page with: jq '.value'",
                self.named.name
            ))),
            false => Ok(()),
        }
    }

    fn ends_in_the_middle(&self, line: u64) -> Fault {
        Fault::new(format!(
            "Line {line} of {} is not JSON: the file ends in the middle of it. Export the file again.",
            self.named.name
        ))
    }
}

/// Whether the array that follows this beginning of an object is the list of a collection.
fn is_collection(beginning: &[u8]) -> bool {
    let beginning = String::from_utf8_lossy(beginning);
    let name = beginning
        .trim_end()
        .strip_suffix(':')
        .and_then(|text| text.trim_end().strip_suffix('"'))
        .and_then(|text| text.rsplit_once('"'));
    name.is_some_and(|(_, name)| {
        let name = name.to_ascii_lowercase();
        COLLECTIONS.contains(&name.as_str())
    })
}

/// How deep a text is in objects, arrays and strings.
#[derive(Default)]
struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes a byte in; whether the outermost object, array or string ends with it.
    fn passes(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return self.is_outside() && byte == b'"';
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => return false,
        }
        self.is_outside()
    }

    fn is_outside(&self) -> bool {
        self.depth == 0 && !self.in_string
    }

    fn is_in_outermost(&self) -> bool {
        self.depth == 1 && !self.in_string
    }
}

impl<R: BufRead> Iterator for JsonItems<R> {
    type Item = Result<Item, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}
