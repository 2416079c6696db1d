//! Why no answer came, told apart by the types of the errors, not by their texts.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use crate::outcome::Outcome;
use crate::retry::Retry;
use crate::status::Status;

use super::name_resolution::NameResolutionFailed;

/// Why an attempt brought no answer.
#[derive(Debug)]
pub(crate) struct TransportFailure {
    pub(crate) status: Status,
    pub(crate) message: String,
    pub(crate) hint: Option<&'static str>,
    pub(crate) retry: Retry,
}

impl TransportFailure {
    fn new(status: Status, message: impl Into<String>, retry: Retry) -> TransportFailure {
        TransportFailure {
            status,
            message: message.into(),
            hint: None,
            retry,
        }
    }

    fn hint(mut self, hint: &'static str) -> TransportFailure {
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

    /// Writes into the outcome why there was no answer.
    pub(crate) fn describe(self, outcome: &mut Outcome) {
        outcome.status = self.status;
        outcome.message = Some(self.message);
        outcome.hint = self.hint.map(str::to_owned);
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
            return of_tls(tls);
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
        .hint("The service may have acted; the action can safely be repeated.")
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

fn of_tls(error: &rustls::Error) -> TransportFailure {
    let rustls::Error::InvalidCertificate(reason) = error else {
        return TransportFailure::new(
            Status::TlsFailed,
            format!("The TLS handshake failed: {error}."),
            Retry::Never,
        )
        .hint("The server, or a proxy in between, does not speak TLS 1.2 or 1.3 as Graph does.");
    };
    let refused =
        |message: &str| TransportFailure::new(Status::CertificateRefused, message, Retry::Never);
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            refused("The server's certificate has expired.")
                .hint("Check this machine's clock; if it is right, do not go on.")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            refused("The server's certificate is not valid yet.")
                .hint("Check this machine's clock.")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            refused("The server's certificate is for another name.").hint(
                "Check the endpoint's host name; something may be intercepting the connection.",
            )
        }
        CertificateError::UnknownIssuer => refused(
            "The server's certificate comes from an authority that this machine does not trust.",
        )
        .hint("If your company inspects TLS, give its authority as the CA file."),
        CertificateError::BadSignature => refused(
            "The server's certificate was not signed by the authority whose name it bears.",
        )
        .hint("Where your company inspects TLS its authority may have been renewed: give the new one as the CA file. Otherwise do not go on."),
        CertificateError::Revoked => {
            refused("The server's certificate was revoked.").hint("Do not go on.")
        }
        other => refused(&format!("The server's certificate was refused: {other}.")),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_certificate_has_a_sentence_of_its_own() {
        // No test server brings this about on Linux, where nothing asks for revocation lists: Windows and macOS do.
        let failure = of_tls(&rustls::Error::InvalidCertificate(
            CertificateError::Revoked,
        ));
        assert_eq!(failure.status, Status::CertificateRefused);
        assert!(failure.message.contains("was revoked"));
        assert_eq!(failure.retry, Retry::Never);
    }
}
