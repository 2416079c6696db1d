//! Reading PEM: certificates and private keys as text, also where the text has lost its line feeds on its way through a
//! variable of a pipeline, a portal or a JSON file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Longer than any label.
const LONGEST_LABEL: usize = 40;

/// One block of a PEM file.
pub(super) struct Block<'a> {
    /// What stands after BEGIN.
    pub(super) label: &'a str,
    pub(super) content: Zeroizing<Vec<u8>>,
    /// Whether headers say that the content is encrypted, as OpenSSL did long ago.
    pub(super) has_headers: bool,
}

/// Whether this is the text of a PEM file.
pub(super) fn is_pem(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The blocks of a PEM file; otherwise what is wrong with it, in words that repeat nothing of it but a known label.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>, String> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let Some((label, after)) = after
            .split_once(DASHES)
            .filter(|(label, _)| is_label(label))
        else {
            return Err("has a BEGIN line without a label".to_owned());
        };
        let Some((content, after)) = after.split_once(END) else {
            return Err(format!("is cut off: its {} does not end", known(label)));
        };
        rest = after.split_once(DASHES).map_or("", |(_, rest)| rest);
        blocks.push(read(label, content)?);
    }
    Ok(blocks)
}

fn read<'a>(label: &'a str, content: &str) -> Result<Block<'a>, String> {
    let has_headers = content.contains(':');
    let mut encoded = Zeroizing::new(String::with_capacity(content.len()));
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // A line break of two characters: what JSON and shells make of one.
            '\\' if characters
                .next_if(|next| matches!(next, 'n' | 'r'))
                .is_some() => {}
            _ if character.is_whitespace() => {}
            _ => encoded.push(character),
        }
    }
    let content = match STANDARD.decode(encoded.as_bytes()).map(Zeroizing::new) {
        Ok(content) => content,
        // What is encrypted in the old way has more than base64 in it, and is refused by its headers.
        Err(_) if has_headers => Zeroizing::default(),
        Err(_) => return Err(format!("is damaged: its {} is not base64", known(label))),
    };
    Ok(Block {
        label,
        content,
        has_headers,
    })
}

/// What stands after BEGIN is short and in capitals: anything else may be a part of the key.
fn is_label(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
    text.len() <= LONGEST_LABEL && text.chars().all(fits)
}

/// A label as messages name it: one that is not known could be anything.
fn known(label: &str) -> &str {
    let is_known = label.ends_with("CERTIFICATE") || label.ends_with("PRIVATE KEY");
    let words = label.split(' ').all(|word| word.len() <= 11);
    if is_known && words { label } else { "block" }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    const TEXT: &str = "before\n-----BEGIN PRIVATE KEY-----\naHVz\naA==\n-----END PRIVATE KEY-----\nbetween\n-----BEGIN CERTIFICATE-----\nYWdh\naW4=\n-----END CERTIFICATE-----\n";

    #[test]
    fn a_text_that_lost_its_line_feeds_holds_the_same_blocks() {
        let variants = [
            TEXT.to_owned(),
            TEXT.replace('\n', "\r\n"),
            TEXT.replace('\n', "\r"),
            TEXT.replace('\n', ""),
            TEXT.replace('\n', " "),
            TEXT.replace('\n', "\t"),
            TEXT.replace('\n', "\\n"),
            TEXT.replace('\n', "\\r\\n"),
            format!("  {}", TEXT.replace('\n', "\n    ")),
        ];
        for text in variants {
            let blocks = blocks(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
            let read: Vec<(&str, &[u8])> = blocks
                .iter()
                .map(|block| (block.label, block.content.as_slice()))
                .collect();
            let expected: [(&str, &[u8]); 2] =
                [("PRIVATE KEY", b"hush"), ("CERTIFICATE", b"again")];
            assert_eq!(read, expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_a_part_of_the_key() {
        for text in [
            "-----BEGIN PRIVATE KEY-----aHVzaGh1c2hodXNo",
            "-----BEGIN aHVzaGh1c2hodXNo-----\n",
            "-----BEGIN PRIVATE KEY aHVzaGh1c2hodXNo",
            "-----BEGIN PRIVATE KEY-----aHVzaGh1c2hodXNo!-----END PRIVATE KEY-----",
            "-----BEGIN AHVZAGH1C2HODXNO-----aHVzaGh1c2hodXNo!-----END PRIVATE KEY-----",
        ] {
            let said = blocks(text).err().unwrap();
            assert!(!said.to_lowercase().contains("ahvz"), "{said}");
        }
    }
}
