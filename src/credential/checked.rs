//! A credential as a client has it: one kind, or a chain of them.

use std::sync::Arc;

use super::authority::{Authority, Reach};
use super::chain::Chain;
use super::device_code::{DeviceCode, Pending};
use super::kinds::Kind;
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
    source: Source,
    /// What a named kind wins over, in words.
    wins: Option<String>,
}

/// Who is asked.
enum Source {
    One(Kind),
    Chain(Chain),
}

impl Source {
    fn check(options: &CredentialOptions, reach: Reach) -> Result<Source, Error> {
        Ok(match options.kind {
            CredentialKind::Chain => Source::Chain(Chain::check(options, reach)?),
            _ => Source::One(Kind::check(options, reach)?),
        })
    }

    fn person(&self) -> Option<&DeviceCode> {
        match self {
            Source::One(kind) => kind.person(),
            Source::Chain(chain) => chain.person(),
        }
    }
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
            source: Source::check(options, Reach::of(endpoint))?,
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
        match &self.source {
            Source::One(kind) => {
                let issued = kind.sign_in(wire, &self.authority, claims).await?;
                Ok(kind.signed(self.named, issued))
            }
            Source::Chain(chain) => chain.sign_in(wire, &self.authority, claims).await,
        }
    }

    /// What else there is to say of who acts: that a named kind wins over the environment.
    pub(crate) fn wins(&self) -> Option<&str> {
        self.wins.as_deref()
    }

    /// Whether a person can be asked to sign in.
    pub(crate) fn can_ask_a_person(&self) -> bool {
        self.source.person().is_some()
    }

    /// The code that a person is to enter, where one was asked for.
    pub(crate) fn pending(&self) -> Option<Arc<Pending>> {
        self.source.person().and_then(DeviceCode::pending)
    }

    /// Asks for a code that a person is to enter.
    pub(crate) async fn begin(&self, wire: Wire<'_>) -> Result<Arc<Pending>, Error> {
        let person = self.source.person().ok_or_else(nobody)?;
        person.begin(wire, &self.authority).await
    }

    /// Waits until the person has entered the code; gives nothing where they have not when the time is over.
    pub(crate) async fn wait(
        &self,
        wire: Wire<'_>,
        pending: &Pending,
    ) -> Result<Option<Issued>, Error> {
        let person = self.source.person().ok_or_else(nobody)?;
        let issued = person.wait(wire, &self.authority, pending).await?;
        if let (Some(_), Source::Chain(chain)) = (&issued, &self.source) {
            chain.settle_on_the_person();
        }
        Ok(issued.map(|issued| issued.by(CredentialKind::DeviceCode.name())))
    }
}

fn nobody() -> Error {
    Error::new(
        Status::CredentialUnavailable,
        "This kind of credential does not ask a person to sign in.",
    )
}
