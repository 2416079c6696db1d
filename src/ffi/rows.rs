//! Which value of a row names its user.

use libc::c_char;

use crate::user::columns::user_of_row;

use super::guard::guard;
use super::null::null;
use super::outcome::{OutcomePlace, graph_outcome};
use super::strings;

/// Finds the user of one row of a table, or of one object: the number of the value that is a user's key.
///
/// A value counts where it can be a user, an object id or a user principal name; names only set the order: a user
/// principal name before an e-mail address, a user's id before an event's. The names are those of Graph, Exchange, the
/// portal's exports, Defender, Sentinel, Purview and Okta, in any letter case. Sends nothing.
///
/// @param names the names of the columns or properties; NULL or a NULL among them: no name. A field within another is
///    named with dots, such as "properties.userPrincipalName".
/// @param values their values, in the same order; NULL among them: nothing.
/// @param length how many names and values there are.
/// @param index receives the number of the value, from 0; set to length first.
/// @param failure receives the details of a failure; may be NULL.
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_EMPTY_ARGUMENT where the row names no user: the message then lists its names.
///
/// From any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_user_of_row(
    names: *const *const c_char,
    values: *const *const c_char,
    length: usize,
    index: *mut usize,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place to write to.
    let place = unsafe { OutcomePlace::new(failure) };
    guard("graph_user_of_row", place, || {
        if index.is_null() {
            return Err(null("index"));
        }
        // SAFETY: not NULL, and the header asks for a place to write to.
        unsafe { index.write(length) };
        // SAFETY: the header asks for this many strings, or NULL.
        let (names, values) = unsafe {
            (
                strings::any("names", names, length)?,
                strings::any("values", values, length)?,
            )
        };
        if values.len() != length {
            return Err(null("values"));
        }
        let names = names.iter().map(AsRef::as_ref).chain(std::iter::repeat(""));
        let row = names.zip(values.iter().map(AsRef::as_ref));
        let found = user_of_row(row)?;
        // SAFETY: as above.
        unsafe { index.write(found) };
        Ok(())
    })
}
