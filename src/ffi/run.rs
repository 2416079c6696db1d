//! `graph_run`: many users, read outcome by outcome.

use libc::c_char;
use std::ptr;
use std::time::Duration;

use crate::outcome::{Error, Outcome};
use crate::run::{Next, Run, RunOptions};
use crate::status::Status;
use crate::token::AccessToken;

use super::client::{borrow as borrow_client, graph_client};
use super::guard::{guard, guard_or};
use super::null::null;
use super::outcome::{OutcomePlace, graph_outcome};
use super::progress::{self, graph_progress};
use super::run_options::{self, graph_run_options};
use super::strings::{keys, required};

/// A run over many users. Made by graph_run_new(), freed by graph_run_free(). Every function but graph_run_free() may
/// run on any number of threads at once: users may be added on one thread while another one reads.
pub struct graph_run {
    _private: [u8; 0],
}

/// # Safety
///
/// `run` is NULL, or came from `graph_run_new` and is not freed while `'a` lasts.
pub(super) unsafe fn borrow<'a>(run: *const graph_run) -> Result<&'a Run, Error> {
    // SAFETY: handles of this type are made from a Run only.
    unsafe { run.cast::<Run>().as_ref() }.ok_or_else(|| null("run"))
}

/// Begins a run over many users. It has a thread of its own, which sends what is added as soon as the client has a
/// token.
///
/// The whole of it:
///
///   graph_run_new(client, &options, &run, &failure);
///   graph_run_add(run, users, users_len, NULL);
///   graph_run_finish_input(run);
///   do {
///     status = graph_run_next(run, 1000, &outcome);
///     if (status == GRAPH_STATUS_RUN_TIMEOUT) show_progress();
///     else if (status == GRAPH_STATUS_RUN_TOKEN_NEEDED) graph_run_set_token(run, fresh_token(), NULL);
///     else if (status == GRAPH_STATUS_OK) show(outcome->user, outcome->status);
///     else if (status != GRAPH_STATUS_RUN_DONE) show_why_it_ended(outcome->message, outcome->hint);
///     graph_outcome_free(outcome);
///   } while (status >= 0 && status < 100 && status != GRAPH_STATUS_RUN_DONE);
///   graph_run_free(run);
///
/// @param client the client; may be freed before the run.
/// @param options NULL: all defaults. Copied.
/// @param run receives the run; set to NULL first.
/// @param failure receives the details of a failure; where a journal is resumed, what is to be known before it begins,
///    in its message. To be freed with graph_outcome_free(); set to NULL first. May be NULL.
/// @return GRAPH_STATUS_OK, or what is wrong: 100 to 109, GRAPH_STATUS_JOURNAL_EXISTS, GRAPH_STATUS_JOURNAL_UNUSABLE,
///     GRAPH_STATUS_JOURNAL_LOCKED, GRAPH_STATUS_JOURNAL_MISMATCH, GRAPH_STATUS_JOURNAL_TOO_OLD,
///     GRAPH_STATUS_JOURNAL_EMPTY.
///     Nothing was sent then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_new(
    client: *const graph_client,
    options: *const graph_run_options,
    run: *mut *mut graph_run,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_run_new", failure, || {
        // SAFETY: the header asks for NULL or a place valid for writing, a live client, and options as it describes
        // them.
        unsafe { begin(client, run, failure, || run_options::read(options)) }
    })
}

/// Begins a run as these options say.
///
/// # Safety
///
/// `client` is NULL or a live client; `run` is NULL or a place valid for writing.
pub(super) unsafe fn begin(
    client: *const graph_client,
    run: *mut *mut graph_run,
    failure: OutcomePlace,
    options: impl FnOnce() -> Result<RunOptions, Error>,
) -> Result<(), Error> {
    if run.is_null() {
        return Err(null("run"));
    }
    // SAFETY: not NULL; the contract of this function.
    unsafe {
        run.write(ptr::null_mut());
        let made = borrow_client(client)?.run(options()?)?;
        if let Some(notice) = made.notice() {
            let mut outcome = Outcome::new(Status::Ok);
            outcome.message = Some(notice.to_owned());
            failure.fill(|| graph_outcome::from_outcome(outcome));
        }
        run.write(Box::into_raw(Box::new(made)).cast());
    }
    Ok(())
}

/// Adds users. Never waits for the network. What is added is held until it is sent: to stream a long list in little
/// memory, add as many as graph_progress.wanted says. A user who was added before, under the same key in any letter
/// case, is passed over. A key that cannot be one becomes a failed outcome, and the others go on: one that is NULL,
/// empty or malformed, and one that is not UTF-8, whose outcome shows U+FFFD where it is not.
///
/// @param users object ids, user principal names, or "me". Copied. NULL with users_len 0: none.
/// @param users_len the number of users.
/// @param failure as for graph_run_new().
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT where the run, or the whole list, is NULL;
///     GRAPH_STATUS_RUN_CLOSED after graph_run_finish_input(); GRAPH_STATUS_RUN_FORKED. After an early end users are
///     taken and never attempted:
///     graph_run_next() says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_add(
    run: *mut graph_run,
    users: *const *const c_char,
    users_len: usize,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_run_add", failure, || {
        // SAFETY: the header asks for a live run and for as many NUL-terminated strings.
        let (run, users) = unsafe { (borrow(run)?, keys("users", users, users_len)?) };
        run.add_keys(users)
    })
}

/// Says that no more users will come: the run ends when the last one has its outcome.
///
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_RUN_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_finish_input(run: *mut graph_run) -> i32 {
    guard("graph_run_finish_input", OutcomePlace::none(), || {
        // SAFETY: the header asks for a live run, or NULL.
        unsafe { borrow(run)? }.finish_input()
    })
}

/// Gives the run an access token of its own, instead of the one that it has: at any time, and when it says
/// GRAPH_STATUS_RUN_TOKEN_NEEDED. From then on the client's token and credential are none of the run's, and the client
/// does not come to know this one: runs for several identities may share a client. A token of another tenant or another
/// identity than the run's is not used, and graph_run_next() says why it needs another one. Whose the run is, the token
/// decides that it has when users are first added, its input is finished, or it is first read. The token is copied.
///
/// @param token as for graph_client_set_token().
/// @param failure as for graph_run_new().
/// @return as graph_client_set_token(); GRAPH_STATUS_RUN_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_set_token(
    run: *mut graph_run,
    token: *const c_char,
    failure: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let failure = unsafe { OutcomePlace::new(failure) };
    guard("graph_run_set_token", failure, || {
        // SAFETY: the header asks for a live run and a NUL-terminated string, or NULL.
        let (run, token) = unsafe { (borrow(run)?, required("token", token)?) };
        run.set_token(AccessToken::new(token)?)
    })
}

/// Says that no more users will come although the list is not at its end, because it cannot be read any further. Those
/// who were added have their outcomes all the same, then comes GRAPH_STATUS_RUN_DONE; the journal says that the list
/// was not gone through: its summary has the reason "list".
///
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_RUN_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_fail_input(run: *mut graph_run) -> i32 {
    guard("graph_run_fail_input", OutcomePlace::none(), || {
        // SAFETY: the header asks for a live run, or NULL.
        unsafe { borrow(run)? }.fail_input()
    })
}

/// Hands out the next outcome, or says what the run needs instead. An outcome that is handed out is on disk already,
/// where there is a journal.
///
/// @param timeout_ms how long to wait for one, in milliseconds; 0 only looks.
/// @param outcome receives what there is to read, to be freed with graph_outcome_free(); set to NULL first. May be
///    NULL.
/// @return GRAPH_STATUS_OK: the outcome is what became of one user, see outcome->status.
///     GRAPH_STATUS_RUN_TIMEOUT: nothing came in time; the run goes on.
///     GRAPH_STATUS_RUN_TOKEN_NEEDED: everything waits for another token; the outcome says why. Give one with
///     graph_run_set_token() and read on; nobody is lost. Said again until there is one.
///     GRAPH_STATUS_RUN_USERS_WANTED, where graph_run_options.tell_users_wanted is 1: there is nothing to hand out, and
///     the run takes more users. Add some, graph_progress.wanted at the most, or finish the input. Said once, at once,
///     and again when users were added and more are wanted: a list is fed by this answer alone, with no clock. A list
///     that may keep its reader waiting is read on another thread, which this answer wakes; each user is sent as soon
///     as it was added.
///     GRAPH_STATUS_RUN_DONE: the last outcome was handed out; graph_run_progress() tells how many were never
///     attempted.
///     Any other: the whole run ended early; the outcome says why. Nothing more will come: every further call says the
///     same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_next(
    run: *mut graph_run,
    timeout_ms: u32,
    outcome: *mut *mut graph_outcome,
) -> i32 {
    // SAFETY: the header asks for NULL or a place valid for writing.
    let place = unsafe { OutcomePlace::new(outcome) };
    let mut answer = Status::Ok;
    let status = guard("graph_run_next", place, || {
        // SAFETY: the header asks for a live run, or NULL.
        let run = unsafe { borrow(run)? };
        match run.next(Duration::from_millis(timeout_ms.into()))? {
            Next::Outcome(outcome) => place.fill(|| graph_outcome::from_outcome(*outcome)),
            Next::TokenNeeded(outcome) => {
                answer = Status::RunTokenNeeded;
                place.fill(|| graph_outcome::from_outcome(*outcome));
            }
            Next::UsersWanted => answer = Status::RunUsersWanted,
            Next::Timeout => answer = Status::RunTimeout,
            Next::Done => answer = Status::RunDone,
        }
        Ok(())
    });
    match status {
        0 => answer.number(),
        failed => failed,
    }
}

/// Tells how far the run is.
///
/// @param progress a structure whose struct_size is set; the rest is filled.
/// @return GRAPH_STATUS_OK; GRAPH_STATUS_NULL_ARGUMENT; GRAPH_STATUS_INVALID_OPTION for a struct_size that no version
///     has; GRAPH_STATUS_RUN_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_progress(
    run: *const graph_run,
    progress: *mut graph_progress,
) -> i32 {
    guard("graph_run_progress", OutcomePlace::none(), || {
        // SAFETY: the header asks for a live run, or NULL.
        let run = unsafe { borrow(run)? };
        if progress.is_null() {
            return Err(null("progress"));
        }
        // SAFETY: not NULL; the header asks for a structure of the size that it says.
        unsafe { progress::fill(progress, &run.progress()?) }
    })
}

/// Ends the run without waiting for anything, from any thread: outcomes that are known are still handed out, then
/// GRAPH_STATUS_RUN_DONE, within 100 ms whatever the network does. Who was on the way stays unrecorded, and is sent
/// again when the run is resumed with its journal. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_cancel(run: *const graph_run) {
    guard_or("graph_run_cancel", (), || {
        // SAFETY: the header asks for NULL or a run that is not freed meanwhile.
        if let Ok(run) = unsafe { borrow(run) } {
            run.cancel();
        }
    });
}

/// Frees a run, and cancels it first where it has not ended: the journal is complete when this returns. NULL does
/// nothing. In a child of fork() it leaves everything to the parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn graph_run_free(run: *mut graph_run) {
    guard_or("graph_run_free", (), || {
        if !run.is_null() {
            // SAFETY: the handle came from graph_run_new and is freed once, as the header asks.
            drop(unsafe { Box::from_raw(run.cast::<Run>()) });
        }
    });
}
