//! Strings from C: NULL, empty and invalid UTF-8 are three different answers.

use std::ffi::{CStr, CString, c_char};

use crate::outcome::Error;
use crate::status::Status;

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
    // SAFETY: not NULL, and by this function's contract a NUL-terminated string that lives for 'a.
    let text = unsafe { CStr::from_ptr(text) };
    match text.to_str() {
        Ok("") => Err(Error::new(
            Status::EmptyArgument,
            format!("{name} is empty."),
        )),
        Ok(text) => Ok(Some(text)),
        Err(error) => Err(Error::new(
            Status::InvalidUtf8,
            format!(
                "{name} is not valid UTF-8 from byte {} on.",
                error.valid_up_to()
            ),
        )),
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
