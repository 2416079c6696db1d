//! The engine: the one thread of a run, which brings the clock, the token and the network together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{JoinError, JoinSet};

use super::exchange::{Ending, Exchange};
use super::feed::Feed;
use super::intake::Intake;
use super::journal::{Journal, JournalReader};
use super::options::RunMode;
use super::reason::Ended;
use super::recorder::Recorder;
use super::request::{Finished, Sender};
use super::run_token::RunToken;
use super::sign_in::SignIn;
use super::state::{State, Turn};
use super::token_watch::TokenWatch;
use super::verdict::{self, TokenNews, TokenRefusal};
use super::whom::{Known, Whom};
use crate::cancellation::Cancellation;
use crate::outcome::{Error, now as clock};
use crate::selection::{self, Asked};
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::descriptors_closed;
use crate::unique_id::unique_id;

pub(super) struct Engine {
    sender: Sender,
    exchange: Arc<Exchange>,
    tokens: TokenWatch,
    sign_in: SignIn,
    requests: JoinSet<Finished>,
    state: State,
    /// Whom the directory is to choose, until it is known.
    whom: Option<Whom>,
    /// A page of the directory that is awaited.
    asking: JoinSet<Asked>,
}

impl Engine {
    pub(super) fn new(
        sender: Sender,
        token: Arc<RunToken>,
        exchange: Arc<Exchange>,
        intake: Intake,
        journal: Option<Journal>,
        old_journal: Option<JournalReader>,
        whom: Whom,
    ) -> Engine {
        let options = Arc::clone(&sender.options);
        let resumes = options.mode == RunMode::Invalidate
            && journal.as_ref().is_some_and(|journal| !journal.is_fresh());
        let feed = match old_journal {
            Some(journal) => Feed::of_journal(Arc::clone(&exchange), journal),
            None if resumes => Feed::of_caller_at_once(Arc::clone(&exchange)),
            None => Feed::of_caller(Arc::clone(&exchange)),
        };
        let mut engine = Engine {
            tokens: TokenWatch::new(Arc::clone(&sender.core), token),
            sign_in: SignIn::new(Arc::clone(&sender.core), Arc::clone(&sender.transport)),
            requests: JoinSet::new(),
            whom: None,
            asking: JoinSet::new(),
            state: State::new(
                options,
                sender.core.settings.timeout,
                Recorder::new(journal, Arc::clone(&exchange)),
                intake,
                feed,
                Arc::clone(&exchange),
                Instant::now(),
            ),
            exchange,
            sender,
        };
        match whom {
            Whom::Nobody => {}
            Whom::Listed(selection) => engine.state.select(Known::listed(selection)),
            asking @ Whom::Asking { .. } => engine.whom = Some(asking),
        }
        engine
    }

    /// Runs to the end, whichever it is.
    pub(super) async fn run(mut self) {
        let ended = loop {
            if !self.sender.transport.is_sound() {
                self.leave();
                return;
            }
            match self.turn().await {
                Ok(None) => {}
                Ok(Some(ended)) => break ended,
                Err(failure) => break Ended::Failed(Some(failure)),
            }
        };
        self.requests.shutdown().await;
        self.asking.shutdown().await;
        self.sign_in.shutdown().await;
        let needed = self.tokens.needed();
        self.state
            .finish(ended, needed.map(|needed| needed.why.status));
    }

    /// Ends where the host has closed our descriptors: nothing is sent or closed any more, as the numbers may be
    /// others' by now.
    fn leave(self) {
        self.exchange.finish(Some(descriptors_closed()));
        std::mem::forget(self);
    }

    /// Does what can be done now, and waits until there may be more to do; tells whether the run is over, and how.
    async fn turn(&mut self) -> Result<Option<Ended>, Error> {
        let now = Instant::now();
        if let Some(ended) = self.state.ended(now) {
            return Ok(Some(ended));
        }
        if !self.exchange.has_begun() {
            self.wait_for_caller(now).await;
            return Ok(None);
        }
        if self.whom.is_some() {
            return self.select(now).await.map(|()| None);
        }
        let turn = self.step(now)?;
        self.state.show(now);
        if self.state.has_more_to_do(&turn) {
            return Ok(None);
        }
        // Requests under way go on, and answers come in, however much there is to take in or to add.
        tokio::task::yield_now().await;
        // The sleep is long where nothing but an answer or the caller can change anything.
        let wake_at = turn.wake_at.unwrap_or(now + Duration::from_secs(3_600));
        tokio::select! {
            biased;
            Some(finished) = self.requests.join_next(), if !self.requests.is_empty() => {
                let mut result = self.take_back(finished);
                // Others may have been answered meanwhile: they are judged before anything else is sent.
                while let Some(finished) = self.requests.try_join_next() {
                    result = result.and(self.take_back(finished));
                }
                result?;
            }
            signed_in = self.sign_in.ended() => self.tokens.signed_in(signed_in),
            () = self.exchange.woken() => {}
            () = tokio::time::sleep_until(wake_at.into()) => {}
        }
        Ok(None)
    }

    /// Nobody has asked anything of the run. Its token is not looked at: whose it is decides who acts for good, and the
    /// caller may still give it another one.
    async fn wait_for_caller(&mut self, now: Instant) {
        self.state.show(now);
        let deadline = self.state.deadline();
        let wake_at = deadline.unwrap_or(now + Duration::from_secs(3_600));
        tokio::select! {
            () = self.exchange.woken() => {}
            () = tokio::time::sleep_until(wake_at.into()) => {}
        }
    }

    /// Asks the directory whom to sign out, page by page, and nothing else before all of it is known.
    async fn select(&mut self, now: Instant) -> Result<(), Error> {
        let token = match self.exchange.ending() {
            Ending::Natural => self.usable_token()?,
            _ => None,
        };
        if let (Some(token), Some(endpoint), true) =
            (&token, self.tokens.endpoint(), self.asking.is_empty())
        {
            let request = match &self.whom {
                Some(Whom::Asking { selecting, .. }) => selecting.request(endpoint),
                _ => None,
            };
            let Some(request) = request else {
                if let Some(Whom::Asking {
                    selecting,
                    recorded,
                }) = self.whom.take()
                {
                    self.state.select(Known::asked(*selecting, recorded)?);
                }
                return Ok(());
            };
            log::debug!("GET {}", request.url.path());
            let (core, transport) = (
                Arc::clone(&self.sender.core),
                Arc::clone(&self.sender.transport),
            );
            let (endpoint, token) = (endpoint.clone(), Arc::clone(token));
            self.asking.spawn(async move {
                let never = Cancellation::new();
                selection::ask(&core, &transport, endpoint, token, request, &never).await
            });
        }
        self.state.show(now);
        tokio::task::yield_now().await;
        let mut wake_at = self.state.deadline();
        if token.is_none() {
            let look = now + TokenWatch::LOOK;
            wake_at = Some(wake_at.map_or(look, |at| at.min(look)));
        }
        let wake_at = wake_at.unwrap_or(now + Duration::from_secs(3_600));
        tokio::select! {
            biased;
            Some(asked) = self.asking.join_next(), if !self.asking.is_empty() => {
                self.take_page(lost(asked)?)?;
            }
            signed_in = self.sign_in.ended() => self.tokens.signed_in(signed_in),
            () = self.exchange.woken() => {}
            () = tokio::time::sleep_until(wake_at.into()) => {}
        }
        Ok(())
    }

    fn take_page(&mut self, asked: Asked) -> Result<(), Error> {
        let Asked {
            outcome,
            body,
            token,
        } = asked;
        if outcome.status.asks_for_another_token() {
            // The same page is asked for again with the next one.
            self.tokens.hear(&TokenNews {
                token,
                accepted: false,
                refused: Some(TokenRefusal {
                    outcome,
                    claims: None,
                }),
            });
            return Ok(());
        }
        if token.is_brought() && !self.tokens.is_current(&token) {
            // It was renewed under way.
            self.tokens.signed_in(Ok(Arc::clone(&token)));
        }
        self.tokens.hear(&TokenNews {
            token,
            accepted: !outcome.status.is_failure(),
            refused: None,
        });
        match (&mut self.whom, self.tokens.endpoint()) {
            (Some(Whom::Asking { selecting, .. }), Some(endpoint)) => {
                selecting.take(endpoint, outcome, &body)
            }
            _ => Ok(()),
        }
    }

    fn step(&mut self, now: Instant) -> Result<Turn, Error> {
        let token = match self.exchange.ending() {
            Ending::Natural => self.usable_token()?,
            // Nothing is sent any more.
            _ => None,
        };
        let (sender, requests, tokens) = (&self.sender, &mut self.requests, &self.tokens);
        self.state.step(token.as_deref(), now, |items| {
            // Both are known as soon as a token was usable.
            let (Some(token), Some(endpoint)) = (&token, tokens.endpoint()) else {
                return Ok(());
            };
            let id = unique_id().to_string();
            let request = sender.prepare(endpoint, token, &items, &id)?;
            log::debug!(
                "{} {} for {} users",
                request.method,
                request.url.path(),
                items.len()
            );
            requests.spawn(sender.send(request, items, id, Arc::clone(token)));
            Ok(())
        })
    }

    fn usable_token(&mut self) -> Result<Option<Arc<AccessToken>>, Error> {
        let usable = self.tokens.usable();
        if let Some(want) = self.tokens.take_want() {
            self.sign_in.begin(want);
        }
        let Some((token, fresh)) = usable? else {
            self.exchange.need_token(self.tokens.needed());
            return Ok(None);
        };
        if fresh {
            self.exchange.need_token(None);
            // It is known as soon as a token was usable.
            if let Some(endpoint) = self.tokens.endpoint() {
                let Sender { core, options, .. } = &self.sender;
                let line = super::run_line(core, options, &token, endpoint);
                self.state.know_caller(&token, line);
            }
        }
        Ok(Some(token))
    }

    fn take_back(&mut self, finished: Result<Finished, JoinError>) -> Result<(), Error> {
        let finished = lost(finished)?;
        let judged = verdict::judge(finished, clock());
        self.tokens.hear(&judged.token);
        self.state.take_back(judged, Instant::now())
    }
}

/// What a task came back with.
fn lost<T>(ended: Result<T, JoinError>) -> Result<T, Error> {
    ended.map_err(|error| {
        Error::new(
            Status::InternalError,
            format!("A request was lost: {error}."),
        )
    })
}
