//! Line ends: a carriage return alone, which old programs write, ends a line like any other.

use std::io::{self, Read};

/// Gives every line end as a line feed.
pub(super) struct LineEnds<R> {
    source: R,
    after_return: bool,
}

impl<R: Read> LineEnds<R> {
    pub(super) fn new(source: R) -> LineEnds<R> {
        LineEnds {
            source,
            after_return: false,
        }
    }
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.source.read(buffer)?;
            let mut kept = 0;
            for position in 0..count {
                let byte = buffer[position];
                let is_second_half = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !is_second_half {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            // Nothing may be left of what was read, which is no end.
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}
