//! The token of a run: when it is used up the run waits for another one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::call::retry::Backoff;
use crate::client::core::ClientCore;
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::token::AccessToken;
use crate::token::source::token_missing;

use super::run_token::RunToken;
use super::sign_in::Want;
use super::verdict::{TokenNews, TokenRefusal};

/// So many tokens in a row that the service refused, without one acceptance: others would not do better.
const MOST_REFUSED: u32 = 3;

/// Watches the run's token, or its client's.
///
/// A caller replaces it by [`Run::set_token`](super::Run::set_token) or [`Client::set_token`](crate::Client::set_token)
/// at any time and from any thread. While the run waits it looks for the change, rather than being told: nothing in the
/// library holds a lock that a fork could leave locked.
pub(super) struct TokenWatch {
    core: Arc<ClientCore>,
    caller: Arc<RunToken>,
    /// Judged good, with where it goes.
    current: Option<(Arc<AccessToken>, Endpoint)>,
    /// When its life is over, on the clock that does not jump.
    ends: Option<Instant>,
    refused: Option<Arc<AccessToken>>,
    refused_in_a_row: u32,
    /// What the client's credential brought.
    brought: Option<Arc<AccessToken>>,
    want: Option<Want>,
    sign_in: Chance,
    failed_sign_ins: u32,
    /// How often they asked.
    failed_attempts: u32,
    why: Option<Box<Outcome>>,
    tenant: Option<String>,
    /// The object id of whoever acts, and whether the service has let them.
    identity: Option<String>,
    has_acted: bool,
}

/// Whether another sign-in may bring a token.
#[derive(Clone, Copy)]
enum Chance {
    Now,
    /// What failed may pass.
    From(Instant),
    /// It was refused for good: only the caller can help.
    Never,
}

impl TokenWatch {
    /// How soon a new token is noticed.
    pub(super) const LOOK: Duration = Duration::from_millis(20);

    pub(super) fn new(core: Arc<ClientCore>, caller: Arc<RunToken>) -> TokenWatch {
        TokenWatch {
            core,
            caller,
            current: None,
            ends: None,
            refused: None,
            refused_in_a_row: 0,
            brought: None,
            want: None,
            sign_in: Chance::Now,
            failed_sign_ins: 0,
            failed_attempts: 0,
            why: None,
            tenant: None,
            identity: None,
            has_acted: false,
        }
    }

    /// The token to send, and whether it is the first time that this one is used; `None` while another one is needed.
    ///
    /// # Errors
    ///
    /// One token after the other was refused.
    pub(super) fn usable(&mut self) -> Result<Option<(Arc<AccessToken>, bool)>, Error> {
        if self.refused_in_a_row >= MOST_REFUSED {
            let why = self.why.as_ref().and_then(|why| why.message.as_deref());
            return Err(Error::new(
                Status::TokenRejected,
                format!(
                    "{MOST_REFUSED} tokens in a row were refused: {}",
                    why.unwrap_or("no reason given.")
                ),
            )
            .hint("Check the token before you continue; accepted users are recorded."));
        }
        let Some(token) = self.caller.given().or_else(|| self.brought.clone()) else {
            if self.may_sign_in() {
                self.want = Some(Want::default());
            } else if self.why.is_none() {
                self.need(None, token_missing().into_outcome());
            }
            return Ok(None);
        };
        let is = |other: &Option<Arc<AccessToken>>| {
            other.as_ref().is_some_and(|it| Arc::ptr_eq(it, &token))
        };
        if is(&self.refused) {
            return Ok(None);
        }
        let brought = is(&self.brought);
        if brought && self.core.tokens.is_renewal_due() {
            self.want = Some(Want::default());
        }
        if brought && !self.core.tokens.has_usable() {
            // Its end is too near: the next one is waited for.
            self.want.get_or_insert_default();
            return Ok(None);
        }
        let fresh = !self.is_current(&token);
        let judged = match fresh {
            true => self.judge_new(&token).map(|endpoint| {
                let left = token.time_left().filter(|_| !brought);
                self.ends = left.and_then(|left| Instant::now().checked_add(left));
                self.current = Some((Arc::clone(&token), endpoint));
            }),
            false if self.ends.is_some_and(|ends| Instant::now() >= ends) => Err(token.expired()),
            false => Ok(()),
        };
        match judged {
            Ok(()) => {
                self.why = None;
                Ok(Some((token, fresh)))
            }
            Err(error) => {
                self.need(Some(token), error.into_outcome());
                Ok(None)
            }
        }
    }

    /// The credential brought a token, or could not.
    pub(super) fn signed_in(&mut self, result: Result<Arc<AccessToken>, Error>) {
        match result {
            Ok(token) => {
                self.brought = Some(token);
                self.refused = None;
                self.why = None;
                self.sign_in = Chance::Now;
                self.failed_sign_ins = 0;
                self.failed_attempts = 0;
            }
            Err(error) => {
                if let Some(token) = self.core.tokens.after_failed_renewal(&error) {
                    self.brought = Some(token);
                    return;
                }
                self.sign_in = match may_pass(error.status()) {
                    true => {
                        self.failed_sign_ins += 1;
                        self.failed_attempts += error.outcome().attempts;
                        let asked = error.outcome().retry_after;
                        // It may have given up since its next pause was longer than its time: no shorter one takes its
                        // place.
                        let next = Backoff::OF_REQUESTS.wait(self.failed_attempts, asked);
                        let pause = Backoff::OF_SIGN_IN
                            .wait(self.failed_sign_ins, asked)
                            .max(next);
                        Chance::From(Instant::now() + pause)
                    }
                    false => Chance::Never,
                };
                let refused = self.brought.take();
                self.need(refused, error.into_outcome());
            }
        }
    }

    /// A sign-in that is wanted, if one is.
    pub(super) fn take_want(&mut self) -> Option<Want> {
        let attempts_before = self.failed_attempts;
        self.want.take().map(|want| Want {
            attempts_before,
            ..want
        })
    }

    fn may_sign_in(&self) -> bool {
        let has_chance = match self.sign_in {
            Chance::Now => true,
            Chance::From(time) => Instant::now() >= time,
            Chance::Never => false,
        };
        has_chance && self.caller.may_sign_in()
    }

    pub(super) fn is_current(&self, token: &Arc<AccessToken>) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|(current, _)| Arc::ptr_eq(current, token))
    }

    /// A run stays with the identity that it began with: `me` would be somebody else after a change, and the record
    /// would not tell who acted.
    fn judge_new(&mut self, token: &AccessToken) -> Result<Endpoint, Error> {
        let endpoint = self.core.destination(token)?;
        let claims = token.claims();
        let tenant = claims.and_then(|claims| claims.tenant_id.clone());
        let identity = claims.and_then(|claims| claims.object_id.clone());
        stays("tenant", &self.tenant, &tenant)?;
        stays("identity", &self.identity, &identity)?;
        self.tenant = self.tenant.take().or(tenant);
        self.identity = self.identity.take().or(identity);
        Ok(endpoint)
    }

    /// Where requests go. Known as soon as a token was usable.
    pub(super) fn endpoint(&self) -> Option<&Endpoint> {
        self.current.as_ref().map(|(_, endpoint)| endpoint)
    }

    /// What an answer says of the token that was sent.
    pub(super) fn hear(&mut self, news: &TokenNews) {
        if news.accepted {
            self.refused_in_a_row = 0;
            self.has_acted = true;
        }
        if let Some(refusal) = &news.refused {
            self.refuse(&news.token, refusal);
        }
    }

    fn refuse(&mut self, token: &Arc<AccessToken>, refusal: &TokenRefusal) {
        if self.is_current(token) {
            self.refused_in_a_row += 1;
            if !self.has_acted {
                // Nothing was done by this one: another may begin.
                self.identity = None;
            }
            let brought = self
                .brought
                .as_ref()
                .is_some_and(|it| Arc::ptr_eq(it, token));
            if brought && self.may_sign_in() && self.refused_in_a_row < MOST_REFUSED {
                self.current = None;
                self.refused = Some(Arc::clone(token));
                self.want = Some(Want {
                    attempts_before: 0,
                    refused: Some(Arc::clone(token)),
                    claims: refusal.claims.clone(),
                });
                return;
            }
            // The token concerns everybody, not the user whose request happened to show it.
            let mut outcome = refusal.outcome.clone();
            outcome.user = String::new();
            outcome.id = None;
            self.need(Some(Arc::clone(token)), outcome);
        }
    }

    /// Why another token is needed, and instead of which.
    pub(super) fn needed(&self) -> Option<TokenNeeded> {
        if self.refused_in_a_row >= MOST_REFUSED {
            return None;
        }
        Some(TokenNeeded {
            why: self.why.clone()?,
            instead_of: self.refused.clone(),
        })
    }

    fn need(&mut self, instead_of: Option<Arc<AccessToken>>, why: Outcome) {
        self.current = None;
        self.refused = instead_of;
        self.why = Some(Box::new(why));
    }
}

/// Refuses a token that changes what the run began with; what a token does not tell changes nothing.
fn stays(what: &str, before: &Option<String>, now: &Option<String>) -> Result<(), Error> {
    match (before, now) {
        (Some(before), Some(now)) if !before.eq_ignore_ascii_case(now) => Err(Error::new(
            Status::TokenRejected,
            format!("The new token is of {what} {now}, but the run is in that of {before}."),
        )
        .hint(
            "Get a token of the identity that began the run, or end the run and begin another one.",
        )),
        _ => Ok(()),
    }
}

/// Whether a sign-in that failed like this may do better later, and nobody has to mend anything.
fn may_pass(status: Status) -> bool {
    matches!(
        status,
        Status::Throttled
            | Status::NameResolutionFailed
            | Status::ConnectFailed
            | Status::ConnectionBroken
            | Status::ProxyFailed
            | Status::ServiceUnavailable
            | Status::UnexpectedAnswer
            | Status::DeadlineExceeded
    )
}

/// A run waits for another token.
pub(super) struct TokenNeeded {
    pub(super) why: Box<Outcome>,
    /// The token that will not do; `None` where there was none.
    pub(super) instead_of: Option<Arc<AccessToken>>,
}
