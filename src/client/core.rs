//! What a client shares with its calls and runs: the settings, the token, the connections.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cancellation::Cancellation;
use crate::client::options::Settings;
use crate::credential::Wire;
use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;
use crate::token::source::TokenSource;
use crate::transport::{Kept, Transport, shortage};

/// What a client shares with its calls, and with its runs, which may outlive it.
pub(crate) struct ClientCore {
    pub(crate) settings: Settings,
    pub(crate) tokens: TokenSource,
    transport: Kept,
}

impl ClientCore {
    pub(crate) fn new(settings: Settings, tokens: TokenSource) -> ClientCore {
        ClientCore {
            settings,
            tokens,
            transport: Kept::new(),
        }
    }

    /// This process's transport, for one call. Where the machine allows none now, it is waited for.
    pub(crate) fn transport(
        &self,
        deadline: Instant,
        cancellation: &Cancellation,
    ) -> Result<Arc<Transport>, Error> {
        shortage::waited_for(deadline, cancellation, || {
            self.transport.get(&self.settings.transport)
        })
    }

    /// A transport for calls of a queue, which drives it.
    pub(crate) fn transport_of_queue(&self) -> Result<Transport, Error> {
        self.transport.of_queue(&self.settings.transport)
    }

    /// A transport of a run's own, with so many requests at once.
    pub(crate) fn transport_of_run(&self, concurrency: usize) -> Result<Transport, Error> {
        self.transport
            .another(&self.settings.transport, concurrency)
    }

    /// Where a request with this token goes, once it is known that the token can work there and now.
    pub(crate) fn destination(&self, token: &AccessToken) -> Result<Endpoint, Error> {
        let endpoint = self.endpoint_for(token)?;
        token.judge_audience(&endpoint)?;
        token.judge_lifetime()?;
        Ok(endpoint)
    }

    fn endpoint_for(&self, token: &AccessToken) -> Result<Endpoint, Error> {
        if let Some(expected) = &self.settings.expected_tenant {
            expected.judge(token)?;
        }
        match (&self.settings.endpoint, self.tokens.endpoint()) {
            // Judged by the token at hand: a call may bring one of its own beside the credential.
            (None, Some(endpoint)) if token.is_brought() => endpoint,
            _ => self.settings.endpoint_for(token),
        }
    }

    /// The token with which everything begins: nothing was sent before it.
    pub(crate) async fn first_token(
        &self,
        transport: &Transport,
        deadline: Instant,
        cancellation: &Cancellation,
    ) -> Result<Arc<AccessToken>, Error> {
        let wire = Wire {
            transport,
            deadline,
            attempts_before: 0,
        };
        self.signed_in(
            self.tokens.current(wire),
            deadline,
            cancellation,
            NOTHING_SENT,
        )
        .await
    }

    /// Waits for a sign-in, no longer than the deadline and the signal allow. `so_far` is what a message says of what
    /// was sent before.
    pub(crate) async fn signed_in<T>(
        &self,
        signing_in: impl Future<Output = Result<T, Error>>,
        deadline: Instant,
        cancellation: &Cancellation,
        so_far: &str,
    ) -> Result<T, Error> {
        let bounded = tokio::time::timeout_at(deadline.into(), signing_in);
        match cancellation.or(bounded).await {
            Some(Ok(signed_in)) => signed_in,
            Some(Err(_)) => Err(Error::new(
                Status::DeadlineExceeded,
                format!("The timeout passed during the sign-in; {so_far}."),
            )
            .hint("Check the network, or allow a longer timeout; repeating is safe.")),
            None => Err(Error::new(
                Status::Cancelled,
                format!("Cancelled while signing in: {so_far}."),
            )),
        }
    }
}

/// What is to be said where a sign-in comes before everything else.
pub(crate) const NOTHING_SENT: &str = "nothing was sent to Microsoft Graph";

/// When a call that begins now has to be over.
pub(crate) fn from_now(timeout: Duration) -> Instant {
    let now = Instant::now();
    // A time beyond all clocks is a day, which nobody waits for.
    now.checked_add(timeout)
        .unwrap_or(now + Duration::from_secs(86_400))
}
