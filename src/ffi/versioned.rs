//! Structures that come in with their size: an older or newer header's are read as far as they are known.

use std::mem::MaybeUninit;
use std::ptr;

use crate::outcome::Error;
use crate::status::Status;

/// More than any later version will need; a larger size is garbage, not a newer header.
const LARGEST: usize = 4096;

/// Copies a structure whose first field is its size. What an older one lacks is zero; what a newer one has must be
/// zero.
///
/// # Safety
///
/// `structure` points to as many readable bytes as its first field, a `usize`, says. `T` consists of integers and raw
/// pointers, and begins with that field. `smallest` is the size of its first version.
pub(super) unsafe fn copy<T: Copy>(
    name: &str,
    structure: *const T,
    smallest: usize,
) -> Result<T, Error> {
    let known = size_of::<T>();
    // SAFETY: the size is the first field of every version.
    let size = unsafe { structure.cast::<usize>().read_unaligned() };
    if !(smallest..=LARGEST).contains(&size) || !size.is_multiple_of(align_of::<T>()) {
        return Err(Error::new(
            Status::InvalidOption,
            format!("{name}.struct_size is {size}; this library knows {known}."),
        )
        .hint(format!(
            "Zero the structure and set struct_size to sizeof({name})."
        )));
    }
    let common = size.min(known);
    // SAFETY: the structure has `size` readable bytes; those beyond the known ones are looked at one by one.
    let unknown =
        unsafe { std::slice::from_raw_parts(structure.cast::<u8>().add(common), size - common) };
    if unknown.iter().any(|byte| *byte != 0) {
        return Err(Error::new(
            Status::InvalidOption,
            format!("{name} has a field that this library does not know."),
        )
        .hint(
            "The program was built for a newer version of graph_invalidate: install that version.",
        ));
    }
    let mut copy = MaybeUninit::<T>::zeroed();
    // SAFETY: both have `common` bytes and do not overlap; zero is a value of every integer and raw pointer.
    unsafe {
        ptr::copy_nonoverlapping(
            structure.cast::<u8>(),
            copy.as_mut_ptr().cast::<u8>(),
            common,
        );
        Ok(copy.assume_init())
    }
}

/// Refuses flags, of which there are none yet.
pub(super) fn no_flags(name: &str, flags: u32) -> Result<(), Error> {
    if flags == 0 {
        return Ok(());
    }
    Err(Error::new(
        Status::InvalidOption,
        format!("{name}.flags is {flags:#x}; it must be 0."),
    )
    .hint("Zero the whole structure before setting its fields."))
}

/// Reads a field that is 0 or 1.
pub(super) fn switch(name: &str, value: u32) -> Result<bool, Error> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Error::new(
            Status::InvalidOption,
            format!("{name} is {other}; it is 0 or 1."),
        )),
    }
}

/// Fills a structure whose first field, its size, the caller has set: an older one as far as it goes.
///
/// # Safety
///
/// `place` points to as many bytes as its first field, a `usize`, says, valid for writing. `T` begins with that field.
pub(super) unsafe fn fill<T: Copy>(
    name: &str,
    place: *mut T,
    filled: T,
    smallest: usize,
) -> Result<(), Error> {
    // SAFETY: the size is the first field of every version.
    let size = unsafe { place.cast::<usize>().read_unaligned() };
    if !(smallest..=LARGEST).contains(&size) {
        return Err(Error::new(
            Status::InvalidOption,
            format!(
                "{name}.struct_size is {size}; this library knows {}.",
                size_of::<T>()
            ),
        )
        .hint(format!("Set struct_size to sizeof({name}) first.")));
    }
    let first = size_of::<usize>();
    let count = size.min(size_of::<T>()) - first;
    // SAFETY: both have that many bytes behind the first field, and do not overlap.
    unsafe {
        ptr::copy_nonoverlapping(
            ptr::from_ref(&filled).cast::<u8>().add(first),
            place.cast::<u8>().add(first),
            count,
        );
    }
    Ok(())
}
