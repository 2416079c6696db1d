//! One call: invalidate a user's tokens, or read back that it happened.

use std::ffi::CStr;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwapOption;
use jiff::Timestamp;

use crate::call::Call;
use crate::cancellation::Cancellation;
use crate::options::{ClientOptions, Settings};
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::{PerProcess, Transport};
use crate::user::User;

/// A connection to Microsoft Graph for one caller, whose calls sign users out.
///
/// A client may be shared by any number of threads. It opens connections when first used and keeps them for the next
/// call. In a child of `fork()` it works on, with connections of the child's own.
pub struct Client {
    // Shared with the client's runs, which may outlive it.
    pub(crate) core: Arc<ClientCore>,
}

/// What a client and its runs share.
pub(crate) struct ClientCore {
    pub(crate) settings: Settings,
    pub(crate) token: ArcSwapOption<AccessToken>,
    transport: PerProcess<Transport>,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// An option that cannot be used: statuses 100 to 109, or [`Status::HostRefused`].
    pub fn new(options: ClientOptions) -> Result<Client, Error> {
        Ok(Client {
            core: Arc::new(ClientCore {
                settings: Settings::check(&options)?,
                token: ArcSwapOption::new(options.token.map(Arc::new)),
                transport: PerProcess::new(),
            }),
        })
    }

    /// The scope to ask a sign-in library for, to get a token for this client: `https://graph.microsoft.com/.default`, or
    /// that of the cloud which its options name.
    pub fn scope(&self) -> &'static str {
        self.scope_for_c().to_str().unwrap_or_default()
    }

    pub(crate) fn scope_for_c(&self) -> &'static CStr {
        self.core.settings.cloud.scope()
    }

    /// Replaces the access token for the calls that begin from now on.
    pub fn set_token(&self, token: AccessToken) {
        self.core.token.store(Some(Arc::new(token)));
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
        let call = self.begin(user, self.core.token.load_full(), cancellation)?;
        self.finish(&call, call.invalidate())
    }

    /// Invalidates as [`Client::invalidate`] does, with this token instead of the client's own.
    ///
    /// # Errors
    ///
    /// As [`Client::invalidate`].
    pub fn invalidate_with_token(
        &self,
        user: &str,
        token: &AccessToken,
        cancellation: Option<&Cancellation>,
    ) -> Result<Outcome, Error> {
        let call = self.begin(user, Some(Arc::new(token.clone())), cancellation)?;
        self.finish(&call, call.invalidate())
    }

    /// Reads the user's cut-off back until it lies at or after `not_before`, or the timeout has passed.
    ///
    /// `not_before` is the `server_date` of the outcome that accepted. Sign-in works with whole seconds, so one second of
    /// difference is allowed. A verified outcome has [`Status::Verified`] and the user's object id.
    ///
    /// # Errors
    ///
    /// [`Status::NotVerified`] when the cut-off stayed behind; else every status of 100 and above.
    pub fn verify(
        &self,
        user: &str,
        not_before: Timestamp,
        cancellation: Option<&Cancellation>,
    ) -> Result<Outcome, Error> {
        let call = self.begin(user, self.core.token.load_full(), cancellation)?;
        self.finish(&call, call.verify(not_before))
    }

    /// Checks all that can be checked before anything is sent.
    fn begin(
        &self,
        user: &str,
        token: Option<Arc<AccessToken>>,
        cancellation: Option<&Cancellation>,
    ) -> Result<Call<'_>, Error> {
        let named = |error: Error| error.for_user(user.trim());
        let user = User::parse(user).map_err(named)?;
        let named = |error: Error| error.for_user(user.text());
        let token = token.ok_or_else(token_missing).map_err(named)?;
        let endpoint = self.core.settings.endpoint_for(&token).map_err(named)?;
        token.judge(&endpoint, &user).map_err(named)?;
        Ok(Call {
            settings: &self.core.settings,
            transport: self
                .core
                .transport
                .get_or_try_init(|| Transport::new(&self.core.settings.transport))
                .map_err(named)?,
            endpoint,
            user,
            token,
            cancellation: cancellation.cloned().unwrap_or_default(),
            deadline: Instant::now() + self.core.settings.timeout,
        })
    }

    fn finish(
        &self,
        call: &Call<'_>,
        future: impl Future<Output = Result<Outcome, Error>> + Send,
    ) -> Result<Outcome, Error> {
        match call.transport.block_on(future) {
            Some(Ok(outcome)) => outcome.into_result(),
            Some(Err(error)) => Err(error.for_user(call.user.text())),
            None => Err(Error::new(
                Status::InternalError,
                "The thread that drives the network ended unexpectedly.",
            )
            .for_user(call.user.text())),
        }
    }
}

pub(crate) fn token_missing() -> Error {
    Error::new(Status::TokenMissing, "There is no access token.")
        .hint("Give the client a token first.")
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}
