//! What an answer means: for each user of its request, and for the requests that follow.
//!
//! A request that has come back goes in, verdicts come out; nothing is changed here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::HeaderMap;
use http::{Method, StatusCode};
use jiff::Timestamp;

use super::batch::{self, ItemAnswer};
use super::described::{Described, Roles};
use super::item::{Item, Task};
use super::request::Finished;
use crate::call::answer::{self, Question, Reading};
use crate::call::cut_off;
use crate::call::retry::Retry;
use crate::outcome::Outcome;
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::{Answer, TransportFailure};

/// What an answer means for one user.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The service accepted the sign-out.
    Accepted(Box<Outcome>),
    /// The user's cut-off was read; another look may show more where this one is not final.
    CutOff {
        outcome: Box<Outcome>,
        is_final: bool,
    },
    /// Who the user is.
    Described(Box<Outcome>, Described),
    /// Which directory roles the user has.
    Roles(Roles),
    /// What was asked did not succeed.
    Failed(Box<Outcome>, Retry),
    /// The service refused for its quota.
    Throttled(Box<Outcome>),
    /// The service refused the token, whoever was asked about.
    TokenRefused(Box<Outcome>),
}

/// A request that has come back, judged.
pub(super) struct Judged {
    pub(super) sent_at: Instant,
    pub(super) users: Users,
    pub(super) news: News,
    pub(super) token: TokenNews,
}

/// What the request means for its users.
pub(super) enum Users {
    Each(Vec<(Item, Verdict)>),
    /// One item that the service cannot make sense of fails all of them: it is looked for by halves.
    Halves(Vec<Item>),
}

impl Users {
    /// The users of one request are asked the same.
    pub(super) fn task(&self) -> Option<Task> {
        let first = match self {
            Users::Each(users) => users.first().map(|(item, _)| item),
            Users::Halves(items) => items.first(),
        };
        first.map(|item| item.task)
    }
}

/// What the request says for those that follow.
pub(super) enum News {
    /// There was no answer, for the reason in this outcome.
    Silence {
        outcome: Box<Outcome>,
        retry: Retry,
    },
    Answer(Signs),
}

/// What an answer says of the service.
pub(super) struct Signs {
    /// How many users the quotas let through, and how many they did not.
    pub(super) let_through: Count,
    pub(super) throttled: Count,
    /// The longest wait that was asked for.
    pub(super) wait: Option<Duration>,
    /// Which part of the quota is used, as the service says from 0.8 on.
    pub(super) used: Option<f64>,
    pub(super) health: Health,
}

/// How many users; requests that write have a quota of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count {
    pub(super) writes: usize,
    pub(super) reads: usize,
}

/// Whether the service works.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Health {
    Well,
    /// It refused the whole request for a quota, which says neither.
    Throttled,
    /// It is down or overloaded, and wants at least this pause.
    Unwell(Option<Duration>),
}

/// What an answer says of the token that was sent.
pub(super) struct TokenNews {
    pub(super) token: Arc<AccessToken>,
    /// It was good enough for somebody.
    pub(super) accepted: bool,
    pub(super) refused: Option<TokenRefusal>,
}

/// Why a token will not do.
pub(super) struct TokenRefusal {
    pub(super) outcome: Outcome,
    /// What the service's challenge demands.
    pub(super) claims: Option<String>,
}

/// Judges a request that has come back, whatever came back.
pub(super) fn judge(finished: Finished, time: Timestamp) -> Judged {
    let mut judge = Judge {
        client_request_id: finished.client_request_id,
        time,
        let_through: Count::default(),
        throttled: Count::default(),
        wait: None,
        used: None,
        token: TokenNews {
            token: finished.token,
            accepted: false,
            refused: None,
        },
    };
    let items = finished.items;
    let (users, news) = match finished.result {
        Ok(answer) => {
            let users = judge.answer(items, &answer);
            if let Some(refused) = &mut judge.token.refused {
                // The challenge may stand with the user's own answer, or with the whole.
                let claims = refused.claims.take();
                refused.claims = claims.or_else(|| answer::challenged_claims(&answer.headers));
            }
            let signs = judge.signs(&answer);
            (users, News::Answer(signs))
        }
        Err(failure) => judge.silence(items, failure),
    };
    Judged {
        sent_at: finished.sent_at,
        users,
        news,
        token: judge.token,
    }
}

/// One request while it is judged, user by user.
struct Judge {
    client_request_id: String,
    time: Timestamp,
    let_through: Count,
    throttled: Count,
    wait: Option<Duration>,
    used: Option<f64>,
    token: TokenNews,
}

impl Judge {
    fn silence(&self, items: Vec<Item>, failure: TransportFailure) -> (Users, News) {
        log::debug!("{}", failure.message);
        let retry = failure.retry;
        let mut outcome = Box::new(Outcome::new(Status::InternalError));
        let method = items.first().map_or(Method::GET, Item::method);
        failure.describe(&method, &mut outcome);
        let users = self.all_failed(items, &outcome, retry);
        (users, News::Silence { outcome, retry })
    }

    fn answer(&mut self, items: Vec<Item>, answer: &Answer) -> Users {
        if items.len() > 1 && answer.status.is_success() {
            return self.batch(items, answer);
        }
        if items.len() > 1 && !is_about_everyone(answer.status) {
            return Users::Halves(items);
        }
        let each = items.into_iter().map(|item| {
            let verdict = self.item(&item, answer.into(), None);
            (item, verdict)
        });
        Users::Each(each.collect())
    }

    fn batch(&mut self, items: Vec<Item>, answer: &Answer) -> Users {
        let body = answer.body.whole();
        let read = body.map(|body| batch::read(body, items.len()));
        let Ok(Some(read)) = read else {
            let mut outcome = Outcome::new(Status::UnexpectedAnswer);
            outcome.http_status = Some(answer.status.as_u16());
            // The same encoding would come again, and the batch has its effect.
            let (message, retry) = match body {
                Err(unread) => (format!("The service answered, but {unread}."), Retry::Never),
                Ok(_) => (
                    "The response is not a batch response, or it is incomplete.".to_owned(),
                    Retry::Soon,
                ),
            };
            outcome.message = Some(message);
            outcome.hint = Some(answer::SOMETHING_ELSE.to_owned());
            return self.all_failed(items, &outcome, retry);
        };
        if read.strays > 0 {
            log::warn!(
                "{} answers of a batch belong to nothing that was asked",
                read.strays
            );
        }
        let outer = Outer::of(answer);
        let each = items.into_iter().zip(read.items).map(|(item, answered)| {
            let verdict = match answered.as_ref().and_then(reading_of) {
                Some(reading) => self.item(&item, reading, Some(&outer)),
                None => self.unanswered_item(&item, &outer),
            };
            (item, verdict)
        });
        Users::Each(each.collect())
    }

    /// Judges one user by the answer that concerns it.
    fn item(&mut self, item: &Item, reading: Reading<'_>, outer: Option<&Outer>) -> Verdict {
        let question = Question {
            user: &item.user,
            purpose: item.purpose(),
            claims: self.token.token.claims(),
        };
        let mut outcome = self.outcome_for(item);
        let retry = answer::read(reading, question, &mut outcome);
        if let Some(outer) = outer {
            outer.complete(&mut outcome);
        }
        self.token.token.redact(&mut outcome);
        self.used = larger(self.used, usage(reading.headers));
        match reading.status {
            StatusCode::UNAUTHORIZED => {
                if self.token.refused.is_none() {
                    self.token.refused = Some(TokenRefusal {
                        outcome: (*outcome).clone(),
                        claims: answer::challenged_claims(reading.headers),
                    });
                }
                Verdict::TokenRefused(outcome)
            }
            StatusCode::TOO_MANY_REQUESTS => {
                self.throttled.add(item.task);
                self.wait = self.wait.max(outcome.retry_after);
                Verdict::Throttled(outcome)
            }
            status if status.is_success() => {
                self.token.accepted = true;
                self.let_through.add(item.task);
                success(item.task, retry, outcome, reading.body.unwrap_or_default())
            }
            _ => Verdict::Failed(outcome, retry),
        }
    }

    /// The batch was answered, but this user was not.
    fn unanswered_item(&self, item: &Item, outer: &Outer) -> Verdict {
        let mut outcome = self.outcome_for(item);
        outcome.status = Status::UnexpectedAnswer;
        outcome.message = Some("The batch response has no clear result for this user.".to_owned());
        outcome.hint = Some(
            "Call again: repeating is safe. Quote the request ids to Microsoft's support."
                .to_owned(),
        );
        outer.complete(&mut outcome);
        Verdict::Failed(outcome, Retry::Soon)
    }

    /// The whole request failed for its users in the same way.
    fn all_failed(&self, items: Vec<Item>, like: &Outcome, retry: Retry) -> Users {
        let each = items.into_iter().map(|item| {
            let mut outcome = self.outcome_for(&item);
            outcome.status = like.status;
            outcome.http_status = like.http_status;
            outcome.message.clone_from(&like.message);
            outcome.hint.clone_from(&like.hint);
            (item, Verdict::Failed(outcome, retry))
        });
        Users::Each(each.collect())
    }

    fn signs(&self, answer: &Answer) -> Signs {
        Signs {
            let_through: self.let_through,
            throttled: self.throttled,
            wait: self.wait,
            used: larger(self.used, usage(&answer.headers)),
            health: match answer::retry_of(answer.into(), &[]) {
                Retry::Never => Health::Well,
                _ if answer.status == StatusCode::TOO_MANY_REQUESTS => Health::Throttled,
                retry => Health::Unwell(retry.asked()),
            },
        }
    }

    fn outcome_for(&self, item: &Item) -> Box<Outcome> {
        let id = self.client_request_id.clone();
        let mut outcome = Box::new(Outcome::of_attempt(
            item.user.text(),
            item.user.object_id(),
            item.attempts,
            id,
        ));
        outcome.time = self.time;
        outcome
    }
}

impl Count {
    fn add(&mut self, task: Task) {
        match task {
            Task::Invalidate => self.writes += 1,
            _ => self.reads += 1,
        }
    }
}

/// What was asked succeeded, as far as the HTTP status tells.
fn success(task: Task, retry: Retry, mut outcome: Box<Outcome>, body: &[u8]) -> Verdict {
    match task {
        // One that broke off is asked for again, as a call does.
        Task::Invalidate if outcome.status.is_failure() => Verdict::Failed(outcome, retry),
        Task::Invalidate => Verdict::Accepted(outcome),
        Task::Verify { not_before, .. } => {
            let is_final = cut_off::judge(body, not_before, &mut outcome);
            Verdict::CutOff { outcome, is_final }
        }
        Task::Describe | Task::ResolveExclusion => match Described::read(body) {
            Some(described) => Verdict::Described(outcome, described),
            None => {
                outcome.status = Status::UnexpectedAnswer;
                outcome.message = Some("The response is not a Graph user object.".to_owned());
                Verdict::Failed(outcome, Retry::Never)
            }
        },
        Task::DescribeRoles => Verdict::Roles(Roles::read(body)),
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
