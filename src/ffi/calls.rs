//! The calls: sign a user out, and read back that it happened.

use libc::c_char;

use jiff::Timestamp;
use once_cell::sync::OnceCell;

use crate::client::Client;
use crate::options::ClientOptions;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::token::AccessToken;

use super::cancellation::{self, graph_cancellation};
use super::client::{borrow, graph_client};
use super::guard::guard;
use super::outcome::{OutcomePlace, graph_outcome};
use super::strings::{optional, required};

/// The client of the one-call function: it keeps its connections from call to call.
static SHARED: OnceCell<Client> = OnceCell::new();

/// The whole job in one call: invalidates all refresh tokens and session cookies of a user.
///
/// The cloud is chosen by the token, or by GRAPH_INVALIDATE_ENDPOINT in the environment when the process first calls.
/// Waits up to 100 seconds. For details, a deadline or a way to cancel, use graph_client_invalidate().
///
/// @param user an object id or a user principal name; NULL or "me": the signed-in user.
/// @param token an access token for Microsoft Graph, without or with "Bearer " in front. Not kept.
/// @return GRAPH_STATUS_OK when the service accepted; else the reason, which graph_status_name() names.
///
/// From any thread, any number at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_invalidate_all_refresh_tokens(
    user: *const c_char,
    token: *const c_char,
) -> i32 {
    guard(
        "graph_invalidate_all_refresh_tokens",
        OutcomePlace::none(),
        || {
            // SAFETY: the header asks for NUL-terminated strings, or NULL.
            let (user, token) = unsafe { (optional("user", user)?, required("token", token)?) };
            let client = SHARED.get_or_try_init(|| Client::new(ClientOptions::default()))?;
            let token = AccessToken::new(token)?;
            client
                .invalidate_with_token(user.unwrap_or("me"), &token, None)
                .map(drop)
        },
    )
}

/// Invalidates all refresh tokens and session cookies of a user, with all that is known about how it went.
///
/// Blocks until the service has accepted or refused, or the client's timeout has passed. Failures worth repeating
/// (408, 429, 5xx, broken connections) are repeated within the timeout. The action is idempotent: calling again is safe.
/// Access tokens already issued stay valid for up to an hour; guests sign in at their home tenant and are not affected.
///
/// @param client the client; may be shared by any number of threads.
/// @param user an object id or a user principal name; NULL or "me": the signed-in user.
/// @param cancellation a signal that ends the call early; NULL: none. May be freed while the call runs.
/// @param outcome receives the outcome, of success and failure alike, to be freed with graph_outcome_free(); set to NULL
///    first. May be NULL.
/// @return GRAPH_STATUS_OK when the service accepted; else the outcome's status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_invalidate(
    client: *const graph_client,
    user: *const c_char,
    cancellation: *const graph_cancellation,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    guard("graph_client_invalidate", place, || {
        // SAFETY: the header asks for a live client and signal, and for NUL-terminated strings, or NULL.
        let (client, user, cancellation) = unsafe {
            (
                borrow(client)?,
                optional("user", user)?,
                cancellation::clone_of(cancellation),
            )
        };
        hand_out(
            place,
            client.invalidate(user.unwrap_or("me"), cancellation.as_ref())?,
        )
    })
}

/// Reads a user's cut-off back until it lies at or after a time, or the client's timeout has passed.
///
/// This is the proof that graph_client_invalidate() took effect: the service may need seconds to minutes to show it.
///
/// @param client the client; may be shared by any number of threads.
/// @param user as for graph_client_invalidate().
/// @param not_before the time in RFC 3339: the server_date of the outcome that accepted.
/// @param cancellation as for graph_client_invalidate().
/// @param outcome as for graph_client_invalidate(); its status is GRAPH_STATUS_VERIFIED on success.
/// @return GRAPH_STATUS_OK when verified; GRAPH_STATUS_NOT_VERIFIED when the cut-off stayed behind; else the outcome's
///     status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_verify(
    client: *const graph_client,
    user: *const c_char,
    not_before: *const c_char,
    cancellation: *const graph_cancellation,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    guard("graph_client_verify", place, || {
        // SAFETY: the header asks for a live client and signal, and for NUL-terminated strings, or NULL.
        let (client, user, not_before, cancellation) = unsafe {
            (
                borrow(client)?,
                optional("user", user)?,
                required("not_before", not_before)?,
                cancellation::clone_of(cancellation),
            )
        };
        let not_before: Timestamp = not_before.parse().map_err(|_| {
            Error::new(
                Status::InvalidTime,
                format!("not_before is {not_before:?}, which is not a time in RFC 3339."),
            )
            .hint("Give the server_date of the outcome that accepted, or a time such as 2026-11-24T10:00:00Z.")
        })?;
        hand_out(
            place,
            client.verify(user.unwrap_or("me"), not_before, cancellation.as_ref())?,
        )
    })
}

fn hand_out(place: OutcomePlace, outcome: Outcome) -> Result<(), Error> {
    place.fill(|| graph_outcome::from_outcome(outcome));
    Ok(())
}
