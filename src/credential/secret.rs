//! Secrets that sign in: wiped when dropped, never shown.

use std::fmt;

use zeroize::Zeroizing;

use crate::outcome::Error;
use crate::status::Status;
use crate::token::small_text;

/// Longer than any secret or password of the sign-in service; what is longer is another file.
const LONGEST: usize = 64 * 1024;

/// A client secret or a password. Its memory is wiped when the last holder drops it, and its `Debug` shows nothing.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret as given; a line break at its end, as files have one, is taken off.
    ///
    /// # Errors
    ///
    /// [`Status::EmptyArgument`] for nothing, [`Status::InvalidCredential`] for what no secret can be. No message
    /// repeats any of it.
    pub fn new(text: &str) -> Result<Secret, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(Error::new(Status::EmptyArgument, "The secret is empty."));
        }
        if text.len() > LONGEST || text.contains(char::is_control) {
            return Err(Error::new(
                Status::InvalidCredential,
                "The secret contains a control character or is too long.",
            )
            .hint("Give only the secret, on one line."));
        }
        Ok(Secret(Zeroizing::new(text.to_owned())))
    }

    /// Takes a secret out of the bytes of a file or of standard input, in UTF-8 or in the UTF-16 of older PowerShell.
    ///
    /// # Errors
    ///
    /// As [`Secret::new`]; [`Status::InvalidCredential`] for what is no text.
    pub fn from_bytes(bytes: &[u8]) -> Result<Secret, Error> {
        let text = small_text::decode(bytes).ok_or_else(|| {
            Error::new(Status::InvalidCredential, "The secret is not text.")
                .hint("Give only the secret, on one line.")
        })?;
        Secret::new(&text)
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The bytes of a file that holds a private key. Wiped when the last holder drops them; `Debug` shows nothing.
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> SecretBytes {
        SecretBytes(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretBytes(…)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_as_files_hold_it_and_never_shown() {
        for text in ["hush", "hush\n", "hush\r\n", "\u{feff}hush\n"] {
            let secret = Secret::new(text).unwrap();
            assert_eq!(secret.0.as_str(), "hush", "{text:?}");
            assert_eq!(format!("{secret:?}"), "Secret(…)");
        }
        let utf16: Vec<u8> = "\u{feff}hush\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(Secret::from_bytes(&utf16).unwrap().0.as_str(), "hush");
        assert!(Secret::from_bytes(&[0xFF]).is_err());
        assert_eq!(Secret::new(" a b ").unwrap().0.as_str(), " a b ");
        assert_eq!(
            Secret::new("\n").unwrap_err().status(),
            Status::EmptyArgument
        );
        for text in ["hush\nhush", "hush\u{0}"] {
            let error = Secret::new(text).unwrap_err();
            assert_eq!(error.status(), Status::InvalidCredential);
            assert!(!format!("{error:?}").contains("hush"));
        }
    }
}
