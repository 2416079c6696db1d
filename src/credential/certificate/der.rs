//! Reading ASN.1, as far as certificate files need it: DER, and the looser BER that some programs write.

use std::borrow::Cow;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;

/// A string in pieces.
const OCTET_STRING_IN_PIECES: u8 = 0x24;

/// Deeper than any certificate file nests.
const DEEPEST: u32 = 32;

/// What is still to be read of some elements in a row.
#[derive(Clone, Copy)]
pub(super) struct Der<'a>(&'a [u8]);

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// The element with its tag and its length.
    pub(super) whole: &'a [u8],
}

impl<'a> Der<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Der<'a> {
        Der(bytes)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self) -> Option<Element<'a>> {
        let (element, rest) = split(self.0, 0)?;
        self.0 = rest;
        Some(element)
    }

    /// The next element, where it is of this kind.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = *self;
        let element = ahead.any().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element)
    }

    pub(super) fn sequence(&mut self) -> Option<Der<'a>> {
        self.inside(SEQUENCE)
    }

    /// What stands inside the next element, which must be of this kind.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Der<'a>> {
        self.optional(tag).map(|element| Der(element.content))
    }

    pub(super) fn object_id(&mut self) -> Option<&'a [u8]> {
        self.optional(OBJECT_ID).map(|element| element.content)
    }

    /// A small number that is not negative.
    pub(super) fn number(&mut self) -> Option<u32> {
        let content = self.optional(INTEGER)?.content;
        if content.first().is_some_and(|byte| *byte >= 0x80) {
            return None;
        }
        content.iter().try_fold(0_u32, |number, byte| {
            number.checked_mul(256)?.checked_add(u32::from(*byte))
        })
    }

    pub(super) fn octets(&mut self) -> Option<Cow<'a, [u8]>> {
        octets(self.any()?)
    }
}

/// The bytes of a string of octets, in one piece or in several.
pub(super) fn octets(element: Element<'_>) -> Option<Cow<'_, [u8]>> {
    match element.tag {
        // Primitive, also under an implicit context tag.
        OCTET_STRING | 0x80 => Some(Cow::Borrowed(element.content)),
        OCTET_STRING_IN_PIECES | CONTEXT_0 => {
            let mut pieces = Der(element.content);
            let mut whole = Vec::new();
            while !pieces.is_empty() {
                let piece = pieces.any().filter(|piece| piece.tag == OCTET_STRING)?;
                whole.extend_from_slice(piece.content);
            }
            Some(Cow::Owned(whole))
        }
        _ => None,
    }
}

fn split(bytes: &[u8], depth: u32) -> Option<(Element<'_>, &[u8])> {
    let (&tag, after_tag) = bytes.split_first()?;
    // Tags of more than one byte do not occur in certificate files.
    if tag & 0x1f == 0x1f || depth > DEEPEST {
        return None;
    }
    let (&first, after_first) = after_tag.split_first()?;
    let (length, after_length) = match first {
        0..=0x7f => (usize::from(first), after_first),
        // The end is marked instead.
        0x80 if tag & 0x20 != 0 => return split_marked(bytes, tag, after_first, depth),
        0x81..=0x84 => {
            let (digits, rest) = after_first.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits
                .iter()
                .fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = after_length.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((
        Element {
            tag,
            content,
            whole,
        },
        rest,
    ))
}

fn split_marked<'a>(
    bytes: &'a [u8],
    tag: u8,
    start: &'a [u8],
    depth: u32,
) -> Option<(Element<'a>, &'a [u8])> {
    let mut rest = start;
    while !rest.starts_with(&[0, 0]) {
        rest = split(rest, depth + 1)?.1;
    }
    let content = start.get(..start.len() - rest.len())?;
    let rest = rest.get(2..)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((
        Element {
            tag,
            content,
            whole,
        },
        rest,
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn definite_and_marked_lengths_are_the_same_to_the_reader() {
        for bytes in [
            &[0x30, 0x05, 0x02, 0x01, 0x07, 0x05, 0x00, 0xff][..],
            &[0x30, 0x80, 0x02, 0x01, 0x07, 0x05, 0x00, 0x00, 0x00, 0xff],
            &[0x30, 0x81, 0x05, 0x02, 0x01, 0x07, 0x05, 0x00, 0xff],
        ] {
            let mut all = Der::new(bytes);
            let mut inner = all.sequence().unwrap();
            assert_eq!(inner.number(), Some(7));
            assert_eq!(inner.any().unwrap().tag, 0x05);
            assert!(inner.is_empty());
            assert_eq!(all.0, [0xff]);
        }
    }

    #[test]
    fn octets_come_in_one_piece_or_in_several() {
        let pieces = [0x24, 0x80, 0x04, 0x01, b'a', 0x04, 0x02, b'b', b'c', 0, 0];
        assert_eq!(Der::new(&pieces).octets().unwrap(), b"abc".as_slice());
        assert_eq!(
            Der::new(&[0x04, 1, b'x']).octets().unwrap(),
            b"x".as_slice()
        );
        assert!(Der::new(&[0x24, 2, 0x02, 0]).octets().is_none());
    }

    #[test]
    fn nonsense_ends_in_nothing_and_not_in_a_panic() {
        let mut nested = [0x30, 0x80].repeat(100_000);
        nested.push(0);
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 0x02, 0x00],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x88, 1, 1, 1, 1, 1, 1, 1, 1],
            &[0x1f, 0x01, 0x00],
            &[0x04, 0x80, 0, 0],
            &nested,
        ] {
            assert!(Der::new(bytes).any().is_none(), "{:?}", bytes.get(..8));
        }
        assert_eq!(Der::new(&[0x02, 1, 0x80]).number(), None);
        assert_eq!(Der::new(&[0x02, 5, 1, 0, 0, 0, 0]).number(), None);
    }
}
