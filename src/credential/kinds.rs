//! The kinds of credentials, behind one type.

use std::sync::Arc;

use super::authority::{Authority, Reach};
use super::azure_cli::AzureCli;
use super::chain::Chain;
use super::client_certificate::ClientCertificate;
use super::client_secret::ClientSecret;
use super::device_code::{DeviceCode, Pending};
use super::managed_identity::ManagedIdentity;
use super::needs::{Needs, SECRET_VARIABLES};
use super::workload_identity::{FederatedManagedIdentity, WorkloadIdentity};
use super::{CredentialKind, CredentialOptions, Issued, Wire};
use crate::graph::cloud::Cloud;
use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;

/// A credential, its options checked.
pub(crate) struct Credential {
    authority: Authority,
    /// The kind as it was named.
    named: CredentialKind,
    kind: Kind,
    /// What a named kind wins over, in words.
    wins: Option<String>,
}

pub(super) enum Kind {
    ClientSecret(ClientSecret),
    ClientCertificate(Box<ClientCertificate>),
    WorkloadIdentity(Box<WorkloadIdentity>),
    ManagedIdentity(Box<ManagedIdentity>),
    ManagedIdentityFederated(Box<FederatedManagedIdentity>),
    AzureCli(AzureCli),
    DeviceCode(DeviceCode),
    Chain(Chain),
}

impl Credential {
    /// Checks all that can be checked before anything is sent.
    pub(crate) fn check(
        options: &CredentialOptions,
        cloud: Option<Cloud>,
        endpoint: Option<&Endpoint>,
    ) -> Result<Credential, Error> {
        Ok(Credential {
            authority: Authority::choose(options, cloud, endpoint)?,
            named: options.kind,
            wins: options.kind.wins_over(&options.environment),
            kind: Kind::check(options, Reach::of(endpoint))?,
        })
    }

    /// The cloud that the tokens are for.
    pub(crate) fn cloud(&self) -> Cloud {
        self.authority.cloud
    }

    /// The Graph root that the tokens are for, where the caller named no endpoint.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, Error> {
        Endpoint::of_cloud(self.authority.cloud)
    }

    /// Signs in, past every cache; `claims` is what a challenge demands.
    pub(crate) async fn sign_in(
        &self,
        wire: Wire<'_>,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let issued = self.kind.sign_in(wire, &self.authority, claims).await?;
        Ok(self.kind.signed(self.named, issued))
    }

    /// What else there is to say of who acts: that a named kind wins over the environment.
    pub(crate) fn wins(&self) -> Option<&str> {
        self.wins.as_deref()
    }

    /// Whether a person can be asked to sign in.
    pub(crate) fn can_ask_a_person(&self) -> bool {
        self.kind.person().is_some()
    }

    /// The code that a person is to enter, where one was asked for.
    pub(crate) fn pending(&self) -> Option<Arc<Pending>> {
        self.kind.person().and_then(DeviceCode::pending)
    }

    /// Asks for a code that a person is to enter.
    pub(crate) async fn begin(&self, wire: Wire<'_>) -> Result<Arc<Pending>, Error> {
        let person = self.kind.person().ok_or_else(nobody)?;
        person.begin(wire, &self.authority).await
    }

    /// Waits until the person has entered the code; gives nothing where they have not when the time is over.
    pub(crate) async fn wait(
        &self,
        wire: Wire<'_>,
        pending: &Pending,
    ) -> Result<Option<Issued>, Error> {
        let person = self.kind.person().ok_or_else(nobody)?;
        let issued = person.wait(wire, &self.authority, pending).await?;
        if let (Some(_), Kind::Chain(chain)) = (&issued, &self.kind) {
            chain.settle_on_the_person();
        }
        Ok(issued.map(|issued| issued.by(CredentialKind::DeviceCode.name())))
    }
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
            CredentialKind::Chain => Kind::Chain(Chain::check(options, reach)?),
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
            "The environment describes a user name and a password, which is no way to sign in here."
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
            Kind::Chain(it) => it.sign_in(wire, authority, claims).await,
        }
    }

    /// Names the credential that acted: the kind, and where a workload's assertion came from. A chain has named its
    /// link already.
    pub(super) fn signed(&self, kind: CredentialKind, issued: Issued) -> Issued {
        match self {
            Kind::Chain(_) => issued,
            Kind::WorkloadIdentity(it) => {
                issued.by(&format!("{} ({})", kind.name(), it.described()))
            }
            _ => issued.by(kind.name()),
        }
    }

    fn person(&self) -> Option<&DeviceCode> {
        match self {
            Kind::DeviceCode(it) => Some(it),
            Kind::Chain(it) => it.person().and_then(Kind::person),
            _ => None,
        }
    }
}

fn nobody() -> Error {
    Error::new(
        Status::CredentialUnavailable,
        "This kind of credential asks nobody to sign in.",
    )
}
