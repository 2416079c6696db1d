//! What an answer means for each user of its request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

use super::batch::{self, ItemAnswer};
use super::engine::Engine;
use super::item::{Item, Task};
use super::request::Finished;
use crate::answer::{self, Question, Reading};
use crate::outcome::{Outcome, now as clock};
use crate::retry::{Backoff, Retry};
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::Answer;

/// One answer while it is judged, user by user.
pub(super) struct Judging {
    token: Arc<AccessToken>,
    client_request_id: String,
    pub(super) sent_at: Instant,
    pub(super) now: Instant,
    /// How many users were refused for their quota, and the longest wait that was asked for.
    throttled_writes: usize,
    throttled_reads: usize,
    wait: Option<Duration>,
    /// Which part of the quota is used, as the service says from 0.8 on.
    used: Option<f64>,
    /// Those of one request who are tried again come back together.
    pub(super) jitter: f64,
    /// An outcome that says that the token will not do.
    token_refused: Option<Box<Outcome>>,
    /// What the service's challenge demands.
    claims: Option<String>,
}

impl Engine {
    /// Judges a request that has come back, whatever came back.
    pub(super) fn judge(&mut self, finished: Finished) {
        let now = Instant::now();
        let items = finished.items;
        self.count_on_the_way(&items, u64::wrapping_sub);
        let answer = match finished.result {
            Ok(answer) => answer,
            Err(failure) => {
                log::debug!("{}", failure.message);
                let retry = failure.retry;
                let mut outcome = Outcome::new(Status::InternalError);
                let method = items.first().map_or(Method::GET, Item::method);
                failure.describe(&method, &mut outcome);
                self.without_answer(items, &outcome, finished.client_request_id, retry, now);
                return;
            }
        };
        self.silence.end();
        let mut judging = Judging {
            token: finished.token,
            client_request_id: finished.client_request_id,
            sent_at: finished.sent_at,
            now,
            throttled_writes: 0,
            throttled_reads: 0,
            wait: None,
            used: usage(&answer.headers),
            jitter: fastrand::f64(),
            token_refused: None,
            claims: None,
        };
        if items.len() > 1 && answer.status.is_success() {
            self.judge_batch(&mut judging, items, &answer);
        } else if items.len() > 1 && !is_about_everyone(answer.status) {
            // One item that the service cannot make sense of fails all of them: it is looked for by halves.
            self.queue.split(items);
        } else {
            for item in items {
                self.judge_item(&mut judging, item, (&answer).into(), None);
            }
        }
        self.follow(judging, &answer);
    }

    fn judge_batch(&mut self, judging: &mut Judging, items: Vec<Item>, answer: &Answer) {
        let body = answer.body.whole();
        let read = body.map(|body| batch::read(body, items.len()));
        let Ok(Some(read)) = read else {
            let mut outcome = Outcome::new(Status::UnexpectedAnswer);
            outcome.http_status = Some(answer.status.as_u16());
            // The same encoding would come again, and the batch has its effect.
            let (message, retry) = match body {
                Err(unread) => (format!("The service answered, but {unread}."), Retry::Never),
                Ok(_) => (
                    "The answer is none to a batch, or it broke off.".to_owned(),
                    Retry::Soon,
                ),
            };
            outcome.message = Some(message);
            outcome.hint = Some(answer::SOMETHING_ELSE.to_owned());
            let id = judging.client_request_id.clone();
            self.all_again(items, &outcome, id, retry, judging.now);
            return;
        };
        if read.strays > 0 {
            log::warn!(
                "{} answers of a batch belong to nothing that was asked",
                read.strays
            );
        }
        let outer = Outer::of(answer);
        for (item, answered) in items.into_iter().zip(read.items) {
            match answered.as_ref().and_then(reading_of) {
                Some(reading) => self.judge_item(judging, item, reading, Some(&outer)),
                None => self.judge_unanswered_item(judging, item, &outer),
            }
        }
    }

    /// Judges one user by the answer that concerns it.
    fn judge_item(
        &mut self,
        judging: &mut Judging,
        item: Item,
        reading: Reading<'_>,
        outer: Option<&Outer>,
    ) {
        let now = judging.now;
        let question = Question {
            user: &item.user,
            purpose: item.purpose(),
            claims: judging.token.claims(),
        };
        let mut outcome = judging.outcome_for(&item);
        let retry = answer::read(reading, question, &mut outcome);
        if let Some(outer) = outer {
            outer.complete(&mut outcome);
        }
        judging.token.redact(&mut outcome);
        judging.used = larger(judging.used, usage(reading.headers));
        match reading.status {
            StatusCode::UNAUTHORIZED => {
                self.recorder.attempt(outcome.clone());
                if judging.token_refused.is_none() {
                    // The challenge may stand with the item alone.
                    judging.claims = answer::challenged_claims(reading.headers);
                    judging.token_refused = Some(outcome);
                }
                let pause = Backoff::OF_REQUESTS.pause_with(item.attempts, judging.jitter);
                self.queue.push_again(item, now + pause);
            }
            StatusCode::TOO_MANY_REQUESTS => {
                match item.task {
                    Task::Invalidate => judging.throttled_writes += 1,
                    _ => judging.throttled_reads += 1,
                }
                judging.wait = judging.wait.max(outcome.retry_after);
                self.progress.throttled += 1;
                self.recorder.attempt(outcome.clone());
                self.wait_again(item, outcome, now);
            }
            status if status.is_success() => {
                self.tokens.accepted();
                self.succeed(item, outcome, reading.body.ok(), judging);
            }
            _ => {
                let wait = retry.wait_with(item.attempts, judging.jitter);
                self.fail(item, outcome, wait, now);
            }
        }
    }

    /// The batch was answered, but this user was not.
    fn judge_unanswered_item(&mut self, judging: &Judging, item: Item, outer: &Outer) {
        let mut outcome = judging.outcome_for(&item);
        outcome.status = Status::UnexpectedAnswer;
        outcome.message =
            Some("The answer to the batch has no clear answer for this user.".to_owned());
        outcome.hint = Some(
            "Call again: repeating is safe. The request ids are what Microsoft's support asks for."
                .to_owned(),
        );
        outer.complete(&mut outcome);
        let wait = Retry::Soon.wait_with(item.attempts, judging.jitter);
        self.fail(item, outcome, wait, judging.now);
    }

    /// What an answer says for the requests that follow.
    fn follow(&mut self, judging: Judging, answer: &Answer) {
        let (sent_at, now) = (judging.sent_at, judging.now);
        if let Some(part) = judging.used {
            self.writes.used(part, self.recent_meter.rate(now), now);
        }
        match answer::retry_of(answer.into(), &[]) {
            Retry::Never => self.silence.is_well(),
            // What was refused for a quota is learned from below.
            _ if answer.status == StatusCode::TOO_MANY_REQUESTS => {}
            // The service is not well, or wants a pause: everyone waits, not just those who asked.
            retry => {
                let hold = now + self.silence.is_unwell(retry.asked());
                self.writes.hold_until(hold);
                self.reads.hold_until(hold);
            }
        }
        let (writes, reads) = (judging.throttled_writes, judging.throttled_reads);
        if writes + reads == 0 {
            self.window.answered();
        } else {
            self.window.refused();
            if writes > 0 {
                self.writes.refused(writes, judging.wait, sent_at, now);
            }
            if reads > 0 {
                self.reads.refused(reads, judging.wait, sent_at, now);
            }
            // One refusal pauses everyone; what is learned from it concerns its own quota alone.
            let pauses = [&self.writes, &self.reads].map(|pacing| pacing.pause_left(now));
            if let Some(pause) = pauses.into_iter().flatten().max() {
                self.writes.hold_until(now + pause);
                self.reads.hold_until(now + pause);
                log::debug!(
                    "the service refused {} users for its quota; waiting {:.1} s",
                    writes + reads,
                    pause.as_secs_f64()
                );
            }
        }
        if let Some(outcome) = judging.token_refused {
            let claims = judging.claims;
            let claims = claims.or_else(|| answer::challenged_claims(&answer.headers));
            self.tokens.refuse(&judging.token, &outcome, claims);
        }
    }
}

impl Judging {
    fn outcome_for(&self, item: &Item) -> Box<Outcome> {
        let id = self.client_request_id.clone();
        let mut outcome = Box::new(Outcome::of_attempt(&item.user, item.attempts, id));
        outcome.time = clock();
        outcome
    }
}

/// Whether a refusal of a whole batch says the same of each of its users.
fn is_about_everyone(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403 | 408 | 429 | 500..)
}

fn reading_of<'a>(answered: &'a ItemAnswer<'_>) -> Option<Reading<'a>> {
    Some(Reading {
        status: StatusCode::from_u16(answered.status).ok()?,
        headers: &answered.headers,
        body: Ok(answered.body),
    })
}

/// <https://learn.microsoft.com/graph/throttling#regular-responses-requests>
fn usage(headers: &HeaderMap) -> Option<f64> {
    let value = headers.get("x-ms-throttle-limit-percentage")?;
    value.to_str().ok()?.trim().parse().ok()
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}

/// What holds for a whole batch, and the answer to an item leaves out.
struct Outer {
    request_id: Option<String>,
    server_date: Option<Timestamp>,
}

impl Outer {
    fn of(answer: &Answer) -> Outer {
        let mut outcome = Outcome::new(Status::Ok);
        answer::note_headers(answer.into(), &mut outcome);
        Outer {
            request_id: outcome.request_id,
            server_date: outcome.server_date,
        }
    }

    fn complete(&self, outcome: &mut Outcome) {
        if outcome.request_id.is_none() {
            outcome.request_id.clone_from(&self.request_id);
        }
        outcome.server_date = outcome.server_date.or(self.server_date);
    }
}
