//! An application that proves itself by another issuer's token: a workload in a cluster, a pipeline's job, or a managed
//! identity that stands for an application in any tenant.

use super::assertion::{AUDIENCE, Assertion};
use super::authority::{Authority, Reach};
use super::client_certificate::ASSERTION_TYPE;
use super::exchange::redeem;
use super::form::Form;
use super::managed_identity::ManagedIdentity;
use super::needs::{check_client_id, check_tenant};
use super::token_proxy::TokenProxy;
use super::{CredentialKind, CredentialOptions, Issued, Wire, capability};
use crate::outcome::Error;
use crate::status::Status;

pub(super) struct WorkloadIdentity {
    assertion: Assertion,
    /// A cluster's own way to the sign-in service.
    proxy: Option<TokenProxy>,
}

impl WorkloadIdentity {
    pub(super) fn check(
        options: &CredentialOptions,
        reach: Reach,
    ) -> Result<WorkloadIdentity, Error> {
        options.refuse_others(&[
            "tenant",
            "client_id",
            "federated_token_file",
            "assertion_from",
            "audience",
            "service_connection_id",
            "token_proxy",
        ])?;
        Ok(WorkloadIdentity {
            assertion: Assertion::check(options, reach)?,
            proxy: match options.token_proxy {
                true => Some(TokenProxy::check(&options.environment, reach)?),
                false => None,
            },
        })
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let assertion = self.assertion.fetch(wire).await?;
        let (tenant, client_id) = (&self.assertion.tenant, &self.assertion.client_id);
        let form = form(authority, client_id, assertion.text(), claims);
        let secrets = [assertion.text()];
        match &self.proxy {
            None => redeem(wire, authority.page(tenant, "token"), form, &secrets).await,
            Some(proxy) => proxy.redeem(wire, tenant, form, &secrets).await,
        }
    }

    /// Where the assertion comes from.
    pub(super) fn described(&self) -> String {
        match &self.proxy {
            None => self.assertion.described(),
            Some(_) => format!("{}, by the token proxy", self.assertion.described()),
        }
    }
}

/// A managed identity whose token is the assertion of an application, also of one in another tenant: one identity for
/// the tenants of many customers. Who acts where is named, and never found in an environment.
pub(super) struct FederatedManagedIdentity {
    tenant: String,
    client_id: String,
    audience: String,
    identity: ManagedIdentity,
}

impl FederatedManagedIdentity {
    pub(super) fn check(
        options: &CredentialOptions,
        reach: Reach,
    ) -> Result<FederatedManagedIdentity, Error> {
        options.refuse_others(&[
            "tenant",
            "client_id",
            "identity_client_id",
            "object_id",
            "resource_id",
            "audience",
        ])?;
        let named = |name: &str, value: &Option<String>| {
            value.clone().ok_or_else(|| {
                Error::new(
                    Status::InvalidCredential,
                    format!("A credential of the kind {} needs the option {name}.", options.kind.name()),
                )
                .hint(format!("Give the option {name}: this kind does not read its application and tenant from the environment."))
            })
        };
        let mut of_identity = CredentialOptions::new(CredentialKind::ManagedIdentity);
        of_identity.environment = options.environment.clone();
        of_identity
            .client_id
            .clone_from(&options.identity_client_id);
        of_identity.object_id.clone_from(&options.object_id);
        of_identity.resource_id.clone_from(&options.resource_id);
        Ok(FederatedManagedIdentity {
            tenant: check_tenant(&named("tenant", &options.tenant)?)?,
            client_id: check_client_id(&named("client_id", &options.client_id)?)?,
            audience: options.audience.as_deref().unwrap_or(AUDIENCE).to_owned(),
            identity: ManagedIdentity::check(&of_identity, reach)?,
        })
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let assertion = self.identity.token_for(wire, &self.audience).await?.token;
        let form = form(authority, &self.client_id, assertion.text(), claims);
        let page = authority.page(&self.tenant, "token");
        redeem(wire, page, form, &[assertion.text()]).await
    }
}

/// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>, third case.
fn form(authority: &Authority, client_id: &str, assertion: &str, claims: Option<&str>) -> Form {
    Form::new()
        .field("grant_type", "client_credentials")
        .field("client_id", client_id)
        .field("client_assertion_type", ASSERTION_TYPE)
        .field("client_assertion", assertion)
        .field("scope", authority.default_scope())
        .field("claims", &capability::claims(claims))
}
