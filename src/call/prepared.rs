//! A call between being asked for and being answered: refused at once where it can be, then carried out anywhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::HeaderValue;

use crate::call::Call;
use crate::call::cut_off;
use crate::call::headers;
use crate::call::options::{CallKind, CallOptions};
use crate::cancellation::Cancellation;
use crate::client::core::{ClientCore, from_now};
use crate::client::options::lasting;
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, Outcome};
use crate::token::AccessToken;
use crate::token::source::token_missing;
use crate::transport::{MAY_HAVE_ACTED, Transport, descriptors_closed};
use crate::user::User;

/// A call that nothing speaks against so far. Its time runs.
pub(crate) struct PreparedCall {
    user: User,
    kind: CallKind,
    /// The call's own token, or the one that the client was given, with where it goes; `None` where a credential brings
    /// it.
    token: Option<(Arc<AccessToken>, Endpoint)>,
    cancellation: Cancellation,
    trace: Option<HeaderValue>,
    timeout: Duration,
    deadline: Instant,
}

impl PreparedCall {
    /// Refuses all that can be refused before anything is made or sent.
    pub(crate) fn new(
        core: &ClientCore,
        user: &str,
        options: CallOptions,
        cancellation: Option<&Cancellation>,
    ) -> Result<PreparedCall, Error> {
        let named = |error: Error| error.for_user(user.trim());
        let user = User::parse(user).map_err(named)?;
        let named = |error: Error| error.for_user(user.text());
        if let CallKind::Verify(not_before) = options.kind {
            cut_off::check_expected(not_before).map_err(named)?;
        }
        let trace = options.traceparent.as_deref().map(headers::of_trace);
        let trace = trace.transpose().map_err(named)?;
        let token = match options.token {
            Some(token) => Some(Arc::new(token)),
            None => core.tokens.given(),
        };
        let token = match token {
            Some(token) => Some(with_destination(core, token, &user).map_err(named)?),
            None if core.tokens.has_credential() => None,
            None => return Err(named(token_missing())),
        };
        let timeout = lasting("timeout", options.timeout)?.unwrap_or(core.settings.timeout);
        Ok(PreparedCall {
            user,
            kind: options.kind,
            token,
            cancellation: cancellation.cloned().unwrap_or_default(),
            trace,
            timeout,
            deadline: from_now(timeout),
        })
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(crate) fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }

    /// The outcome of a call that could not even begin.
    pub(crate) fn failed(self, error: Error) -> Outcome {
        error.for_user(self.user.text()).into_outcome()
    }

    /// What is to be told of it where it is lost under way.
    pub(crate) fn lost(&self) -> Lost {
        Lost {
            user: self.user.clone(),
            may_act: matches!(self.kind, CallKind::Invalidate),
        }
    }

    /// Carries the call out. What it ends in, failures included, is an outcome.
    pub(crate) async fn perform(self, core: &ClientCore, transport: &Transport) -> Outcome {
        let user = self.user.clone();
        let performed = self.try_to_perform(core, transport).await;
        performed.unwrap_or_else(|error| error.for_user(user.text()).into_outcome())
    }

    async fn try_to_perform(
        self,
        core: &ClientCore,
        transport: &Transport,
    ) -> Result<Outcome, Error> {
        let PreparedCall {
            user,
            kind,
            token,
            cancellation,
            trace,
            timeout,
            deadline,
        } = self;
        let (token, endpoint) = match token {
            Some(known) => known,
            None => {
                // On the heap, and only where it is needed: the calls of a queue wait by the thousand.
                let token = Box::pin(core.first_token(transport, deadline, &cancellation)).await?;
                with_destination(core, token, &user)?
            }
        };
        let mut call = Call {
            core,
            transport,
            endpoint,
            user: &user,
            token,
            cancellation: &cancellation,
            trace,
            timeout,
            deadline,
        };
        match kind {
            CallKind::Invalidate => call.invalidate().await,
            CallKind::Verify(not_before) => call.verify(not_before).await,
            CallKind::Show => call.show().await,
        }
    }
}

/// A call of which nothing more is known, since the host closed the descriptors that it was carried out on.
pub(crate) struct Lost {
    user: User,
    may_act: bool,
}

impl Lost {
    pub(crate) fn outcome(&self) -> Outcome {
        let error = descriptors_closed().for_user(self.user.text());
        let mut outcome = error.into_outcome();
        if let Some(hint) = outcome.hint.as_mut().filter(|_| self.may_act) {
            *hint = format!("{MAY_HAVE_ACTED} {hint}");
        }
        outcome
    }
}

/// The token, and where a call with it goes, once it is known that it can work there and for this user.
fn with_destination(
    core: &ClientCore,
    token: Arc<AccessToken>,
    user: &User,
) -> Result<(Arc<AccessToken>, Endpoint), Error> {
    let endpoint = core.destination(&token)?;
    token.judge_user(user)?;
    Ok((token, endpoint))
}
