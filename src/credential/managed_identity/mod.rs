//! Managed identities: an endpoint of the machine itself gives the tokens, in one of several shapes.
//!
//! Sources: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>,
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>,
//! <https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication>.

mod arc;
mod source;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use url::Url;

use super::answered::{Answered, Asked};
use super::authority::{Authority, Reach};
use super::exchange::send;
use super::{CredentialOptions, Issued, Wire, issued, refusal};
use crate::outcome::Error;
use crate::status::Status;
use crate::transport::{Departure, Request};
use source::{Shape, Source};

/// The metadata service of a virtual machine answers at once where it exists; elsewhere nobody answers at all.
const PROBE: Duration = Duration::from_secs(2);

/// Answers by which the metadata service says that it is being updated.
const COMES_BACK: &[u16] = &[404, 410];

pub(super) struct ManagedIdentity {
    source: Source,
    /// The parameter that names a user-assigned identity, and its value.
    identity: Option<(&'static str, String)>,
    /// Where Arc's agent writes its keys.
    key_folder: PathBuf,
    /// Whether the metadata service was seen to answer.
    is_there: AtomicBool,
}

impl ManagedIdentity {
    pub(super) fn check(
        options: &CredentialOptions,
        reach: Reach,
    ) -> Result<ManagedIdentity, Error> {
        options.refuse_others(&["client_id", "object_id", "resource_id"])?;
        let source = Source::find(&options.environment)?;
        if !reach.includes(&source.endpoint) {
            let host = source.endpoint.host_str().unwrap_or_default();
            return Err(Error::new(
                Status::CredentialUnavailable,
                format!("The managed identity endpoint {host} is not contacted: the Graph endpoint is this machine, so nothing may leave it."),
            )
            .hint("Name a managed identity endpoint of this machine with AZURE_POD_IDENTITY_AUTHORITY_HOST, or use another kind of credential."));
        }
        Ok(ManagedIdentity {
            identity: source.identity(options)?,
            source,
            key_folder: arc::key_folder(&options.environment),
            is_there: AtomicBool::new(false),
        })
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        if claims.is_some() {
            return Err(Error::new(
                Status::ClaimsChallenge,
                "The service demands a sign-in with additional claims, which a managed identity cannot provide.",
            )
            .hint("Ask which Conditional Access policy the tenant enforces for workload identities, or use another kind of credential."));
        }
        self.token_for(wire, authority.resource()).await
    }

    /// A token for any resource.
    pub(super) async fn token_for(&self, wire: Wire<'_>, resource: &str) -> Result<Issued, Error> {
        let url = self.url(resource);
        let secrets = self.source.secrets();
        let asked = Asked {
            name: "The managed identity endpoint",
            host: url.host_str().unwrap_or_default().to_owned(),
            secrets: &secrets,
        };
        if self.source.shape == Shape::VirtualMachine {
            self.probe(wire, &url, &asked).await?;
        }
        let mut answered = self.ask(wire, &url, resource, &asked, None).await?;
        if self.source.shape == Shape::Arc && answered.answer.status == StatusCode::UNAUTHORIZED {
            let key = arc::key(&answered.answer.headers, &self.key_folder)?;
            answered = self.ask(wire, &url, resource, &asked, Some(key)).await?;
        }
        self.is_there.store(true, Ordering::Release);
        if answered.answer.status.is_success() {
            return issued::read(&answered, &asked);
        }
        let error = refusal::read(&answered).into_error(&asked);
        let none_here = matches!(answered.answer.status.as_u16(), 400 | 403 | 404 | 410);
        if none_here && error.status() != Status::ClaimsChallenge {
            return Err(error
                .with(|outcome| outcome.status = Status::CredentialUnavailable)
                .hint("Assign a managed identity to this machine or app; name a user-assigned one by its client id."));
        }
        Err(error)
    }

    fn url(&self, resource: &str) -> Url {
        let mut url = self.source.endpoint.clone();
        if self.source.shape == Shape::CloudShell {
            return url;
        }
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("api-version", self.source.shape.version());
            query.append_pair("resource", resource);
            if let Some((name, value)) = &self.identity {
                query.append_pair(name, value);
            }
        }
        url
    }

    async fn ask(
        &self,
        wire: Wire<'_>,
        url: &Url,
        resource: &str,
        asked: &Asked<'_>,
        key: Option<HeaderValue>,
    ) -> Result<Answered, Error> {
        let mut headers = self.source.headers();
        if let Some(key) = key {
            headers.insert(AUTHORIZATION, key);
        }
        let (method, body) = self.source.method_and_body(resource);
        if !body.is_empty() {
            headers.insert(
                HeaderName::from_static("content-type"),
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            );
        }
        let comes_back = if self.source.shape == Shape::VirtualMachine {
            COMES_BACK
        } else {
            &[]
        };
        let answered = send(wire, asked, comes_back, || Request {
            method: method.clone(),
            url: url.clone(),
            headers: headers.clone(),
            body: body.clone(),
        })
        .await;
        answered.map_err(|error| match error.status() {
            Status::ConnectFailed | Status::NameResolutionFailed => absent(asked, &error),
            _ => error,
        })
    }

    /// Finds out quickly whether there is a metadata service, by a request that it refuses at once.
    async fn probe(&self, wire: Wire<'_>, url: &Url, asked: &Asked<'_>) -> Result<(), Error> {
        if self.is_there.load(Ordering::Acquire) {
            return Ok(());
        }
        let request = Request {
            method: Method::GET,
            url: url.clone(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let departure = Departure::default();
        let probing = wire.transport.send(request, &departure);
        match tokio::time::timeout(PROBE, probing).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(failure)) => Err(absent(asked, &failure.message)),
            Err(_) => Err(absent(asked, &"No answer came.")),
        }
    }
}

#[cfg(test)]
pub(super) use arc::key as agent_key;

fn absent(asked: &Asked<'_>, why: &dyn std::fmt::Display) -> Error {
    Error::new(
        Status::CredentialUnavailable,
        format!("There is no managed identity here: nothing answers at {}. {why}", asked.host),
    )
    .hint("Managed identities exist on Azure's virtual machines and services, and on servers with Azure Arc; elsewhere, use another kind of credential.")
}

#[cfg(test)]
mod tests;
