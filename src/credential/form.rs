//! A form's fields, as they go to the sign-in service: wiped when sent, or never sent.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// All but what stands for itself everywhere (RFC 3986, section 2.3).
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The body of a request, `application/x-www-form-urlencoded`.
pub(super) struct Form(Zeroizing<String>);

impl Form {
    pub(super) fn new() -> Form {
        // Long enough for a certificate chain: a string that grows leaves unwiped copies behind.
        Form(Zeroizing::new(String::with_capacity(32 * 1024)))
    }

    pub(super) fn field(mut self, name: &str, value: &str) -> Form {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        for piece in utf8_percent_encode(value, ENCODED) {
            self.0.push_str(piece);
        }
        self
    }

    /// What goes on the wire; the same buffer, which its last holder wipes.
    pub(super) fn into_body(self) -> Bytes {
        let mut text = self.0;
        Bytes::from_owner(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded() {
        let form = Form::new()
            .field("grant_type", "client_credentials")
            .field("client_secret", "a&b=c d+é~");
        assert_eq!(
            form.into_body(),
            "grant_type=client_credentials&client_secret=a%26b%3Dc%20d%2B%C3%A9~"
        );
    }
}
