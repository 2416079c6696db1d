//! `graph_outcome`: what became of a call, as C reads it.

use std::ffi::CString;
use std::ptr;

use libc::c_char;

use crate::outcome::{Outcome, rfc3339};

use super::strings::for_c;

/// One HTTP header. Both strings are NUL-terminated UTF-8.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_header {
    /// The header's name; in lower case where the library made it.
    pub name: *const c_char,
    /// The header's value.
    pub value: *const c_char,
}

/// What became of one call, or of one user of a run. Read-only; owned by the caller, who frees it with
/// graph_outcome_free(). All its strings live as long as it does, are NUL-terminated UTF-8, and are NULL where unknown.
/// It may be read by any number of threads, and handed from one thread to another. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
pub struct graph_outcome {
    /// The size of this structure in the library that made it: a field beyond it does not exist.
    pub struct_size: usize,
    /// The status: one of graph_status. Below 100 nothing failed.
    #[cfg_attr(any(), binding(kind = "status"))]
    pub status: i32,
    /// The HTTP status of the last answer; 0 where there was none.
    pub http_status: i32,
    /// Number of attempts.
    pub attempts: u32,
    /// Always 0.
    pub reserved: u32,
    /// How long the service asked to wait, in seconds; 0 where it did not ask.
    #[cfg_attr(any(), binding(kind = "duration_s"))]
    pub retry_after: f64,
    /// When the outcome was known, by the local clock: RFC 3339, UTC, milliseconds. Never NULL.
    #[cfg_attr(any(), binding(kind = "time"))]
    pub time: *const c_char,
    /// The user key as given, trimmed; "me" for the signed-in user; NULL where no user is concerned.
    pub user: *const c_char,
    /// The user's object id, where it is known.
    pub id: *const c_char,
    /// The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in service's. Where a
    /// person is to sign in, the code for them to enter.
    pub code: *const c_char,
    /// What happened, in one sentence.
    pub message: *const c_char,
    /// What to do next.
    pub hint: *const c_char,
    /// The service's id of the last request: what its support asks for.
    pub request_id: *const c_char,
    /// The library's id of the last request, a GUID.
    pub client_request_id: *const c_char,
    /// The service's clock when it answered: RFC 3339, UTC. What graph_client_verify() takes as not_before.
    #[cfg_attr(any(), binding(kind = "time"))]
    pub server_date: *const c_char,
    /// The headers of the last answer, in the order received. NULL where headers_len is 0.
    pub headers: *const graph_header,
    /// The number of headers.
    pub headers_len: usize,
    /// From when the user's sign-in sessions are valid, as the last read of it showed: RFC 3339, UTC.
    #[cfg_attr(any(), binding(kind = "time"))]
    pub sessions_valid_from: *const c_char,
}

/// What C holds: the structure first, then what its pointers point into.
#[repr(C)]
pub(super) struct OwnedOutcome {
    public: graph_outcome,
    _strings: Vec<CString>,
    _headers: Vec<graph_header>,
}

impl graph_outcome {
    /// Moves an outcome to C, which gives it back to `graph_outcome_free`.
    pub(super) fn from_outcome(outcome: Outcome) -> *mut graph_outcome {
        let mut strings = Vec::new();
        let mut keep = |text: Option<String>| match text {
            Some(text) => {
                // A CString's buffer stays where it is when the CString moves.
                let text = for_c(text);
                let pointer = text.as_ptr();
                strings.push(text);
                pointer
            }
            None => ptr::null(),
        };
        let headers: Vec<graph_header> = outcome
            .headers
            .into_iter()
            .map(|(name, value)| graph_header {
                name: keep(Some(name)),
                value: keep(Some(value)),
            })
            .collect();
        let sessions_valid_from = keep(outcome.sessions_valid_from.map(rfc3339));
        let public = graph_outcome {
            struct_size: size_of::<graph_outcome>(),
            status: outcome.status.number(),
            http_status: outcome.http_status.map_or(0, i32::from),
            attempts: outcome.attempts,
            reserved: 0,
            retry_after: outcome.retry_after.map_or(0.0, |wait| wait.as_secs_f64()),
            time: keep(Some(rfc3339(outcome.time))),
            user: keep(Some(outcome.user).filter(|user| !user.is_empty())),
            id: keep(outcome.id),
            code: keep(outcome.code),
            message: keep(outcome.message),
            hint: keep(outcome.hint),
            request_id: keep(outcome.request_id),
            client_request_id: keep(outcome.client_request_id),
            server_date: keep(outcome.server_date.map(rfc3339)),
            headers: if headers.is_empty() {
                ptr::null()
            } else {
                headers.as_ptr()
            },
            headers_len: headers.len(),
            sessions_valid_from,
        };
        Box::into_raw(Box::new(OwnedOutcome {
            public,
            _strings: strings,
            _headers: headers,
        }))
        .cast()
    }
}

/// The out pointer for an outcome: emptied first, then filled or not at all.
#[derive(Clone, Copy)]
pub(super) struct OutcomePlace(*mut *mut graph_outcome);

impl OutcomePlace {
    /// # Safety
    ///
    /// `place` is NULL, or valid for writing until the exported function returns.
    pub(super) unsafe fn new(place: *mut *mut graph_outcome) -> OutcomePlace {
        if !place.is_null() {
            // SAFETY: not NULL, and by this function's contract valid for writing.
            unsafe { place.write(ptr::null_mut()) };
        }
        OutcomePlace(place)
    }

    /// For functions that give no details.
    pub(super) fn none() -> OutcomePlace {
        OutcomePlace(ptr::null_mut())
    }

    pub(super) fn fill(self, make: impl FnOnce() -> *mut graph_outcome) {
        if !self.0.is_null() {
            // SAFETY: not NULL, and by the contract of `new` valid for writing.
            unsafe { self.0.write(make()) };
        }
    }
}
