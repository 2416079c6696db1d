//! A library that was built without credentials: there is no value of this type.

use std::sync::Arc;

use super::{CredentialOptions, Issued, Wire};
use crate::graph::cloud::Cloud;
use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;

pub(crate) enum Credential {}

/// Nobody is ever asked.
pub(crate) struct Pending {
    pub(crate) message: String,
    pub(crate) user_code: String,
}

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

    pub(crate) fn cloud(&self) -> Cloud {
        match *self {}
    }

    pub(crate) fn endpoint(&self) -> Result<Endpoint, Error> {
        match *self {}
    }

    pub(crate) fn wins(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) fn can_ask_a_person(&self) -> bool {
        match *self {}
    }

    pub(crate) fn pending(&self) -> Option<Arc<Pending>> {
        match *self {}
    }

    pub(crate) async fn begin(&self, _wire: Wire<'_>) -> Result<Arc<Pending>, Error> {
        match *self {}
    }

    pub(crate) async fn wait(
        &self,
        _wire: Wire<'_>,
        _pending: &Pending,
    ) -> Result<Option<Issued>, Error> {
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
