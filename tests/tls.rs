//! TLS: what is accepted, and each way to be refused in a sentence of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use graph_invalidate::{Client, ClientOptions, Error, Outcome, Status};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

const NAME: &str = "Contoso TLS inspection";

/// An authority of the test's own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).unwrap().pem();
        Authority {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate for this name, changed as a test wants it.
    fn certificate(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        (certificate.der().clone(), key.into())
    }

    fn write(&self, folder: &Path) -> std::path::PathBuf {
        let path = folder.join("authority.pem");
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

/// A server that accepts every action, with this certificate and these versions of TLS; its address.
fn serve(
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    versions: &[&'static SupportedProtocolVersion],
) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                if stream.read(&mut request).is_ok_and(|length| length > 0) {
                    let _ = stream.write_all(
                        b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\n{\"value\":true}",
                    );
                }
            });
        }
    });
    format!("https://{address}")
}

fn call(endpoint: &str, ca_file: Option<&Path>) -> Result<Outcome, Error> {
    let mut options = ClientOptions::default();
    options.endpoint = Some(endpoint.to_owned());
    options.token = Some(support::token());
    options.ca_file = ca_file.map(Path::to_owned);
    options.timeout = Some(Duration::from_secs(20));
    Client::new(options).unwrap().invalidate("me", None)
}

#[test]
fn tls_1_2_and_1_3_are_spoken_with_a_private_authority() {
    let authority = Authority::new(NAME);
    let folder = tempfile::tempdir().unwrap();
    let ca_file = authority.write(folder.path());
    for versions in [&[&TLS12][..], &[&TLS13], &[&TLS12, &TLS13]] {
        let endpoint = serve(authority.certificate("127.0.0.1", |_| {}), versions);
        let outcome = call(&endpoint, Some(&ca_file)).unwrap();
        assert_eq!(outcome.status, Status::Ok, "{versions:?}");
    }
}

#[test]
fn every_certificate_that_is_refused_has_a_sentence_of_its_own() {
    let authority = Authority::new(NAME);
    let (foreign, namesake) = (Authority::new("Fabrikam"), Authority::new(NAME));
    let folder = tempfile::tempdir().unwrap();
    let ca_file = authority.write(folder.path());
    for (said, certificate) in [
        (
            "has expired",
            authority.certificate("127.0.0.1", |it| it.not_after = date_time_ymd(2021, 1, 1)),
        ),
        (
            "is not valid yet",
            authority.certificate("127.0.0.1", |it| it.not_before = date_time_ymd(2100, 1, 1)),
        ),
        (
            "is for another name",
            authority.certificate("graph.microsoft.com", |_| {}),
        ),
        (
            "an authority that this machine does not trust",
            foreign.certificate("127.0.0.1", |_| {}),
        ),
        (
            "not signed by the authority that it names as its issuer",
            namesake.certificate("127.0.0.1", |_| {}),
        ),
    ] {
        let endpoint = serve(certificate, &[&TLS12, &TLS13]);
        let error = call(&endpoint, Some(&ca_file)).unwrap_err();
        let outcome = error.outcome();
        assert_eq!(outcome.status, Status::CertificateRefused, "{error:?}");
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(outcome.hint.is_some() && outcome.attempts == 1);
    }
}

/// A certificate that signs itself, as tools make them by default: with an authority's mark, or as a server's alone.
fn self_signed(
    marked_as_authority: bool,
    change: impl FnOnce(&mut CertificateParams),
) -> (String, CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    if marked_as_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    change(&mut params);
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    (certificate.pem(), certificate.der().clone(), key.into())
}

#[test]
fn a_server_is_trusted_by_exactly_the_certificate_that_the_caller_named() {
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("server.pem");
    for marked in [true, false] {
        for versions in [&[&TLS12][..], &[&TLS13]] {
            let (pem, certificate, key) = self_signed(marked, |_| {});
            std::fs::write(&ca_file, pem).unwrap();
            let endpoint = serve((certificate, key), versions);
            assert_eq!(call(&endpoint, Some(&ca_file)).unwrap().status, Status::Ok);
            // By nothing else.
            let (pem, ..) = self_signed(marked, |_| {});
            std::fs::write(&ca_file, pem).unwrap();
            let error = call(&endpoint, Some(&ca_file)).unwrap_err();
            assert_eq!(error.status(), Status::CertificateRefused, "{error:?}");
            assert!(call(&endpoint, None).is_err());
        }
    }
    // One that an authority issued, which nobody trusts, is named by itself as well.
    let (certificate, key) = Authority::new(NAME).certificate("127.0.0.1", |_| {});
    let encoded = base64::engine::general_purpose::STANDARD.encode(&certificate);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n");
    std::fs::write(&ca_file, pem).unwrap();
    let endpoint = serve((certificate, key), &[&TLS13]);
    assert_eq!(call(&endpoint, Some(&ca_file)).unwrap().status, Status::Ok);
}

#[test]
fn the_certificate_that_the_caller_named_must_be_for_this_server_and_for_today() {
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("server.pem");
    let name = |name: &str| rcgen::SanType::DnsName(name.try_into().unwrap());
    type Change = Box<dyn FnOnce(&mut CertificateParams)>;
    let changes: [(&str, Change); 4] = [
        (
            "has expired",
            Box::new(|it| it.not_after = date_time_ymd(2021, 1, 1)),
        ),
        (
            "is not valid yet",
            Box::new(|it| it.not_before = date_time_ymd(2100, 1, 1)),
        ),
        (
            "is for another name",
            Box::new(move |it| {
                it.subject_alt_names = vec![name("graph.microsoft.com")];
            }),
        ),
        (
            "no subject alternative name",
            Box::new(|it| it.subject_alt_names.clear()),
        ),
    ];
    for (said, change) in changes {
        let (pem, certificate, key) = self_signed(true, change);
        std::fs::write(&ca_file, pem).unwrap();
        let error = call(&serve((certificate, key), &[&TLS13]), Some(&ca_file)).unwrap_err();
        assert_eq!(error.status(), Status::CertificateRefused, "{error:?}");
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
}

#[test]
fn an_authority_that_nobody_named_is_not_trusted() {
    let authority = Authority::new(NAME);
    let endpoint = serve(authority.certificate("127.0.0.1", |_| {}), &[&TLS13]);
    let error = call(&endpoint, None).unwrap_err();
    assert_eq!(error.status(), Status::CertificateRefused);
    let hint = error.outcome().hint.as_deref().unwrap();
    assert!(hint.contains("CA file"), "{hint}");
}

#[test]
fn a_server_without_tls_is_said_to_be_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let error = call(&endpoint, None).unwrap_err();
    assert_eq!(error.status(), Status::TlsFailed, "{error:?}");
}
