//! Strings from C: NULL, empty and invalid UTF-8 are three different answers.

use std::ffi::{CStr, CString, OsString};
use std::path::PathBuf;

use libc::c_char;

use crate::outcome::Error;
use crate::run::Key;
use crate::status::Status;

use super::lists;
use super::null::null;

/// A longer list does not fit into any address space: its length is garbage.
pub(super) const MOST_TEXTS: usize = isize::MAX as usize / size_of::<*const c_char>();

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
        "" => Err(empty(name)),
        text => Ok(Some(text)),
    }
}

/// Reads an optional string of so many bytes, or with length 0 one that is NUL-terminated.
///
/// # Safety
///
/// As for [`optional`], or `text` points to `len` readable bytes that live for `'a`.
pub(super) unsafe fn optional_of_length<'a>(
    name: &str,
    text: *const c_char,
    len: usize,
) -> Result<Option<&'a str>, Error> {
    if text.is_null() || len == 0 {
        // SAFETY: the same contract.
        return unsafe { optional(name, text) };
    }
    if len > isize::MAX as usize {
        return Err(Error::new(
            Status::InvalidOption,
            format!("{name}_len is {len}, which is not a valid length."),
        ));
    }
    // SAFETY: not NULL, and by the contract of this function as many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
    utf8_of(name, bytes).map(Some)
}

/// Reads an optional string of exactly so many bytes.
///
/// # Safety
///
/// `text` is NULL, or points to `len` readable bytes that live for `'a`.
pub(super) unsafe fn counted<'a>(
    name: &str,
    text: *const c_char,
    len: usize,
) -> Result<Option<&'a str>, Error> {
    if len == 0 && !text.is_null() {
        return Err(empty(name));
    }
    // SAFETY: the same contract; with length 0 it is NULL.
    unsafe { optional_of_length(name, text, len) }
}

/// Reads the key of a user, of exactly so many bytes; one that is no text becomes a failure of its own.
///
/// # Safety
///
/// As for [`counted`].
pub(super) unsafe fn counted_key(text: *const c_char, len: usize) -> Key {
    // SAFETY: the same contract.
    match unsafe { counted("user", text, len) } {
        Ok(Some(text)) => Key::Text(Box::from(text)),
        Ok(None) => Key::Malformed(null_user()),
        Err(error) if text.is_null() || len == 0 || len > isize::MAX as usize => {
            Key::Malformed(error)
        }
        Err(error) => {
            // SAFETY: not NULL, and by this function's contract as many bytes.
            let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
            Key::Malformed(error.for_user(&lossy_of(bytes)))
        }
    }
}

/// The key of a user whom a call concerns: whoever is missing is not the caller.
pub(super) fn required_user(user: Option<&str>) -> Result<&str, Error> {
    user.ok_or_else(null_user)
}

fn null_user() -> Error {
    null("user").hint("Give an object id, a user principal name, or me for the signed-in user.")
}

/// Reads an optional path, whose bytes are taken as they are. Only a NUL, which some languages' strings may hold and
/// write as the bytes C0 80, cannot be in one.
///
/// # Safety
///
/// As for [`optional`].
pub(super) unsafe fn path(name: &str, text: *const c_char) -> Result<Option<PathBuf>, Error> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and the contract of this function.
    let bytes = unsafe { CStr::from_ptr(text) };
    let holds_nul = bytes.to_bytes().windows(2).any(|pair| pair == [0xc0, 0x80]);
    if bytes.is_empty() || holds_nul || cfg!(not(unix)) {
        // SAFETY: the same string.
        return Ok(unsafe { optional(name, text) }?.map(PathBuf::from));
    }
    Ok(Some(os_string(bytes).into()))
}

/// A string as the system has it.
#[cfg(unix)]
pub(super) fn os_string(text: &CStr) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(text.to_bytes().to_vec())
}

/// Elsewhere the system's strings are no bytes: what is not UTF-8 becomes what is no text either.
#[cfg(windows)]
pub(super) fn os_string(text: &CStr) -> OsString {
    use std::os::windows::ffi::OsStringExt as _;
    const HALF_A_PAIR: u16 = 0xd800;
    match text.to_str() {
        Ok(text) => text.into(),
        Err(_) => OsString::from_wide(&[HALF_A_PAIR]),
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
    // SAFETY: the same contract.
    let texts = unsafe { lists::read(name, texts, len, MOST_TEXTS) }?;
    texts
        .unwrap_or_default()
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

/// Reads the keys of users, of which each that is no text becomes a failure of its own.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn keys(
    name: &str,
    texts: *const *const c_char,
    len: usize,
) -> Result<Vec<Key>, Error> {
    // SAFETY: the same contract.
    let texts = unsafe { lists::read(name, texts, len, MOST_TEXTS) }?;
    let keys = texts.unwrap_or_default().iter().map(|text| {
        if text.is_null() {
            return Key::Malformed(null_user());
        }
        // SAFETY: not NULL, and by this function's contract a string.
        match unsafe { utf8("user", *text) } {
            Ok(text) => Key::Text(Box::from(text)),
            Err(error) => {
                // SAFETY: the same string.
                Key::Malformed(error.for_user(&unsafe { lossy(*text) }))
            }
        }
    });
    Ok(keys.collect())
}

/// Reads strings of which any may be missing, or be no text: NULL is empty, and what is not UTF-8 is replaced. A list
/// that is NULL is empty.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn any(
    name: &str,
    texts: *const *const c_char,
    len: usize,
) -> Result<Vec<String>, Error> {
    if texts.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the same contract.
    let texts = unsafe { lists::read(name, texts, len, MOST_TEXTS) }?;
    let texts = texts.unwrap_or_default().iter().map(|text| {
        if text.is_null() {
            return String::new();
        }
        // SAFETY: not NULL, and by this function's contract a string.
        unsafe { lossy(*text) }
    });
    Ok(texts.collect())
}

/// # Safety
///
/// `text` points to a NUL-terminated string that lives for `'a`.
unsafe fn utf8<'a>(name: &str, text: *const c_char) -> Result<&'a str, Error> {
    // SAFETY: by this function's contract a NUL-terminated string that lives for 'a.
    utf8_of(name, unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn utf8_of<'a>(name: &str, text: &'a [u8]) -> Result<&'a str, Error> {
    if let Some(position) = text.iter().position(|byte| *byte == 0) {
        return Err(Error::new(
            Status::InvalidUtf8,
            format!("{name} holds a NUL character (U+0000) at byte {position}."),
        ));
    }
    match std::str::from_utf8(text) {
        Ok(text) => Ok(text),
        Err(error) => {
            let position = error.valid_up_to();
            // How languages whose strings may hold these pass them on, so that nothing is cut off silently.
            let message = match text.get(position..).and_then(misfit) {
                Some((0, _)) => {
                    format!("{name} holds a NUL character (U+0000) at byte {position}.")
                }
                Some((half, _)) => {
                    format!(
                        "{name} holds half of a surrogate pair (U+{half:04X}) at byte {position}."
                    )
                }
                None => format!("{name} is not valid UTF-8 from byte {position} on."),
            };
            Err(Error::new(Status::InvalidUtf8, message))
        }
    }
}

/// What these bytes begin with, where it is a code point that UTF-8 has no bytes for or C cannot hold, and its length:
/// a NUL, written as C0 80, or half of a surrogate pair.
fn misfit(bytes: &[u8]) -> Option<(u16, usize)> {
    match bytes {
        [0xc0, 0x80, ..] => Some((0, 2)),
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            let half = 0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f);
            Some((half, 3))
        }
        _ => None,
    }
}

/// A key that is no text, as one: each code point that does not belong there is one replacement character.
///
/// # Safety
///
/// As for [`utf8`].
unsafe fn lossy(text: *const c_char) -> String {
    // SAFETY: the same contract.
    lossy_of(unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn lossy_of(mut bytes: &[u8]) -> String {
    let mut mended = Vec::with_capacity(bytes.len());
    while let Some(first) = bytes.first() {
        let length = match misfit(bytes) {
            Some((_, length)) => {
                mended.extend_from_slice("\u{fffd}".as_bytes());
                length
            }
            None => {
                mended.push(*first);
                1
            }
        };
        bytes = &bytes[length..];
    }
    String::from_utf8_lossy(&mended).into_owned()
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

fn empty(name: &str) -> Error {
    Error::new(Status::EmptyArgument, format!("{name} is empty."))
}

/// A string for C. NUL cannot stand in one: it is shown as the replacement character.
pub(super) fn for_c(text: String) -> CString {
    CString::new(text).unwrap_or_else(|with_nul| {
        let text = String::from_utf8_lossy(&with_nul.into_vec()).replace('\0', "\u{fffd}");
        CString::new(text).unwrap_or_default()
    })
}

/// Reads a list of strings of these lengths, which may be empty; an error names the one that it concerns.
///
/// # Safety
///
/// `texts` points to `len` strings, each NULL or of so many readable bytes, and `lengths` to `len` lengths; each may be
/// NULL.
pub(super) unsafe fn counted_list(
    name: &str,
    texts: *const *const c_char,
    lengths: *const usize,
    len: usize,
) -> Result<Vec<String>, Error> {
    // SAFETY: the same contract.
    let (texts, lengths) = unsafe {
        (
            lists::read(name, texts, len, MOST_TEXTS)?.unwrap_or_default(),
            lists::read(&format!("{name}_lengths"), lengths, len, MOST_TEXTS)?.unwrap_or_default(),
        )
    };
    let each = texts.iter().zip(lengths).enumerate();
    each.map(|(index, (text, length))| {
        let name = format!("{name}[{index}]");
        // SAFETY: by this function's contract NULL, or as many bytes.
        let text = unsafe { counted(&name, *text, *length) }?;
        text.map(str::to_owned).ok_or_else(|| null(&name))
    })
    .collect()
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
                "user holds half of a surrogate pair (U+DC80) at byte 1.",
            ),
            (c"\xed\xa0", "user is not valid UTF-8 from byte 0 on."),
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
