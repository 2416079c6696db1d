//! Lists from C: a pointer and a length.

use crate::outcome::Error;
use crate::status::Status;

use super::strings::null;

/// More bytes than any certificate file has, and more variables than any environment: beyond it is garbage.
const MOST: usize = 1 << 20;

/// # Safety
///
/// `elements` points to `len` elements that live for `'a`, or is NULL.
pub(super) unsafe fn read<'a, T>(
    name: &str,
    elements: *const T,
    len: usize,
) -> Result<Option<&'a [T]>, Error> {
    if elements.is_null() {
        return if len == 0 { Ok(None) } else { Err(null(name)) };
    }
    if len > MOST {
        return Err(Error::new(
            Status::InvalidOption,
            format!("{name}_len is {len}, which is too much."),
        ));
    }
    // SAFETY: not NULL, and by this function's contract `len` elements long.
    Ok(Some(unsafe { std::slice::from_raw_parts(elements, len) }))
}
