//! A user key: what may be one, and how it stands in an address.

pub(crate) mod columns;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_general_category::{GeneralCategory, get_general_category};

use crate::outcome::Error;
use crate::status::Status;

/// Longer than any object id or user principal name (113 characters), short enough for every address.
const LONGEST_KEY: usize = 1024;

/// What PowerShell makes of an object where text is wanted begins so; no user is called so.
const OBJECT: &str = "@{";

/// Everything but RFC 3986's unreserved characters is encoded, as the service's own SDKs do.
const ONE_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whom a request concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum User {
    /// The user who signed in for the token.
    Me,
    /// An object id or a user principal name, trimmed.
    Key(String),
    /// A user as the directory listed one: reached by the object id, and called by the name.
    Known {
        /// The object id.
        id: String,
        /// The user principal name, or the object id where the name is not known.
        name: String,
    },
}

impl User {
    /// Reads a key as given. `me` in any letter case is the signed-in user; white space and byte order marks around are
    /// trimmed.
    pub(crate) fn parse(text: &str) -> Result<User, Error> {
        let key = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if key.is_empty() {
            return Err(Error::new(Status::EmptyArgument, "The user key is empty.")
                .hint("Give an object id, a user principal name, or me."));
        }
        if key.eq_ignore_ascii_case("me") {
            return Ok(User::Me);
        }
        if key.starts_with(OBJECT) {
            return Err(Error::new(
                Status::InvalidUser,
                "The user key is the text of a whole object, not one of its properties.",
            )
            .hint(
                "Give the property that holds an object id or a user principal name, such as $user.Id, \
                 or the object itself where one is taken.",
            ));
        }
        if key.len() > LONGEST_KEY {
            return Err(invalid(format!(
                "The user key is {} bytes long; the maximum is {LONGEST_KEY}.",
                key.len()
            )));
        }
        if key == "." || key == ".." {
            return Err(invalid(format!("{key:?} is a path, not a user key.")));
        }
        if let Some((position, character)) = key
            .chars()
            .enumerate()
            .find(|(_, character)| is_refused(*character))
        {
            return Err(invalid(format!(
                "The user key holds {} as its character {}.",
                describe(character),
                position + 1
            )));
        }
        Ok(User::Key(key.to_owned()))
    }

    /// The key as outcomes show it.
    pub(crate) fn text(&self) -> &str {
        match self {
            User::Me => "me",
            User::Key(key) => key,
            User::Known { name, .. } => name,
        }
    }

    /// The object id, where the key is one.
    pub(crate) fn object_id(&self) -> Option<String> {
        match self {
            User::Me => None,
            User::Known { id, .. } => Some(id.clone()),
            User::Key(key) => (key.len() == 36)
                .then(|| uuid::Uuid::try_parse(key).ok())
                .flatten()
                .map(|id| id.to_string()),
        }
    }

    /// The path of the user below the API's version, percent-encoded once.
    ///
    /// A leading `$` would read as an OData system query option, so it takes the parenthesised form, in which
    /// apostrophes are doubled (<https://learn.microsoft.com/graph/api/user-get>).
    pub(crate) fn path(&self) -> String {
        match self {
            User::Me => "/me".to_owned(),
            User::Key(key) if key.starts_with('$') => {
                ["/users('", &encode(&key.replace('\'', "''")), "')"].concat()
            }
            User::Key(key) => ["/users/", &encode(key)].concat(),
            User::Known { id, .. } => ["/users/", &encode(id)].concat(),
        }
    }
}

impl fmt::Display for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text())
    }
}

fn encode(segment: &str) -> String {
    // Piece by piece: formatting would take several times as long, which a run feels.
    utf8_percent_encode(segment, ONE_SEGMENT).collect()
}

fn invalid(message: String) -> Error {
    Error::new(Status::InvalidUser, message)
        .hint("Give an object id or a user principal name such as adele@contoso.com.")
}

fn is_refused(character: char) -> bool {
    matches!(character, '/' | '\\')
        || character.is_whitespace()
        || matches!(
            get_general_category(character),
            GeneralCategory::Control | GeneralCategory::Format
        )
}

fn describe(character: char) -> String {
    let code_point = format!("U+{:04X}", u32::from(character));
    match character {
        '/' => format!("a slash ({code_point})"),
        '\\' => format!("a backslash ({code_point})"),
        _ if character.is_whitespace() && !character.is_control() => {
            format!("white space ({code_point})")
        }
        _ if character.is_control() => format!("a control character ({code_point})"),
        _ => format!("an invisible format character ({code_point})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(key: &str) -> Option<String> {
        User::parse(key).ok().map(|user| user.path())
    }

    #[test]
    fn a_key_is_one_path_segment_encoded_once() {
        for (key, path) in [
            ("me", "/me"),
            (" ME\r\n", "/me"),
            ("\u{feff}adele@contoso.com", "/users/adele%40contoso.com"),
            (
                "x_y.com#EXT#@contoso.onmicrosoft.com",
                "/users/x_y.com%23EXT%23%40contoso.onmicrosoft.com",
            ),
            ("$AdeleV@contoso.com", "/users('%24AdeleV%40contoso.com')"),
            ("$o'b@contoso.com", "/users('%24o%27%27b%40contoso.com')"),
            ("o'brien@contoso.com", "/users/o%27brien%40contoso.com"),
            ("a+b@contoso.com", "/users/a%2Bb%40contoso.com"),
            ("100%@contoso.com", "/users/100%25%40contoso.com"),
            ("jörg@contoso.com", "/users/j%C3%B6rg%40contoso.com"),
            ("x%23EXT%23@c", "/users/x%2523EXT%2523%40c"),
            ("a?b=c&d", "/users/a%3Fb%3Dc%26d"),
            ("...", "/users/..."),
            ("melissa", "/users/melissa"),
        ] {
            assert_eq!(path_of(key).as_deref(), Some(path), "{key:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_by_name() {
        for (key, named) in [
            ("a b@contoso.com", "U+0020"),
            ("a\u{a0}b", "U+00A0"),
            ("a\u{200b}b", "U+200B"),
            ("a\u{202e}b", "U+202E"),
            ("a\u{0}b", "U+0000"),
            ("a\nb", "U+000A"),
            ("a/b@contoso.com", "U+002F"),
            ("a\\b", "U+005C"),
            ("\u{e0001}x", "U+E0001"),
            (".", "path"),
            ("..", "path"),
        ] {
            let error = User::parse(key).err();
            assert!(
                error
                    .as_ref()
                    .is_some_and(|error| error.status() == Status::InvalidUser
                        && error.to_string().contains(named)),
                "{key:?} gave {error:?}"
            );
        }
        assert!(User::parse(&"x".repeat(1024)).is_ok());
        assert!(User::parse(&"x".repeat(1025)).is_err());
    }

    #[test]
    fn the_text_of_a_whole_object_is_no_key() {
        for key in [
            "@{Id=87d349ed-44d7-43e1-9a83-5f2406dee5bd}",
            "  @{UserPrincipalName=adele@contoso.com; Enabled=True}\n",
            "@{}",
        ] {
            let error = User::parse(key).err();
            assert!(
                error
                    .as_ref()
                    .is_some_and(|error| error.status() == Status::InvalidUser
                        && error.to_string().contains("whole object")),
                "{key:?} gave {error:?}"
            );
        }
        assert!(User::parse("@adele").is_ok() && User::parse("a@{b").is_ok());
    }

    #[test]
    fn nothing_is_another_answer_than_nonsense() {
        for key in ["", "  ", "\u{feff}\t\n"] {
            assert!(User::parse(key).is_err_and(|error| error.status() == Status::EmptyArgument));
        }
    }

    #[test]
    fn an_object_id_is_known_from_its_shape() {
        let id = |key: &str| User::parse(key).ok().and_then(|user| user.object_id());
        assert_eq!(
            id("87D349ED-44D7-43E1-9A83-5F2406DEE5BD").as_deref(),
            Some("87d349ed-44d7-43e1-9a83-5f2406dee5bd")
        );
        assert_eq!(id("87d349ed44d743e19a835f2406dee5bd"), None);
        assert_eq!(id("adele@contoso.com"), None);
    }
}
