//! How a credential is set up: the same options, under the same names, in every language.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::environment::Environment;
use super::secret::{Secret, SecretBytes};
use crate::outcome::Error;
use crate::status::Status;

/// Where access tokens come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// An application with a client secret.
    ClientSecret,
}

impl CredentialKind {
    /// Every kind.
    pub const ALL: &'static [CredentialKind] = &[CredentialKind::ClientSecret];

    /// The name by which options choose the kind.
    pub const fn name(self) -> &'static str {
        match self {
            CredentialKind::ClientSecret => "client-secret",
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
    /// The tenant, by id or by a domain of it. Left out: the variable `AZURE_TENANT_ID`.
    pub tenant: Option<String>,
    /// The application's (client's) id, or that of a user-assigned managed identity. Left out: the variable
    /// `AZURE_CLIENT_ID`; for a managed identity, the system-assigned one.
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
    pub token_file: Option<PathBuf>,
    /// The object id of a user-assigned managed identity.
    pub object_id: Option<String>,
    /// The resource id of a user-assigned managed identity.
    pub resource_id: Option<String>,
    /// The delegated permissions that a person is asked for, separated by spaces.
    pub scopes: Option<String>,
    /// The sign-in service, `https://host[:port]`: that of the client's cloud if left out, that of a loopback endpoint itself,
    /// or the one that `AZURE_AUTHORITY_HOST` names where that is a cloud's or this machine. Secrets are sent there: name
    /// only what you trust.
    pub authority: Option<String>,
    /// The environment to read variables in.
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
            token_file: None,
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
            ("token_file", self.token_file.is_some()),
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

/// What a kind needs of its options, checked in the same words for every kind.
pub(super) struct Needs<'a> {
    options: &'a CredentialOptions,
}

impl<'a> Needs<'a> {
    pub(super) fn of(options: &'a CredentialOptions) -> Needs<'a> {
        Needs { options }
    }

    /// An option that the kind cannot do without, or the variable that stands for it.
    fn text(&self, name: &str, value: Option<&String>, variable: &str) -> Result<String, Error> {
        value
            .cloned()
            .or_else(|| self.options.environment.get(variable))
            .ok_or_else(|| self.missing(name, variable))
    }

    fn missing(&self, name: &str, variable: &str) -> Error {
        Error::new(
            Status::InvalidCredential,
            format!(
                "A credential of the kind {} needs {name}.",
                self.options.kind.name()
            ),
        )
        .hint(format!("Give the option {name}, or set {variable}."))
    }

    pub(super) fn tenant(&self) -> Result<String, Error> {
        check_tenant(&self.text("tenant", self.options.tenant.as_ref(), "AZURE_TENANT_ID")?)
    }

    pub(super) fn client_id(&self) -> Result<String, Error> {
        check_client_id(&self.text(
            "client_id",
            self.options.client_id.as_ref(),
            "AZURE_CLIENT_ID",
        )?)
    }

    pub(super) fn client_secret(&self) -> Result<Secret, Error> {
        let variable = "AZURE_CLIENT_SECRET";
        match &self.options.client_secret {
            Some(secret) => Ok(secret.clone()),
            None => {
                let text = self.options.environment.get(variable).map(Zeroizing::new);
                let text = text.ok_or_else(|| self.missing("client_secret", variable))?;
                Secret::new(&text)
            }
        }
    }
}

/// A tenant's id or one of its domains: it becomes a part of an address.
pub(super) fn check_tenant(text: &str) -> Result<String, Error> {
    let tenant = text.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if tenant.is_empty()
        || tenant.len() > 255
        || !tenant.chars().all(fits)
        || tenant.starts_with('.')
        || tenant.ends_with('.')
    {
        return Err(Error::new(
            Status::InvalidCredential,
            format!("{text:?} is not a tenant."),
        )
        .hint(
            "A tenant is its id, a GUID, or one of its domains, such as contoso.onmicrosoft.com.",
        ));
    }
    Ok(tenant.to_owned())
}

pub(super) fn check_client_id(text: &str) -> Result<String, Error> {
    let id = text.trim();
    if id.is_empty() || id.len() > 255 || id.contains(|c: char| c.is_control() || c.is_whitespace())
    {
        return Err(Error::new(
            Status::InvalidCredential,
            "The client id is empty, too long, or holds white space.",
        )
        .hint("The client id is the application (client) id of the app registration, a GUID."));
    }
    Ok(id.to_owned())
}
