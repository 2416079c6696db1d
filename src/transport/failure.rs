//! Why no answer came, told apart by the types of the errors, not by their texts.

use std::error::Error as StdError;
use std::io;

use reqwest::Method;

use crate::outcome::Outcome;
use crate::retry::Retry;
use crate::status::Status;

use super::name_resolution::NameResolutionFailed;
use super::tls_failure;

/// After a request that changes something, of which the end is not known.
pub(crate) const MAY_HAVE_ACTED: &str =
    "The service may have acted; the action can safely be repeated.";

/// After a request that only reads.
pub(crate) const NOTHING_CHANGED: &str =
    "Check the network and call again; the request only reads.";

/// Why an attempt brought no answer.
#[derive(Debug)]
pub(crate) struct TransportFailure {
    pub(crate) status: Status,
    pub(crate) message: String,
    /// None where it depends on what was asked.
    pub(crate) hint: Option<&'static str>,
    pub(crate) retry: Retry,
}

impl TransportFailure {
    pub(super) fn new(
        status: Status,
        message: impl Into<String>,
        retry: Retry,
    ) -> TransportFailure {
        TransportFailure {
            status,
            message: message.into(),
            hint: None,
            retry,
        }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> TransportFailure {
        self.hint = Some(hint);
        self
    }

    pub(super) fn not_set_up(error: &reqwest::Error) -> TransportFailure {
        TransportFailure::new(
            Status::InternalError,
            format!("HTTP could not be set up: {error}."),
            Retry::Never,
        )
    }

    /// Writes into the outcome why there was no answer to such a request.
    pub(crate) fn describe(self, method: &Method, outcome: &mut Outcome) {
        outcome.status = self.status;
        outcome.message = Some(self.message);
        let hint = self.hint.unwrap_or(if *method == Method::GET {
            NOTHING_CHANGED
        } else {
            MAY_HAVE_ACTED
        });
        outcome.hint = Some(hint.to_owned());
    }

    pub(crate) fn timed_out(seconds: u64) -> TransportFailure {
        TransportFailure::new(
            Status::ConnectionBroken,
            format!("No complete answer came within {seconds} s."),
            Retry::Soon,
        )
    }
}

impl From<reqwest::Error> for TransportFailure {
    fn from(error: reqwest::Error) -> TransportFailure {
        // The address stands in the outcome's user; the text alone is wanted here.
        let error = error.without_url();
        if find::<NameResolutionFailed>(&error).is_some() {
            return TransportFailure::new(
                Status::NameResolutionFailed,
                format!(
                    "The host's name could not be resolved: {}.",
                    innermost(&error)
                ),
                Retry::SoonForConnecting,
            )
            .hint("Check the network and the name service of this machine.");
        }
        if let Some(tls) = find_tls(&error) {
            return tls_failure::of(tls);
        }
        if error.is_connect() {
            return of_connecting(&error);
        }
        TransportFailure::new(
            Status::ConnectionBroken,
            format!(
                "The connection broke before a complete answer had come: {}.",
                innermost(&error)
            ),
            Retry::Soon,
        )
    }
}

fn of_connecting(error: &reqwest::Error) -> TransportFailure {
    // The tunnel's error types are private to the HTTP library: here its words must do.
    if chain(error).any(|cause| cause.to_string().contains("tunnel")) {
        return TransportFailure::new(
            Status::ProxyFailed,
            format!(
                "The proxy did not let the request through: {}.",
                innermost(error)
            ),
            Retry::SoonForConnecting,
        )
        .hint("Check the proxy's address, and the user name and password it wants.");
    }
    TransportFailure::new(
        Status::ConnectFailed,
        format!("No connection could be made: {}.", innermost(error)),
        Retry::SoonForConnecting,
    )
    .hint("Check the network, the firewall and the proxy of this machine.")
}

/// The errors from the outermost to the cause, into what io::Error wraps as well.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| cause_of(error))
}

fn cause_of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|cause| cause.downcast_ref::<T>())
}

fn find_tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    find::<rustls::Error>(error)
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error)
        .last()
        .map(|cause| cause.to_string().trim_end_matches('.').to_owned())
        .unwrap_or_default()
}
