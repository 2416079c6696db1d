//! An application with a client secret.

use super::authority::Authority;
use super::exchange::redeem;
use super::form::Form;
use super::needs::Needs;
use super::{CredentialOptions, Issued, Secret, Wire, capability};
use crate::outcome::Error;

pub(super) struct ClientSecret {
    tenant: String,
    client_id: String,
    secret: Secret,
}

impl ClientSecret {
    pub(super) fn check(options: &CredentialOptions) -> Result<ClientSecret, Error> {
        options.refuse_others(&["tenant", "client_id", "client_secret"])?;
        let needs = Needs::of(options);
        Ok(ClientSecret {
            tenant: needs.tenant()?,
            client_id: needs.client_id()?,
            secret: needs.client_secret()?,
        })
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let form = Form::new()
            .field("grant_type", "client_credentials")
            .field("client_id", &self.client_id)
            .field("client_secret", self.secret.text())
            .field("scope", authority.default_scope())
            .field("claims", &capability::claims(claims));
        let page = authority.page(&self.tenant, "token");
        redeem(wire, page, form, &[self.secret.text()]).await
    }
}
