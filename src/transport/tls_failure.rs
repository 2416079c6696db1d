//! A sentence for each way in which TLS can fail, and what to do then.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

use super::no_answer::TransportFailure;
use super::roots::{NoAuthorities, SIGNED_BY_ITSELF};
use crate::call::retry::Retry;
use crate::status::Status;

const CLOCK: &str = "Check this machine's clock; if it is right, do not continue.";
const INTERCEPTED: &str =
    "Something may be intercepting the connection: check the endpoint's host name and the proxy.";
const INSPECTED: &str =
    "If your company inspects TLS, give its certificate authority as the CA file.";
const NOT_GRAPH: &str =
    "The server, or a proxy in between, does not speak TLS 1.2 or 1.3 as Graph does.";
const REPEAT: &str = "Call again; if it happens again, something between this machine and the server modifies the data.";
const MACHINE: &str = "This machine lacks something that TLS needs: check the system.";

/// What a failure of TLS means.
pub(super) fn of(error: &Error) -> TransportFailure {
    if let Error::InvalidCertificate(reason) = error {
        return of_certificate(reason);
    }
    if let Error::Other(other) = error
        && let Some(reason) = other.0.downcast_ref::<NoAuthorities>()
    {
        return failed(
            &reason.0,
            "Install the system's package of certificate authorities (ca-certificates), or give a CA file.",
        );
    }
    let (what, hint) = match error {
        Error::AlertReceived(alert) => return of_alert(*alert),
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            ("the server speaks neither TLS 1.2 nor TLS 1.3", NOT_GRAPH)
        }
        Error::PeerIncompatible(
            PeerIncompatible::NoCipherSuitesInCommon
            | PeerIncompatible::NoKxGroupsInCommon
            | PeerIncompatible::NoSignatureSchemesInCommon
            | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon,
        ) => (
            "the server and this library have no cipher in common",
            NOT_GRAPH,
        ),
        Error::PeerIncompatible(_) => ("the server's TLS is too old", NOT_GRAPH),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::PeerSentOversizedRecord => ("the server's response is not TLS", NOT_GRAPH),
        Error::InappropriateHandshakeMessage { .. } | Error::PeerMisbehaved(_) => {
            ("the server violates the TLS protocol", NOT_GRAPH)
        }
        Error::NoCertificatesPresented => ("the server presented no certificate", INTERCEPTED),
        Error::UnsupportedNameType => (
            "the endpoint's host is neither a name nor an address",
            "Check the endpoint's host name.",
        ),
        Error::DecryptError => ("data from the server was modified in transit", REPEAT),
        Error::EncryptError => ("the data could not be encrypted", REPEAT),
        Error::InvalidEncryptedClientHello(_) => ("the encrypted greeting was refused", NOT_GRAPH),
        Error::InvalidCertRevocationList(_) => {
            ("a certificate revocation list could not be read", MACHINE)
        }
        Error::FailedToGetCurrentTime => ("this machine's clock could not be read", MACHINE),
        Error::FailedToGetRandomBytes => ("this machine provided no random numbers", MACHINE),
        Error::NoApplicationProtocol => ("the server does not speak HTTP over TLS", NOT_GRAPH),
        Error::HandshakeNotComplete => ("it was not completed", REPEAT),
        _ => ("for an unknown reason", NOT_GRAPH),
    };
    failed(&format!("The TLS handshake failed: {what}."), hint)
}

/// The server ended the handshake, and said why.
fn of_alert(alert: AlertDescription) -> TransportFailure {
    let (what, hint) = match alert {
        AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
            ("requires another TLS version or other ciphers", NOT_GRAPH)
        }
        AlertDescription::HandshakeFailure => ("accepts none of the offered parameters", NOT_GRAPH),
        AlertDescription::UnrecognisedName => (
            "does not know the endpoint's host name",
            "Check the endpoint's host name.",
        ),
        AlertDescription::CertificateRequired
        | AlertDescription::NoCertificate
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::AccessDenied => (
            "requests a client certificate in the handshake, which Graph never does",
            INTERCEPTED,
        ),
        AlertDescription::InternalError | AlertDescription::UserCanceled => {
            ("had an internal error", "Call again in a few minutes.")
        }
        AlertDescription::BadRecordMac
        | AlertDescription::DecryptError
        | AlertDescription::DecryptionFailed => ("received modified data", REPEAT),
        _ => ("refused it", NOT_GRAPH),
    };
    let number = u8::from(alert);
    failed(
        &format!("The TLS handshake failed: the server {what} (alert {number})."),
        hint,
    )
}

fn of_certificate(reason: &CertificateError) -> TransportFailure {
    use CertificateError as Reason;
    match reason {
        Reason::Expired => refused("The server's certificate has expired.", CLOCK),
        Reason::ExpiredContext { time, not_after } => {
            let (now, end) = (shown(*time), shown(*not_after));
            let what = format!(
                "The server's certificate has expired: it was valid until {end}, and this machine's clock says {now}."
            );
            refused(&what, CLOCK)
        }
        Reason::NotValidYetContext { time, not_before } => {
            let (now, begin) = (shown(*time), shown(*not_before));
            let what = format!(
                "The server's certificate is not valid yet: it is valid from {begin} on, and this machine's clock says {now}."
            );
            refused(&what, "Check this machine's clock.")
        }
        Reason::NotValidYet => refused(
            "The server's certificate is not valid yet.",
            "Check this machine's clock.",
        ),
        Reason::NotValidForNameContext { presented, .. } if presented.is_empty() => refused(
            "The server's certificate is for another name: it has no subject alternative name at all.",
            "Issue a new certificate with the host as its subject alternative name.",
        ),
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => refused(
            "The server's certificate is for another name.",
            "Check the endpoint's host name; something may be intercepting the connection.",
        ),
        Reason::UnknownIssuer => refused(
            "The server's certificate comes from an authority that this machine does not trust.",
            INSPECTED,
        ),
        Reason::BadSignature => refused(
            "The server's certificate was not signed by the authority that it names as its issuer.",
            "If your company inspects TLS, its certificate authority may have been renewed: give the new one as the CA file. Otherwise do not continue.",
        ),
        Reason::Revoked => refused(
            "The server's certificate was revoked.",
            "Do not continue: its key may be compromised.",
        ),
        Reason::BadEncoding => refused("The server's certificate is damaged.", INTERCEPTED),
        Reason::UnhandledCriticalExtension => refused(
            "The server's certificate has a critical extension that is not supported.",
            INTERCEPTED,
        ),
        Reason::UnknownRevocationStatus
        | Reason::ExpiredRevocationList
        | Reason::ExpiredRevocationListContext { .. }
        | Reason::InvalidOcspResponse => refused(
            "The revocation status of the server's certificate could not be determined.",
            "Check this machine's clock, and that it can reach the authority's revocation service.",
        ),
        Reason::InvalidPurpose | Reason::InvalidPurposeContext { .. } => refused(
            "The server's certificate is not for servers.",
            "Issue a new certificate with the extended key usage for TLS servers.",
        ),
        Reason::ApplicationVerificationFailure => refused(
            "The server's certificate was refused by this machine's rules.",
            "Ask the administrator of this machine's certificate policy.",
        ),
        Reason::Other(other) => of_other(&other.to_string()),
        // Deprecated, and replaced by two with a context: signature algorithms.
        _ => refused(
            "The server's certificate has an unsupported signature algorithm, such as SHA-1.",
            "Issue a new certificate with SHA-256 or better.",
        ),
    }
}

fn shown(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(
        || "a far time".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// What has no name of its own, by the names that the verifier gives it.
fn of_other(name: &str) -> TransportFailure {
    let has = |part: &str| name.contains(part);
    if has(SIGNED_BY_ITSELF) {
        return refused(
            "The server's certificate is that of an authority, not of a server.",
            "If the certificate is the server's own, give exactly this certificate as the CA file.",
        );
    }
    if has("EndEntityUsedAsCa") || has("PathLen") || has("NameConstraint") {
        return refused(
            "The server's certificate was issued by a certificate that may not issue others.",
            INTERCEPTED,
        );
    }
    if has("UnsupportedCertVersion") {
        return refused(
            "The server's certificate is of an old version.",
            "Issue a new certificate of version 3, with the host as its subject alternative name.",
        );
    }
    refused("The server's certificate cannot be used.", INSPECTED)
}

fn failed(message: &str, hint: &'static str) -> TransportFailure {
    TransportFailure::new(Status::TlsFailed, message, Retry::Never).hint(hint)
}

fn refused(message: &str, hint: &'static str) -> TransportFailure {
    TransportFailure::new(Status::CertificateRefused, message, Retry::Never).hint(hint)
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::pki_types::ServerName;
    use rustls::{
        CertRevocationListError, ContentType, EncryptedClientHelloError, ExtendedKeyPurpose,
        HandshakeType, InconsistentKeys, InvalidMessage, OtherError, PeerMisbehaved,
    };

    use super::*;

    /// An error whose text is what Rust's own libraries often say.
    #[derive(Debug)]
    struct Named(&'static str);

    impl fmt::Display for Named {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(self.0)
        }
    }

    impl std::error::Error for Named {}

    fn other(name: &'static str) -> OtherError {
        OtherError(Arc::new(Named(name)))
    }

    /// Every reason to refuse a certificate that can be made here.
    fn of_certificates() -> Vec<CertificateError> {
        use CertificateError as Reason;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let expected = ServerName::try_from("graph.microsoft.com");
        let expected = expected.unwrap_or_else(|_| unreachable!("it is a name"));
        let named = |presented: Vec<String>| Reason::NotValidForNameContext {
            expected: expected.clone(),
            presented,
        };
        #[allow(deprecated)]
        let mut reasons = vec![
            Reason::BadEncoding,
            Reason::Expired,
            Reason::ExpiredContext {
                time,
                not_after: time,
            },
            Reason::NotValidYet,
            Reason::NotValidYetContext {
                time,
                not_before: time,
            },
            Reason::Revoked,
            Reason::UnhandledCriticalExtension,
            Reason::UnknownIssuer,
            Reason::UnknownRevocationStatus,
            Reason::ExpiredRevocationList,
            Reason::ExpiredRevocationListContext {
                time,
                next_update: time,
            },
            Reason::BadSignature,
            Reason::UnsupportedSignatureAlgorithm,
            Reason::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: vec![1],
                supported_algorithms: Vec::new(),
            },
            Reason::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: vec![1],
                public_key_algorithm_id: vec![2],
            },
            Reason::NotValidForName,
            named(Vec::new()),
            named(vec!["DnsName(\"x\")".to_owned()]),
            Reason::InvalidPurpose,
            Reason::InvalidPurposeContext {
                required: ExtendedKeyPurpose::ServerAuth,
                presented: vec![ExtendedKeyPurpose::ClientAuth],
            },
            Reason::InvalidOcspResponse,
            Reason::ApplicationVerificationFailure,
        ];
        for name in [
            "CaUsedAsEndEntity",
            "EndEntityUsedAsCa",
            "PathLenConstraintViolated",
            "NameConstraintViolation",
            "UnsupportedCertVersion",
            "EmptyEkuExtension",
            "OtherError(Anything { else: 7 })",
        ] {
            reasons.push(Reason::Other(other(name)));
        }
        reasons
    }

    /// Every error of TLS that can be made here.
    fn all() -> Vec<Error> {
        let mut errors = vec![
            Error::InappropriateMessage {
                expect_types: vec![ContentType::Handshake],
                got_type: ContentType::Alert,
            },
            Error::InappropriateHandshakeMessage {
                expect_types: vec![HandshakeType::ServerHello],
                got_type: HandshakeType::Finished,
            },
            Error::InvalidEncryptedClientHello(EncryptedClientHelloError::SniRequired),
            Error::NoCertificatesPresented,
            Error::UnsupportedNameType,
            Error::DecryptError,
            Error::EncryptError,
            Error::InvalidCertRevocationList(CertRevocationListError::ParseError),
            Error::General("General { debug: Some(7) }".to_owned()),
            Error::FailedToGetCurrentTime,
            Error::FailedToGetRandomBytes,
            Error::HandshakeNotComplete,
            Error::PeerSentOversizedRecord,
            Error::NoApplicationProtocol,
            Error::BadMaxFragmentSize,
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch),
            Error::Other(other("Other(Error)")),
            Error::Other(OtherError(Arc::new(NoAuthorities(
                "This system has no certificate authorities.".to_owned(),
            )))),
        ];
        let messages = [
            InvalidMessage::InvalidContentType,
            InvalidMessage::MissingData("ServerHello"),
            InvalidMessage::UnknownProtocolVersion,
            InvalidMessage::HandshakePayloadTooLarge,
        ];
        errors.extend(messages.map(Error::InvalidMessage));
        let misbehaviours = [
            PeerMisbehaved::SelectedUnofferedCipherSuite,
            PeerMisbehaved::TooManyKeyUpdateRequests,
        ];
        errors.extend(misbehaviours.map(Error::PeerMisbehaved));
        let incompatible = [
            PeerIncompatible::ServerDoesNotSupportTls12Or13,
            PeerIncompatible::NoCipherSuitesInCommon,
            PeerIncompatible::NoKxGroupsInCommon,
            PeerIncompatible::ExtendedMasterSecretExtensionRequired,
            PeerIncompatible::Tls12NotOfferedOrEnabled,
        ];
        errors.extend(incompatible.map(Error::PeerIncompatible));
        errors.extend((0..=255).map(|alert| Error::AlertReceived(alert.into())));
        errors.extend(of_certificates().into_iter().map(Error::InvalidCertificate));
        errors
    }

    #[test]
    fn every_failure_has_a_sentence_and_a_next_step_and_none_shows_rusts_own_names() {
        for error in all() {
            let failure = of(&error);
            let hint = failure.hint.unwrap_or_default();
            let refuses = matches!(error, Error::InvalidCertificate(_));
            let status = match refuses {
                true => Status::CertificateRefused,
                false => Status::TlsFailed,
            };
            assert_eq!(failure.status, status, "{error:?}");
            assert_eq!(failure.retry, Retry::Never, "{error:?}");
            for text in [failure.message.as_str(), hint] {
                assert!(text.len() > 15 && text.ends_with('.'), "{error:?}: {text}");
                assert!(
                    !text.contains(['{', '}', '_', '"', ':']) || text.contains(": "),
                    "{text}"
                );
                for name in text.split(|it: char| !it.is_ascii_alphanumeric()) {
                    // "ServerHello" is a name of Rust's; "TLS" and "SHA" are words.
                    let inner = name.get(1..).unwrap_or_default();
                    let mixed = inner.chars().any(|it| it.is_ascii_uppercase())
                        && inner.chars().any(|it| it.is_ascii_lowercase());
                    assert!(!mixed, "{error:?}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_revoked_certificate_has_a_sentence_of_its_own() {
        // No test server brings this about on Linux, where nothing asks for revocation lists: Windows and macOS do.
        let failure = of(&Error::InvalidCertificate(CertificateError::Revoked));
        assert!(failure.message.contains("was revoked"));
    }
}
