//! Whatever is there: the environment's application, a workload's token, a managed identity, the Azure CLI, a person.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::allowed::Allowed;
use super::authority::{Authority, Reach};
use super::device_code::DeviceCode;
use super::kinds::Kind;
use super::needs::{Needs, SECRET_VARIABLES};
use super::{CredentialKind, CredentialOptions, Issued, Wire, assertion};
use crate::outcome::Error;
use crate::status::Status;

/// The order, which is documented: what was set up on purpose comes before what merely happens to be there.
const ORDER: &[CredentialKind] = &[
    CredentialKind::Environment,
    CredentialKind::WorkloadIdentity,
    CredentialKind::ManagedIdentity,
    CredentialKind::AzureCli,
    CredentialKind::DeviceCode,
];

/// Nothing has brought a token yet.
const NONE: usize = usize::MAX;

pub(super) struct Chain {
    links: Vec<Link>,
    /// Whom `AZURE_TOKEN_CREDENTIALS` leaves out, in words.
    left_out: Option<String>,
    /// The first that brought a token: it is asked alone from then on.
    found: AtomicUsize,
}

struct Link {
    kind: CredentialKind,
    /// Not there at all: why.
    credential: Result<Kind, Error>,
}

impl Chain {
    pub(super) fn check(options: &CredentialOptions, reach: Reach) -> Result<Chain, Error> {
        options.refuse_others(&["tenant", "client_id", "scopes"])?;
        let allowed = Allowed::read(&options.environment)?;
        let (kept, left_out): (Vec<CredentialKind>, Vec<CredentialKind>) = ORDER
            .iter()
            .copied()
            .partition(|kind| allowed.includes(*kind));
        let links = kept
            .into_iter()
            .map(|kind| Link::check(kind, options, reach));
        let left_out: Vec<&str> = left_out.into_iter().map(|kind| kind.name()).collect();
        Ok(Chain {
            links: links.collect::<Result<_, Error>>()?,
            left_out: allowed
                .said()
                .map(|said| format!(" {said} leaves out {}.", left_out.join(", "))),
            found: AtomicUsize::new(NONE),
        })
    }

    /// The credential that brought a token, or all of them.
    fn candidates(&self) -> impl Iterator<Item = (usize, &Link)> {
        let found = self.found.load(Ordering::Acquire);
        self.links
            .iter()
            .enumerate()
            .filter(move |(index, _)| found == NONE || found == *index)
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let mut tried = Vec::new();
        for (index, link) in self.candidates() {
            let error = match &link.credential {
                Err(error) => error.clone(),
                Ok(credential) => {
                    match Box::pin(credential.sign_in(wire, authority, claims)).await {
                        Ok(issued) => {
                            log::debug!("{} brought a token", link.kind.name());
                            self.found.store(index, Ordering::Release);
                            return Ok(credential.signed(link.kind, issued));
                        }
                        Err(error) => error,
                    }
                }
            };
            let goes_on = error.status() == Status::CredentialUnavailable
                || link.kind == CredentialKind::DeviceCode;
            if !goes_on || self.found.load(Ordering::Acquire) == index {
                return Err(error.with(|outcome| {
                    let message = outcome.message.take().unwrap_or_default();
                    outcome.message = Some(format!("{}: {message}", link.kind.name()));
                }));
            }
            log::debug!("{}: {error}", link.kind.name());
            tried.push(format!("{}: {error}", link.kind.name()));
        }
        Err(Error::new(
            Status::CredentialUnavailable,
            format!(
                "No credential obtained a token. {}{}",
                tried.join(" "),
                self.left_out.as_deref().unwrap_or_default()
            ),
        )
        .hint("Configure one of these, or name a single kind to see what is missing."))
    }

    /// The person has signed in: nobody else is asked from now on.
    pub(super) fn settle_on_the_person(&self) {
        let mut links = self.links.iter();
        if let Some(index) = links.position(|link| link.kind == CredentialKind::DeviceCode) {
            self.found.store(index, Ordering::Release);
        }
    }

    /// The kind at the chain's end that a person answers.
    pub(super) fn person(&self) -> Option<&DeviceCode> {
        let mut links = self.candidates().map(|(_, link)| link);
        links
            .find(|link| link.kind == CredentialKind::DeviceCode)
            .and_then(|link| link.credential.as_ref().ok())
            .and_then(Kind::person)
    }
}

impl Link {
    fn unavailable(kind: CredentialKind, why: String) -> Link {
        Link {
            kind,
            credential: Err(Error::new(Status::CredentialUnavailable, why)),
        }
    }

    /// What is set up wrongly is an error; what is not set up at all is passed over.
    fn check(kind: CredentialKind, chain: &CredentialOptions, reach: Reach) -> Result<Link, Error> {
        let mut options = CredentialOptions::new(kind);
        options.environment = chain.environment.clone();
        let needs = Needs::of(chain);
        match kind {
            CredentialKind::Environment => {
                options.tenant.clone_from(&chain.tenant);
                options.client_id.clone_from(&chain.client_id);
                if !needs.has_any(SECRET_VARIABLES) {
                    let why = "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH is not set.";
                    return Ok(Link::unavailable(kind, why.to_owned()));
                }
            }
            CredentialKind::WorkloadIdentity => {
                options.tenant.clone_from(&chain.tenant);
                options.client_id.clone_from(&chain.client_id);
                if let Some(why) = assertion::absent(&options) {
                    return Ok(Link::unavailable(kind, why));
                }
            }
            CredentialKind::ManagedIdentity => {
                // Azure's own tools read the user-assigned identity's id from here.
                let variable = chain.environment.get("AZURE_CLIENT_ID");
                options.client_id = chain.client_id.clone().or(variable);
            }
            CredentialKind::DeviceCode => {
                options.tenant.clone_from(&chain.tenant);
                options.client_id.clone_from(&chain.client_id);
                options.scopes.clone_from(&chain.scopes);
            }
            _ => options.tenant.clone_from(&chain.tenant),
        }
        match Kind::check(&options, reach) {
            Ok(credential) => Ok(Link {
                kind,
                credential: Ok(credential),
            }),
            // A managed identity that this machine cannot have, whatever its id.
            Err(error)
                if error.status() == Status::CredentialUnavailable
                    || kind == CredentialKind::ManagedIdentity =>
            {
                Ok(Link {
                    kind,
                    credential: Err(
                        error.with(|outcome| outcome.status = Status::CredentialUnavailable)
                    ),
                })
            }
            Err(error) => Err(error),
        }
    }
}
