//! `graph_call_queue`: calls that are submitted and pulled.

use std::ptr;
use std::time::Duration;

use crate::call_queue::{CallQueue, Ended};
use crate::outcome::Error;
use crate::status::Status;

use super::call_options::{self, graph_call_options};
use super::cancellation::{self, graph_cancellation};
use super::client::{borrow as borrow_client, graph_client};
use super::guard::{guard, guard_or};
use super::null::null;
use super::outcome::{OutcomePlace, graph_outcome};

/// Calls in progress, which complete in any order: the basis of awaited calls. Made by graph_call_queue_new(), freed by
/// graph_call_queue_free(). Every function but graph_call_queue_free() may run on any number of threads at once.
pub struct graph_call_queue {
    _private: [u8; 0],
}

/// # Safety
///
/// `queue` is NULL, or came from `graph_call_queue_new` and is not freed while `'a` lasts.
unsafe fn borrow<'a>(queue: *const graph_call_queue) -> Result<&'a CallQueue, Error> {
    // SAFETY: handles of this type are made from a CallQueue only.
    unsafe { queue.cast::<CallQueue>().as_ref() }.ok_or_else(|| null("queue"))
}

/// Makes a queue. Any number of calls may be under way in it at once, of any number of clients, on one thread: it
/// starts with the first call, and ends by itself two seconds after the last. Where more than 512 calls are under way
/// there is one for each processor, up to four. One queue serves a whole program.
///
/// The whole of it:
///
///   graph_call_queue_new(&queue);
///   for (i = 0; i < users_len; i++) {
///     options.user = users[i];
///     graph_call_queue_submit(queue, client, &options, NULL, i, NULL);
///   }
///   graph_call_queue_close(queue);
///   while ((status = graph_call_queue_next(queue, 1000, &i, &outcome)) != GRAPH_STATUS_QUEUE_DONE) {
///     if (status == GRAPH_STATUS_OK) show(users[i], outcome->status);
///     graph_outcome_free(outcome);
///   }
///   graph_call_queue_free(queue);
///
/// @param queue receives the queue; set to NULL first.
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT where the pointer is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_call_queue_new(queue: *mut *mut graph_call_queue) -> i32 {
    guard("graph_call_queue_new", OutcomePlace::none(), || {
        if queue.is_null() {
            return Err::<(), Error>(null("queue"));
        }
        // SAFETY: not NULL, and the header asks for a place valid for writing.
        unsafe {
            queue.write(ptr::null_mut());
            queue.write(Box::into_raw(Box::new(CallQueue::new())).cast());
        }
        Ok(())
    })
}

/// Submits a call. Never waits for the network; the call's time begins now. As many calls are under way at once as half
/// of the process's descriptors allow (its soft limit when the first call comes, and 5,120 at most); the others wait
/// for their turn, within their time, and can be cancelled like all.
///
/// @param client the client; may be freed before the call has ended.
/// @param options what is done, for whom, and with which token. Copied.
/// @param cancellation a signal that ends the call early; NULL: none. May be freed at once.
/// @param tag anything that tells the call from others: graph_call_queue_next() gives it back.
/// @param failure receives the details of a failure, to be freed with graph_outcome_free(); set to NULL first. May be
///    NULL.
/// @return GRAPH_STATUS_OK: graph_call_queue_next() will hand out what becomes of the call, once. Any other: it was
///     refused before anything was sent, and nothing will be handed out: what is wrong with the options, the user or
///     the token; GRAPH_STATUS_QUEUE_CLOSED after graph_call_queue_close(); GRAPH_STATUS_QUEUE_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_call_queue_submit(
    queue: *mut graph_call_queue,
    client: *const graph_client,
    options: *const graph_call_options,
    cancellation: *const graph_cancellation,
    tag: u64,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_call_queue_submit", failure, || {
        // SAFETY: the header asks for a live queue, client and signal, and for options as it describes them, or NULL.
        let (queue, client, described, cancellation) = unsafe {
            (
                borrow(queue)?,
                borrow_client(client)?,
                call_options::read(options)?,
                cancellation::clone_of(cancellation),
            )
        };
        let (user, options) = described.of_a_user()?;
        queue.submit(client, user, options, cancellation.as_ref(), tag)
    })
}

/// Hands out the next call that has ended, in the order in which they ended.
///
/// @param timeout_ms how long to wait for one, in milliseconds; 0 only looks.
/// @param tag receives the tag of the call. May be NULL.
/// @param outcome receives the outcome, of success and failure alike, to be freed with graph_outcome_free(); set to
///    NULL first. May be NULL.
/// @return GRAPH_STATUS_OK: a call has ended, see outcome->status. GRAPH_STATUS_QUEUE_TIMEOUT: none ended in time.
///     GRAPH_STATUS_QUEUE_DONE: the queue was closed, and the last call has been handed out. GRAPH_STATUS_QUEUE_FORKED;
///     GRAPH_STATUS_NULL_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_call_queue_next(
    queue: *mut graph_call_queue,
    timeout_ms: u32,
    tag: *mut u64,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    let mut answer = Status::Ok;
    let status = guard("graph_call_queue_next", place, || {
        // SAFETY: the header asks for a live queue, or NULL.
        let queue = unsafe { borrow(queue)? };
        match queue.next(Duration::from_millis(timeout_ms.into()))? {
            Ended::Call {
                tag: submitted,
                outcome,
            } => {
                if !tag.is_null() {
                    // SAFETY: not NULL, and the header asks for a place valid for writing.
                    unsafe { tag.write(submitted) };
                }
                place.fill(|| graph_outcome::from_outcome(*outcome));
            }
            Ended::Timeout => answer = Status::QueueTimeout,
            Ended::Done => answer = Status::QueueDone,
        }
        Ok(())
    });
    match status {
        0 => answer.number(),
        failed => failed,
    }
}

/// Takes no more calls. Those under way end as they do and are handed out; then graph_call_queue_next() says
/// GRAPH_STATUS_QUEUE_DONE to everybody who waits.
///
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_QUEUE_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_call_queue_close(queue: *mut graph_call_queue) -> i32 {
    guard("graph_call_queue_close", OutcomePlace::none(), || {
        // SAFETY: the header asks for a live queue, or NULL.
        unsafe { borrow(queue)? }.close()
    })
}

/// Frees a queue, and ends without an outcome what is still under way: nothing is sent any more when this returns,
/// within 100 ms. Nobody may wait in graph_call_queue_next(). NULL does nothing. In a child of fork() it leaves
/// everything to the parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_call_queue_free(queue: *mut graph_call_queue) {
    guard_or("graph_call_queue_free", (), || {
        if !queue.is_null() {
            // SAFETY: the handle came from graph_call_queue_new and is freed once, as the header asks.
            drop(unsafe { Box::from_raw(queue.cast::<CallQueue>()) });
        }
    });
}
