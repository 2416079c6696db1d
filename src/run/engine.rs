//! The engine: one thread that sends, judges and records, until the last user has its outcome.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::ending::Ended;
use super::exchange::{Ending, Exchange};
use super::feed::Feed;
use super::intake::{Arrival, Intake};
use super::item::{Item, Task};
use super::journal::{ExcludedLine, Journal, JournalReader, RunLine};
use super::options::{Checked, RunMode};
use super::pacing::Pacing;
use super::progress::{Meter, Progress};
use super::queue::{MOST_VERIFYING, Packing, Pick, Queue};
use super::recorder::Recorder;
use super::request::{Finished, Sender};
use super::run_token::RunToken;
use super::sign_in::SignIn;
use super::silence::Silence;
use super::token_watch::TokenWatch;
use super::window::Window;
use crate::outcome::{Error, now as clock, rfc3339};
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::descriptors_closed;

/// Users that are taken in ahead of being sent.
const AHEAD: usize = 2_048;

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
    pub(super) feed: Feed,
    pub(super) queue: Queue,
    requests: JoinSet<Finished>,
    pub(super) window: Window,
    pub(super) done_meter: Meter,
    pub(super) recent_meter: Meter,
    pub(super) permission_refusals: u64,
    /// The token may not read who is an administrator: nobody else is asked about.
    pub(super) roles_are_closed: bool,
    /// How many users are being read to be verified.
    pub(super) being_read: u64,
    pub(super) silence: Silence,
    pub(super) failure: Option<Error>,
    /// The line with which the journal is to begin.
    line: Option<RunLine>,
    /// Users could be sent if the caller had read more outcomes.
    waits_for_reader: bool,
    /// Users of a list that was not gone through to its end, who would still have to be sent.
    pub(super) left: u64,
    deadline: Option<Instant>,
}

impl Engine {
    pub(super) fn new(
        sender: Sender,
        token: Arc<RunToken>,
        exchange: Arc<Exchange>,
        intake: Intake,
        journal: Option<Journal>,
        old_journal: Option<JournalReader>,
    ) -> Engine {
        let options = Arc::clone(&sender.options);
        let begin = Instant::now();
        let resumes = options.mode == RunMode::Invalidate
            && journal.as_ref().is_some_and(|journal| !journal.is_fresh());
        let feed = match old_journal {
            Some(journal) => Feed::of_journal(Arc::clone(&exchange), journal),
            None if resumes => Feed::of_caller_at_once(Arc::clone(&exchange)),
            None => Feed::of_caller(Arc::clone(&exchange)),
        };
        let mut queue = Queue::default();
        for user in &options.exclude {
            queue.push_new(Item::new(user.clone(), Task::ResolveExclusion), begin);
        }
        Engine {
            exchange: Arc::clone(&exchange),
            tokens: TokenWatch::new(Arc::clone(&sender.core), token),
            sign_in: SignIn::new(Arc::clone(&sender.core), Arc::clone(&sender.transport)),
            writes: Pacing::of_writes(options.rate),
            reads: Pacing::of_reads(),
            recorder: Recorder::new(journal, exchange),
            progress: Progress::default(),
            feed,
            queue,
            requests: JoinSet::new(),
            window: Window::new(options.concurrency, options.rate),
            done_meter: Meter::over(5.0),
            recent_meter: Meter::over(1.0),
            permission_refusals: 0,
            roles_are_closed: false,
            being_read: 0,
            silence: Silence::default(),
            failure: None,
            line: None,
            waits_for_reader: false,
            left: 0,
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
            if !self.sender.transport.is_sound() {
                self.leave();
                return;
            }
            let now = Instant::now();
            if let Some(ending) = self.ended(now) {
                break ending;
            }
            let wake_at = self.step(now);
            self.recorder.flush();
            self.show();
            if self.is_finished() || self.failure.is_some() || self.reader_has_caught_up() {
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

    /// Ends where the host has closed our descriptors: nothing is sent or closed any more, as the numbers may be others' by now.
    fn leave(self) {
        self.exchange.finish(Some(descriptors_closed()));
        std::mem::forget(self);
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
        self.feed.is_over() && self.is_idle() && !self.queue.has_own()
    }

    /// Nothing is on the way or waits, but for the caller's own account.
    fn is_idle(&self) -> bool {
        self.requests.is_empty() && self.queue.is_idle()
    }

    /// Takes users in and sends what may be sent; says when to look again if nothing happens before.
    fn step(&mut self, now: Instant) -> Option<Instant> {
        // Told anew by each step: one that has no token sends nothing, whatever its reader does.
        self.waits_for_reader = false;
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
        if fresh {
            self.know(&token);
        }
        match self.begin() {
            Ok(true) => {}
            Ok(false) => return wake_at,
            Err(failure) => {
                self.failure = Some(failure);
                return None;
            }
        }
        match self.take_input(now) {
            // None of them may have become a request whose answer wakes us: they were known, excluded, or no keys.
            Ok(true) => sooner(Some(now)),
            Ok(false) => {}
            Err(failure) => {
                self.failure = Some(failure);
                return None;
            }
        }
        if self.feed.is_over() && self.is_idle() {
            // All others are done: now the caller's own account, in a request of its own.
            self.queue.release_own();
        }
        let unread = self.exchange.unread_outcomes();
        let mut packing = Packing {
            batch_size: self.most_together(),
            room: 0,
            more_may_come: !self.feed.is_over(),
        };
        while self.requests.len() < self.window.width() && self.has_room() {
            let items = match self.queue.pick_reads(&mut self.reads, packing, now) {
                Pick::Send(items) => items,
                nothing_to_read => {
                    sooner(nothing_to_read.time());
                    packing.room = self.most_ahead().saturating_sub(self.ahead(unread));
                    match self.queue.pick_writes(&mut self.writes, packing, now) {
                        Pick::Send(items) => items,
                        nothing_to_write => {
                            sooner(nothing_to_write.time());
                            self.waits_for_reader = packing.room < packing.batch_size;
                            break;
                        }
                    }
                }
            };
            self.send(&token, items, now);
        }
        wake_at
    }

    /// Whether what kept users from being sent was read in the meantime. Otherwise the caller's reading wakes the engine.
    fn reader_has_caught_up(&mut self) -> bool {
        if !self.waits_for_reader {
            return false;
        }
        let most_unread = self
            .most_ahead()
            .checked_sub(self.ahead(0) + self.most_together());
        self.exchange.is_read(most_unread)
    }

    /// How many users go into one request.
    fn most_together(&self) -> usize {
        self.options.batch_size.min(self.most_ahead())
    }

    /// How far the run may be ahead of the caller.
    fn most_ahead(&self) -> usize {
        let options = &self.options;
        options
            .ahead
            .unwrap_or((options.concurrency + 1) * options.batch_size)
    }

    /// How many users were sent whose outcome the caller has not read, with those that are `unread` on its side. How long
    /// verification takes is up to the service: who waits for it counts only where the caller has given a limit.
    fn ahead(&self, unread: usize) -> usize {
        let verifying = match self.options.ahead {
            Some(_) => self.queue.to_read() as u64 + self.being_read,
            None => 0,
        };
        unread + self.recorder.ends_waiting() + (self.progress.in_flight + verifying) as usize
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
    fn know(&mut self, token: &AccessToken) {
        self.exchange.need_token(None);
        self.intake.know_caller(token.claims());
        for user in &self.options.exclude {
            self.intake.exclude(user, user.text());
        }
        // It is known as soon as a token was usable.
        if let Some(endpoint) = self.tokens.endpoint() {
            let line = super::run_line(&self.sender.core, &self.options, token, endpoint);
            self.line = Some(line);
        }
    }

    /// Begins the journal as soon as the list is known; tells whether it has begun.
    fn begin(&mut self) -> Result<bool, Error> {
        if !self.feed.is_known(&mut self.intake)? {
            return Ok(false);
        }
        if let Some(line) = self.line.take() {
            self.recorder.begin(line)?;
        }
        Ok(true)
    }

    /// Whether the caller, and the disk, keep up.
    fn has_room(&self) -> bool {
        self.recorder.waiting() < self.exchange.room()
    }

    /// Takes users in; tells whether more could be taken at once.
    fn take_input(&mut self, now: Instant) -> Result<bool, Error> {
        if self.queue.unresolved() > 0 {
            // Before the exclusions are known under all their names nobody is judged by them.
            return Ok(false);
        }
        let waiting = match self.options.mode {
            RunMode::Invalidate if self.queue.to_read() < MOST_VERIFYING => {
                self.queue.new_to_write()
            }
            _ => self.queue.to_read(),
        };
        let room = AHEAD.saturating_sub(waiting);
        let keys = self.feed.take(room)?;
        if self.options.mode == RunMode::VerifyJournal {
            self.progress.added += keys.len() as u64;
        }
        let filled = keys.len() == room;
        let mut new = 0;
        for key in keys {
            match self.intake.take(key) {
                Arrival::New(item) => {
                    // Whom the journal calls accepted stays so, whatever the verification brings.
                    self.progress.accepted_before += u64::from(item.is_verification());
                    self.queue.push_new(item, now);
                    new += 1;
                }
                Arrival::Own(item) => self.queue.set_own(item),
                Arrival::Duplicate => self.progress.duplicates += 1,
                Arrival::Excluded { user, exclusion } => {
                    self.progress.excluded += 1;
                    self.recorder.excluded(ExcludedLine {
                        time: rfc3339(clock()),
                        user: user.into(),
                        exclusion: exclusion.as_ref().to_owned(),
                    });
                }
                Arrival::AcceptedBefore => self.progress.accepted_before += 1,
                Arrival::Unprovable(outcome) => {
                    self.progress.accepted_before += 1;
                    self.progress.unverified += 1;
                    self.recorder.end_user(outcome);
                }
                Arrival::Refused(outcome) => self.end_user(outcome),
            }
        }
        Ok(filled && new < room && !self.feed.is_over() && self.has_room())
    }

    fn send(&mut self, token: &Arc<AccessToken>, mut items: Vec<Item>, now: Instant) {
        // An application is nobody's "me": that is known without asking.
        items.retain(|item| match token.judge_user(&item.user) {
            Ok(()) => true,
            Err(error) => {
                let outcome = error.for_user(item.user.text()).into_outcome();
                self.end(item.task, Box::new(outcome));
                false
            }
        });
        if items.is_empty() {
            return;
        }
        for item in &mut items {
            item.attempts += 1;
            item.since.get_or_insert(now);
            if item.task != Task::DescribeRoles {
                item.last = None;
            }
        }
        self.progress.attempts += items.len() as u64;
        self.count_on_the_way(&items, u64::wrapping_add);
        let id = uuid::Uuid::new_v4().to_string();
        // It is known as soon as a token was usable.
        let Some(endpoint) = self.tokens.endpoint() else {
            return;
        };
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

    pub(super) fn show(&mut self) {
        let now = Instant::now();
        let dry = self.options.mode == RunMode::DryRun;
        let to_read = self.queue.to_read();
        let fresh = self.queue.new_to_write()
            + self.feed.held()
            + self.left as usize
            + if dry { to_read } else { 0 };
        let waiting = fresh + self.queue.again_to_write();
        let planned = match dry {
            true => self.progress.planned,
            false => waiting as u64,
        };
        self.progress.waiting = waiting as u64;
        self.progress.never_attempted = fresh as u64;
        let accepted = self.progress.accepted + self.progress.accepted_before;
        self.progress.verifying = match dry {
            true => 0,
            false => (to_read as u64 + self.being_read).min(accepted),
        };
        self.progress.rate = self.done_meter.rate(now);
        self.progress.pause = self.writes.pause_left(now).unwrap_or_default();
        self.progress.unanswered = self.silence.unanswered();
        let unread = self.exchange.unread() as u64;
        self.progress.time_left = self.writes.time_for(planned + unread, now);
        self.progress.pace = self.writes.pace();
        self.exchange.show(self.progress);
    }
}
