//! How the command gets its token: given, or by signing in. No secret is ever an argument.

mod automatic;
mod person;
mod secrets;

use std::path::Path;

use graph_invalidate::{
    AccessToken, ClientOptions, CredentialKind, CredentialOptions, Environment,
};
use zeroize::Zeroizing;

use crate::arguments::{GIVEN, SigningIn};
use crate::exit_status::ExitStatus;
pub(crate) use person::wait_for_a_person;
use secrets::{STANDARD_INPUT, read_file, read_secret, refusal, usage, warn_of_readers};

/// The variable that carries the token.
pub(crate) const VARIABLE: &str = "GRAPH_INVALIDATE_TOKEN";

/// A sentence, and how the command ends.
pub(crate) type Refusal = (String, ExitStatus);

impl SigningIn {
    /// Puts the token or the credential into a client's options.
    pub(crate) fn apply(&self, options: &mut ClientOptions) -> Result<(), Refusal> {
        match self.kind()? {
            Some(kind) => options.credential = Some(self.credential(kind)?),
            None => options.token = Some(self.token()?),
        }
        Ok(())
    }

    /// Where the token comes from; nowhere but from the caller where there is no kind.
    fn kind(&self) -> Result<Option<CredentialKind>, Refusal> {
        match self.auth.as_deref() {
            Some(GIVEN) => Ok(None),
            Some(name) => {
                let kind = CredentialKind::from_name(name);
                kind.map(Some).map_err(|error| refusal(&error))
            }
            None if self.credential_is_described() => Err(usage(
                "Options for signing in were given without --auth. Add --auth KIND.".to_owned(),
            )),
            None if self.token_is_given() => Ok(None),
            None => Ok(automatic::kind()),
        }
    }

    fn token_is_given(&self) -> bool {
        self.token_file.is_some()
            || self.token_stdin
            || std::env::var_os(VARIABLE).is_some_and(|value| !value.is_empty())
    }

    /// How many of the secrets would be read from standard input.
    pub(crate) fn readers_of_standard_input(&self) -> usize {
        let files = [
            &self.token_file,
            &self.client_secret_file,
            &self.certificate_password_file,
        ];
        let files = files.into_iter().flatten();
        files
            .filter(|path| path.as_os_str() == STANDARD_INPUT)
            .count()
            + usize::from(self.token_stdin)
    }

    /// The token that is given: in a file, on standard input or in the environment.
    pub(crate) fn token(&self) -> Result<AccessToken, Refusal> {
        let bytes = if let Some(path) = &self.token_file {
            read_file("token", path)?
        } else if self.token_stdin {
            read_file("token", Path::new(STANDARD_INPUT))?
        } else {
            let variable = std::env::var(VARIABLE).ok();
            let variable = variable.filter(|value| !value.is_empty()).ok_or_else(|| {
                (
                    format!("There is no access token.\n  Give one with --token-file FILE or --token-stdin, set {VARIABLE}, or sign in with --auth KIND."),
                    ExitStatus::TokenRefused,
                )
            })?;
            Zeroizing::new(variable.into_bytes())
        };
        AccessToken::from_bytes(&bytes).map_err(|error| {
            let hint = error.outcome().hint.as_deref();
            let hint = hint.unwrap_or("Get a token from the sign-in service.");
            (format!("{error}\n  {hint}"), ExitStatus::TokenRefused)
        })
    }

    /// Says so where `--auth` wins over what the environment says of who may act.
    pub(crate) fn wins(&self) -> Option<String> {
        let kind = CredentialKind::from_name(self.auth.as_deref()?).ok()?;
        kind.wins_over(&Environment::default())
    }

    /// Says which of the secrets' files everybody on this machine can read.
    pub(crate) fn warn_of_readers(&self) {
        for (what, path) in [
            ("token", &self.token_file),
            ("client secret", &self.client_secret_file),
            ("certificate", &self.certificate_file),
            ("certificate password", &self.certificate_password_file),
        ] {
            if let Some(path) = path {
                warn_of_readers(what, path);
            }
        }
    }

    fn credential_is_described(&self) -> bool {
        self.tenant.is_some()
            || self.client_id.is_some()
            || self.client_secret_file.is_some()
            || self.certificate_file.is_some()
            || self.certificate_password_file.is_some()
            || self.send_certificate_chain
            || self.federated_token_file.is_some()
            || self.assertion_from.is_some()
            || self.audience.is_some()
            || self.service_connection_id.is_some()
            || self.token_proxy
            || self.identity_client_id.is_some()
            || self.object_id.is_some()
            || self.resource_id.is_some()
            || self.scopes.is_some()
            || self.authority.is_some()
    }

    fn credential(&self, kind: CredentialKind) -> Result<CredentialOptions, Refusal> {
        let mut options = CredentialOptions::new(kind);
        options.tenant.clone_from(&self.tenant);
        options.client_id.clone_from(&self.client_id);
        options.client_secret = read_secret("client secret", self.client_secret_file.as_deref())?;
        options.certificate_file.clone_from(&self.certificate_file);
        options.certificate_password = read_secret(
            "certificate password",
            self.certificate_password_file.as_deref(),
        )?;
        options.send_certificate_chain = self.send_certificate_chain;
        options
            .federated_token_file
            .clone_from(&self.federated_token_file);
        options.assertion_from.clone_from(&self.assertion_from);
        options.audience.clone_from(&self.audience);
        options
            .service_connection_id
            .clone_from(&self.service_connection_id);
        options.token_proxy = self.token_proxy;
        options
            .identity_client_id
            .clone_from(&self.identity_client_id);
        options.object_id.clone_from(&self.object_id);
        options.resource_id.clone_from(&self.resource_id);
        options.scopes.clone_from(&self.scopes);
        options.authority.clone_from(&self.authority);
        Ok(options)
    }
}
