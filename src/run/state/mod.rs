//! What a run knows of its users, and what it does next: no network, no token source and no clock of its own.
//!
//! The engine brings the time, the token and the answers, and sends what it is told to. Everything is changed here and
//! in the two files below: [`apply`] after an answer, [`ending`] at the end.

mod apply;
mod ending;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::exchange::{Ending, Exchange};
use super::exclusions::Exclusions;
use super::feed::Feed;
use super::intake::{Arrival, Intake};
use super::item::{Item, Task};
use super::journal::{ExcludedLine, ExclusionLine, RunLine};
use super::next_step;
use super::options::{Checked, RunMode};
use super::pacing::Pacing;
use super::pick::{Packing, Pick};
use super::progress::{Meter, Progress};
use super::queue::{MOST_VERIFYING, Queue};
use super::reason::Ended;
use super::recorder::Recorder;
use super::silence::Silence;
use super::token_watch::TokenWatch;
use super::whom::Known;
use super::window::Window;
use crate::call::cut_off;
use crate::outcome::{Error, Outcome, now as clock, rfc3339};
use crate::status::Status;
use crate::token::AccessToken;

/// Users that are taken in ahead of being sent.
const AHEAD: usize = 2_048;

pub(super) struct State {
    options: Arc<Checked>,
    /// For how long what fails is tried again.
    patience: Duration,
    exchange: Arc<Exchange>,
    recorder: Recorder,
    intake: Intake,
    feed: Feed,
    exclusions: Exclusions,
    queue: Queue,
    writes: Pacing,
    reads: Pacing,
    window: Window,
    silence: Silence,
    progress: Progress,
    done_meter: Meter,
    recent_meter: Meter,
    /// How many requests are under way.
    requests: usize,
    /// How many users are being read to be verified.
    being_read: u64,
    permission_refusals: u64,
    /// How the last user who failed did so.
    last_failure: Option<Status>,
    /// The token may not read who is an administrator: nobody else is asked about.
    roles_are_closed: bool,
    /// The line with which the journal is to begin.
    line: Option<RunLine>,
    /// Whom the directory chose.
    selected: Option<Known>,
    /// Users of a list that was not gone through to its end, who would still have to be sent.
    left: u64,
    deadline: Option<Instant>,
}

/// What is waited for when all that could be done is done: an answer, the caller, or a time.
pub(super) struct Turn {
    /// When to look again, if nothing happens before.
    pub(super) wake_at: Option<Instant>,
    /// Users could be sent if the caller had read more outcomes.
    waits_for_reader: bool,
}

impl Turn {
    fn until(wake_at: Option<Instant>) -> Turn {
        Turn {
            wake_at,
            waits_for_reader: false,
        }
    }

    fn or_at(&mut self, at: Option<Instant>) {
        self.wake_at = self.wake_at.into_iter().chain(at).min();
    }
}

impl State {
    pub(super) fn new(
        options: Arc<Checked>,
        patience: Duration,
        recorder: Recorder,
        intake: Intake,
        feed: Feed,
        exchange: Arc<Exchange>,
        begin: Instant,
    ) -> State {
        let may_stay = options.allow_unresolved_exclusions;
        let deadline = options.deadline;
        State {
            patience,
            exchange,
            recorder,
            intake,
            feed,
            exclusions: Exclusions::new(&options.exclude, may_stay, begin),
            queue: Queue::default(),
            writes: Pacing::of_writes(options.rate),
            reads: Pacing::of_reads(),
            window: Window::new(options.concurrency, options.rate),
            silence: Silence::default(),
            progress: Progress::default(),
            done_meter: Meter::over(5.0),
            recent_meter: Meter::over(1.0),
            requests: 0,
            being_read: 0,
            permission_refusals: 0,
            last_failure: None,
            roles_are_closed: false,
            line: None,
            selected: None,
            left: 0,
            deadline: deadline.and_then(|deadline| begin.checked_add(deadline)),
            options,
        }
    }

    /// When the run has to be over.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether the run is over, and how.
    pub(super) fn ended(&self, now: Instant) -> Option<Ended> {
        if self.exchange.has_failed() {
            return Some(Ended::Failed(None));
        }
        match self.exchange.ending() {
            Ending::Cancel => return Some(Ended::Cancelled),
            Ending::Stop if self.requests == 0 => return Some(Ended::Cancelled),
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
        self.requests == 0 && self.exclusions.are_known() && self.queue.is_idle()
    }

    /// Whether there is more to do at once. Otherwise something wakes the engine: an answer, the caller's reading, the
    /// time.
    pub(super) fn has_more_to_do(&self, turn: &Turn) -> bool {
        self.is_finished() || turn.waits_for_reader && self.reader_has_caught_up()
    }

    /// There is another token: who calls is known from now on, and with which line the journal begins.
    pub(super) fn know_caller(&mut self, token: &AccessToken, line: RunLine) {
        self.intake.know_caller(token.claims());
        for user in &self.options.exclude {
            self.intake.exclude(user, user.text());
        }
        self.line = Some(line);
    }

    /// Whom the directory chose is known, completely.
    pub(super) fn select(&mut self, known: Known) {
        let selection = &known.selection;
        for (group, members) in &selection.excluded {
            for index in 0..members.len() {
                self.intake.exclude_member(members.get(index), group);
            }
        }
        self.progress.added += selection.len() as u64;
        if known.is_news {
            self.exchange
                .deliver(selection.remarks.iter().map(|remark| {
                    let mut outcome = Outcome::new(Status::SelectionRemark);
                    outcome.message = Some(remark.clone());
                    Box::new(outcome)
                }));
        }
        self.feed.select(Arc::clone(selection));
        self.selected = Some(known);
    }

    /// Takes users in and hands out the requests that may be sent now; says what is waited for then. Without a token
    /// nothing is sent, whatever the caller reads.
    ///
    /// # Errors
    ///
    /// Those of `send`, and whatever else ends the run.
    pub(super) fn step(
        &mut self,
        token: Option<&AccessToken>,
        now: Instant,
        mut send: impl FnMut(Vec<Item>) -> Result<(), Error>,
    ) -> Result<Turn, Error> {
        let mut turn = Turn::until(self.deadline);
        if self.exchange.ending() != Ending::Natural {
            return Ok(turn);
        }
        let Some(token) = token else {
            turn.or_at(Some(now + TokenWatch::LOOK));
            return Ok(turn);
        };
        if !self.begin()? {
            return Ok(turn);
        }
        self.judge_failures()?;
        if self.take_input(now)? {
            // None of them may have become a request whose answer wakes us: they were known, excluded, or no keys.
            turn.or_at(Some(now));
        }
        if self.feed.is_over() && self.is_idle() {
            // All others are done: now the caller's own account, in a request of its own.
            self.queue.release_own();
        }
        let unread = self.exchange.unread_outcomes();
        while self.requests < self.window.width() && self.has_room() {
            match self.pick(unread, now, &mut turn) {
                Some(items) => self.send(token, items, now, &mut send)?,
                None => break,
            }
        }
        Ok(turn)
    }

    /// Who goes into the next request, if anybody may be sent now.
    fn pick(&mut self, unread: usize, now: Instant, turn: &mut Turn) -> Option<Vec<Item>> {
        let mut packing = Packing {
            batch_size: self.most_together(),
            room: 0,
            more_may_come: !self.feed.is_over(),
        };
        let are_known = self.exclusions.are_known();
        let reads = match are_known {
            true => self.queue.pick_reads(&mut self.reads, packing, now),
            false => self.exclusions.pick(&mut self.reads, packing, now),
        };
        match reads {
            Pick::Send(items) => return Some(items),
            nothing_to_read => turn.or_at(nothing_to_read.time()),
        }
        packing.room = self.most_ahead().saturating_sub(self.ahead(unread));
        let writes = match are_known {
            true => self.queue.pick_writes(&mut self.writes, packing, now),
            false => Pick::Nothing,
        };
        match writes {
            Pick::Send(items) => return Some(items),
            nothing_to_write => turn.or_at(nothing_to_write.time()),
        }
        turn.waits_for_reader = packing.room < packing.batch_size;
        None
    }

    /// Whether what kept users from being sent was read in the meantime. Otherwise the caller's reading wakes the
    /// engine.
    fn reader_has_caught_up(&self) -> bool {
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

    /// How many users were sent whose outcome the caller has not read, with those that are `unread` on its side. How
    /// long verification takes is up to the service: who waits for it counts only where the caller has given a limit.
    fn ahead(&self, unread: usize) -> usize {
        let verifying = match self.options.ahead {
            Some(_) => self.queue.to_read() as u64 + self.being_read,
            None => 0,
        };
        unread + self.recorder.ends_waiting() + (self.progress.in_flight + verifying) as usize
    }

    /// Begins the journal as soon as the list is known; tells whether it has begun.
    fn begin(&mut self) -> Result<bool, Error> {
        if !self.feed.is_known(&mut self.intake)? {
            return Ok(false);
        }
        if let Some(line) = self.line.take() {
            self.begin_journal(line)?;
        }
        Ok(true)
    }

    fn begin_journal(&mut self, mut line: RunLine) -> Result<(), Error> {
        let Some(known) = &self.selected else {
            return self.recorder.begin(line, None).map(|_| ());
        };
        let selection = Arc::clone(&known.selection);
        line.selection = self
            .options
            .select
            .select()
            .then(|| selection.summary.clone());
        let to_write = (!known.is_recorded).then_some(&*selection);
        if self.recorder.begin(line, to_write)? {
            for (group, members) in &selection.excluded {
                for member in (0..members.len()).map(|index| members.get(index)) {
                    self.recorder.exclusion(ExclusionLine {
                        time: rfc3339(clock()),
                        user: group.clone(),
                        id: Some(member.id),
                        user_principal_name: member.user_principal_name,
                        status: None,
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether the directory may not show names, by which exclusions could be recognised.
    fn lacks_names(&self) -> bool {
        let selected = self.selected.as_ref();
        selected.is_some_and(|known| known.selection.lacks_names)
    }

    /// Whether the caller, and the disk, keep up.
    fn has_room(&self) -> bool {
        self.recorder.waiting() < self.exchange.room()
    }

    /// Takes users in; tells whether more could be taken at once.
    fn take_input(&mut self, now: Instant) -> Result<bool, Error> {
        if !self.exclusions.are_known() {
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
                Arrival::Refused(outcome) | Arrival::Named(outcome) => self.end_user(outcome),
            }
        }
        Ok(filled && new < room && !self.feed.is_over() && self.has_room())
    }

    fn send(
        &mut self,
        token: &AccessToken,
        items: Vec<Item>,
        now: Instant,
        send: &mut impl FnMut(Vec<Item>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut sent = Vec::with_capacity(items.len());
        for mut item in items {
            // An application is nobody's "me": that is known without asking.
            if let Err(error) = token.judge_user(&item.user) {
                let outcome = Box::new(error.for_user(item.user.text()).into_outcome());
                self.apply(next_step::end(item, outcome), now)?;
                continue;
            }
            item.begin_attempt(now);
            sent.push(item);
        }
        if sent.is_empty() {
            return Ok(());
        }
        self.progress.attempts += sent.len() as u64;
        self.count_on_the_way(&sent, u64::wrapping_add);
        self.requests += 1;
        send(sent)
    }

    /// Users leave, or come back. Whoever is read to be verified is counted as accepted already.
    fn count_on_the_way<'a>(
        &mut self,
        items: impl IntoIterator<Item = &'a Item>,
        change: fn(u64, u64) -> u64,
    ) {
        for item in items {
            match item.task {
                Task::Invalidate | Task::Describe | Task::DescribeRoles => {
                    self.progress.in_flight = change(self.progress.in_flight, 1);
                }
                Task::Verify { .. } => self.being_read = change(self.being_read, 1),
                Task::ResolveExclusion => {}
            }
        }
    }

    /// Ends a run in which as many users failed as its caller allows, for the reason of the last of them.
    fn judge_failures(&self) -> Result<(), Error> {
        let failed = self.progress.failed;
        match (self.options.max_failures, self.last_failure) {
            (Some(most), Some(status)) if failed >= most => Err(Error::new(
                status,
                format!("The run has stopped: the number of failed users, {failed}, has reached the option max_failures, {most}."),
            )
            .hint("Look at the outcomes of those who failed; then resume the run with its journal, or begin a new one.")),
            _ => Ok(()),
        }
    }

    /// A user's end: counted, recorded, and handed out.
    fn end_user(&mut self, outcome: Box<Outcome>) {
        if outcome.status.is_failure() {
            self.progress.failed += 1;
            self.last_failure = Some(outcome.status);
        } else if matches!(outcome.status, Status::Planned | Status::Selected) {
            self.progress.planned += 1;
        }
        self.recorder.end_user(outcome);
    }

    /// The end of a user who was accepted, verified or not.
    fn end_verification(&mut self, mut outcome: Box<Outcome>) {
        if outcome.status == Status::Verified {
            self.progress.verified += 1;
        } else {
            self.progress.unverified += 1;
            if self.options.mode == RunMode::Invalidate {
                // The status of a user tells first whether the service accepted.
                cut_off::describe_unverified(&mut outcome);
            }
        }
        self.recorder.end_user(outcome);
    }

    /// Hands out, and records, what has come to its end since the last time; and shows how far the run is.
    pub(super) fn show(&mut self, now: Instant) {
        self.recorder.flush();
        self.show_progress(now);
    }

    fn show_progress(&mut self, now: Instant) {
        let dry = matches!(self.options.mode, RunMode::DryRun | RunMode::Select);
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
