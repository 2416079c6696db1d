//! What a kind needs of its options, checked in the same words for every kind.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::{CredentialOptions, Secret, SecretBytes};
use crate::ffi::host::opening;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::small_text;
use crate::transport::shortage;

/// The variables by which an application proves itself.
pub(super) const SECRET_VARIABLES: &[&str] =
    &["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"];

/// The options of one kind, and the variables that stand for them.
pub(super) struct Needs<'a> {
    options: &'a CredentialOptions,
}

impl<'a> Needs<'a> {
    pub(super) fn of(options: &'a CredentialOptions) -> Needs<'a> {
        Needs { options }
    }

    /// An option that the kind cannot do without, or the first of the variables that stand for it.
    fn text(
        &self,
        name: &str,
        value: Option<&String>,
        variables: &[&str],
    ) -> Result<String, Error> {
        let found = variables.iter().find_map(|name| self.variable(name));
        value
            .cloned()
            .or(found)
            .ok_or_else(|| self.missing(name, &variables.join(" or ")))
    }

    fn missing(&self, name: &str, variable: &str) -> Error {
        Error::new(
            Status::InvalidCredential,
            format!(
                "A credential of the kind {} needs the option {name}.",
                self.options.kind.name()
            ),
        )
        .hint(format!("Give the option {name}, or set {variable}."))
    }

    pub(super) fn options(&self) -> &'a CredentialOptions {
        self.options
    }

    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.options.environment.get(name)
    }

    pub(super) fn tenant(&self) -> Result<String, Error> {
        self.tenant_from(&["AZURE_TENANT_ID"])
    }

    pub(super) fn client_id(&self) -> Result<String, Error> {
        self.client_id_from(&["AZURE_CLIENT_ID"])
    }

    /// The tenant that is named, otherwise that of the first of these variables which is set.
    pub(super) fn tenant_from(&self, variables: &[&str]) -> Result<String, Error> {
        check_tenant(&self.text("tenant", self.options.tenant.as_ref(), variables)?)
    }

    /// The same for the application's id.
    pub(super) fn client_id_from(&self, variables: &[&str]) -> Result<String, Error> {
        check_client_id(&self.text("client_id", self.options.client_id.as_ref(), variables)?)
    }

    /// The client certificate with its key, from the bytes or the file that the options or the environment name.
    pub(super) fn certificate(&self) -> Result<Certificate, Error> {
        let options = self.options;
        let variable = "AZURE_CLIENT_CERTIFICATE_PATH";
        let what = "The client certificate";
        let password = match &options.certificate_password {
            Some(password) => Some(password.clone()),
            None => {
                let variable = options.environment.get("AZURE_CLIENT_CERTIFICATE_PASSWORD");
                let text = variable.map(Zeroizing::new);
                text.map(|text| Secret::new(&text)).transpose()?
            }
        };
        let password = password.as_ref().map(Secret::text);
        match (&options.certificate, &options.certificate_file) {
            (Some(_), Some(_)) => Err(Error::new(
                Status::InvalidCredential,
                "Both the option certificate and the option certificate_file were given.",
            )
            .hint("Give one of them.")),
            (Some(bytes), None) => Certificate::read(what, bytes.bytes(), password),
            (None, file) => {
                let path = self.path("certificate_file", file.as_ref(), variable)?;
                let bytes = read_file(what, &path)?;
                let name = format!("{what} {}", path.display());
                Certificate::read(&name, bytes.bytes(), password)
            }
        }
    }

    pub(super) fn path(
        &self,
        name: &str,
        value: Option<&PathBuf>,
        variable: &str,
    ) -> Result<PathBuf, Error> {
        let variable_value = || self.options.environment.path(variable);
        value
            .cloned()
            .or_else(variable_value)
            .ok_or_else(|| self.missing(name, variable))
    }

    /// Whether one of these variables is set.
    pub(super) fn has_any(&self, variables: &[&str]) -> bool {
        let environment = &self.options.environment;
        variables
            .iter()
            .any(|variable| environment.get(variable).is_some())
    }

    /// Whether a variable is set to 1 or true.
    pub(super) fn says_yes(&self, variable: &str) -> bool {
        let value = self.options.environment.get(variable);
        value.is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    /// The client secret. None that the sign-in service makes has quotation marks: those around it are JSON's or a
    /// shell's.
    pub(super) fn client_secret(&self) -> Result<Secret, Error> {
        let variable = "AZURE_CLIENT_SECRET";
        match &self.options.client_secret {
            Some(secret) => Secret::new(small_text::bare(secret.text())),
            None => {
                let text = self.options.environment.get(variable).map(Zeroizing::new);
                let text = text.ok_or_else(|| self.missing("client_secret", variable))?;
                Secret::new(small_text::bare(&text))
            }
        }
    }
}

/// Far above any file that credentials are kept in: what is longer is another file.
const LONGEST_FILE: u64 = 1 << 20;

/// The bytes of a file that a credential lives in.
pub(super) fn read_file(what: &str, path: &Path) -> Result<SecretBytes, Error> {
    let refuse = |reason: &dyn std::fmt::Display| {
        Error::new(
            Status::InvalidCredential,
            format!("{what} {} cannot be read: {reason}.", path.display()),
        )
        .hint("Check the path, and that this account may read the file.")
    };
    let mut bytes = Vec::with_capacity(16 * 1024);
    let opened = opening(|| File::open(path));
    let read = opened.and_then(|file| file.take(LONGEST_FILE + 1).read_to_end(&mut bytes));
    let bytes = SecretBytes::new(bytes);
    match read {
        Ok(_) if bytes.bytes().len() as u64 > LONGEST_FILE => Err(refuse(&"it is too long")),
        Ok(_) => Ok(bytes),
        Err(error) if shortage::is_of_descriptors(&error) => Err(shortage::of_descriptors(
            &format!("{what} {}", path.display()),
        )),
        Err(error) => Err(refuse(&error)),
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
