//! The text of a small file or variable that holds one thing: a token, a secret, a certificate as text.
//!
//! Programs write such files in several ways: with a byte order mark, in UTF-16 (`>` of Windows PowerShell), with
//! quotation marks around the value (`az --query accessToken` prints JSON). All of them are read, in one place.

use zeroize::Zeroizing;

/// The bytes as text, whichever way it is written; nothing where they are no text.
pub(crate) fn decode(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let (units, is_big_endian) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => return utf8(rest),
        [0xFF, 0xFE, rest @ ..] => (rest, false),
        [0xFE, 0xFF, rest @ ..] => (rest, true),
        // Latin letters, each with a zero: UTF-16 without its mark.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (bytes, false),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (bytes, true),
        _ => return utf8(bytes),
    };
    if units.len() % 2 != 0 {
        return None;
    }
    let units = units.chunks_exact(2).map(|pair| {
        let pair = [
            pair.first().copied().unwrap_or_default(),
            pair.last().copied().unwrap_or_default(),
        ];
        match is_big_endian {
            true => u16::from_be_bytes(pair),
            false => u16::from_le_bytes(pair),
        }
    });
    // As long as it can become, since a string that grows leaves unwiped copies behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for character in char::decode_utf16(units) {
        text.push(character.ok()?);
    }
    Some(text)
}

fn utf8(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(Zeroizing::new(text.to_owned()))
}

/// The text without a byte order mark and without the one pair of quotation marks that stands around all of it.
pub(crate) fn bare(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let trimmed = text.trim();
    ['"', '\'']
        .into_iter()
        .find_map(|mark| {
            let inside = trimmed.strip_prefix(mark)?.strip_suffix(mark)?;
            (!inside.contains(mark)).then_some(inside)
        })
        .unwrap_or(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn text_is_read_in_whichever_way_it_is_written() {
        let text = "hush-é-\u{1f511}\r\n";
        let marked = "\u{feff}hush-é-\u{1f511}\r\n";
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(marked, u16::to_le_bytes),
            utf16(marked, u16::to_be_bytes),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
        ] {
            assert_eq!(decode(&bytes).unwrap().as_str(), text, "{bytes:?}");
        }
        for broken in [&[0xFF, 0xFE, b'a'][..], &[0xFF, 0xFE, 0, 0xD8], &[0xC3]] {
            assert!(decode(broken).is_none(), "{broken:?}");
        }
        assert_eq!(decode(&[]).unwrap().as_str(), "");
    }

    #[test]
    fn one_pair_of_quotation_marks_around_everything_is_taken_off() {
        for (text, inside) in [
            ("\"hush\"\r\n", "hush"),
            ("  'hush' ", "hush"),
            ("\u{feff}\"hush\"", "hush"),
            ("hush", "hush"),
            (" hush ", " hush "),
            ("\"hush", "\"hush"),
            ("\"a\" \"b\"", "\"a\" \"b\""),
            ("\"", "\""),
            ("\"\"", ""),
        ] {
            assert_eq!(bare(text), inside, "{text:?}");
        }
    }
}
