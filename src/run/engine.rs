//! The engine: one thread that sends, judges and records, until the last user has its outcome.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::exchange::{Ending, Exchange};
use super::intake::{Arrival, Intake};
use super::item::{Item, Task, Waiting};
use super::journal::{Journal, JournalReader, Line, SummaryLine};
use super::options::{Checked, RunMode};
use super::pacing::{Allowance, Pacing};
use super::progress::{Meter, Progress};
use super::recorder::Recorder;
use super::request::{Finished, Sender};
use super::sign_in::SignIn;
use super::token_watch::TokenWatch;
use super::window::Window;
use crate::outcome::{Error, Outcome, now as clock, rfc3339};
use crate::status::Status;
use crate::token::AccessToken;

/// How long fewer users than a batch holds wait for more to come.
const LINGER: Duration = Duration::from_millis(20);

/// Users that are taken in ahead of being sent.
const AHEAD: usize = 2_048;

/// Verifications that may be open before new users wait for them.
const MOST_VERIFYING: usize = 50_000;

/// Refusals for want of permission, without one acceptance, after which the others would be refused as well.
pub(super) const HOPELESS: u64 = 100;

pub(super) struct Engine {
    pub(super) sender: Sender,
    pub(super) options: Arc<Checked>,
    pub(super) exchange: Arc<Exchange>,
    pub(super) recorder: Recorder,
    pub(super) intake: Intake,
    pub(super) tokens: TokenWatch,
    sign_in: SignIn,
    pub(super) writes: Pacing,
    pub(super) reads: Pacing,
    pub(super) progress: Progress,
    /// Where users come from instead of the caller, when a journal is verified.
    old_journal: Option<JournalReader>,
    /// The whole list, as long as a resumed run must know it before anything is sent.
    held: Option<VecDeque<Box<str>>>,
    input_done: bool,
    ready: VecDeque<Item>,
    ready_since: Option<Instant>,
    /// Parts of a batch that was refused as a whole.
    pub(super) halves: VecDeque<Vec<Item>>,
    pub(super) again: Waiting,
    pub(super) reading: Waiting,
    /// Exclusions that are not looked up yet; nothing is written before.
    pub(super) unresolved: usize,
    own: Option<Item>,
    requests: JoinSet<Finished>,
    pub(super) window: Window,
    pub(super) done_meter: Meter,
    pub(super) recent_meter: Meter,
    pub(super) permission_refusals: u64,
    pub(super) last_answer: Option<Instant>,
    /// Since when nothing was heard of the service, and how often.
    pub(super) silent_since: Option<Instant>,
    pub(super) unanswered: u32,
    /// The service is out of reach for so long, or so surely, that the run ends.
    pub(super) gone: bool,
    pub(super) failure: Option<Error>,
    deadline: Option<Instant>,
}

impl Engine {
    pub(super) fn new(
        sender: Sender,
        exchange: Arc<Exchange>,
        intake: Intake,
        journal: Option<Journal>,
        old_journal: Option<JournalReader>,
    ) -> Engine {
        let options = Arc::clone(&sender.options);
        let begin = Instant::now();
        let resumes = options.mode == RunMode::Invalidate
            && journal.as_ref().is_some_and(|journal| !journal.is_fresh());
        let mut reading = Waiting::default();
        for user in &options.exclude {
            reading.push(Item::new(user.clone(), Task::ResolveExclusion), begin);
        }
        Engine {
            exchange: Arc::clone(&exchange),
            tokens: TokenWatch::new(Arc::clone(&sender.core)),
            sign_in: SignIn::new(Arc::clone(&sender.core), Arc::clone(&sender.transport)),
            writes: Pacing::of_writes(options.rate),
            reads: Pacing::of_reads(),
            recorder: Recorder::new(journal, exchange),
            progress: Progress::default(),
            old_journal,
            held: resumes.then(VecDeque::new),
            input_done: false,
            ready: VecDeque::new(),
            ready_since: None,
            halves: VecDeque::new(),
            again: Waiting::default(),
            unresolved: reading.len(),
            reading,
            own: None,
            requests: JoinSet::new(),
            window: Window::new(options.concurrency, options.rate),
            done_meter: Meter::over(5.0),
            recent_meter: Meter::over(1.0),
            permission_refusals: 0,
            last_answer: None,
            silent_since: None,
            unanswered: 0,
            gone: false,
            failure: None,
            deadline: options
                .deadline
                .and_then(|deadline| begin.checked_add(deadline)),
            options,
            sender,
            intake,
        }
    }

    /// Runs to the end, whichever it is.
    pub(super) async fn run(mut self) {
        let ending = loop {
            let now = Instant::now();
            if let Some(ending) = self.ended(now) {
                break ending;
            }
            let wake_at = self.step(now);
            self.recorder.flush();
            self.show();
            if self.is_finished() || self.failure.is_some() {
                continue;
            }
            // The sleep is long where nothing but an answer or the caller can change anything.
            let wake_at = wake_at.unwrap_or(now + Duration::from_secs(3_600));
            tokio::select! {
                biased;
                Some(finished) = self.requests.join_next(), if !self.requests.is_empty() => {
                    self.take_back(finished);
                    // Others may have been answered meanwhile: they are judged before anything else is sent.
                    while let Some(finished) = self.requests.try_join_next() {
                        self.take_back(finished);
                    }
                }
                signed_in = self.sign_in.ended() => self.tokens.signed_in(signed_in),
                () = self.exchange.woken() => {}
                () = tokio::time::sleep_until(wake_at.into()) => {}
            }
        };
        self.requests.shutdown().await;
        self.sign_in.shutdown().await;
        self.finish(ending);
    }

    /// Whether the run is over, and how.
    fn ended(&mut self, now: Instant) -> Option<Ended> {
        if self.exchange.has_failed() || self.failure.is_some() {
            return Some(Ended::Failed);
        }
        match self.exchange.ending() {
            Ending::Cancel => return Some(Ended::Cancelled),
            Ending::Stop if self.requests.is_empty() => return Some(Ended::Cancelled),
            _ => {}
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            return Some(Ended::DeadlinePassed);
        }
        self.is_finished().then_some(Ended::Done)
    }

    fn is_finished(&self) -> bool {
        self.input_done && self.is_idle() && self.own.is_none()
    }

    /// Nothing is on the way or waits, but for the caller's own account.
    fn is_idle(&self) -> bool {
        self.requests.is_empty()
            && self.ready.is_empty()
            && self.halves.is_empty()
            && self.again.is_empty()
            && self.reading.is_empty()
    }

    /// Takes users in and sends what may be sent; says when to look again if nothing happens before.
    fn step(&mut self, now: Instant) -> Option<Instant> {
        let mut wake_at = self.deadline;
        let mut sooner = |at: Option<Instant>| {
            wake_at = match (wake_at, at) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        if self.exchange.ending() != Ending::Natural {
            return wake_at;
        }
        let Some((token, fresh)) = self.usable_token() else {
            if self.failure.is_some() {
                return None;
            }
            sooner(Some(now + TokenWatch::LOOK));
            return wake_at;
        };
        if fresh && let Err(failure) = self.begin_with(&token) {
            self.failure = Some(failure);
            return None;
        }
        self.take_input(now);
        if self.failure.is_some() {
            return None;
        }
        if self.input_done && self.is_idle() && self.exchange.room() > 0 {
            // All others are done: now the caller's own account, in a request of its own.
            self.ready.extend(self.own.take());
        }
        while self.requests.len() < self.window.width() && self.has_room() {
            let mut sent = false;
            for pick in [Engine::pick_reads, Engine::pick_writes] {
                match pick(self, now) {
                    Pick::Send(items) => {
                        self.send(&token, items, now);
                        sent = true;
                        break;
                    }
                    Pick::WaitUntil(at) => sooner(Some(at)),
                    Pick::Nothing => {}
                }
            }
            if !sent {
                break;
            }
        }
        wake_at
    }

    fn usable_token(&mut self) -> Option<(Arc<AccessToken>, bool)> {
        let usable = match self.tokens.usable() {
            Ok(usable) => usable,
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        };
        if let Some(want) = self.tokens.take_want() {
            self.sign_in.begin(want);
        }
        usable.or_else(|| {
            self.exchange.need_token(self.tokens.needed());
            None
        })
    }

    /// The first request with this token: who calls is known from now on.
    fn begin_with(&mut self, token: &AccessToken) -> Result<(), Error> {
        self.exchange.need_token(None);
        self.intake.know_caller(token.claims());
        for user in &self.options.exclude {
            self.intake.exclude(user);
        }
        let line = super::run_line(&self.sender.core, &self.options, token)?;
        self.recorder.begin(line)
    }

    /// Whether the caller, and the disk, keep up.
    fn has_room(&self) -> bool {
        self.recorder.waiting() < self.exchange.room() && self.reading.len() < MOST_VERIFYING
    }

    fn take_input(&mut self, now: Instant) {
        if self.input_done || self.unresolved > 0 {
            // Before the exclusions are known under all their names nobody is judged by them.
            return;
        }
        let mut keys = Vec::new();
        let mut over = false;
        if let Some(held) = &mut self.held {
            over = self.exchange.take_input(usize::MAX, &mut keys);
            for key in keys.drain(..) {
                self.intake.not_missing(&key);
                held.push_back(key);
            }
            if !over {
                return;
            }
            let missing = self.intake.missing();
            if missing.len() > 0 {
                self.failure = Some(lacks(missing));
                return;
            }
        }
        let most = AHEAD.saturating_sub(self.ready.len() + self.reading.len().min(AHEAD));
        if let Some(held) = &mut self.held {
            let count = most.min(held.len());
            keys.extend(held.drain(..count));
            over = over && held.is_empty();
        } else if self.old_journal.is_some() {
            over = self.take_from_journal(most, &mut keys);
        } else {
            over = self.exchange.take_input(most, &mut keys);
        }
        for key in &keys {
            self.arrive(key, now);
        }
        self.input_done = over;
        self.ready_since = (!self.ready.is_empty()).then(|| self.ready_since.unwrap_or(now));
    }

    fn take_from_journal(&mut self, most: usize, keys: &mut Vec<Box<str>>) -> bool {
        let Some(reader) = &mut self.old_journal else {
            return true;
        };
        while keys.len() < most {
            match reader.next() {
                None => return true,
                Some(Err(error)) => {
                    self.failure = Some(error);
                    return true;
                }
                Some(Ok(Line::Outcome(line))) if line.status == Status::Ok.name() => {
                    // "me" is whoever was the caller then: the object id is the same user for everybody.
                    let key = match line.user.as_str() {
                        "me" => line.id.as_deref().unwrap_or("me"),
                        key => key,
                    };
                    keys.push(key.into());
                    self.progress.added += 1;
                }
                Some(Ok(_)) => {}
            }
        }
        false
    }

    fn arrive(&mut self, key: &str, now: Instant) {
        match self.intake.take(key) {
            Arrival::New(item) => match item.task {
                Task::Invalidate => self.ready.push_back(item),
                _ => self.reading.push(item, now),
            },
            Arrival::Own(item) => self.own = Some(item),
            Arrival::Duplicate => self.progress.duplicates += 1,
            Arrival::Excluded => self.progress.excluded += 1,
            Arrival::AcceptedBefore => self.progress.accepted_before += 1,
            Arrival::Refused(outcome) => self.end_user(outcome),
        }
    }

    /// The next request that reads.
    fn pick_reads(&mut self, now: Instant) -> Pick {
        match self.reading.next_time() {
            None => return Pick::Nothing,
            Some(at) if at > now => return Pick::WaitUntil(at),
            Some(_) => {}
        }
        let wanted = self.reading.len().min(self.options.batch_size);
        match self.reads.allowance(wanted, now) {
            Allowance::Wait(at) => Pick::WaitUntil(at),
            Allowance::Go(count) => {
                let items = self.reading.take_due(now, count);
                self.reads.spend(items.len());
                Pick::Send(items)
            }
        }
    }

    /// The next request that writes.
    fn pick_writes(&mut self, now: Instant) -> Pick {
        if self.unresolved > 0 {
            return Pick::Nothing;
        }
        if let Some(half) = self.halves.front() {
            return match self.writes.allowance(half.len(), now) {
                Allowance::Wait(at) => Pick::WaitUntil(at),
                Allowance::Go(_) => {
                    let half = self.halves.pop_front().unwrap_or_default();
                    self.writes.spend(half.len());
                    Pick::Send(half)
                }
            };
        }
        let again_at = self.again.next_time();
        let again_due = again_at.is_some_and(|at| at <= now);
        if self.ready.is_empty() && !again_due {
            return again_at.map_or(Pick::Nothing, Pick::WaitUntil);
        }
        let waiting = self.ready.len() + if again_due { self.again.len() } else { 0 };
        let wanted = waiting.min(self.options.batch_size);
        if !self.input_done && !again_due && wanted < self.options.batch_size {
            // More may come and go along.
            let linger = self.ready_since.map(|since| since + LINGER);
            if let Some(until) = linger.filter(|until| now < *until) {
                return Pick::WaitUntil(until);
            }
        }
        match self.writes.allowance(wanted, now) {
            Allowance::Wait(at) => Pick::WaitUntil(at),
            Allowance::Go(count) => {
                let mut items = self.again.take_due(now, count);
                let fresh = (count - items.len()).min(self.ready.len());
                items.extend(self.ready.drain(..fresh));
                self.ready_since = (!self.ready.is_empty()).then_some(now);
                self.writes.spend(items.len());
                Pick::Send(items)
            }
        }
    }

    fn send(&mut self, token: &Arc<AccessToken>, mut items: Vec<Item>, now: Instant) {
        // An application is nobody's "me": that is known without asking.
        items.retain(|item| match token.judge_user(&item.user) {
            Ok(()) => true,
            Err(error) => {
                self.end_user(Box::new(error.for_user(item.user.text()).into_outcome()));
                false
            }
        });
        let Some(endpoint) = self.tokens.endpoint().filter(|_| !items.is_empty()) else {
            return;
        };
        for item in &mut items {
            item.attempts += 1;
            item.since.get_or_insert(now);
            item.last = None;
        }
        self.progress.attempts += items.len() as u64;
        self.progress.in_flight += items.len() as u64;
        let id = uuid::Uuid::new_v4().to_string();
        match self.sender.prepare(endpoint, token, &items, &id) {
            Ok(request) => {
                log::debug!(
                    "{} {} for {} users",
                    request.method,
                    request.url.path(),
                    items.len()
                );
                let sending = self.sender.send(request, items, id, Arc::clone(token));
                self.requests.spawn(sending);
            }
            Err(error) => self.failure = Some(error),
        }
    }

    fn take_back(&mut self, finished: Result<Finished, tokio::task::JoinError>) {
        match finished {
            Ok(finished) => self.judge(finished),
            Err(error) => {
                self.failure = Some(Error::new(
                    Status::InternalError,
                    format!("A request was lost: {error}."),
                ));
            }
        }
    }

    /// A user's end: counted, recorded, and handed out.
    pub(super) fn end_user(&mut self, outcome: Box<Outcome>) {
        if outcome.status.is_failure() {
            self.progress.failed += 1;
        } else if outcome.status == Status::Planned {
            self.progress.planned += 1;
        }
        self.recorder.end_user(outcome);
    }

    fn show(&mut self) {
        let now = Instant::now();
        let held = self.held.as_ref().map_or(0, VecDeque::len);
        let halves: usize = self.halves.iter().map(Vec::len).sum();
        // Repeated attempts aside, nobody here was attempted before.
        let fresh = self.ready.len() + held + usize::from(self.own.is_some());
        let to_read = self.reading.len().saturating_sub(self.unresolved);
        let to_write = fresh + halves + self.again.len();
        let dry = self.options.mode == RunMode::DryRun;
        let planned = if dry {
            self.progress.planned
        } else {
            to_write as u64
        };
        self.progress.waiting = (to_write + if dry { to_read } else { 0 }) as u64;
        self.progress.never_attempted = (fresh + if dry { to_read } else { 0 }) as u64;
        self.progress.verifying = if dry { 0 } else { to_read as u64 };
        self.progress.rate = self.done_meter.rate(now);
        self.progress.pause = self.writes.pause_left(now).unwrap_or_default();
        self.progress.unanswered = self.unanswered;
        let unread = self.exchange.unread() as u64;
        self.progress.time_left = self.writes.time_for(planned + unread, now);
        self.progress.pace = self.writes.pace();
        self.exchange.show(self.progress);
    }

    fn finish(mut self, ended: Ended) {
        let failure = match ended {
            Ended::Done | Ended::Cancelled => None,
            Ended::Failed => self.failure.take(),
            Ended::DeadlinePassed => Some(
                Error::new(Status::DeadlineExceeded, "The run's deadline has passed.")
                    .hint("Begin it again, or resume it with its journal, and allow more time."),
            ),
        };
        if failure.is_some() {
            // Whoever was attempted has an outcome, although another attempt was meant to follow.
            let waiting: Vec<Item> = self.again.drain().chain(self.reading.drain()).collect();
            for mut item in waiting
                .into_iter()
                .filter(|item| item.task != Task::ResolveExclusion)
            {
                if let Some(outcome) = item.last.take() {
                    self.end_user(outcome);
                }
            }
        }
        self.show();
        let progress = self.exchange.progress();
        let reason = match ended {
            Ended::Done => None,
            Ended::Cancelled => Some(Status::Cancelled),
            Ended::Failed | Ended::DeadlinePassed => failure.as_ref().map(Error::status),
        };
        self.recorder.summary(SummaryLine {
            time: rfc3339(clock()),
            complete: matches!(ended, Ended::Done),
            reason: reason.map(|status| status.name().to_owned()),
            accepted: progress.accepted,
            verified: progress.verified,
            failed: progress.failed,
            accepted_before: progress.accepted_before,
            excluded: progress.excluded,
            duplicates: progress.duplicates,
            in_flight: progress.in_flight,
            never_attempted: progress.never_attempted,
            ..SummaryLine::default()
        });
        self.recorder.finish();
        self.exchange.finish(failure);
    }

    /// A new acceptance: it is recorded at once, and handed out unless it is verified first.
    pub(super) fn accept(&mut self, item: &Item, outcome: Box<Outcome>, now: Instant) {
        self.progress.accepted += 1;
        self.permission_refusals = 0;
        self.done_meter.count(1, now);
        if !self.options.verify {
            self.recorder.end_user(outcome);
            return;
        }
        let not_before = outcome.server_date.unwrap_or_else(Timestamp::now);
        self.recorder.attempt(outcome);
        let item = Item::new(item.user.clone(), Task::Verify { not_before });
        self.reading.push(item, now + FIRST_LOOK);
    }
}

/// The service needs a moment to show what it has done.
const FIRST_LOOK: Duration = Duration::from_millis(200);

/// How a run ends.
#[derive(Clone, Copy)]
enum Ended {
    Done,
    Cancelled,
    DeadlinePassed,
    Failed,
}

/// What may be sent next.
enum Pick {
    Send(Vec<Item>),
    WaitUntil(Instant),
    Nothing,
}

fn lacks<'a>(missing: impl ExactSizeIterator<Item = &'a str>) -> Error {
    let count = missing.len();
    let names: Vec<&str> = missing.take(3).collect();
    Error::new(
        Status::JournalMismatch,
        format!(
            "The list lacks {count} users of the journal who were attempted and not accepted, such as {}.",
            names.join(", ")
        ),
    )
    .hint("Nothing was sent. Resume with the whole list, or begin a journal of its own for another list.")
}
