//! Sign a Microsoft Entra user out everywhere.
//!
//! Microsoft Graph has an action that invalidates all refresh tokens and session cookies of a user, `POST
//! /beta/users/{id}/invalidateAllRefreshTokens`, and calls it `revokeSignInSessions` in v1.0. This library calls it
//! well: a user key cannot hit the wrong user, what is worth retrying is retried, a token goes only where it belongs,
//! every failure says what to do next, and [`Client::verify`] proves the effect.
//!
//! ```no_run
//! use graph_invalidate::{AccessToken, Client, ClientOptions};
//!
//! fn main() -> Result<(), graph_invalidate::Error> {
//!     let mut options = ClientOptions::default();
//!     options.token = Some(AccessToken::new(&std::env::var("GRAPH_INVALIDATE_TOKEN").unwrap_or_default())?);
//!     let client = Client::new(options)?;
//!     let outcome = client.invalidate("adele@contoso.com", None)?;
//!     if let Some(accepted_at) = outcome.server_date {
//!         client.verify("adele@contoso.com", accepted_at, None)?;
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The same library is a C ABI: `include/graph_invalidate.h` is its manual.

// What only credentials use stays in the source of a library without them.
#![cfg_attr(not(feature = "credentials"), allow(dead_code))]
// A library has no business with its host's terminal.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod call;
mod call_queue;
mod cancellation;
mod client;
mod credential;
mod environment;
mod failure_kind;
mod ffi;
mod graph;
mod json;
mod outcome;
mod run;
mod selection;
mod status;
mod terminal;
mod threads;
mod token;
mod transport;
mod unique_id;
mod user;
mod waits;

pub use call::options::{CallKind, CallOptions};
pub use call_queue::{CallQueue, Ended};
pub use cancellation::Cancellation;
pub use client::Client;
pub use client::options::{ClientOptions, DEFAULT_TIMEOUT};
pub use credential::{CredentialKind, CredentialOptions, Secret, SecretBytes};
pub use environment::Environment;
pub use failure_kind::FailureKind;
#[cfg(feature = "ffi-check")]
#[doc(hidden)]
pub use ffi::second_header;
pub use graph::action::Api;
pub use graph::cloud::Cloud;
pub use graph::endpoint::ENDPOINT_VARIABLE;
pub use outcome::{Error, Outcome, rfc3339};
pub use run::{
    DEFAULT_RESUME_WITHIN, DEFAULT_WAIT, EndReason, ExcludedLine, ExclusionLine, Fingerprint,
    Fingerprints, JournalReader, Line, Next, OutcomeLine, Progress, Rate, Run, RunLine, RunMode,
    RunOptions, SelectedLine, SummaryLine,
};
pub use selection::{Criteria, SelectedUser, Selection, SelectionSummary};
pub use status::Status;
pub use terminal::can_steer_a_terminal;
pub use token::AccessToken;
pub use token::access::{Access, Finding, Job, Verdict};
pub use token::claims::{Claims, IdentityKind};
pub use user::columns::{UserColumns, user_of_row};
