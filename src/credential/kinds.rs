//! The kinds of credentials that ask one place each, behind one type.

use super::authority::{Authority, Reach};
use super::azure_cli::AzureCli;
use super::client_certificate::ClientCertificate;
use super::client_secret::ClientSecret;
use super::device_code::DeviceCode;
use super::managed_identity::ManagedIdentity;
use super::needs::{Needs, SECRET_VARIABLES};
use super::workload_identity::{FederatedManagedIdentity, WorkloadIdentity};
use super::{CredentialKind, CredentialOptions, Issued, Wire};
use crate::outcome::Error;
use crate::status::Status;

pub(super) enum Kind {
    ClientSecret(ClientSecret),
    ClientCertificate(Box<ClientCertificate>),
    WorkloadIdentity(Box<WorkloadIdentity>),
    ManagedIdentity(Box<ManagedIdentity>),
    ManagedIdentityFederated(Box<FederatedManagedIdentity>),
    AzureCli(AzureCli),
    DeviceCode(DeviceCode),
}

impl Kind {
    pub(super) fn check(options: &CredentialOptions, reach: Reach) -> Result<Kind, Error> {
        Ok(match options.kind {
            CredentialKind::ClientSecret => Kind::ClientSecret(ClientSecret::check(options)?),
            CredentialKind::ClientCertificate => {
                Kind::ClientCertificate(Box::new(ClientCertificate::check(options)?))
            }
            CredentialKind::WorkloadIdentity => {
                Kind::WorkloadIdentity(Box::new(WorkloadIdentity::check(options, reach)?))
            }
            CredentialKind::ManagedIdentity => {
                Kind::ManagedIdentity(Box::new(ManagedIdentity::check(options, reach)?))
            }
            CredentialKind::ManagedIdentityFederated => Kind::ManagedIdentityFederated(Box::new(
                FederatedManagedIdentity::check(options, reach)?,
            )),
            CredentialKind::AzureCli => Kind::AzureCli(AzureCli::check(options)?),
            CredentialKind::DeviceCode => Kind::DeviceCode(DeviceCode::check(options)?),
            CredentialKind::Environment => Kind::of_environment(options)?,
            CredentialKind::Chain => {
                return Err(Error::new(
                    Status::InvalidCredential,
                    "A chain cannot contain a chain.",
                ));
            }
        })
    }

    /// The application that the environment describes: by a secret where there is one, otherwise by a certificate.
    fn of_environment(options: &CredentialOptions) -> Result<Kind, Error> {
        options.refuse_others(&["tenant", "client_id"])?;
        let needs = Needs::of(options);
        if needs.has_any(&SECRET_VARIABLES[..1]) {
            return Ok(Kind::ClientSecret(ClientSecret::check(options)?));
        }
        if needs.has_any(&SECRET_VARIABLES[1..]) {
            let certificate = ClientCertificate::check(options)?;
            return Ok(Kind::ClientCertificate(Box::new(certificate)));
        }
        let message = if needs.has_any(&["AZURE_USERNAME", "AZURE_PASSWORD"]) {
            "The environment describes a user name and a password, which are not supported."
        } else {
            "The environment describes no application."
        };
        Err(Error::new(Status::InvalidCredential, message).hint(
            "Set AZURE_TENANT_ID, AZURE_CLIENT_ID, and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH.",
        ))
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        match self {
            Kind::ClientSecret(it) => it.sign_in(wire, authority, claims).await,
            Kind::ClientCertificate(it) => it.sign_in(wire, authority, claims).await,
            Kind::WorkloadIdentity(it) => it.sign_in(wire, authority, claims).await,
            Kind::ManagedIdentity(it) => it.sign_in(wire, authority, claims).await,
            Kind::ManagedIdentityFederated(it) => it.sign_in(wire, authority, claims).await,
            Kind::AzureCli(it) => it.sign_in(authority, claims).await,
            Kind::DeviceCode(it) => it.sign_in(wire, authority, claims).await,
        }
    }

    /// Names the credential that acted: the kind, and where a workload's assertion came from.
    pub(super) fn signed(&self, kind: CredentialKind, issued: Issued) -> Issued {
        match self {
            Kind::WorkloadIdentity(it) => {
                issued.by(&format!("{} ({})", kind.name(), it.described()))
            }
            _ => issued.by(kind.name()),
        }
    }

    /// The kind that asks a person, where this is it.
    pub(super) fn person(&self) -> Option<&DeviceCode> {
        match self {
            Kind::DeviceCode(it) => Some(it),
            _ => None,
        }
    }
}
