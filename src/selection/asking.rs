//! Asking for pages: by the calls' own rules for tokens, waits and repetition.

use std::sync::Arc;

use super::Selection;
use super::criteria::Criteria;
use super::selecting::{Request, Selecting};
use crate::call::Call;
use crate::cancellation::Cancellation;
use crate::client::Client;
use crate::client::core::{ClientCore, from_now};
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, Outcome};
use crate::token::AccessToken;
use crate::token::source::token_missing;
use crate::transport::Transport;
use crate::user::User;

/// An answer, and the token with which it came.
pub(crate) struct Asked {
    pub(crate) outcome: Outcome,
    pub(crate) body: Vec<u8>,
    pub(crate) token: Arc<AccessToken>,
}

/// Makes one request until it is answered for good, or the client's timeout has passed.
pub(crate) async fn ask(
    core: &ClientCore,
    transport: &Transport,
    endpoint: Endpoint,
    token: Arc<AccessToken>,
    request: Request,
    cancellation: &Cancellation,
) -> Asked {
    let timeout = core.settings.timeout;
    // No user is concerned.
    let nobody = User::Key(String::new());
    let mut call = Call {
        core,
        transport,
        endpoint,
        user: &nobody,
        token,
        cancellation,
        trace: None,
        timeout,
        deadline: from_now(timeout),
    };
    let Request {
        url,
        is_eventual,
        permissions,
    } = request;
    let (mut outcome, body) = call.list(url, is_eventual, permissions).await;
    outcome.id = None;
    Asked {
        outcome,
        body,
        token: call.token,
    }
}

impl Client {
    /// Lists the users that the criteria select, completely; nothing is sent that writes. The selection can be given to
    /// a run ([`RunOptions::selection`](crate::RunOptions::selection)), which then acts on exactly these.
    ///
    /// # Errors
    ///
    /// Criteria that cannot be used; a group that is not there, or that has no users
    /// ([`Status::GroupNotFound`](crate::Status::GroupNotFound),
    /// [`Status::GroupAmbiguous`](crate::Status::GroupAmbiguous),
    /// [`Status::SelectionEmpty`](crate::Status::SelectionEmpty)); an excluded group that protects nobody; and every
    /// status of 200 and above that a read may end in.
    pub fn select(
        &self,
        criteria: &Criteria,
        cancellation: Option<&Cancellation>,
    ) -> Result<Selection, Error> {
        criteria.check()?;
        let core = &*self.core;
        let cancellation = cancellation.cloned().unwrap_or_default();
        let deadline = from_now(core.settings.timeout);
        let given = core.tokens.given();
        if given.is_none() && !core.tokens.has_credential() {
            return Err(token_missing());
        }
        let transport = core.transport(deadline, &cancellation)?;
        let transport = &*transport;
        let selected = transport.block_on(async {
            let mut token = match given {
                Some(token) => token,
                None => core.first_token(transport, deadline, &cancellation).await?,
            };
            let endpoint = core.destination(&token)?;
            let mut selecting = Selecting::of(criteria.clone());
            while let Some(request) = selecting.request(&endpoint) {
                let asking = ask(
                    core,
                    transport,
                    endpoint.clone(),
                    token,
                    request,
                    &cancellation,
                );
                let asked = Box::pin(asking).await;
                token = asked.token;
                selecting.take(&endpoint, asked.outcome, &asked.body)?;
            }
            selecting.finish()
        });
        selected?
    }
}
