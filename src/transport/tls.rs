//! What every TLS connection rests on.

use std::sync::Arc;
use std::time::SystemTime;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;

use super::broken;
use crate::outcome::Error;

/// TLS 1.2 and 1.3, with servers judged by this verifier.
pub(super) fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, Error> {
    let config = ClientConfig::builder_with_details(provider, Arc::new(Clock))
        .with_safe_default_protocol_versions()
        .map_err(|error| broken("TLS", &error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// The host as TLS knows it.
pub(super) fn name(host: &str) -> Result<ServerName<'static>, rustls::Error> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned());
    name.map_err(|_| rustls::Error::UnsupportedNameType)
}

/// The machine's clock, as TLS reads it: one that no calendar knows is none.
#[derive(Debug)]
struct Clock;

impl rustls::time_provider::TimeProvider for Clock {
    fn current_time(&self) -> Option<rustls::pki_types::UnixTime> {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since
            .ok()
            .map(rustls::pki_types::UnixTime::since_unix_epoch)
    }
}
