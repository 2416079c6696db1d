//! `graph_enquiry`: signing in, and asking what a token may do, waited for in steps.

use std::ptr;
use std::time::Duration;

use crate::status::Status;
use crate::token::enquiry::{Answer, Enquiry, Waited};

use super::access::graph_access;
use super::call_options::{self, graph_call_options};
use super::cancellation::{self, graph_cancellation};
use super::client::{borrow as borrow_client, graph_client};
use super::guard::{guard, guard_or};
use super::null::null;
use super::outcome::{OutcomePlace, graph_outcome};

/// A sign-in, or a question about a token, under way: for programs of one thread that have something else to do
/// meanwhile, such as running signal handlers between two calls of C. Made by graph_enquiry_new(), freed by
/// graph_enquiry_free().
pub struct graph_enquiry {
    _private: [u8; 0],
}

/// Begins what graph_client_sign_in() or graph_client_access_with() does, on a thread of the library's, and does not
/// wait.
///
/// @param client the client; may be freed before the answer is there.
/// @param options GRAPH_CALL_SIGN_IN and nothing else; or as for graph_client_access_with(). Copied.
/// @param cancellation a signal that ends it early; NULL: none. May be freed at once.
/// @param enquiry receives the enquiry; set to NULL first.
/// @param failure receives the details of a failure, to be freed with graph_outcome_free(); set to NULL first. May be
///    NULL.
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_INVALID_OPTION, GRAPH_STATUS_NULL_ARGUMENT; what is wrong with the token;
///     GRAPH_STATUS_TOO_MANY_THREADS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_enquiry_new(
    client: *const graph_client,
    options: *const graph_call_options,
    cancellation: *const graph_cancellation,
    enquiry: *mut *mut graph_enquiry,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_enquiry_new", failure, || {
        if enquiry.is_null() {
            return Err(null("enquiry"));
        }
        // SAFETY: not NULL; the header asks for a place valid for writing, for a live client and signal, and for
        // options as it describes them, or NULL.
        unsafe {
            enquiry.write(ptr::null_mut());
            let client = borrow_client(client)?;
            let cancellation = cancellation::clone_of(cancellation);
            let question = call_options::read(options)?.of_an_enquiry()?;
            let begun = Enquiry::new(client, question, cancellation.as_ref())?;
            enquiry.write(Box::into_raw(Box::new(begun)).cast());
        }
        Ok(())
    })
}

/// Waits for the answer, which is handed out once.
///
/// @param timeout_ms how long to wait for it, in milliseconds; 0 only looks.
/// @param access receives what is known about the token, to be freed with graph_access_free(); set to NULL first. May
///    be NULL where nothing was asked about it.
/// @param outcome receives the outcome of a sign-in, and the details of a failure, to be freed with
///    graph_outcome_free(); set to NULL first. May be NULL.
/// @return GRAPH_STATUS_QUEUE_TIMEOUT: there is no answer yet. GRAPH_STATUS_QUEUE_DONE: it was handed out before.
///     GRAPH_STATUS_QUEUE_FORKED. Otherwise as graph_client_sign_in() or graph_client_access_with().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_enquiry_wait(
    enquiry: *mut graph_enquiry,
    timeout_ms: u32,
    access: *mut *mut graph_access,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    let mut told = Status::Ok;
    let status = guard("graph_enquiry_wait", place, || {
        if !access.is_null() {
            // SAFETY: not NULL, and the header asks for a place valid for writing.
            unsafe { access.write(ptr::null_mut()) };
        }
        // SAFETY: the header asks for a live enquiry, or NULL; handles of this type are made from an Enquiry only.
        let enquiry = unsafe { enquiry.cast::<Enquiry>().as_ref() };
        let enquiry = enquiry.ok_or_else(|| null("enquiry"))?;
        match enquiry.wait(Duration::from_millis(timeout_ms.into()))? {
            Waited::Timeout => told = Status::QueueTimeout,
            Waited::Done => told = Status::QueueDone,
            Waited::Answer(Answer::SignedIn(outcome)) => {
                if outcome.status == Status::SignInPending {
                    told = Status::SignInPending;
                }
                place.fill(|| graph_outcome::from_outcome(*outcome));
            }
            Waited::Answer(Answer::Access(known)) => {
                if access.is_null() {
                    return Err(null("access"));
                }
                // SAFETY: not NULL, and the header asks for a place valid for writing.
                unsafe { access.write(graph_access::from_access(&known)) };
            }
        }
        Ok(())
    });
    match status {
        0 => told.number(),
        failed => failed,
    }
}

/// Frees an enquiry. Where there is no answer yet, it is cancelled: nothing more is sent within 100 ms, and nothing is
/// waited for. NULL does nothing. In a child of fork() it leaves everything to the parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_enquiry_free(enquiry: *mut graph_enquiry) {
    guard_or("graph_enquiry_free", (), || {
        if !enquiry.is_null() {
            // SAFETY: the handle came from graph_enquiry_new and is freed once, as the header asks.
            drop(unsafe { Box::from_raw(enquiry.cast::<Enquiry>()) });
        }
    });
}
