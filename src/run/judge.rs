//! What an answer means for each user of a request: done, failed, or once more.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::batch;
use super::engine::{Engine, HOPELESS};
use super::item::{Item, Task};
use super::options::RunMode;
use super::request::Finished;
use crate::answer::{self, Question, Reading};
use crate::cut_off;
use crate::outcome::{Error, Outcome, now as clock};
use crate::retry::{self, Retry};
use crate::status::Status;
use crate::transport::Answer;
use crate::user::User;

/// The longest pause between two looks at a cut-off that has not moved yet.
const LONGEST_LOOK_PAUSE: Duration = Duration::from_secs(15);

/// What was refused for the quota in one answer.
#[derive(Default)]
struct Throttled {
    writes: usize,
    reads: usize,
    wait: Option<Duration>,
    /// Which part of the quota is used, as the service says from 0.8 on.
    used: Option<f64>,
}

impl Engine {
    /// Judges a request that has come back, whatever came back.
    pub(super) fn judge(&mut self, finished: Finished) {
        let now = Instant::now();
        self.progress.in_flight -= finished.items.len() as u64;
        let Finished {
            mut items,
            client_request_id,
            sent_at,
            token,
            result,
        } = finished;
        let answer = match result {
            Ok(answer) => answer,
            Err(failure) => {
                log::debug!("{}", failure.message);
                self.note_silence(failure.retry, now);
                let retry = failure.retry;
                let mut outcome = Outcome::new(Status::InternalError);
                failure.describe(&mut outcome);
                self.all_again(items, &outcome, client_request_id, retry, now);
                return;
            }
        };
        self.last_answer = Some(now);
        self.silent_since = None;
        self.unanswered = 0;
        let claims = token.claims();
        let mut throttled = Throttled::default();
        let mut token_refused = None;
        let mut settle =
            |engine: &mut Engine, item: Item, reading: Reading<'_>, outer: Option<&Answer>| {
                let question = Question {
                    user: &item.user,
                    purpose: item.purpose(),
                    claims,
                };
                let mut outcome = Box::new(Outcome::of_attempt(
                    &item.user,
                    item.attempts,
                    client_request_id.clone(),
                ));
                outcome.time = clock();
                let retry = answer::read(reading, question, &mut outcome);
                if let Some(outer) = outer {
                    complete_from_outer(&mut outcome, outer);
                }
                token.redact(&mut outcome);
                match reading.status {
                    StatusCode::UNAUTHORIZED => {
                        engine.recorder.attempt(outcome.clone());
                        token_refused.get_or_insert(outcome);
                        engine.put_back(item, now);
                    }
                    StatusCode::TOO_MANY_REQUESTS => {
                        match item.task {
                            Task::Invalidate => throttled.writes += 1,
                            _ => throttled.reads += 1,
                        }
                        throttled.wait = throttled.wait.max(outcome.retry_after);
                        engine.progress.throttled += 1;
                        engine.recorder.attempt(outcome.clone());
                        engine.wait_again(item, outcome, now);
                    }
                    status if status.is_success() => {
                        engine.tokens.accepted();
                        engine.succeed(item, outcome, reading.body, sent_at, now);
                    }
                    _ => engine.fail(item, outcome, retry, now),
                }
            };

        if items.len() == 1 {
            if let Some(item) = items.pop() {
                settle(self, item, (&answer).into(), None);
            }
        } else if answer.status.is_success() {
            let count = items.len();
            match answer
                .body
                .whole()
                .and_then(|body| batch::read(body, count))
            {
                None => {
                    let mut outcome = Outcome::new(Status::UnexpectedAnswer);
                    outcome.http_status = Some(answer.status.as_u16());
                    outcome.message =
                        Some("The answer is none to a batch, or it broke off.".to_owned());
                    self.all_again(items, &outcome, client_request_id.clone(), Retry::Soon, now);
                }
                Some(read) => {
                    if read.strays > 0 {
                        log::warn!(
                            "{} answers of a batch belong to nothing that was asked",
                            read.strays
                        );
                    }
                    for (item, answered) in items.into_iter().zip(read.items) {
                        let status = answered.as_ref().map(|it| StatusCode::from_u16(it.status));
                        match (answered, status) {
                            (Some(answered), Some(Ok(status))) => {
                                let reading = Reading {
                                    status,
                                    headers: &answered.headers,
                                    body: Some(answered.body),
                                };
                                settle(self, item, reading, Some(&answer));
                            }
                            _ => {
                                self.unanswered_item(item, &answer, client_request_id.clone(), now)
                            }
                        }
                    }
                }
            }
        } else {
            match answer.status.as_u16() {
                401 | 403 | 408 | 429 | 500.. => {
                    for item in items {
                        settle(self, item, (&answer).into(), None);
                    }
                }
                // One item that the service cannot make sense of fails all of them: it is looked for by halves.
                _ => self.split(items),
            }
        }

        self.after(&answer, throttled, sent_at, now);
        if let Some(outcome) = token_refused {
            let claims = answer::challenged_claims(&answer.headers);
            self.tokens.refuse(&token, &outcome, claims);
        }
    }

    /// What an answer says for those that follow.
    fn after(&mut self, answer: &Answer, throttled: Throttled, sent_at: Instant, now: Instant) {
        if let Some(part) = larger(throttled.used, usage(&answer.headers)) {
            let recent = self.recent_meter.rate(now);
            self.writes.used(part, recent, now);
        }
        if throttled.writes + throttled.reads == 0 {
            self.window.answered();
            return;
        }
        self.window.refused();
        if throttled.writes > 0 {
            self.writes
                .refused(throttled.writes, throttled.wait, sent_at, now);
        }
        // One refusal pauses everyone; what is learned from it concerns its own quota alone.
        if throttled.reads > 0 {
            self.reads
                .refused(throttled.reads, throttled.wait, sent_at, now);
            if let Some(pause) = self.reads.pause_left(now) {
                self.writes.hold_until(now + pause);
            }
        } else if let Some(pause) = self.writes.pause_left(now) {
            self.reads.hold_until(now + pause);
        }
        log::debug!(
            "the service refused {} users for its quota; waiting {:.1} s",
            throttled.writes + throttled.reads,
            self.writes
                .pause_left(now)
                .unwrap_or_default()
                .as_secs_f64()
        );
    }

    fn succeed(
        &mut self,
        item: Item,
        mut outcome: Box<Outcome>,
        body: Option<&[u8]>,
        sent_at: Instant,
        now: Instant,
    ) {
        match item.task {
            Task::Invalidate => {
                self.writes.accepted(1, sent_at, now);
                self.recent_meter.count(1, now);
                if outcome.status.is_failure() {
                    self.end_user(outcome);
                } else {
                    self.accept(&item, outcome, now);
                }
            }
            Task::Verify { not_before } => {
                self.reads.accepted(1, sent_at, now);
                let is_final = cut_off::judge(body.unwrap_or_default(), not_before, &mut outcome);
                let waited = item.since.map(|since| now.saturating_duration_since(since));
                if !is_final && waited.is_none_or(|waited| waited < self.options.wait) {
                    let pause = Duration::from_millis(500)
                        .saturating_mul(1 << item.attempts.min(6))
                        .min(LONGEST_LOOK_PAUSE);
                    self.reading.push(item, now + pause);
                    return;
                }
                if let Some(id) = &outcome.id {
                    self.intake.learn_id(id);
                }
                self.progress.verified += u64::from(outcome.status == Status::Verified);
                self.end_user(outcome);
            }
            Task::Describe | Task::ResolveExclusion => {
                self.reads.accepted(1, sent_at, now);
                self.described(&item, outcome, body.unwrap_or_default());
            }
        }
    }

    fn described(&mut self, item: &Item, mut outcome: Box<Outcome>, body: &[u8]) {
        let Some(described) = Described::read(body) else {
            outcome.status = Status::UnexpectedAnswer;
            outcome.message = Some("The answer is not a user as Graph shows one.".to_owned());
            if item.task == Task::ResolveExclusion {
                self.exclusion_failed(&outcome);
            } else {
                self.end_user(outcome);
            }
            return;
        };
        if item.task == Task::ResolveExclusion {
            for name in [&described.id, &described.user_principal_name] {
                self.intake.exclude(&User::Key(name.clone()));
            }
            self.unresolved -= 1;
            return;
        }
        self.intake.learn_id(&described.id);
        outcome.status = Status::Planned;
        outcome.message = Some(described.sentence(self.intake.is_own(&described.id)));
        outcome.id = Some(described.id);
        self.end_user(outcome);
    }

    fn fail(&mut self, item: Item, outcome: Box<Outcome>, retry: Retry, now: Instant) {
        let budget = self.sender.core.settings.timeout;
        let tried = item
            .since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        let pause = match retry {
            Retry::Never => None,
            Retry::After(wait) => Some(wait),
            Retry::Soon | Retry::SoonForConnecting => Some(retry::pause(item.attempts)),
        };
        if let Some(pause) = pause.filter(|pause| tried + *pause < budget) {
            self.recorder.attempt(outcome.clone());
            self.wait_again(item, outcome, now + pause);
            return;
        }
        match item.task {
            Task::ResolveExclusion => self.exclusion_failed(&outcome),
            Task::Describe if outcome.status == Status::PermissionDenied => {
                // A token that may sign out need not be able to read: the user is planned by its key alone.
                let mut planned = outcome;
                planned.status = Status::Planned;
                planned.message = Some(
                    "The token may not read users: nothing more is known than the key.".to_owned(),
                );
                self.end_user(planned);
            }
            task => {
                if task == Task::Invalidate && outcome.status == Status::PermissionDenied {
                    self.note_permission_refusal(&outcome);
                }
                self.end_user(outcome);
            }
        }
    }

    fn note_permission_refusal(&mut self, outcome: &Outcome) {
        self.permission_refusals += 1;
        if self.progress.accepted == 0 && self.permission_refusals == HOPELESS {
            let error = Error::new(
                Status::PermissionDenied,
                format!(
                    "{HOPELESS} users were refused for want of permission, and none was accepted: the run has stopped."
                ),
            );
            self.failure = Some(match &outcome.hint {
                Some(hint) => error.hint(hint.clone()),
                None => error,
            });
        }
    }

    fn exclusion_failed(&mut self, outcome: &Outcome) {
        self.unresolved -= 1;
        if self.options.allow_unresolved_exclusions || self.options.mode == RunMode::DryRun {
            log::warn!(
                "the exclusion {} could not be looked up: {}",
                outcome.user,
                outcome.status
            );
            return;
        }
        self.failure = Some(
            Error::new(
                Status::ExclusionUnresolved,
                format!(
                    "The exclusion {} could not be looked up ({}), so it could not be recognised under another name.",
                    outcome.user, outcome.status
                ),
            )
            .hint("Nothing was sent. Correct the exclusion, use a token that may read users (User.Read.All), or allow unresolved exclusions where the list names them in the same way.")
            .for_user(&outcome.user),
        );
    }

    /// No answer came at all: everyone waits a little, and a network that is away for long ends the run.
    fn note_silence(&mut self, retry: Retry, now: Instant) {
        self.unanswered += 1;
        self.window.refused();
        let never_reached = self.last_answer.is_none()
            && retry != Retry::Soon
            && self.unanswered >= retry::CONNECTION_ATTEMPTS;
        let since = *self.silent_since.get_or_insert(now);
        let too_long = now.saturating_duration_since(since) >= self.sender.core.settings.timeout;
        let certain = retry == Retry::Never;
        self.gone = never_reached || too_long || certain;
        let hold = now + retry::pause(self.unanswered);
        self.writes.hold_until(hold);
        self.reads.hold_until(hold);
    }

    /// The whole request failed for its users in the same way.
    fn all_again(
        &mut self,
        items: Vec<Item>,
        like: &Outcome,
        id: String,
        retry: Retry,
        now: Instant,
    ) {
        let mut gone = None;
        // They were one request, and stay together.
        let retry = match (retry, items.first()) {
            (Retry::Soon | Retry::SoonForConnecting, Some(item)) => {
                Retry::After(retry::pause(item.attempts))
            }
            (retry, _) => retry,
        };
        for item in items {
            let mut outcome = Box::new(Outcome::of_attempt(&item.user, item.attempts, id.clone()));
            outcome.time = clock();
            outcome.status = like.status;
            outcome.http_status = like.http_status;
            outcome.message.clone_from(&like.message);
            outcome.hint.clone_from(&like.hint);
            if self.gone {
                gone.get_or_insert_with(|| outcome.clone());
                self.wait_again(item, outcome, now);
            } else {
                self.fail(item, outcome, retry, now);
            }
        }
        if let Some(outcome) = gone {
            let mut error = Error::new(
                outcome.status,
                format!(
                    "The service cannot be reached: {}",
                    outcome.message.as_deref().unwrap_or("no reason is known.")
                ),
            );
            if let Some(hint) = &outcome.hint {
                error = error.hint(hint.clone());
            }
            self.failure = Some(error);
        }
    }

    /// The batch was answered, but this user was not.
    fn unanswered_item(&mut self, item: Item, outer: &Answer, id: String, now: Instant) {
        let mut outcome = Box::new(Outcome::of_attempt(&item.user, item.attempts, id));
        outcome.time = clock();
        outcome.status = Status::UnexpectedAnswer;
        outcome.message =
            Some("The answer to the batch has no clear answer for this user.".to_owned());
        outcome.hint = Some(
            "Call again: repeating is safe. The request ids are what Microsoft's support asks for."
                .to_owned(),
        );
        complete_from_outer(&mut outcome, outer);
        self.fail(item, outcome, Retry::Soon, now);
    }

    fn split(&mut self, mut items: Vec<Item>) {
        let second = items.split_off(items.len() / 2);
        self.halves.push_back(items);
        self.halves.push_back(second);
    }

    /// As soon as there is a token again.
    fn put_back(&mut self, item: Item, now: Instant) {
        match item.task {
            Task::Invalidate => self.again.push(item, now),
            _ => self.reading.push(item, now),
        }
    }

    /// Another attempt follows, not before this time.
    fn wait_again(&mut self, mut item: Item, outcome: Box<Outcome>, at: Instant) {
        item.last = Some(outcome);
        self.put_back(item, at);
    }
}

/// <https://learn.microsoft.com/graph/throttling#regular-responses-requests>
fn usage(headers: &HeaderMap) -> Option<f64> {
    let value = headers.get("x-ms-throttle-limit-percentage")?;
    value.to_str().ok()?.trim().parse().ok()
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}

/// An item's answer leaves out what holds for the whole batch.
fn complete_from_outer(outcome: &mut Outcome, outer: &Answer) {
    let text = |name: &str| {
        let value = outer.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    if outcome.request_id.is_none() {
        outcome.request_id = text("request-id");
    }
    if outcome.server_date.is_none() {
        outcome.server_date = text("date")
            .and_then(|date| httpdate::parse_http_date(&date).ok())
            .and_then(|time| Timestamp::try_from(time).ok());
    }
}

/// A user as a dry run names one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: String,
    user_principal_name: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    user_type: Option<String>,
}

impl Described {
    fn read(body: &[u8]) -> Option<Described> {
        serde_json::from_slice(body).ok()
    }

    fn sentence(&self, is_own: bool) -> String {
        let mut sentence = format!(
            "{} <{}>",
            self.display_name.as_deref().unwrap_or("(no name)"),
            self.user_principal_name
        );
        if self
            .user_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
        {
            sentence.push_str(", a guest: sign-in at the home tenant is not affected");
        }
        if is_own {
            sentence.push_str(", the caller's own account: it goes last");
        }
        sentence.push('.');
        sentence
    }
}
