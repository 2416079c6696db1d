//! Lists from C: a pointer and a length.

use crate::outcome::Error;
use crate::status::Status;

use super::null::null;

/// Reads a list of at most so many elements: a greater length is garbage. NULL with length 0 is `None`, NULL with
/// another length an error.
///
/// # Safety
///
/// `elements` points to `len` elements that live for `'a`, or is NULL. No list of `most` elements exceeds `isize::MAX`
/// bytes.
pub(super) unsafe fn read<'a, T>(
    name: &str,
    elements: *const T,
    len: usize,
    most: usize,
) -> Result<Option<&'a [T]>, Error> {
    if len > most {
        return Err(Error::new(
            Status::InvalidOption,
            format!("{name}_len is {len}, which is too large."),
        ));
    }
    if elements.is_null() {
        return if len == 0 { Ok(None) } else { Err(null(name)) };
    }
    // SAFETY: not NULL, and by this function's contract `len` elements long.
    Ok(Some(unsafe { std::slice::from_raw_parts(elements, len) }))
}
