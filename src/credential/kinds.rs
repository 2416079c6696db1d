//! The kinds of credentials, behind one type.

use super::authority::Authority;
use super::client_secret::ClientSecret;
use super::{CredentialKind, CredentialOptions, Issued, Wire};
use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::outcome::Error;

/// A credential, its options checked.
pub(crate) struct Credential {
    authority: Authority,
    kind: Kind,
}

enum Kind {
    ClientSecret(ClientSecret),
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
            kind: match options.kind {
                CredentialKind::ClientSecret => Kind::ClientSecret(ClientSecret::check(options)?),
            },
        })
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
        match &self.kind {
            Kind::ClientSecret(secret) => secret.sign_in(wire, &self.authority, claims).await,
        }
    }
}
