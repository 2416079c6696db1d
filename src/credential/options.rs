//! How a credential is set up: the same options, under the same names, in every language.

use std::path::PathBuf;

use super::secret::{Secret, SecretBytes};
use crate::environment::Environment;
use crate::outcome::Error;
use crate::status::Status;

/// Where access tokens come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// An application with a client secret.
    ClientSecret,
    /// An application with a certificate.
    ClientCertificate,
    /// A workload that another issuer vouches for: with a token in a file, or one that GitHub Actions or Azure
    /// Pipelines give.
    WorkloadIdentity,
    /// The managed identity of this machine or service.
    ManagedIdentity,
    /// An application, also one in another tenant, for which the managed identity of this machine or service vouches.
    /// It acts only when it is named: a chain never takes it.
    ManagedIdentityFederated,
    /// Whoever is signed in to the Azure CLI.
    AzureCli,
    /// A person, who enters a code at a sign-in page: see [`Client::sign_in`](crate::Client::sign_in).
    DeviceCode,
    /// The application that the environment variables of Azure's own tools describe, with a secret or a certificate.
    Environment,
    /// The first that is there: environment, workload identity, managed identity, Azure CLI, and at last a device code;
    /// of those that the variable `AZURE_TOKEN_CREDENTIALS` leaves.
    Chain,
}

impl CredentialKind {
    /// Every kind.
    pub const ALL: &'static [CredentialKind] = &[
        CredentialKind::ClientSecret,
        CredentialKind::ClientCertificate,
        CredentialKind::WorkloadIdentity,
        CredentialKind::ManagedIdentity,
        CredentialKind::ManagedIdentityFederated,
        CredentialKind::AzureCli,
        CredentialKind::DeviceCode,
        CredentialKind::Environment,
        CredentialKind::Chain,
    ];

    /// The name by which options choose the kind.
    pub const fn name(self) -> &'static str {
        match self {
            CredentialKind::ClientSecret => "client-secret",
            CredentialKind::ClientCertificate => "client-certificate",
            CredentialKind::WorkloadIdentity => "workload-identity",
            CredentialKind::ManagedIdentity => "managed-identity",
            CredentialKind::ManagedIdentityFederated => "managed-identity-federated",
            CredentialKind::AzureCli => "azure-cli",
            CredentialKind::DeviceCode => "device-code",
            CredentialKind::Environment => "environment",
            CredentialKind::Chain => "chain",
        }
    }

    /// The kind of this name: see [`CredentialKind::name`].
    ///
    /// # Errors
    ///
    /// [`Status::InvalidCredential`] names the kinds there are.
    pub fn from_name(name: &str) -> Result<CredentialKind, Error> {
        let kinds = CredentialKind::ALL.iter().copied();
        kinds
            .clone()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| {
                let names: Vec<&str> = kinds.map(CredentialKind::name).collect();
                Error::new(
                    Status::InvalidCredential,
                    format!("There is no credential of the kind {name:?}."),
                )
                .hint(format!("The kinds are {}.", names.join(", ")))
            })
    }
}

/// How a credential is set up: a kind, and what that kind takes. An option that it cannot use is refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CredentialOptions {
    /// Where the tokens come from.
    pub kind: CredentialKind,
    /// The tenant, by id or by a domain of it. Left out: the variable `AZURE_TENANT_ID`; for a device code, the tenant
    /// of the person who signs in; for the Azure CLI, the one it is signed in to.
    pub tenant: Option<String>,
    /// The application's (client's) id, or that of a user-assigned managed identity. Left out: the variable
    /// `AZURE_CLIENT_ID`; for a managed identity, the system-assigned one; for a device code, "Microsoft Graph Command
    /// Line Tools", which Connect-MgGraph signs in with as well.
    pub client_id: Option<String>,
    /// The client secret. Left out: the variable `AZURE_CLIENT_SECRET`.
    pub client_secret: Option<Secret>,
    /// The file with the client certificate and its private key, PEM or PFX. Left out: the variable
    /// `AZURE_CLIENT_CERTIFICATE_PATH`.
    pub certificate_file: Option<PathBuf>,
    /// The bytes of such a file, instead of the file.
    pub certificate: Option<SecretBytes>,
    /// The password of the certificate's file. Left out: the variable `AZURE_CLIENT_CERTIFICATE_PASSWORD`, if set.
    pub certificate_password: Option<Secret>,
    /// Whether the whole certificate chain is sent, for applications that trust an issuer and subject name.
    pub send_certificate_chain: bool,
    /// The file with the federated token of a workload. Left out: the variable `AZURE_FEDERATED_TOKEN_FILE`.
    pub federated_token_file: Option<PathBuf>,
    /// Where a workload's assertion comes from: `file`, `github-actions` or `azure-pipelines`. Left out: from what is
    /// named by another option, otherwise from the first that is there, in this order.
    pub assertion_from: Option<String>,
    /// What the assertion that GitHub Actions or a managed identity gives is to be for. Left out:
    /// `api://AzureADTokenExchange`; clouds other than the global one have audiences of their own.
    pub audience: Option<String>,
    /// The service connection of Azure Pipelines. Left out: the variable `AZURESUBSCRIPTION_SERVICE_CONNECTION_ID`.
    pub service_connection_id: Option<String>,
    /// Whether a workload in a Kubernetes cluster signs in by the cluster's token proxy, which the variables
    /// `AZURE_KUBERNETES_TOKEN_PROXY`, `AZURE_KUBERNETES_SNI_NAME`, `AZURE_KUBERNETES_CA_FILE` and
    /// `AZURE_KUBERNETES_CA_DATA` describe. Without this it never does, whatever variables are there.
    pub token_proxy: bool,
    /// The client id of the user-assigned managed identity that vouches for the application.
    pub identity_client_id: Option<String>,
    /// The object id of a user-assigned managed identity.
    pub object_id: Option<String>,
    /// The resource id of a user-assigned managed identity.
    pub resource_id: Option<String>,
    /// The delegated permissions that a person is asked for, separated by spaces. Left out: what invalidating and
    /// verifying take, `User.RevokeSessions.All User.Read.All`.
    pub scopes: Option<String>,
    /// The sign-in service, `https://host[:port]`: that of the client's cloud if left out, that of a loopback endpoint
    /// itself, or the one that `AZURE_AUTHORITY_HOST` names where that is a cloud's or this machine. Secrets are sent
    /// there: name only what you trust.
    pub authority: Option<String>,
    /// The environment to read variables in; the client's, if left as it is.
    pub environment: Environment,
}

impl CredentialOptions {
    /// A credential of this kind, with nothing else said.
    pub fn new(kind: CredentialKind) -> CredentialOptions {
        CredentialOptions {
            kind,
            tenant: None,
            client_id: None,
            client_secret: None,
            certificate_file: None,
            certificate: None,
            certificate_password: None,
            send_certificate_chain: false,
            federated_token_file: None,
            assertion_from: None,
            audience: None,
            service_connection_id: None,
            token_proxy: false,
            identity_client_id: None,
            object_id: None,
            resource_id: None,
            scopes: None,
            authority: None,
            environment: Environment::default(),
        }
    }

    /// Refuses an option that this kind cannot use: most likely another kind was meant.
    pub(super) fn refuse_others(&self, usable: &[&str]) -> Result<(), Error> {
        let given = [
            ("tenant", self.tenant.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            ("certificate_file", self.certificate_file.is_some()),
            ("certificate", self.certificate.is_some()),
            ("certificate_password", self.certificate_password.is_some()),
            ("send_certificate_chain", self.send_certificate_chain),
            ("federated_token_file", self.federated_token_file.is_some()),
            ("assertion_from", self.assertion_from.is_some()),
            ("audience", self.audience.is_some()),
            (
                "service_connection_id",
                self.service_connection_id.is_some(),
            ),
            ("token_proxy", self.token_proxy),
            ("identity_client_id", self.identity_client_id.is_some()),
            ("object_id", self.object_id.is_some()),
            ("resource_id", self.resource_id.is_some()),
            ("scopes", self.scopes.is_some()),
        ];
        match given
            .iter()
            .find(|(name, given)| *given && !usable.contains(name))
        {
            Some((name, _)) => Err(Error::new(
                Status::InvalidCredential,
                format!(
                    "A credential of the kind {} cannot use the option {name}.",
                    self.kind.name()
                ),
            )
            .hint("Leave the option out, or choose the kind that takes it.")),
            None => Ok(()),
        }
    }
}
