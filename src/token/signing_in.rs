//! Signing in before anything is done; and, where it takes a person, in two steps that nobody is called back for.

use std::sync::Arc;

use crate::cancellation::Cancellation;
use crate::client::Client;
use crate::client::core::{ClientCore, from_now};
use crate::credential::{Credential, Pending, Wire};
use crate::outcome::{Error, Outcome, rfc3339};
use crate::status::Status;
use crate::token::AccessToken;
use crate::token::claims::Claims;
use crate::token::source::token_missing;

impl Client {
    /// Signs in with the client's credential, so that what could fail does so before anything is done.
    ///
    /// A credential that asks a person does it in steps: the first call gives [`Status::SignInPending`], with the text
    /// to show in `message` and the code alone in `code`. Each further call waits for the person, up to the client's
    /// timeout, and gives [`Status::SignedIn`], or [`Status::SignInPending`] again. Every other credential gives
    /// [`Status::SignedIn`] at once, and so does a token that was given.
    ///
    /// # Errors
    ///
    /// [`Status::TokenMissing`] without credential and token; [`Status::TokenWrongTenant`] where another tenant is
    /// expected;
    /// [`Status::DeviceCodeExpired`], [`Status::DeviceCodeDeclined`]; else what any sign-in may fail with: 200 to 215,
    /// 500 and above.
    pub fn sign_in(&self, cancellation: Option<&Cancellation>) -> Result<Outcome, Error> {
        let core = &*self.core;
        if let Some(token) = core.tokens.given() {
            return core.greet(&token);
        }
        let credential = core.tokens.credential().ok_or_else(token_missing)?;
        let cancellation = cancellation.cloned().unwrap_or_default();
        let deadline = from_now(core.settings.timeout);
        let transport = core.transport(deadline, &cancellation)?;
        let signed_in = transport.block_on(async {
            let wire = Wire {
                transport: &transport,
                deadline,
                attempts_before: 0,
            };
            match credential.pending() {
                Some(pending) => core.wait(credential, wire, &pending, &cancellation).await,
                None => {
                    let beginning = core.sign_in_or_ask(credential, wire);
                    core.signed_in(
                        beginning,
                        deadline,
                        &cancellation,
                        crate::client::core::NOTHING_SENT,
                    )
                    .await
                }
            }
        });
        signed_in?
    }
}

impl ClientCore {
    /// Signs in as far as that goes without a person, then asks for a code.
    async fn sign_in_or_ask(
        &self,
        credential: &Credential,
        wire: Wire<'_>,
    ) -> Result<Outcome, Error> {
        let error = match self.tokens.current(wire).await {
            Ok(token) => return self.greet(&token),
            Err(error) => error,
        };
        let takes_a_person = matches!(
            error.status(),
            Status::SignInInteractionRequired | Status::CredentialUnavailable
        );
        if !takes_a_person || !credential.can_ask_a_person() {
            return Err(error);
        }
        log::debug!("a person must sign in: {error}");
        let pending = credential.begin(wire).await?;
        Ok(to_be_shown(&pending))
    }

    async fn wait(
        &self,
        credential: &Credential,
        wire: Wire<'_>,
        pending: &Pending,
        cancellation: &Cancellation,
    ) -> Result<Outcome, Error> {
        match cancellation.or(credential.wait(wire, pending)).await {
            Some(Ok(Some(issued))) => {
                let token = Arc::clone(&issued.token);
                self.tokens.keep(issued);
                self.greet(&token)
            }
            Some(Ok(None)) => Ok(to_be_shown(pending)),
            Some(Err(error)) => Err(error),
            None => Err(Error::new(
                Status::Cancelled,
                "Cancelled while waiting for a person to sign in.",
            )),
        }
    }

    /// Says who has signed in; a token of another tenant than the expected one is of no use to anybody.
    fn greet(&self, token: &AccessToken) -> Result<Outcome, Error> {
        if let Some(expected) = &self.settings.expected_tenant {
            expected.judge(token)?;
        }
        let credential = self.tokens.credential().filter(|_| token.is_brought());
        Ok(signed_in(token, credential.and_then(Credential::wins)))
    }
}

fn to_be_shown(pending: &Pending) -> Outcome {
    let mut outcome = Outcome::new(Status::SignInPending);
    outcome.message = Some(pending.message.clone());
    outcome.code = Some(pending.user_code.clone());
    outcome
}

fn signed_in(token: &AccessToken, wins: Option<&str>) -> Outcome {
    let mut outcome = Outcome::new(Status::SignedIn);
    let by = token
        .credential()
        .map(|credential| format!(", by {credential}"));
    let by = by.as_deref().unwrap_or_default();
    let wins = wins.map(|wins| format!(" {wins}"));
    outcome.message = Some(
        match token.claims() {
            Some(claims) => of_claims(claims, by),
            None => format!("Signed in{by}."),
        } + wins.as_deref().unwrap_or_default(),
    );
    outcome
}

fn of_claims(claims: &Claims, by: &str) -> String {
    let who = claims
        .user_principal_name
        .as_deref()
        .or(claims.application_name.as_deref())
        .or(claims.application_id.as_deref())
        .unwrap_or("somebody");
    let tenant = claims.tenant_id.as_deref().unwrap_or("an unknown tenant");
    let until = claims
        .expires
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(|until| format!(", until {}", rfc3339(until)));
    format!(
        "Signed in as {who} in {tenant}{}{by}.",
        until.unwrap_or_default()
    )
}
