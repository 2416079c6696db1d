//! `graph_variable`: how C hands an environment over.

use libc::c_char;
use std::ffi::CStr;

use crate::environment::Environment;
use crate::outcome::Error;

use super::lists;
use super::null::null;
use super::strings::os_string;

/// An environment variable. Both strings are NUL-terminated UTF-8; a value that is a path may hold any bytes.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_variable {
    /// Its name.
    pub name: *const c_char,
    /// Its value.
    pub value: *const c_char,
}

/// More variables than any environment has.
const MOST: usize = 1 << 20;

/// # Safety
///
/// `variables` points to `len` variables of NULL or NUL-terminated strings, or is NULL.
pub(super) unsafe fn read(
    variables: *const graph_variable,
    len: usize,
) -> Result<Environment, Error> {
    // SAFETY: the same contract.
    let Some(variables) = (unsafe { lists::read("environment", variables, len, MOST) })? else {
        return Ok(Environment::default());
    };
    let mut kept = Vec::new();
    for variable in variables {
        if variable.name.is_null() || variable.value.is_null() {
            return Err(null("A variable's name or value"));
        }
        // SAFETY: by this function's contract.
        let (name, value) = unsafe {
            (
                CStr::from_ptr(variable.name),
                CStr::from_ptr(variable.value),
            )
        };
        // A name that is not UTF-8 is none of those that are read; such a value may be refused where it is, or be a
        // path.
        if let Ok(name) = name.to_str() {
            kept.push((name.to_owned(), os_string(value)));
        }
    }
    Ok(Environment::of_any(kept))
}
