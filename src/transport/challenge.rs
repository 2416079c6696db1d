//! What an answer demands: the challenges of `WWW-Authenticate` and `Proxy-Authenticate` (RFC 9110, section 11.3).
//!
//! A service may send several headers, and several challenges in each.

use http::header::{AsHeaderName, HeaderMap};

/// One challenge: a scheme, and its parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Challenge {
    pub(crate) scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Whether it is of this scheme, in any letter case.
    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The first parameter of this name, in any letter case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(present, _)| present.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// All challenges in all headers of this name, in their order. What makes no sense is passed over.
pub(crate) fn all(headers: &HeaderMap, name: impl AsHeaderName) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    for value in headers.get_all(name) {
        read(&String::from_utf8_lossy(value.as_bytes()), &mut challenges);
    }
    challenges
}

fn read(text: &str, challenges: &mut Vec<Challenge>) {
    let begin = challenges.len();
    let mut rest = text;
    // A word is a scheme where a challenge may begin, and a credential in one word where it follows a scheme.
    let mut may_begin = true;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', ',']);
        may_begin |= rest[..rest.len() - trimmed.len()].contains(',');
        if trimmed.is_empty() {
            return;
        }
        let (word, after) = split_word(trimmed);
        let Some(value) = after.trim_start_matches([' ', '\t']).strip_prefix('=') else {
            if may_begin && !word.is_empty() {
                challenges.push(Challenge {
                    scheme: word.to_owned(),
                    parameters: Vec::new(),
                });
            }
            may_begin = false;
            // A character that cannot stand here is passed over.
            rest = match word.is_empty() {
                true => skip_one(after),
                false => after,
            };
            continue;
        };
        let (value, after) = split_value(value.trim_start_matches([' ', '\t']));
        if let Some(challenge) = challenges[begin..].last_mut() {
            challenge.parameters.push((word.to_owned(), value));
        }
        may_begin = false;
        rest = after;
    }
}

fn split_word(text: &str) -> (&str, &str) {
    let end = text.find([' ', '\t', ',', '=', '"']).unwrap_or(text.len());
    text.split_at(end)
}

fn skip_one(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

/// The value of a parameter, in quotation marks or without, and what follows it.
fn split_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            // Only these need it; the paths of Windows hold others as they are.
            '\\' if characters.as_str().starts_with(['"', '\\']) => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use http::header::WWW_AUTHENTICATE;
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[&str]) -> Vec<Challenge> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        all(&headers, WWW_AUTHENTICATE)
    }

    #[test]
    fn every_challenge_of_every_header_is_found() {
        let pop = r#"PoP realm="", nonce="a, b=\"c\"""#;
        let bearer = r#"Bearer realm="", error="insufficient_claims", claims="eyJ9==""#;
        let two_headers = of(&[pop, bearer]);
        let one_header = of(&[&format!("{pop}, {bearer}")]);
        assert_eq!(two_headers, one_header);
        assert_eq!(two_headers.len(), 2, "{two_headers:?}");
        let (first, second) = (&two_headers[0], &two_headers[1]);
        assert!(first.is("pop") && second.is("BEARER"));
        assert_eq!(first.parameter("Nonce"), Some("a, b=\"c\""));
        assert_eq!(second.parameter("claims"), Some("eyJ9=="));
        assert_eq!(first.parameter("claims"), None);
    }

    #[test]
    fn schemes_without_parameters_and_credentials_in_one_word_are_told_apart() {
        let schemes = |values: &[&str]| {
            let challenges = of(values).into_iter();
            challenges.map(|it| it.scheme).collect::<Vec<_>>()
        };
        assert_eq!(schemes(&["Negotiate, NTLM"]), ["Negotiate", "NTLM"]);
        assert_eq!(
            schemes(&["Negotiate YII=", "NTLM TlRM"]),
            ["Negotiate", "NTLM"]
        );
        assert_eq!(
            schemes(&["Negotiate TlRM, Basic realm=corp"]),
            ["Negotiate", "Basic"]
        );
        assert_eq!(schemes(&["", " , ", "\"x\"", "=y"]), [] as [&str; 0]);
        let unquoted = of(&["Bearer claims=eyJ9==, error = insufficient_claims ,x"]);
        assert_eq!(unquoted[0].parameter("claims"), Some("eyJ9=="));
        assert_eq!(unquoted[0].parameter("error"), Some("insufficient_claims"));
    }

    proptest! {
        #[test]
        fn arbitrary_headers_are_read_to_their_end(text in "[ -~é]{0,60}") {
            let mut challenges = Vec::new();
            read(&text, &mut challenges);
            prop_assert!(challenges.iter().all(|it| !it.scheme.is_empty()));
        }
    }
}
