//! A library that was built without credentials: there is no value of this type.

use super::{CredentialOptions, Issued, Wire};
use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;

pub(crate) enum Credential {}

impl Credential {
    pub(crate) fn check(
        _options: &CredentialOptions,
        _cloud: Option<Cloud>,
        _endpoint: Option<&Endpoint>,
    ) -> Result<Credential, Error> {
        Err(Error::new(
            Status::InvalidCredential,
            "This library was built without credentials.",
        )
        .hint("Give it an access token, or build it with its feature \"credentials\"."))
    }

    pub(crate) fn endpoint(&self) -> Result<Endpoint, Error> {
        match *self {}
    }

    pub(crate) async fn sign_in(
        &self,
        _wire: Wire<'_>,
        _claims: Option<&str>,
    ) -> Result<Issued, Error> {
        match *self {}
    }
}
