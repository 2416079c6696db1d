//! How a file's characters are written: UTF-8, or the UTF-16 of Excel and of older PowerShell.

use std::io::{self, Read};

/// A byte that no UTF-8 text holds: it stands where UTF-16 was broken, so that the line is found out like any other.
const BROKEN: u8 = 0xFF;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            _ => "UTF-16",
        }
    }

    /// What the first bytes of a file say, and how many of them are its byte order mark.
    pub(super) fn of(head: &[u8]) -> (Encoding, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16LittleEndian, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16BigEndian, 2),
            // Latin letters, each with a zero: UTF-16 without its mark.
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Encoding::Utf16LittleEndian, 0),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Encoding::Utf16BigEndian, 0),
            _ => (Encoding::Utf8, 0),
        }
    }
}

/// Gives any encoding as UTF-8.
pub(super) struct Decoder<R> {
    source: R,
    encoding: Encoding,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    given: usize,
    high_surrogate: Option<u16>,
}

impl<R: Read> Decoder<R> {
    pub(super) fn new(source: R, encoding: Encoding) -> Decoder<R> {
        Decoder {
            source,
            encoding,
            raw: Vec::new(),
            decoded: Vec::new(),
            given: 0,
            high_surrogate: None,
        }
    }

    /// Decodes what one read brings; `false` at the end.
    fn refill(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 8192];
        let count = self.source.read(&mut bytes)?;
        self.raw.extend_from_slice(&bytes[..count]);
        self.decoded.clear();
        self.given = 0;
        let whole = self.raw.len() / 2 * 2;
        let raw: Vec<u8> = self.raw.drain(..whole).collect();
        for pair in raw.chunks_exact(2) {
            let pair = [pair[0], pair[1]];
            let unit = match self.encoding {
                Encoding::Utf16BigEndian => u16::from_be_bytes(pair),
                _ => u16::from_le_bytes(pair),
            };
            self.take(unit);
        }
        if count == 0 {
            let broken = !self.raw.is_empty() || self.high_surrogate.is_some();
            self.raw.clear();
            self.high_surrogate = None;
            self.decoded.extend(broken.then_some(BROKEN));
        }
        Ok(count > 0 || !self.decoded.is_empty())
    }

    fn take(&mut self, unit: u16) {
        let is_high = (0xD800..0xDC00).contains(&unit);
        let is_low = (0xDC00..0xE000).contains(&unit);
        match self.high_surrogate.take() {
            Some(high) if is_low => self.push(char::decode_utf16([high, unit]).next()),
            before => {
                self.decoded.extend(before.map(|_| BROKEN));
                match is_high {
                    true => self.high_surrogate = Some(unit),
                    false => self.push(char::decode_utf16([unit]).next()),
                }
            }
        }
    }

    fn push(&mut self, character: Option<Result<char, std::char::DecodeUtf16Error>>) {
        match character {
            Some(Ok(character)) => {
                let mut bytes = [0; 4];
                let bytes = character.encode_utf8(&mut bytes).as_bytes();
                self.decoded.extend_from_slice(bytes);
            }
            _ => self.decoded.push(BROKEN),
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.encoding == Encoding::Utf8 {
            return self.source.read(buffer);
        }
        // A read may end within a character, and then bring nothing.
        while self.given == self.decoded.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let count = buffer.len().min(self.decoded.len() - self.given);
        buffer[..count].copy_from_slice(&self.decoded[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}
