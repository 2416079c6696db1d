//! Why no answer came, told apart by the types of the errors, not by their texts.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::call::retry::Retry;
use crate::status::Status;

use super::name_resolution::NameResolutionFailed;
use super::no_answer::TransportFailure;
use super::tls_failure;
use super::tunnel::{ProxyFailed, Why};

/// HTTP itself could not be set up.
pub(super) fn not_set_up(error: &dyn fmt::Display) -> TransportFailure {
    TransportFailure::new(
        Status::InternalError,
        format!("HTTP could not be set up: {error}."),
        Retry::Never,
    )
}

impl From<hyper_util::client::legacy::Error> for TransportFailure {
    fn from(error: hyper_util::client::legacy::Error) -> TransportFailure {
        TransportFailure::of(&error, error.is_connect())
    }
}

impl TransportFailure {
    pub(super) fn of(error: &(dyn StdError + 'static), is_connect: bool) -> TransportFailure {
        if let Some(shortage) = super::shortage::behind(chain(error), is_connect) {
            return shortage;
        }
        if let Some(failed) = find::<ProxyFailed>(error) {
            return of_proxy(failed);
        }
        if find::<NameResolutionFailed>(error).is_some() {
            return TransportFailure::new(
                Status::NameResolutionFailed,
                format!(
                    "The host's name could not be resolved: {}.",
                    innermost(error)
                ),
                Retry::SoonForConnecting,
            )
            .hint("Check the network and this machine's DNS settings.");
        }
        if let Some(tls) = find_tls(error) {
            return tls_failure::of(tls);
        }
        if is_connect {
            return of_connecting(error);
        }
        TransportFailure::new(
            Status::ConnectionBroken,
            format!(
                "The connection was lost before a complete response arrived: {}.",
                innermost(error)
            ),
            Retry::Soon,
        )
    }
}

fn of_proxy(failed: &ProxyFailed) -> TransportFailure {
    let retry = match failed.is_final() {
        true => Retry::Never,
        false => Retry::SoonForConnecting,
    };
    if let Why::Tls(error) = &failed.why {
        let inner = tls_failure::of(error);
        let message = format!("The proxy connection failed: {failed}. {}", inner.message);
        let failure = TransportFailure::new(Status::ProxyFailed, message, inner.retry);
        return failure.hint(inner.hint.unwrap_or_else(|| failed.hint()));
    }
    let message = format!("The proxy connection failed: {failed}.");
    TransportFailure::new(Status::ProxyFailed, message, retry).hint(failed.hint())
}

fn of_connecting(error: &(dyn StdError + 'static)) -> TransportFailure {
    TransportFailure::new(
        Status::ConnectFailed,
        format!("The connection failed: {}.", innermost(error)),
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
