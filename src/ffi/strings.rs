//! Strings from C: NULL, empty and invalid UTF-8 are three different answers.

use std::ffi::{CStr, CString, c_char};

use crate::outcome::Error;
use crate::status::Status;

/// How a language whose strings may hold NUL passes one on, so that nothing is cut off silently: invalid UTF-8, refused by name.
const NUL_INSIDE: &[u8] = &[0xC0, 0x80];

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
        Err(error) => {
            let valid = error.valid_up_to();
            let message = if text
                .to_bytes()
                .get(valid..)
                .is_some_and(|rest| rest.starts_with(NUL_INSIDE))
            {
                format!("{name} holds a NUL character (U+0000) at byte {valid}.")
            } else {
                format!("{name} is not valid UTF-8 from byte {valid} on.")
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
