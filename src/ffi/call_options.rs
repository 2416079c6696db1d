//! `graph_call_options`: how C sets up one call.

use std::mem::offset_of;
use std::time::Duration;

use libc::c_char;

use crate::call::options::{CallKind, CallOptions};
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;
use crate::token::enquiry::Question;

use super::null::null;
use super::strings::{optional, optional_of_length, required_user};
use super::versioned;

/// A call that invalidates, as graph_client_invalidate() does.
pub const GRAPH_CALL_INVALIDATE: u32 = 0;

/// A call that reads the cut-off back, as graph_client_verify() does.
pub const GRAPH_CALL_VERIFY: u32 = 1;

/// A question about a token, as graph_client_access() answers it: for graph_client_access_with() and
/// graph_enquiry_new().
pub const GRAPH_CALL_ACCESS: u32 = 2;

/// The same by harmless reads, as graph_client_access_online() answers it: for graph_client_access_with() and
/// graph_enquiry_new().
pub const GRAPH_CALL_ACCESS_ONLINE: u32 = 3;

/// Signing in, as graph_client_sign_in() does: for graph_enquiry_new() alone.
pub const GRAPH_CALL_SIGN_IN: u32 = 4;

/// What one call does, and which token and timeout of its own it uses. Zero everything, set struct_size to
/// sizeof(graph_call_options), then set what you need: zero means what the client has. The library copies what it
/// needs. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_call_options {
    /// sizeof(graph_call_options) of your header.
    pub struct_size: usize,
    /// An object id or a user principal name; "me": the signed-in user. NULL is an error.
    pub user: *const c_char,
    /// The length of user in bytes. 0: it is NUL-terminated.
    pub user_len: usize,
    /// The access token of this call, without or with "Bearer " in front. It goes with this call and with no other; its
    /// claims choose the cloud, and its tenant is held against the expected one. NULL: the client's own token or
    /// credential.
    #[cfg_attr(any(), binding(kind = "secret"))]
    pub token: *const c_char,
    /// The length of token in bytes. 0: it is NUL-terminated.
    pub token_len: usize,
    /// For GRAPH_CALL_VERIFY: as for graph_client_verify().
    #[cfg_attr(any(), binding(kind = "time"))]
    pub not_before: *const c_char,
    /// Maximum time for the call, with all attempts and waits, in milliseconds. 0: the client's timeout.
    pub timeout_ms: u32,
    /// What is done: GRAPH_CALL_INVALIDATE, GRAPH_CALL_VERIFY; for graph_client_access_with() GRAPH_CALL_ACCESS or
    /// GRAPH_CALL_ACCESS_ONLINE; for graph_enquiry_new() one of these two or GRAPH_CALL_SIGN_IN.
    pub kind: u32,
    /// Must be 0.
    pub flags: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The trace that the call belongs to, as W3C Trace Context writes it: sent as the header traceparent. NULL: none.
    pub traceparent: *const c_char,
}

const NAME: &str = "graph_call_options";

/// The size of the structure in the first header: it never shrinks below.
const SMALLEST: usize = offset_of!(graph_call_options, reserved) + size_of::<u32>();

/// A call as C describes it.
pub(super) struct Described<'a> {
    user: Option<&'a str>,
    kind: u32,
    options: CallOptions,
}

impl<'a> Described<'a> {
    /// For the functions that do something for a user.
    pub(super) fn of_a_user(self) -> Result<(&'a str, CallOptions), Error> {
        let kinds = [GRAPH_CALL_INVALIDATE, GRAPH_CALL_VERIFY];
        check_kind(
            self.kind,
            kinds,
            "GRAPH_CALL_INVALIDATE and GRAPH_CALL_VERIFY",
        )?;
        Ok((required_user(self.user)?, self.options))
    }

    /// For what is asked, and waited for in steps.
    pub(super) fn of_an_enquiry(self) -> Result<Question, Error> {
        if self.kind != GRAPH_CALL_SIGN_IN {
            let (online, user, options) = self.of_access()?;
            return Ok(match online {
                true => Question::AccessOnline(user.map(str::to_owned), options),
                false => Question::Access(options),
            });
        }
        if self.user.is_none() && self.options.token.is_none() && self.options.timeout.is_none() {
            return Ok(Question::SignIn);
        }
        Err(Error::new(
            Status::InvalidOption,
            "user, token or timeout_ms is given, but the client's credential signs in.",
        )
        .hint("Set only kind."))
    }

    /// For the function that asks about a token; tells whether by reads, too.
    pub(super) fn of_access(self) -> Result<(bool, Option<&'a str>, CallOptions), Error> {
        let kinds = [GRAPH_CALL_ACCESS, GRAPH_CALL_ACCESS_ONLINE];
        check_kind(
            self.kind,
            kinds,
            "GRAPH_CALL_ACCESS and GRAPH_CALL_ACCESS_ONLINE",
        )?;
        Ok((
            self.kind == GRAPH_CALL_ACCESS_ONLINE,
            self.user,
            self.options,
        ))
    }
}

/// # Safety
///
/// `options` is NULL, or points to a structure of as many bytes as its struct_size says, whose pointers are NULL or
/// valid for reading for `'a` as the header says.
pub(super) unsafe fn read<'a>(options: *const graph_call_options) -> Result<Described<'a>, Error> {
    if options.is_null() {
        return Err(null("options"));
    }
    // SAFETY: not NULL; the contract of this function.
    let raw = unsafe { versioned::copy(NAME, options, SMALLEST) }?;
    versioned::no_flags(NAME, raw.flags | raw.reserved)?;
    let mut options = CallOptions::default();
    // SAFETY: the strings of the structure are NULL, NUL-terminated or as long as it says, by the contract of this
    // function.
    let (user, token, not_before, traceparent) = unsafe {
        (
            optional_of_length("user", raw.user, raw.user_len)?,
            optional_of_length("token", raw.token, raw.token_len)?,
            optional("not_before", raw.not_before)?,
            optional("traceparent", raw.traceparent)?,
        )
    };
    options.token = token.map(AccessToken::new).transpose()?;
    options.traceparent = traceparent.map(str::to_owned);
    options.timeout = (raw.timeout_ms > 0).then(|| Duration::from_millis(raw.timeout_ms.into()));
    if raw.kind == GRAPH_CALL_VERIFY {
        options.kind = verification(not_before)?;
    } else if not_before.is_some() {
        return Err(Error::new(
            Status::InvalidOption,
            "not_before is given, but the call does not verify.",
        )
        .hint("Set kind to GRAPH_CALL_VERIFY, or leave not_before NULL."));
    }
    Ok(Described {
        user,
        kind: raw.kind,
        options,
    })
}

/// Verification from a time on, or where there is none: what the cut-off is.
pub(super) fn verification(not_before: Option<&str>) -> Result<CallKind, Error> {
    let Some(not_before) = not_before else {
        return Ok(CallKind::Show);
    };
    not_before.parse().map(CallKind::Verify).map_err(|_| {
        Error::new(
            Status::InvalidTime,
            format!("not_before is {not_before:?}, which is not a time in RFC 3339."),
        )
        .hint("Give the server_date of the accepting outcome, or a time such as 2026-11-24T10:00:00Z.")
    })
}

/// Refuses a kind of call that a function does not make.
fn check_kind(kind: u32, kinds: [u32; 2], names: &str) -> Result<(), Error> {
    if kinds.contains(&kind) {
        return Ok(());
    }
    Err(Error::new(
        Status::InvalidOption,
        format!("{NAME}.kind is {kind}, which this function does not support."),
    )
    .hint(format!("It supports {names}.")))
}
