//! `graph_client`: made once, shared by all threads, freed once.

use libc::c_char;
use std::ptr;

use crate::client::Client;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;

use super::cancellation::{self, graph_cancellation};
use super::guard::{guard, guard_or};
use super::null::null;
use super::options::{self, graph_client_options};
use super::outcome::{OutcomePlace, graph_outcome};
use super::strings::required;

/// A connection to Microsoft Graph for one caller. Made by graph_client_new(), freed by graph_client_free().
/// Every function that takes a const graph_client may run on any number of threads at once.
pub struct graph_client {
    _private: [u8; 0],
}

/// # Safety
///
/// `client` is NULL, or came from `graph_client_new` and is not freed while `'a` lasts.
pub(super) unsafe fn borrow<'a>(client: *const graph_client) -> Result<&'a Client, Error> {
    // SAFETY: handles of this type are made from a Client only.
    unsafe { client.cast::<Client>().as_ref() }.ok_or_else(|| null("client"))
}

/// Makes a client. Nothing is sent, no thread is started; connections are opened by the first call and kept for the
/// next.
///
/// @param options NULL: all defaults. Copied.
/// @param client receives the client; set to NULL first.
/// @param failure receives the details of a failure, to be freed with graph_outcome_free(); set to NULL first. May be
///    NULL.
/// @return GRAPH_STATUS_OK, or what is wrong with the options: 100 to 110, GRAPH_STATUS_TOKEN_MALFORMED,
///     GRAPH_STATUS_HOST_REFUSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_new(
    options: *const graph_client_options,
    client: *mut *mut graph_client,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_client_new", failure, || {
        if client.is_null() {
            return Err(null("client"));
        }
        // SAFETY: not NULL; the header asks for a place valid for writing, and for options as it describes them.
        unsafe {
            client.write(ptr::null_mut());
            let made = Client::new(options::read(options)?)?;
            client.write(Box::into_raw(Box::new(made)).cast());
        }
        Ok(())
    })
}

/// Replaces the access token for the calls that begin from now on, and for the runs that have none of their own. The
/// token is copied; the old one is wiped when the last call that uses it ends. May run while other threads call. For a
/// client that acts for one identity: where several share a client, each call brings its own token, with
/// graph_client_call().
///
/// @param token the access token, without or with "Bearer " in front.
/// @param failure as for graph_client_new().
/// @return GRAPH_STATUS_OK, GRAPH_STATUS_NULL_ARGUMENT, GRAPH_STATUS_EMPTY_ARGUMENT, GRAPH_STATUS_INVALID_UTF8 or
///     GRAPH_STATUS_TOKEN_MALFORMED: the old token stays then. Whether the token works is judged when it is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_set_token(
    client: *const graph_client,
    token: *const c_char,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_client_set_token", failure, || {
        // SAFETY: the header asks for a live client and a NUL-terminated string, or NULL.
        let (client, token) = unsafe { (borrow(client)?, required("token", token)?) };
        client.set_token(AccessToken::new(token)?);
        Ok(())
    })
}

/// Signs in with the client's credential, so that what could fail does so before anything is done.
///
/// Most credentials sign in at once. One that asks a person does it in steps, without a callback: the first call
/// returns GRAPH_STATUS_SIGN_IN_PENDING, and the outcome's message is the text to show, with the page to open and the
/// code to enter there (code holds the code alone). Each further call waits for the person, up to the client's timeout:
/// it returns GRAPH_STATUS_OK once they have signed in, or GRAPH_STATUS_SIGN_IN_PENDING again.
///
/// @param client the client; may be shared by any number of threads.
/// @param cancellation as for graph_client_invalidate().
/// @param outcome as for graph_client_invalidate(); its status is GRAPH_STATUS_SIGNED_IN on success.
/// @return GRAPH_STATUS_OK, GRAPH_STATUS_SIGN_IN_PENDING, or the outcome's status: 200 to 216, 500 and above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_sign_in(
    client: *const graph_client,
    cancellation: *const graph_cancellation,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    let mut pending = false;
    let status = guard("graph_client_sign_in", place, || {
        // SAFETY: the header asks for a live client and signal, or NULL.
        let (client, cancellation) =
            unsafe { (borrow(client)?, cancellation::clone_of(cancellation)) };
        let outcome = client.sign_in(cancellation.as_ref())?;
        pending = outcome.status == Status::SignInPending;
        place.fill(|| graph_outcome::from_outcome(outcome));
        Ok(())
    });
    match status {
        0 if pending => Status::SignInPending.number(),
        status => status,
    }
}

/// The scope to ask a sign-in library for, to get a token for this client: "https://graph.microsoft.com/.default", or
/// that of the cloud which its options name, by the cloud, the endpoint or the credential's authority. Static; not to
/// be freed. NULL where the client is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_scope(client: *const graph_client) -> *const c_char {
    guard_or("graph_client_scope", ptr::null(), || {
        // SAFETY: the header asks for a live client, or NULL.
        unsafe { borrow(client) }.map_or(ptr::null(), |client| client.scope_for_c().as_ptr())
    })
}

/// Frees a client and wipes its token. No call may use the client any more. NULL does nothing.
/// In a child of fork() it frees the child's part alone and leaves the parent's connections untouched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_free(client: *mut graph_client) {
    guard_or("graph_client_free", (), || {
        if !client.is_null() {
            // SAFETY: the handle came from graph_client_new and is freed once, as the header asks.
            drop(unsafe { Box::from_raw(client.cast::<Client>()) });
        }
    });
}
