//! What one call does, and which token and timeout of its own it uses.

use std::time::Duration;

use jiff::Timestamp;

use crate::token::AccessToken;

/// What one call does, and which token and timeout of its own it uses. Everything left out is the client's.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// What is done for the user.
    pub kind: CallKind,
    /// The access token of this call, which goes with this call and with no other: its claims choose the cloud, and its
    /// tenant is held against the expected one. The client's own token or credential if left out.
    pub token: Option<AccessToken>,
    /// How long the call may take, all its attempts and waits; as long as the client's others if left out.
    pub timeout: Option<Duration>,
    /// The trace that the call belongs to, as W3C Trace Context writes it: sent as the header `traceparent`.
    pub traceparent: Option<String>,
}

/// What a call does for its user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallKind {
    /// Invalidates all refresh tokens and session cookies.
    #[default]
    Invalidate,
    /// Reads the cut-off back until it lies at or after this time.
    Verify(Timestamp),
    /// Reads the cut-off once, and shows it.
    Show,
}

impl CallOptions {
    /// A call that does this, with all that is the client's.
    pub fn of_kind(kind: CallKind) -> CallOptions {
        CallOptions {
            kind,
            ..CallOptions::default()
        }
    }
}
