//! The calls: sign a user out, and read back that it happened.

use libc::c_char;

use once_cell::sync::OnceCell;

use crate::call::options::CallOptions;
use crate::client::Client;
use crate::client::options::ClientOptions;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::token::AccessToken;

use super::call_options::{self, graph_call_options};
use super::cancellation::{self, graph_cancellation};
use super::client::{borrow, graph_client};
use super::guard::guard;
use super::outcome::{OutcomePlace, graph_outcome};
use super::strings::{optional, required, required_user};

/// The client of the one-call function: it keeps its connections from call to call.
static SHARED: OnceCell<Client> = OnceCell::new();

/// The whole job in one call: invalidates all refresh tokens and session cookies of a user.
///
/// The cloud is chosen by the token, or by GRAPH_INVALIDATE_ENDPOINT in the environment when the process first calls.
/// Waits up to 100 seconds. For details, a deadline or a way to cancel, use graph_client_invalidate().
///
/// @param user an object id or a user principal name; "me": the signed-in user. NULL is an error.
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
            let user = required_user(user)?;
            let client = SHARED.get_or_try_init(|| Client::new(ClientOptions::default()))?;
            let options = CallOptions {
                token: Some(AccessToken::new(token)?),
                ..CallOptions::default()
            };
            client.call(user, options, None).map(drop)
        },
    )
}

/// Invalidates all refresh tokens and session cookies of a user, and returns every detail of the result.
///
/// Blocks until the service has accepted or refused, or the client's timeout has passed. Failures worth repeating
/// (408, 429, 5xx, broken connections) are repeated within the timeout. The action is idempotent: calling again is
/// safe. Access tokens already issued stay valid for up to an hour; guests sign in at their home tenant and are not
/// affected.
///
/// @param client the client; may be shared by any number of threads.
/// @param user an object id or a user principal name; "me": the signed-in user. NULL is an error.
/// @param cancellation a signal that ends the call early; NULL: none. May be freed while the call runs.
/// @param outcome receives the outcome, of success and failure alike, to be freed with graph_outcome_free(); set to
///    NULL first. May be NULL.
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
                required_user(optional("user", user)?)?,
                cancellation::clone_of(cancellation),
            )
        };
        hand_out(place, client.invalidate(user, cancellation.as_ref())?)
    })
}

/// Reads a user's cut-off back until it lies at or after a time, or the client's timeout has passed.
///
/// This is the proof that graph_client_invalidate() took effect: the service may need seconds to minutes to show it.
///
/// @param client the client; may be shared by any number of threads.
/// @param user as for graph_client_invalidate().
/// @param not_before the time in RFC 3339: the server_date of the outcome that accepted. NULL: the cut-off is read once
///    and shown in the outcome's message, which proves nothing.
/// @param cancellation as for graph_client_invalidate().
/// @param outcome as for graph_client_invalidate(); its status is GRAPH_STATUS_VERIFIED on success, GRAPH_STATUS_SHOWN
///    where no time was given.
/// @return GRAPH_STATUS_OK when verified; GRAPH_STATUS_SHOWN where no time was given; GRAPH_STATUS_NOT_VERIFIED when
///    the cut-off stayed behind; GRAPH_STATUS_INVALID_TIME for a time that no outcome can have (before the year 2000,
///    or more than a day ahead); else the outcome's status.
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
    guard_shown("graph_client_verify", place, || {
        // SAFETY: the header asks for a live client and signal, and for NUL-terminated strings, or NULL.
        let (client, user, not_before, cancellation) = unsafe {
            (
                borrow(client)?,
                required_user(optional("user", user)?)?,
                optional("not_before", not_before)?,
                cancellation::clone_of(cancellation),
            )
        };
        let options = CallOptions::of_kind(call_options::verification(not_before)?);
        client.call(user, options, cancellation.as_ref())
    })
}

/// Makes one call as its options say: with a token and a timeout of its own, where they bring them.
///
/// This is the call for programs that act for several identities with one client: the token of a call goes with that
/// call and with no other, whatever other threads do. Everything else is as for graph_client_invalidate() and
/// graph_client_verify().
///
/// @param client the client; may be shared by any number of threads.
/// @param options what is done, for whom, and with which token.
/// @param cancellation as for graph_client_invalidate().
/// @param outcome as for graph_client_invalidate().
/// @return as graph_client_invalidate() or graph_client_verify(); GRAPH_STATUS_NULL_ARGUMENT where the options or their
///    user are NULL; GRAPH_STATUS_INVALID_OPTION.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_client_call(
    client: *const graph_client,
    options: *const graph_call_options,
    cancellation: *const graph_cancellation,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    guard_shown("graph_client_call", place, || {
        // SAFETY: the header asks for a live client and signal, and for options as it describes them, or NULL.
        let (client, described, cancellation) = unsafe {
            (
                borrow(client)?,
                call_options::read(options)?,
                cancellation::clone_of(cancellation),
            )
        };
        let (user, options) = described.of_a_user()?;
        client.call(user, options, cancellation.as_ref())
    })
}

/// Hands an outcome out. What was only shown is told by the status, too: nobody takes it for verified.
fn guard_shown(
    function: &'static str,
    place: OutcomePlace,
    body: impl FnOnce() -> Result<Outcome, Error>,
) -> i32 {
    let mut good = Status::Ok;
    let status = guard(function, place, || {
        let outcome = body()?;
        if outcome.status == Status::Shown {
            good = Status::Shown;
        }
        hand_out(place, outcome)
    });
    match status {
        0 => good.number(),
        failed => failed,
    }
}

fn hand_out(place: OutcomePlace, outcome: Outcome) -> Result<(), Error> {
    place.fill(|| graph_outcome::from_outcome(outcome));
    Ok(())
}
