//! One call: invalidate a user's tokens, or read back that it happened.

pub(crate) mod core;
pub(crate) mod options;

use std::ffi::CStr;
use std::sync::Arc;

use jiff::Timestamp;

use crate::call::options::{CallKind, CallOptions};
use crate::call::prepared::PreparedCall;
use crate::cancellation::Cancellation;
use crate::client::core::ClientCore;
use crate::client::options::{ClientOptions, Settings};
use crate::credential::Credential;
use crate::outcome::{Error, Outcome};
use crate::token::AccessToken;
use crate::token::access::Access;
use crate::token::source::{TokenSource, token_missing};

/// A connection to Microsoft Graph for one caller, whose calls sign users out.
///
/// A client may be shared by any number of threads. It opens connections when first used and keeps them for the next
/// call. In a child of `fork()` it works on, with connections of the child's own.
pub struct Client {
    // Shared with the client's runs, which may outlive it.
    pub(crate) core: Arc<ClientCore>,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// An option that cannot be used: statuses 100 to 110, or [`Status::HostRefused`](crate::Status::HostRefused).
    pub fn new(options: ClientOptions) -> Result<Client, Error> {
        let settings = Settings::check(&options)?;
        let credential = settings.check_credential(&options)?;
        let tokens = TokenSource::new(options.token, credential);
        Ok(Client {
            core: Arc::new(ClientCore::new(settings, tokens)),
        })
    }

    /// The scope to ask a sign-in library for, to get a token for this client: `https://graph.microsoft.com/.default`,
    /// or that of the cloud which its options name, by the cloud, the endpoint or the credential's authority.
    pub fn scope(&self) -> &'static str {
        self.scope_for_c().to_str().unwrap_or_default()
    }

    pub(crate) fn scope_for_c(&self) -> &'static CStr {
        // Chosen by the settings where they name it, otherwise by the credential's sign-in service.
        let credential = self.core.tokens.credential();
        credential
            .map_or(self.core.settings.cloud, Credential::cloud)
            .scope()
    }

    /// Replaces the access token for the calls that begin from now on, and for runs that have no token of their own.
    /// For a client that acts for one identity: where several share a client, each call brings its own
    /// ([`CallOptions::token`]).
    pub fn set_token(&self, token: AccessToken) {
        self.core.tokens.give(token);
    }

    /// Invalidates all refresh tokens and session cookies of a user: `me`, an object id or a user principal name.
    ///
    /// Waits until the service has accepted, has refused, or the timeout has passed. The action is idempotent; what is
    /// worth repeating is repeated within the timeout. Access tokens already issued stay valid for up to an hour.
    ///
    /// # Errors
    ///
    /// Every status of 100 and above; the error holds the complete outcome.
    pub fn invalidate(
        &self,
        user: &str,
        cancellation: Option<&Cancellation>,
    ) -> Result<Outcome, Error> {
        self.call(user, CallOptions::default(), cancellation)
    }

    /// Reads the user's cut-off back until it lies at or after `not_before`, or the timeout has passed.
    ///
    /// `not_before` is the `server_date` of the outcome that accepted. Sign-in works with whole seconds, so one second
    /// of difference is allowed. A verified outcome has [`Status::Verified`](crate::Status::Verified) and the user's
    /// object id.
    ///
    /// # Errors
    ///
    /// [`Status::NotVerified`](crate::Status::NotVerified) when the cut-off stayed behind;
    /// [`Status::InvalidTime`](crate::Status::InvalidTime) for a time that no outcome can have;
    /// else every status of 100 and above.
    pub fn verify(
        &self,
        user: &str,
        not_before: Timestamp,
        cancellation: Option<&Cancellation>,
    ) -> Result<Outcome, Error> {
        let options = CallOptions::of_kind(CallKind::Verify(not_before));
        self.call(user, options, cancellation)
    }

    /// Makes one call as its options say: with a token and a timeout of its own, where they bring them.
    ///
    /// A call's own token goes with that call and with no other, on however many threads the client is used.
    ///
    /// # Errors
    ///
    /// Every status of 100 and above; the error holds the complete outcome.
    pub fn call(
        &self,
        user: &str,
        options: CallOptions,
        cancellation: Option<&Cancellation>,
    ) -> Result<Outcome, Error> {
        let core = &*self.core;
        let prepared = PreparedCall::new(core, user, options, cancellation)?;
        let named = |error: Error| error.for_user(user.trim());
        let transport = core
            .transport(prepared.deadline(), prepared.cancellation())
            .map_err(named)?;
        // Where it is made it stays: it is some thousand bytes long.
        let performing = std::pin::pin!(prepared.perform(core, &transport));
        transport.block_on(performing).map_err(named)?.into_result()
    }

    /// What the client's token may do, by its own claims: whose it is, until when, and what will be refused. Nothing is
    /// sent, and nothing that a token says of itself is proof.
    pub fn access(&self) -> Access {
        let core = &*self.core;
        match core.tokens.at_hand() {
            Some(token) => self.access_with(&token),
            None if core.tokens.has_credential() => Access::without_token(None),
            None => Access::without_token(Some(&token_missing())),
        }
    }

    /// What this token may do with this client, as [`Client::access`] tells it of the client's own.
    pub fn access_with(&self, token: &AccessToken) -> Access {
        Access::with_token(token, &self.core.destination(token))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}
