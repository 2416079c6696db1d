//! Strings with a length, for languages whose strings have no NUL at their end. Calls take them in
//! `graph_call_options`.

use libc::c_char;

use crate::outcome::Error;
use crate::run::Key;
use crate::token::AccessToken;

use super::client::{borrow as borrow_client, graph_client};
use super::guard::guard;
use super::lists;
use super::null::null;
use super::outcome::{OutcomePlace, graph_outcome};
use super::run::{begin as begin_run, borrow as borrow_run, graph_run};
use super::run_options::{self, graph_run_options};
use super::strings::{MOST_TEXTS, counted, counted_key};

/// As graph_client_set_token(), with the token's length in bytes; it need not be NUL-terminated.
///
/// @param token the access token, without or with "Bearer " in front.
/// @param token_len its length in bytes.
/// @param failure as for graph_client_new().
/// @return as graph_client_set_token().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_set_token_counted(
    client: *const graph_client,
    token: *const c_char,
    token_len: usize,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_client_set_token_counted", failure, || {
        // SAFETY: the header asks for a live client and as many bytes, or NULL.
        let (client, token) = unsafe { (borrow_client(client)?, read(token, token_len)?) };
        client.set_token(token);
        Ok(())
    })
}

/// As graph_run_set_token(), with the token's length in bytes; it need not be NUL-terminated.
///
/// @param token the access token, without or with "Bearer " in front.
/// @param token_len its length in bytes.
/// @param failure as for graph_run_new().
/// @return as graph_run_set_token().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_set_token_counted(
    run: *mut graph_run,
    token: *const c_char,
    token_len: usize,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_run_set_token_counted", failure, || {
        // SAFETY: the header asks for a live run and as many bytes, or NULL.
        let (run, token) = unsafe { (borrow_run(run)?, read(token, token_len)?) };
        run.set_token(token)
    })
}

/// As graph_run_add(), with the length of each key in bytes; they need not be NUL-terminated.
///
/// @param users object ids, user principal names, or "me". Copied. NULL with users_len 0: none.
/// @param lengths the length of each key in bytes. May be NULL where users is.
/// @param users_len the number of users.
/// @param failure as for graph_run_new().
/// @return as graph_run_add().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_add_counted(
    run: *mut graph_run,
    users: *const *const c_char,
    lengths: *const usize,
    users_len: usize,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_run_add_counted", failure, || {
        // SAFETY: the header asks for a live run, and for as many pointers and lengths.
        let (run, users, lengths) = unsafe {
            (
                borrow_run(run)?,
                lists::read("users", users, users_len, MOST_TEXTS)?.unwrap_or_default(),
                lists::read("lengths", lengths, users_len, MOST_TEXTS)?.unwrap_or_default(),
            )
        };
        let users = users.iter().zip(lengths);
        // SAFETY: the header asks for keys of these lengths, or NULL.
        let keys = users.map(|(user, length)| unsafe { counted_key(*user, *length) });
        run.add_keys(keys.collect::<Vec<Key>>())
    })
}

/// As graph_run_new(), with the length of each exclusion in bytes; they need not be NUL-terminated. For a token of the
/// run's own leave graph_run_options.token NULL, and use graph_run_set_token_counted() next.
///
/// @param client the client; may be freed before the run.
/// @param options as for graph_run_new(); the keys in exclude have the lengths below.
/// @param exclude_lengths the length of each key in bytes. May be NULL where graph_run_options.exclude is.
/// @param run receives the run; set to NULL first.
/// @param failure as for graph_run_new().
/// @return as graph_run_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_new_counted(
    client: *const graph_client,
    options: *const graph_run_options,
    exclude_lengths: *const usize,
    run: *mut *mut graph_run,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_run_new_counted", failure, || {
        // SAFETY: the header asks for NULL or a place valid for writing, a live client, options as it describes them,
        // and as many lengths as exclusions.
        unsafe {
            begin_run(client, run, failure, || {
                run_options::read_counted(options, exclude_lengths)
            })
        }
    })
}

/// # Safety
///
/// `token` is NULL, or points to `len` readable bytes.
unsafe fn read(token: *const c_char, len: usize) -> Result<AccessToken, Error> {
    // SAFETY: the same contract.
    let token = unsafe { counted("token", token, len) }?.ok_or_else(|| null("token"))?;
    AccessToken::new(token)
}
