//! One call in flight: its attempts, its waits, its end.

pub(crate) mod answer;
pub(crate) mod clock;
pub(crate) mod cut_off;
pub(crate) mod headers;
pub(crate) mod options;
pub(crate) mod prepared;
pub(crate) mod retry;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Method;
use http::header::HeaderValue;
use jiff::Timestamp;
use url::Url;

use crate::call::answer::{Purpose, Question};
use crate::call::retry::Decision;
use crate::cancellation::Cancellation;
use crate::client::core::ClientCore;
use crate::credential::Wire;
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, Outcome, now};
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::{
    ATTEMPT_TIMEOUT, Answer, Body, Place, Request, Transport, TransportFailure,
};
use crate::unique_id::unique_id;
use crate::user::User;

/// The credential's new token was refused as the old one was.
const NOT_SATISFIED: &str = "The token of a new sign-in was rejected as well: ask which Conditional Access policy the tenant enforces.";

pub(crate) struct Call<'a> {
    pub(crate) core: &'a ClientCore,
    pub(crate) transport: &'a Transport,
    pub(crate) endpoint: Endpoint,
    pub(crate) user: &'a User,
    pub(crate) token: Arc<AccessToken>,
    pub(crate) cancellation: &'a Cancellation,
    /// The trace that the call belongs to.
    pub(crate) trace: Option<HeaderValue>,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Instant,
}

/// What is to be asked until it is answered.
struct Inquiry {
    method: Method,
    url: Url,
    purpose: Purpose,
    /// Whether an answer may be some moments old.
    is_eventual: bool,
}

/// How one attempt ended.
enum Attempt {
    Answered(Answer),
    Failed(TransportFailure),
    Cancelled,
    DeadlinePassed,
}

impl Call<'_> {
    pub(crate) async fn invalidate(&mut self) -> Result<Outcome, Error> {
        let api = self.core.settings.api;
        let path = format!("/{}{}/{}", api.name(), self.user.path(), api.action());
        let inquiry = Inquiry {
            method: Method::POST,
            url: self.endpoint.join(&path),
            purpose: Purpose::Invalidate,
            is_eventual: false,
        };
        Ok(self.answered(&inquiry).await.0)
    }

    /// Reads the cut-off once, and shows it.
    pub(crate) async fn show(&mut self) -> Result<Outcome, Error> {
        let inquiry = self.reading_of_cut_off()?;
        let (mut outcome, body) = self.answered(&inquiry).await;
        if !outcome.status.is_failure() {
            cut_off::show(&body, &mut outcome);
        }
        Ok(outcome)
    }

    fn reading_of_cut_off(&self) -> Result<Inquiry, Error> {
        let api = self.core.settings.api;
        let properties = api.cut_off_properties();
        let path = format!("/{}{}?$select={properties}", api.name(), self.user.path());
        Ok(Inquiry {
            method: Method::GET,
            url: self.endpoint.join(&path),
            purpose: Purpose::ReadCutOff,
            is_eventual: false,
        })
    }

    pub(crate) async fn verify(&mut self, not_before: Timestamp) -> Result<Outcome, Error> {
        let inquiry = self.reading_of_cut_off()?;
        let mut looks = 0;
        loop {
            looks += 1;
            let (mut outcome, body) = self.answered(&inquiry).await;
            if outcome.status.is_failure() {
                return Ok(outcome);
            }
            let pause = cut_off::pause(looks, fastrand::f64());
            if cut_off::judge(&body, not_before, &mut outcome)
                || Instant::now() + pause >= self.deadline
            {
                return Ok(outcome);
            }
            log::debug!("the cut-off has not moved yet; looking again in {pause:?}");
            if self
                .cancellation
                .or(tokio::time::sleep(pause))
                .await
                .is_none()
            {
                return Ok(self.cancelled(outcome, Left::ToRead));
            }
        }
    }

    /// Reads a path below the root once, for what it says of the caller or of the user. The body is that of a success.
    /// What cannot be read is an outcome; only being cancelled is an error.
    pub(crate) async fn read(
        &mut self,
        path: &str,
        is_eventual: bool,
    ) -> Result<(Outcome, Vec<u8>), Error> {
        let inquiry = Inquiry {
            method: Method::GET,
            url: self.endpoint.join(path),
            purpose: Purpose::ReadCutOff,
            is_eventual,
        };
        let (outcome, body) = self.answered(&inquiry).await;
        if outcome.status == Status::Cancelled {
            return outcome.into_result().map(|outcome| (outcome, body));
        }
        Ok((outcome, body))
    }

    /// Reads one page of a listing, which takes one of these permissions. The body is that of a success.
    pub(crate) async fn list(
        &mut self,
        url: Url,
        is_eventual: bool,
        permissions: &'static [&'static str],
    ) -> (Outcome, Vec<u8>) {
        let inquiry = Inquiry {
            method: Method::GET,
            url,
            purpose: Purpose::List(permissions),
            is_eventual,
        };
        self.answered(&inquiry).await
    }

    /// Sends a request until it is answered for good, or no attempt may follow. The body is that of a success.
    async fn answered(&mut self, inquiry: &Inquiry) -> (Outcome, Vec<u8>) {
        let mut attempts = 0;
        let mut any_left = false;
        let mut renewed = false;
        loop {
            attempts += 1;
            let client_request_id = unique_id().to_string();
            log::debug!(
                "{} {} (attempt {attempts})",
                inquiry.method,
                inquiry.url.path()
            );
            let (attempt, has_left) = self.attempt(inquiry, &client_request_id).await;
            any_left |= has_left;

            let mut outcome = Outcome::of_attempt(
                self.user.text(),
                self.user.object_id(),
                attempts,
                client_request_id,
            );
            let mut body = Vec::new();
            let mut claims = None;
            let retry = match attempt {
                Attempt::Answered(answer) => {
                    claims = answer::challenged_claims(&answer.headers);
                    let question = Question {
                        user: self.user,
                        purpose: inquiry.purpose,
                        claims: self.token.claims(),
                    };
                    let retry = answer::read((&answer).into(), question, &mut outcome);
                    log::debug!("answered {}: {}", answer.status, outcome.status);
                    if let Body::Whole(bytes) = answer.body {
                        body = bytes;
                    }
                    retry
                }
                Attempt::Failed(failure) => {
                    log::debug!("{}", failure.message);
                    let retry = failure.retry;
                    failure.describe(&inquiry.method, &mut outcome);
                    retry
                }
                Attempt::Cancelled => {
                    let left = inquiry.purpose.when_left(any_left);
                    return (self.cancelled(outcome, left), body);
                }
                Attempt::DeadlinePassed => {
                    let left = inquiry.purpose.when_left(any_left);
                    return (self.too_late(outcome, left), body);
                }
            };
            outcome.time = now();
            self.token.redact(&mut outcome);
            if outcome.status.asks_for_another_token() {
                if renewed {
                    outcome.hint = Some(NOT_SATISFIED.to_owned());
                    return (outcome, body);
                }
                renewed = true;
                // The answer that asks for another token says that this request changed nothing; an earlier one may
                // have.
                let earlier = inquiry.purpose.when_left(any_left && attempts > 1);
                match self.renew(claims.as_deref(), earlier).await {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(error) => {
                        let mut failed = error.for_user(self.user.text()).into_outcome();
                        failed.id = outcome.id;
                        return (failed, body);
                    }
                }
            }
            let wait = match retry::decide_for_call(retry, attempts, self.deadline) {
                Decision::GiveUp => return (outcome, body),
                Decision::WaitTooLong(wait) => {
                    outcome.throttle(wait);
                    return (outcome, body);
                }
                Decision::Wait(wait) => wait,
            };
            log::debug!("trying again in {:.1} s", wait.as_secs_f64());
            if self
                .cancellation
                .or(tokio::time::sleep(wait))
                .await
                .is_none()
            {
                let left = inquiry.purpose.when_left(any_left);
                return (self.cancelled(outcome, left), body);
            }
        }
    }

    /// Gets another token than the one that was refused; false where only the caller can.
    async fn renew(&mut self, claims: Option<&str>, earlier: Left) -> Result<bool, Error> {
        let so_far = match earlier {
            Left::No | Left::ToRead => "the service rejected the token before, and changed nothing",
            Left::ToAct => {
                "an earlier request had been sent, and the service may have acted on it. Repeating is safe"
            }
        };
        let wire = Wire {
            transport: self.transport,
            deadline: self.deadline,
            attempts_before: 0,
        };
        let renewing = Box::pin(self.core.tokens.renewed(wire, &self.token, claims));
        let renewed = self
            .core
            .signed_in(renewing, self.deadline, self.cancellation, so_far)
            .await?;
        let Some(token) = renewed else {
            return Ok(false);
        };
        self.core.destination(&token)?;
        token.judge_user(self.user)?;
        self.token = token;
        Ok(true)
    }

    async fn attempt(&self, inquiry: &Inquiry, client_request_id: &str) -> (Attempt, bool) {
        // Waiting for a place is none of the attempt's time, but of the call's.
        let place = tokio::time::timeout_at(self.deadline.into(), self.transport.place());
        let mut place = match self.cancellation.or(place).await {
            None => return (Attempt::Cancelled, false),
            Some(Err(_)) => return (Attempt::DeadlinePassed, false),
            Some(Ok(place)) => place,
        };
        let departure = place.as_mut().map(Place::departure).unwrap_or_default();
        let left = self.deadline.saturating_duration_since(Instant::now());
        let mut headers =
            headers::of_request(&self.core.settings.headers, &self.token, client_request_id);
        if let Some(trace) = &self.trace {
            headers.insert("traceparent", trace.clone());
        }
        if inquiry.is_eventual {
            let (name, value) = headers::EVENTUAL;
            headers.insert(name, value);
        }
        let request = Request {
            method: inquiry.method.clone(),
            url: inquiry.url.clone(),
            headers,
            body: Bytes::new(),
        };
        // In a place of its own, which is large, and not there while the call waits. It must outlive the question
        // whether the request has left: dropping it drops the body.
        let mut sending = Box::pin(self.transport.send(request, &departure));
        let bounded = tokio::time::timeout(left.min(ATTEMPT_TIMEOUT), sending.as_mut());
        let end = match self.cancellation.or(bounded).await {
            None => Attempt::Cancelled,
            Some(Ok(Ok(answer))) => Attempt::Answered(answer),
            Some(Ok(Err(failure))) => Attempt::Failed(failure),
            Some(Err(_)) if left < ATTEMPT_TIMEOUT => Attempt::DeadlinePassed,
            Some(Err(_)) => Attempt::Failed(TransportFailure::timed_out(ATTEMPT_TIMEOUT.as_secs())),
        };
        (end, departure.has_left())
    }

    fn cancelled(&self, mut outcome: Outcome, left: Left) -> Outcome {
        outcome.time = now();
        outcome.status = Status::Cancelled;
        let message = match left {
            Left::No => "Cancelled before sending: nothing was sent.",
            Left::ToRead => "Cancelled while reading: nothing was changed.",
            Left::ToAct => {
                "Cancelled after the request had been sent: the service may have acted on it."
            }
        };
        outcome.message = Some(message.to_owned());
        outcome.hint = (left == Left::ToAct)
            .then(|| "Verify the user, or call again: repeating is safe.".to_owned());
        outcome
    }

    fn too_late(&self, mut outcome: Outcome, left: Left) -> Outcome {
        outcome.time = now();
        outcome.status = Status::DeadlineExceeded;
        outcome.message = Some(format!(
            "No answer came within {} s; {}.",
            self.timeout.as_secs_f64(),
            match left {
                Left::No => "the request had not been sent yet",
                Left::ToRead => "the request had been sent, and only reads",
                Left::ToAct => "the request had been sent, and the service may have acted on it",
            }
        ));
        outcome.hint =
            Some("Check the network, or allow a longer timeout; repeating is safe.".to_owned());
        outcome
    }
}

/// Whether any request has left, and what it may have done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    No,
    ToRead,
    ToAct,
}

impl Purpose {
    fn when_left(self, any_left: bool) -> Left {
        match self {
            _ if !any_left => Left::No,
            Purpose::Invalidate => Left::ToAct,
            Purpose::ReadCutOff | Purpose::List(_) => Left::ToRead,
        }
    }
}
