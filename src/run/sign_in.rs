//! Signing in for a run, beside its requests and one at a time.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use crate::client::core::ClientCore;
use crate::credential::Wire;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::Transport;

/// What a sign-in is for.
#[derive(Debug, Default)]
pub(super) struct Want {
    /// The token that the service refused, where it is to be replaced.
    pub(super) refused: Option<Arc<AccessToken>>,
    /// What the service's challenge demands.
    pub(super) claims: Option<String>,
    /// How often the sign-ins before it, which failed, had asked.
    pub(super) attempts_before: u32,
}

pub(super) struct SignIn {
    core: Arc<ClientCore>,
    transport: Arc<Transport>,
    under_way: JoinSet<Result<Arc<AccessToken>, Error>>,
}

impl SignIn {
    pub(super) fn new(core: Arc<ClientCore>, transport: Arc<Transport>) -> SignIn {
        SignIn {
            core,
            transport,
            under_way: JoinSet::new(),
        }
    }

    pub(super) fn is_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Begins a sign-in, unless one is under way.
    pub(super) fn begin(&mut self, want: Want) {
        if self.is_under_way() {
            return;
        }
        let core = Arc::clone(&self.core);
        let transport = Arc::clone(&self.transport);
        self.under_way.spawn(async move {
            let deadline = Instant::now() + core.settings.timeout;
            let wire = Wire {
                transport: &transport,
                deadline,
                attempts_before: want.attempts_before,
            };
            let signing_in = async {
                if let Some(refused) = &want.refused {
                    let claims = want.claims.as_deref();
                    if let Some(token) = core.tokens.renewed(wire, refused, claims).await? {
                        return Ok(token);
                    }
                }
                core.tokens.current(wire).await
            };
            let unstoppable = crate::cancellation::Cancellation::new();
            let so_far = "without a token, nothing more is sent to Microsoft Graph";
            core.signed_in(signing_in, deadline, &unstoppable, so_far)
                .await
        });
    }

    /// Waits for the sign-in that is under way; for ever where there is none.
    pub(super) async fn ended(&mut self) -> Result<Arc<AccessToken>, Error> {
        match self.under_way.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(error)) => Err(Error::new(
                Status::InternalError,
                format!("A sign-in was lost: {error}."),
            )),
            None => std::future::pending().await,
        }
    }

    pub(super) async fn shutdown(&mut self) {
        self.under_way.shutdown().await;
    }
}
