//! HTTPS with an authority of the emulator's own.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// An acceptor for this machine's own names and these, and the authority to trust, in PEM.
pub(crate) fn own_authority(further_names: &[&str]) -> Result<(TlsAcceptor, String), String> {
    let failed = |error: rcgen::Error| format!("The certificates cannot be made: {error}.");
    let authority_key = KeyPair::generate().map_err(failed)?;
    let mut authority = CertificateParams::new(Vec::new()).map_err(failed)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(rcgen::DnType::CommonName, "graph-invalidate emulator");
    let authority_certificate = authority.self_signed(&authority_key).map_err(failed)?;
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().map_err(failed)?;
    let names = ["localhost", "127.0.0.1", "::1"].iter();
    let names: Vec<String> = names
        .chain(further_names)
        .map(|name| (*name).to_owned())
        .collect();
    let certificate = CertificateParams::new(names)
        .and_then(|params| params.signed_by(&key, &issuer))
        .map_err(failed)?;
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], private)
        })
        .map_err(|error| format!("TLS cannot be set up: {error}."))?;
    Ok((
        TlsAcceptor::from(Arc::new(config)),
        authority_certificate.pem(),
    ))
}
