//! Names and versions.

use std::ffi::{CStr, CString};
use std::ptr;

use libc::c_char;

use once_cell::sync::Lazy;

use crate::status::Status;

use super::guard::guard_or;

/// The number of the ABI that this header describes: graph_abi_version() of a library that fits is the same.
/// It changes only when something is taken away or changes its meaning, and with it the name of the shared library.
pub const GRAPH_INVALIDATE_ABI_VERSION: u32 = 1;

/// The first part of the version that this header belongs to.
pub const GRAPH_INVALIDATE_VERSION_MAJOR: u32 = 0;

/// The second part of that version.
pub const GRAPH_INVALIDATE_VERSION_MINOR: u32 = 1;

/// The third part of that version.
pub const GRAPH_INVALIDATE_VERSION_PATCH: u32 = 0;

const fn is(number: u32, text: &str) -> bool {
    matches!(u32::from_str_radix(text, 10), Ok(parsed) if parsed == number)
}

// The header cannot tell another version than Cargo.toml: the build stops here.
const _: () = assert!(
    is(
        GRAPH_INVALIDATE_VERSION_MAJOR,
        env!("CARGO_PKG_VERSION_MAJOR")
    ) && is(
        GRAPH_INVALIDATE_VERSION_MINOR,
        env!("CARGO_PKG_VERSION_MINOR")
    ) && is(
        GRAPH_INVALIDATE_VERSION_PATCH,
        env!("CARGO_PKG_VERSION_PATCH")
    )
);

static VERSION: Lazy<CString> =
    Lazy::new(|| CString::new(env!("CARGO_PKG_VERSION")).unwrap_or_default());

/// The name of a status, as outcomes and journals write it: "accepted", "throttled", … Static; not to be freed.
/// NULL where the number is no status.
#[unsafe(no_mangle)]
pub extern "C" fn graph_status_name(status: i32) -> *const c_char {
    guard_or("graph_status_name", ptr::null(), || {
        Status::from_number(status)
            .map(Status::c_name)
            .map_or(ptr::null(), CStr::as_ptr)
    })
}

/// The version of the library, "major.minor.patch". Static; not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn graph_version() -> *const c_char {
    guard_or("graph_version", ptr::null(), || VERSION.as_ptr())
}

/// The number of the library's ABI: compare it with GRAPH_INVALIDATE_ABI_VERSION before the first call when the library
/// is loaded at run time.
#[unsafe(no_mangle)]
pub extern "C" fn graph_abi_version() -> u32 {
    guard_or("graph_abi_version", 0, || GRAPH_INVALIDATE_ABI_VERSION)
}
