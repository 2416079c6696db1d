//! Which certificate authorities are trusted, loaded no sooner than needed.
//!
//! Reading the system's authorities takes milliseconds, as long as a whole call on a fast network. So they are read by
//! a thread of their own while the connection is being made, and not at all when an extra authority already vouches.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use super::shortage::OutOfDescriptors;
use crate::environment::Environment;
use crate::ffi::host;
use crate::outcome::Error;
use crate::status::Status;
use crate::threads;

type Verifier = Arc<dyn ServerCertVerifier>;

/// Verifies servers by the extra authorities of the caller first, then by the system's.
pub(super) struct Roots {
    provider: Arc<CryptoProvider>,
    extra: Option<Verifier>,
    /// The extra authorities as they stand in the caller's file.
    named: Vec<CertificateDer<'static>>,
    where_from: NamedAuthorities,
    system: OnceCell<Verifier>,
}

impl Roots {
    pub(super) fn new(
        provider: Arc<CryptoProvider>,
        extra: Option<&ExtraAuthorities>,
        where_from: &NamedAuthorities,
    ) -> Result<Arc<Roots>, Error> {
        let named = extra.map(|authorities| authorities.0.clone());
        let extra = extra
            .map(|authorities| webpki_verifier(&authorities.0, &provider))
            .transpose()
            .map_err(|reason| Error::new(Status::InvalidCaFile, reason))?;
        Ok(Arc::new(Roots {
            provider,
            extra,
            named: named.unwrap_or_default(),
            where_from: where_from.clone(),
            system: OnceCell::new(),
        }))
    }

    /// Verifies servers by these authorities and no others.
    #[cfg(feature = "credentials")]
    pub(super) fn only(
        provider: Arc<CryptoProvider>,
        authorities: &ExtraAuthorities,
    ) -> Result<Arc<Roots>, Error> {
        let verifier = webpki_verifier(&authorities.0, &provider)
            .map_err(|reason| Error::new(Status::InvalidCaFile, reason))?;
        Ok(Arc::new(Roots {
            provider,
            extra: None,
            named: Vec::new(),
            where_from: NamedAuthorities::default(),
            system: OnceCell::with_value(verifier),
        }))
    }

    /// Starts to read the system's authorities, unless an extra authority is likely to make that unnecessary.
    pub(super) fn load_in_background(self: &Arc<Roots>) {
        if self.extra.is_none() {
            let roots = Arc::clone(self);
            // Without the thread the handshake itself loads them: slower, no failure.
            let _ = threads::spawn("graph-invalidate roots", move || {
                let _ = roots.system();
            });
        }
    }

    fn system(&self) -> Result<&Verifier, rustls::Error> {
        // What could not be read is read again: a shortage of descriptors passes.
        let read = || system_verifier(&self.where_from, &self.provider);
        self.system.get_or_try_init(read).map_err(|reason| {
            let error = match host::are_exhausted() {
                true => OtherError(Arc::new(OutOfDescriptors)),
                false => OtherError(Arc::new(NoAuthorities(reason))),
            };
            error.into()
        })
    }

    /// Whether the caller has named exactly this certificate, and it is good for this server but for who issued it:
    /// then nobody need vouch for it. Dates are judged before the issuer is, so that a verdict on the issuer says that
    /// they are right.
    fn is_named_itself(
        &self,
        verdict: &rustls::Error,
        end_entity: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
    ) -> Result<bool, rustls::Error> {
        let about_the_issuer = match verdict {
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
            rustls::Error::InvalidCertificate(CertificateError::Other(other)) => {
                other.to_string() == SIGNED_BY_ITSELF
            }
            _ => false,
        };
        if !about_the_issuer || !self.named.iter().any(|named| named == end_entity) {
            return Ok(false);
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(true)
    }
}

/// The verifier's name for an authority's certificate that a server shows as its own.
pub(super) const SIGNED_BY_ITSELF: &str = "CaUsedAsEndEntity";

/// This machine has no certificate authorities, or none that can be used: why.
#[derive(Debug)]
pub(super) struct NoAuthorities(pub(super) String);

impl fmt::Display for NoAuthorities {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NoAuthorities {}

impl ServerCertVerifier for Roots {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verify = |verifier: &Verifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        if let Some(extra) = &self.extra {
            match verify(extra) {
                Err(error) if self.is_named_itself(&error, end_entity, server_name)? => {
                    return Ok(ServerCertVerified::assertion());
                }
                Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {}
                verdict => return verdict,
            }
        }
        verify(self.system()?)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Roots").finish_non_exhaustive()
    }
}

/// Certificate authorities that the caller trusts besides the system's.
#[derive(Clone, Debug)]
pub(crate) struct ExtraAuthorities(Vec<CertificateDer<'static>>);

impl ExtraAuthorities {
    pub(crate) fn from_file(path: &std::path::Path) -> Result<ExtraAuthorities, Error> {
        let refuse = |reason: String| {
            Error::new(
                Status::InvalidCaFile,
                format!(
                    "The file of certificate authorities {} {reason}.",
                    path.display()
                ),
            )
            .hint("Give a PEM file with at least one certificate.")
        };
        let certificates = host::opening(|| CertificateDer::pem_file_iter(path))
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| refuse(format!("cannot be read: {error}")))?;
        if certificates.is_empty() {
            return Err(refuse("holds no certificate".to_owned()));
        }
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            store.add(certificate.clone()).map_err(|error| {
                refuse(format!("holds a certificate that cannot be used: {error}"))
            })?;
        }
        Ok(ExtraAuthorities(certificates))
    }
}

#[cfg(feature = "credentials")]
impl ExtraAuthorities {
    /// The authorities of a text; nothing where it holds none that can be used.
    pub(crate) fn from_pem(text: &[u8]) -> Option<ExtraAuthorities> {
        let certificates = CertificateDer::pem_slice_iter(text);
        let certificates = certificates.collect::<Result<Vec<_>, _>>().ok()?;
        let mut store = RootCertStore::empty();
        let (usable, _) = store.add_parsable_certificates(certificates.iter().cloned());
        (usable > 0).then_some(ExtraAuthorities(certificates))
    }
}

fn webpki_verifier(
    certificates: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, String> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.iter().cloned());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
            .build()
            .map_err(|error| format!("No certificate authority can be used: {error}."))?;
    Ok(verifier)
}

/// Windows and macOS judge certificates themselves, with what their administrators have set.
#[cfg(any(windows, target_vendor = "apple"))]
fn system_verifier(
    _named: &NamedAuthorities,
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, String> {
    rustls_platform_verifier::Verifier::new(Arc::clone(provider))
        .map(|verifier| Arc::new(verifier) as Verifier)
        .map_err(|error| format!("The system's certificate verifier cannot be used: {error}."))
}

/// Elsewhere the bundle file alone is read where there is one: the directory beside it holds the same authorities
/// again.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn system_verifier(
    named: &NamedAuthorities,
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, String> {
    let loaded = host::opening(|| named.or_those_of_the_system().load());
    if loaded.is_empty() {
        return Err("This system has no certificate authorities.".to_owned());
    }
    webpki_verifier(&loaded, provider)
}

/// The authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name instead of the system's: read when a client is made.
#[derive(Clone, Debug, Default)]
#[cfg_attr(
    any(windows, target_vendor = "apple"),
    expect(dead_code, reason = "the system judges certificates itself")
)]
pub(crate) struct NamedAuthorities {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
}

impl NamedAuthorities {
    /// What is not there counts as not named. They are read later, when the program may have gone to another folder.
    pub(crate) fn of(environment: &Environment) -> NamedAuthorities {
        let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let file = environment.path("SSL_CERT_FILE").filter(|it| it.exists());
        let folders = environment.path("SSL_CERT_DIR").unwrap_or_default();
        NamedAuthorities {
            file: file.map(whole),
            folders: std::env::split_paths(&folders)
                .filter(|folder| folder.is_dir())
                .map(whole)
                .collect(),
        }
    }
}

#[cfg(not(any(windows, target_vendor = "apple")))]
impl NamedAuthorities {
    /// Where systems keep the bundle of their authorities.
    const BUNDLES: [&str; 8] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/etc/pki/tls/cacert.pem",
        "/usr/local/etc/ssl/cert.pem",
        "/usr/local/share/certs/ca-root-nss.crt",
    ];

    fn or_those_of_the_system(&self) -> NamedAuthorities {
        if self.file.is_some() || !self.folders.is_empty() {
            return self.clone();
        }
        let file = Self::BUNDLES
            .iter()
            .map(PathBuf::from)
            .find(|it| it.exists());
        // Not the whole of openssl-probe: it asks the process's environment, each time.
        let folder = openssl_probe::candidate_cert_dirs().next();
        let folder = folder.filter(|_| file.is_none()).map(PathBuf::from);
        NamedAuthorities {
            file,
            folders: folder.into_iter().collect(),
        }
    }

    fn load(&self) -> Vec<CertificateDer<'static>> {
        let of = |file: Option<&PathBuf>, folder: Option<&PathBuf>| {
            let file = file.map(AsRef::as_ref);
            rustls_native_certs::load_certs_from_paths(file, folder.map(AsRef::as_ref)).certs
        };
        let of_folders = self.folders.iter().map(|folder| of(None, Some(folder)));
        std::iter::once(of(self.file.as_ref(), None))
            .chain(of_folders)
            .flatten()
            .collect()
    }
}
