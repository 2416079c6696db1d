//! Where access tokens come from, when the caller brings none.
//!
//! A credential signs in over the client's own transport: a future like every other, which a deadline or a cancellation
//! ends. What a kind needs is checked when the client is made; what can only fail later fails with a status of its own.

mod options;
mod secret;

#[cfg(feature = "credentials")]
mod allowed;
#[cfg(feature = "credentials")]
mod answered;
#[cfg(feature = "credentials")]
mod assertion;
#[cfg(feature = "credentials")]
mod authority;
#[cfg(feature = "credentials")]
mod azure_cli;
#[cfg(feature = "credentials")]
mod capability;
#[cfg(feature = "credentials")]
mod certificate;
#[cfg(feature = "credentials")]
mod chain;
#[cfg(feature = "credentials")]
mod checked;
#[cfg(feature = "credentials")]
mod client_certificate;
#[cfg(feature = "credentials")]
mod client_secret;
#[cfg(feature = "credentials")]
mod device_code;
#[cfg(feature = "credentials")]
mod exchange;
#[cfg(feature = "credentials")]
mod form;
#[cfg(feature = "credentials")]
mod issued;
#[cfg(feature = "credentials")]
mod kinds;
#[cfg(all(test, feature = "credentials"))]
mod leaks;
#[cfg(feature = "credentials")]
mod lifetime;
#[cfg(feature = "credentials")]
mod managed_identity;
#[cfg(feature = "credentials")]
mod needs;
#[cfg(feature = "credentials")]
mod redaction;
#[cfg(feature = "credentials")]
mod refusal;
#[cfg(feature = "credentials")]
mod token_proxy;
#[cfg(not(feature = "credentials"))]
mod without;
#[cfg(feature = "credentials")]
mod workload_identity;

pub use options::{CredentialKind, CredentialOptions};
pub use secret::{Secret, SecretBytes};

#[cfg(not(feature = "credentials"))]
pub(crate) use without::{Credential, Pending};
#[cfg(feature = "credentials")]
pub(crate) use {checked::Credential, device_code::Pending};

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::token::AccessToken;
use crate::transport::Transport;

/// What a sign-in goes over, and until when it may take.
#[derive(Clone, Copy)]
pub(crate) struct Wire<'a> {
    pub(crate) transport: &'a Transport,
    pub(crate) deadline: Instant,
    /// How often in a row this was asked for before, by sign-ins that gave up: the back-off goes on where it was.
    pub(crate) attempts_before: u32,
}

/// A token that a sign-in brought.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) token: Arc<AccessToken>,
    /// From when on another one should be sought, while this one still works.
    pub(crate) renew_from: Timestamp,
    /// From when on this one should not be sent any more.
    pub(crate) unusable_from: Timestamp,
}
