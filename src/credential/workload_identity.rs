//! A workload that another issuer vouches for: Kubernetes, a pipeline. Its token lies in a file and is read anew each time,
//! since whoever writes it renews it.

use std::path::{Path, PathBuf};

use super::authority::Authority;
use super::client_certificate::ASSERTION_TYPE;
use super::exchange::redeem;
use super::form::Form;
use super::needs::{Needs, read_file};
use super::{CredentialOptions, Issued, Secret, Wire, capability};
use crate::outcome::Error;
use crate::small_text;
use crate::status::Status;

/// The variable that Azure's workload identity sets.
pub(super) const TOKEN_FILE_VARIABLE: &str = "AZURE_FEDERATED_TOKEN_FILE";

pub(super) struct WorkloadIdentity {
    tenant: String,
    client_id: String,
    token_file: PathBuf,
}

impl WorkloadIdentity {
    pub(super) fn check(options: &CredentialOptions) -> Result<WorkloadIdentity, Error> {
        options.refuse_others(&["tenant", "client_id", "token_file"])?;
        let needs = Needs::of(options);
        Ok(WorkloadIdentity {
            tenant: needs.tenant()?,
            client_id: needs.client_id()?,
            token_file: needs.path(
                "token_file",
                options.token_file.as_ref(),
                TOKEN_FILE_VARIABLE,
            )?,
        })
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let assertion = read_token(&self.token_file)?;
        let form = Form::new()
            .field("grant_type", "client_credentials")
            .field("client_id", &self.client_id)
            .field("client_assertion_type", ASSERTION_TYPE)
            .field("client_assertion", assertion.text())
            .field("scope", authority.default_scope())
            .field("claims", &capability::claims(claims));
        let page = authority.page(&self.tenant, "token")?;
        redeem(wire, page, form, &[assertion.text()]).await
    }
}

/// The token that lies in a file.
pub(super) fn read_token(path: &Path) -> Result<Secret, Error> {
    let bytes = read_file("The federated token file", path)
        .map_err(|error| error.with(|outcome| outcome.status = Status::CredentialUnavailable))?;
    small_text::decode(bytes.bytes())
        .and_then(|text| Secret::new(small_text::bare(&text).trim()).ok())
        .ok_or_else(|| {
            Error::new(
                Status::CredentialUnavailable,
                format!(
                    "The federated token file {} holds no token.",
                    path.display()
                ),
            )
            .hint("Check what writes the file: it must hold the token alone.")
        })
}
