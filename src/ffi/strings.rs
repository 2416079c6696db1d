//! Strings from C: NULL, empty and invalid UTF-8 are three different answers.

use std::ffi::{CStr, CString};

use libc::c_char;

use crate::outcome::Error;
use crate::status::Status;

/// A longer list does not fit into any address space: its length is garbage.
const MOST_TEXTS: usize = isize::MAX as usize / size_of::<*const c_char>();

/// Reads an optional string: NULL is `None`.
///
/// # Safety
///
/// `text` is NULL, or points to a NUL-terminated string that lives for `'a`.
pub(super) unsafe fn optional<'a>(
    name: &str,
    text: *const c_char,
) -> Result<Option<&'a str>, Error> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and the contract of this function.
    match unsafe { utf8(name, text) }? {
        "" => Err(Error::new(
            Status::EmptyArgument,
            format!("{name} is empty."),
        )),
        text => Ok(Some(text)),
    }
}

/// Reads a list of strings, which may be empty; an error names the one that it concerns.
///
/// # Safety
///
/// `texts` points to `len` strings, each as for [`optional`], or is NULL.
pub(super) unsafe fn list<'a>(
    name: &str,
    texts: *const *const c_char,
    len: usize,
) -> Result<Vec<&'a str>, Error> {
    if len == 0 {
        return Ok(Vec::new());
    }
    if texts.is_null() {
        return Err(null(name));
    }
    if len > MOST_TEXTS {
        return Err(Error::new(
            Status::InvalidOption,
            format!("{name}_len is {len}, which is more than memory can hold."),
        ));
    }
    // SAFETY: not NULL, and by this function's contract `len` strings long.
    let texts = unsafe { std::slice::from_raw_parts(texts, len) };
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let name = format!("{name}[{index}]");
            if text.is_null() {
                return Err(null(&name));
            }
            // SAFETY: not NULL, and by this function's contract a string.
            unsafe { utf8(&name, *text) }
        })
        .collect()
}

/// # Safety
///
/// `text` points to a NUL-terminated string that lives for `'a`.
unsafe fn utf8<'a>(name: &str, text: *const c_char) -> Result<&'a str, Error> {
    // SAFETY: by this function's contract a NUL-terminated string that lives for 'a.
    let text = unsafe { CStr::from_ptr(text) };
    match text.to_str() {
        Ok(text) => Ok(text),
        Err(error) => {
            let position = error.valid_up_to();
            let message = match text.to_bytes().get(position..) {
                // How languages whose strings may hold these pass them on, so that nothing is cut off silently.
                Some([0xc0, 0x80, ..]) => {
                    format!("{name} holds a NUL character (U+0000) at byte {position}.")
                }
                Some([0xed, 0xa0..=0xbf, _, ..]) => {
                    format!("{name} holds half of a surrogate pair at byte {position}.")
                }
                _ => format!("{name} is not valid UTF-8 from byte {position} on."),
            };
            Err(Error::new(Status::InvalidUtf8, message))
        }
    }
}

/// Reads a string that must be there.
///
/// # Safety
///
/// As for [`optional`].
pub(super) unsafe fn required<'a>(name: &str, text: *const c_char) -> Result<&'a str, Error> {
    // SAFETY: the same contract.
    unsafe { optional(name, text) }?.ok_or_else(|| null(name))
}

pub(super) fn null(name: &str) -> Error {
    Error::new(Status::NullArgument, format!("{name} is NULL."))
}

/// A string for C. NUL cannot stand in one: it is shown as the replacement character.
pub(super) fn for_c(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_utf8_is_named() {
        for (bytes, said) in [
            (
                c"adele\xc0\x80x",
                "user holds a NUL character (U+0000) at byte 5.",
            ),
            (
                c"a\xed\xb2\x80",
                "user holds half of a surrogate pair at byte 1.",
            ),
            (c"\xed", "user is not valid UTF-8 from byte 0 on."),
            (c"ab\xff", "user is not valid UTF-8 from byte 2 on."),
        ] {
            // SAFETY: a C string that lives for the whole program.
            let error = unsafe { optional("user", bytes.as_ptr()) }.err();
            assert!(
                error.as_ref().is_some_and(
                    |error| error.status() == Status::InvalidUtf8 && error.to_string() == said
                ),
                "{error:?}"
            );
        }
    }
}
