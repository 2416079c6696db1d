//! Text from outside, before it stands in a message: without control sequences, and without anything that may be a
//! secret.

/// Shorter parts of a secret than this give nothing away, and would be found in ordinary words.
const SHORTEST_PART: usize = 8;

/// Words of this length and more are looked at.
const SHORTEST_TOKEN: usize = 12;

/// Takes every part of a secret out of a text that may repeat what was sent.
pub(super) fn take_out(text: &mut String, secret: &str) {
    if secret.is_empty() {
        return;
    }
    if text.contains(secret) {
        *text = text.replace(secret, "…");
    }
    // Nobody shortens a secret at the bounds of its characters: compared are bytes, and kept are whole characters.
    let (bytes, secret) = (text.as_bytes(), secret.as_bytes());
    if bytes.len() < SHORTEST_PART || secret.len() < SHORTEST_PART {
        return;
    }
    let parts: std::collections::HashSet<&[u8]> = secret.windows(SHORTEST_PART).collect();
    let mut hidden = vec![false; bytes.len()];
    for (start, window) in bytes.windows(SHORTEST_PART).enumerate() {
        if parts.contains(window) {
            hidden
                .iter_mut()
                .skip(start)
                .take(SHORTEST_PART)
                .for_each(|it| *it = true);
        }
    }
    if hidden.contains(&true) {
        let mut kept = String::with_capacity(text.len());
        let mut before = false;
        for (position, character) in text.char_indices() {
            let is_hidden = hidden.get(position).copied().unwrap_or_default();
            match (before, is_hidden) {
                (false, true) => kept.push('…'),
                (_, false) => kept.push(character),
                _ => {}
            }
            before = is_hidden;
        }
        *text = kept;
    }
}

/// Takes out what looks like a token or a key: long words of letters and digits in no order that a person would write.
pub(super) fn without_tokens(text: &str) -> String {
    let is_of_word =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '=' | '~');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_of_word) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_of_word(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        kept.push_str(before);
        kept.push_str(if looks_like_a_token(word) {
            "…"
        } else {
            word
        });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether a word changes between small letters, capitals and digits as only encoded bytes do.
fn looks_like_a_token(word: &str) -> bool {
    if word.len() < SHORTEST_TOKEN || is_guid(word) {
        return false;
    }
    let kind = |c: char| match c {
        'a'..='z' => 1,
        'A'..='Z' => 2,
        '0'..='9' => 3,
        _ => 0,
    };
    let mut changes = 0;
    let mut before = 0;
    for kind in word.chars().map(kind) {
        // The capital at the beginning of a word is none.
        if before != 0 && kind != 0 && kind != before && (before, kind) != (2, 1) {
            changes += 1;
        }
        before = kind;
    }
    // "AzureADTokenExchange" has two, random text one in three characters or so.
    changes * 8 >= word.len() || changes >= 5
}

fn is_guid(word: &str) -> bool {
    uuid::Uuid::try_parse(word).is_ok()
}

/// Takes out control characters, and the sequences by which programs steer a terminal: colours, titles, links.
pub(super) fn without_control_sequences(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => skip_sequence(&mut characters),
            // The same introducers in one character.
            '\u{9b}' => skip_parameters(&mut characters),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_text(&mut characters),
            '\n' | '\r' | '\t' => kept.push(character),
            _ if character.is_control() || character == '\u{feff}' => {}
            _ => kept.push(character),
        }
    }
    kept
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// What follows an escape character (ECMA-48, section 5).
fn skip_sequence(characters: &mut Characters<'_>) {
    match characters.peek() {
        Some('[') => {
            characters.next();
            skip_parameters(characters);
        }
        Some('P' | 'X' | ']' | '^' | '_') => {
            characters.next();
            skip_text(characters);
        }
        _ => {
            while characters.next_if(|it| matches!(it, ' '..='/')).is_some() {}
            characters.next_if(|it| matches!(it, '0'..='~'));
        }
    }
}

/// Numbers, and the character that ends them.
fn skip_parameters(characters: &mut Characters<'_>) {
    while characters.next_if(|it| matches!(it, ' '..='?')).is_some() {}
    characters.next_if(|it| matches!(it, '@'..='~'));
}

/// A text up to its terminator, which is in the same line.
fn skip_text(characters: &mut Characters<'_>) {
    while let Some(character) = characters.next_if(|it| *it != '\n') {
        match character {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                characters.next_if(|it| *it == '\\');
                return;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_secret_is_taken_out() {
        let secret = "kQ8~hush.hush-hush_hush";
        for (said, left) in [
            (
                "The secret kQ8~hush.hush-hush_hush is wrong.",
                "The secret … is wrong.",
            ),
            (
                "It begins with kQ8~hush.hush, and is wrong.",
                "It begins with …, and is wrong.",
            ),
            ("é hush-hush_hush é", "é … é"),
            ("hush", "hush"),
        ] {
            let mut text = said.to_owned();
            take_out(&mut text, secret);
            assert_eq!(text, left);
        }
        let mut short = "the password is pw1".to_owned();
        take_out(&mut short, "pw1");
        assert_eq!(short, "the password is …");
    }

    #[test]
    fn what_people_write_is_no_token() {
        for text in [
            "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:contoso/incidents:ref:refs/heads/release-2026-11'.",
            "Application with identifier 'aaaaaaaa-0000-4000-8000-000000000003' was not found in the directory 'c0ffee00-1111-4222-8333-444455556666'.",
            "api://AzureADTokenExchange and invalidateAllRefreshTokens at https://login.microsoftonline.com/error?code=700213",
            "Please run 'az login' to setup account. Timestamp: 2026-11-28 16:05:06Z",
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/incident/providers/Microsoft.ManagedIdentity",
        ] {
            assert_eq!(without_tokens(text), text);
        }
        for token in [
            "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9",
            "kQ8Q~3fJx9Lm-2vTz0Rb7Yp1Ws5Nd4Hc6",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        ] {
            let said = without_tokens(&format!("The token '{token}' is wrong."));
            assert_eq!(said, "The token '…' is wrong.");
        }
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        for (text, left) in [
            ("\u{1b}[31mERROR: no\u{1b}[0m", "ERROR: no"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]8;;https://x.example\u{1b}\\link", "link"),
            ("\u{9b}1;31mred\u{9b}m", "red"),
            ("\u{9d}title\u{9c}text", "text"),
            ("\u{1b}(Btext\u{1b}", "text"),
            ("a\nb\tc\u{0}d", "a\nb\tcd"),
            ("\u{feff}{}", "{}"),
        ] {
            assert_eq!(without_control_sequences(text), left, "{text:?}");
        }
    }
}
