//! After an answer: the one place that carries out what it means.

use std::time::{Duration, Instant};

use super::State;
use crate::call::cut_off;
use crate::call::retry::{Backoff, Retry};
use crate::outcome::{Error, Outcome};
use crate::run::described::{Described, Roles};
use crate::run::item::{Item, Task};
use crate::run::next_step::{Facts, NextStep, next_step, planned};
use crate::run::options::RunMode;
use crate::run::verdict::{Count, Health, Judged, News, Signs, Users};
use crate::status::Status;
use crate::user::User;

/// The service needs a moment to show what it has done.
const FIRST_LOOK: Duration = Duration::from_millis(200);

/// Refusals for want of permission, without one acceptance, after which the others would be refused as well.
const HOPELESS: u64 = 100;

impl State {
    /// A request has come back.
    ///
    /// # Errors
    ///
    /// What ends the run. Whatever came back has taken effect all the same.
    pub(in crate::run) fn take_back(&mut self, judged: Judged, now: Instant) -> Result<(), Error> {
        let Judged {
            users,
            news,
            sent_at,
            ..
        } = judged;
        self.requests = self.requests.saturating_sub(1);
        let spoke_of_quota = match &news {
            News::Answer(signs) => [signs.let_through, signs.throttled] != [Count::default(); 2],
            News::Silence { .. } => false,
        };
        let task = users.task();
        if !spoke_of_quota {
            match task {
                Some(Task::Invalidate) => self.writes.told_nothing(sent_at, now),
                _ => self.reads.told_nothing(sent_at, now),
            }
        }
        let mut result = self.hear(news, sent_at, now);
        let facts = Facts {
            now,
            patience: self.patience,
            wait: self.options.wait,
            jitter: fastrand::f64(),
            run_ends: result.is_err(),
        };
        match users {
            Users::Halves(items) => {
                self.count_on_the_way(&items, u64::wrapping_sub);
                match task {
                    Some(Task::ResolveExclusion) => self.exclusions.split(items),
                    _ => self.queue.split(items),
                }
            }
            Users::Each(users) => {
                self.count_on_the_way(users.iter().map(|(item, _)| item), u64::wrapping_sub);
                for (item, verdict) in users {
                    let step = next_step(item, verdict, &facts);
                    result = result.and(self.apply(step, now));
                }
            }
        }
        result
    }

    /// What the answer, or its absence, says for the requests that follow.
    fn hear(&mut self, news: News, sent_at: Instant, now: Instant) -> Result<(), Error> {
        match news {
            News::Answer(signs) => self.learn(signs, sent_at, now),
            News::Silence { outcome, retry } => return self.silence(&outcome, retry, now),
        }
        Ok(())
    }

    /// No answer: everyone waits a little, and a network that is away for long ends the run.
    fn silence(&mut self, outcome: &Outcome, retry: Retry, now: Instant) -> Result<(), Error> {
        self.window.refused();
        let is_gone = self.silence.go_on(retry, self.patience, now);
        let unanswered = self.silence.unanswered();
        self.hold_until(now + Backoff::OF_REQUESTS.wait(unanswered, retry.asked()));
        if !is_gone {
            return Ok(());
        }
        let message = outcome.message.as_deref().unwrap_or("no reason is known.");
        let error = Error::new(
            outcome.status,
            format!("The service cannot be reached: {message}"),
        );
        Err(match &outcome.hint {
            Some(hint) => error.hint(hint.clone()),
            None => error,
        })
    }

    fn learn(&mut self, signs: Signs, sent_at: Instant, now: Instant) {
        self.silence.end();
        for _ in 0..signs.let_through.writes {
            self.writes.accepted(1, sent_at, now);
            self.recent_meter.count(1, now);
        }
        for _ in 0..signs.let_through.reads {
            self.reads.accepted(1, sent_at, now);
        }
        if let Some(part) = signs.used {
            self.writes.used(part, self.recent_meter.rate(now), now);
        }
        match signs.health {
            Health::Well => self.silence.is_well(),
            // What was refused for a quota is learned from below.
            Health::Throttled => {}
            // Everyone waits, not just those who asked.
            Health::Unwell(asked) => {
                let hold = now + self.silence.is_unwell(asked);
                self.hold_until(hold);
            }
        }
        let throttled = signs.throttled;
        if throttled.writes + throttled.reads == 0 {
            self.window.answered();
            return;
        }
        self.progress.throttled += (throttled.writes + throttled.reads) as u64;
        self.window.refused();
        if throttled.writes > 0 {
            self.writes
                .refused(throttled.writes, signs.wait, sent_at, now);
        }
        if throttled.reads > 0 {
            self.reads
                .refused(throttled.reads, signs.wait, sent_at, now);
        }
        // One refusal pauses everyone; what is learned from it concerns its own quota alone.
        let pauses = [&self.writes, &self.reads].map(|pacing| pacing.pause_left(now));
        if let Some(pause) = pauses.into_iter().flatten().max() {
            self.hold_until(now + pause);
            log::debug!(
                "the service refused {} users because of its quota; waiting {:.1} s",
                throttled.writes + throttled.reads,
                pause.as_secs_f64()
            );
        }
    }

    fn hold_until(&mut self, time: Instant) {
        self.writes.hold_until(time);
        self.reads.hold_until(time);
    }

    /// Carries out what follows for one user.
    pub(super) fn apply(&mut self, step: NextStep, now: Instant) -> Result<(), Error> {
        match step {
            NextStep::Again {
                item,
                pause,
                attempt,
            } => {
                if let Some(outcome) = attempt {
                    self.recorder.attempt(outcome);
                }
                match item.task {
                    Task::ResolveExclusion => self.exclusions.push_again(item, now + pause),
                    _ => self.queue.push_again(item, now + pause),
                }
            }
            NextStep::Accept { user, outcome } => self.accept(user, outcome, now),
            NextStep::EndVerification {
                user,
                account,
                on_record,
                outcome,
            } => {
                if account.is_none_or(|id| self.intake.learn_id(&user, &id)) {
                    self.end_verification(outcome);
                } else {
                    // Another name of an account that is counted already: it was sent twice, and is one.
                    let counted = match on_record {
                        true => &mut self.progress.accepted_before,
                        false => &mut self.progress.accepted,
                    };
                    *counted = counted.saturating_sub(1);
                    self.progress.duplicates += 1;
                    self.recorder.attempt(outcome);
                }
            }
            NextStep::AskForRoles {
                user,
                described,
                outcome,
            } => self.ask_for_roles(&user, described, outcome, now),
            NextStep::End(outcome) => self.end_user(outcome),
            NextStep::EndForbidden(outcome) => {
                let result = self.note_permission_refusal(&outcome);
                self.end_user(outcome);
                return result;
            }
            NextStep::EndWithoutRoles(outcome) => {
                self.roles_are_closed = true;
                self.end_user(outcome);
            }
            NextStep::Exclude {
                exclusion,
                described,
            } => {
                for name in [&described.id, &described.user_principal_name] {
                    let name = User::Key(name.clone());
                    self.intake.exclude(&name, exclusion.text());
                }
                let line = self.exclusions.resolved(&exclusion, described);
                self.recorder.exclusion(line);
            }
            NextStep::LeaveUnresolved(outcome) => {
                let lacks_names = self.lacks_names();
                let (line, unprotected) = self.exclusions.left_unresolved(outcome, lacks_names)?;
                self.recorder.exclusion(line);
                // For the caller alone: it is no user of the list.
                self.exchange.deliver([unprotected]);
            }
        }
        Ok(())
    }

    /// A new acceptance: it is recorded at once, and handed out unless it is verified first.
    fn accept(&mut self, user: User, outcome: Box<Outcome>, now: Instant) {
        self.permission_refusals = 0;
        self.done_meter.count(1, now);
        if self.intake.is_counted(&user) {
            // It went out before anybody knew that its account is there under another name, too.
            self.progress.duplicates += 1;
            self.recorder.attempt(outcome);
            return;
        }
        self.progress.accepted += 1;
        if !self.options.verify {
            self.recorder.end_user(outcome);
            return;
        }
        let accepted_at = outcome.server_date;
        self.recorder.attempt(outcome);
        let Some(not_before) = accepted_at else {
            // The local clock is no proof of what the service's did.
            self.progress.unverified += 1;
            self.recorder.end_user(cut_off::unprovable(user.text()));
            return;
        };
        let task = Task::Verify {
            not_before,
            on_record: false,
        };
        self.queue
            .push_again(Item::new(user, task), now + FIRST_LOOK);
    }

    fn ask_for_roles(
        &mut self,
        user: &User,
        described: Described,
        mut outcome: Box<Outcome>,
        now: Instant,
    ) {
        if !self.intake.learn_id(user, &described.id) {
            self.progress.duplicates += 1;
            return;
        }
        outcome.message = Some(described.sentence(self.intake.is_own(&described.id)));
        outcome.id = Some(described.id.clone());
        if self.options.mode == RunMode::Select {
            outcome.status = Status::Selected;
            self.end_user(outcome);
            return;
        }
        outcome.status = Status::Planned;
        let mut item = Item::new(User::Key(described.id), Task::DescribeRoles);
        item.last = Some(outcome);
        match self.roles_are_closed {
            true => self.end_user(planned(item, &Roles::Unknown)),
            false => self.queue.push_again(item, now),
        }
    }

    fn note_permission_refusal(&mut self, outcome: &Outcome) -> Result<(), Error> {
        self.permission_refusals += 1;
        if self.progress.accepted > 0 || self.permission_refusals != HOPELESS {
            return Ok(());
        }
        let error = Error::new(
            Status::PermissionDenied,
            format!(
                "{HOPELESS} users were refused for lack of permission, and none was accepted: the run has stopped."
            ),
        );
        Err(match &outcome.hint {
            Some(hint) => error.hint(hint.clone()),
            None => error,
        })
    }
}
