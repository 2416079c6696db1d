//! What follows for one user whose request was answered: the end, another look, or another attempt.

use std::time::{Duration, Instant};

use super::described::{Described, Roles};
use super::engine::Engine;
use super::item::{Item, Task};
use super::journal::ExclusionLine;
use super::judge::Judging;
use crate::cut_off;
use crate::outcome::{Error, Outcome, now as clock, rfc3339};
use crate::retry::Backoff;
use crate::status::Status;
use crate::user::User;

/// How often a user's directory roles are asked for where that fails.
const MOST_LOOKS_AT_ROLES: u32 = 2;

/// Refusals for want of permission, without one acceptance, after which the others would be refused as well.
const HOPELESS: u64 = 100;

impl Engine {
    pub(super) fn succeed(
        &mut self,
        item: Item,
        mut outcome: Box<Outcome>,
        body: Option<&[u8]>,
        judging: &Judging,
    ) {
        let (sent_at, now) = (judging.sent_at, judging.now);
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
            Task::Verify {
                not_before,
                on_record,
            } => {
                self.reads.accepted(1, sent_at, now);
                let is_final = cut_off::judge(body.unwrap_or_default(), not_before, &mut outcome);
                let waited = item.since.map(|since| now.saturating_duration_since(since));
                if !is_final && waited.is_none_or(|waited| waited < self.options.wait) {
                    // Those whom one request read are read together again.
                    let pause = Backoff::OF_REQUESTS.pause_with(item.attempts, judging.jitter);
                    self.queue.push_again(item, now + pause);
                    return;
                }
                let id = outcome.id.as_deref();
                if id.is_none_or(|id| self.intake.learn_id(&item.user, id)) {
                    self.end(item.task, outcome);
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
            Task::Describe | Task::ResolveExclusion => {
                self.reads.accepted(1, sent_at, now);
                self.described(&item, outcome, body.unwrap_or_default(), now);
            }
            Task::DescribeRoles => {
                self.reads.accepted(1, sent_at, now);
                self.end_description(item, &Roles::read(body.unwrap_or_default()));
            }
        }
    }

    fn described(&mut self, item: &Item, mut outcome: Box<Outcome>, body: &[u8], now: Instant) {
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
                let name = User::Key(name.clone());
                self.intake.exclude(&name, item.user.text());
            }
            self.recorder.exclusion(ExclusionLine {
                time: rfc3339(clock()),
                user: item.user.text().to_owned(),
                id: Some(described.id),
                user_principal_name: Some(described.user_principal_name),
                status: None,
            });
            self.queue.resolved();
            return;
        }
        if !self.intake.learn_id(&item.user, &described.id) {
            self.progress.duplicates += 1;
            return;
        }
        outcome.status = Status::Planned;
        outcome.message = Some(described.sentence(self.intake.is_own(&described.id)));
        outcome.id = Some(described.id.clone());
        let mut item = Item::new(User::Key(described.id), Task::DescribeRoles);
        item.last = Some(outcome);
        if self.roles_are_closed {
            self.end_description(item, &Roles::Unknown);
        } else {
            self.queue.push_again(item, now);
        }
    }

    /// A dry run knows of a user what it can.
    pub(super) fn end_description(&mut self, mut item: Item, roles: &Roles) {
        if let Some(mut outcome) = item.last.take() {
            if let Some(sentence) = &mut outcome.message {
                sentence.push_str(&roles.in_words());
            }
            self.end_user(outcome);
        }
    }

    /// One attempt failed: another follows after this wait, where there is one and the user's time allows it.
    pub(super) fn fail(
        &mut self,
        item: Item,
        outcome: Box<Outcome>,
        wait: Option<Duration>,
        now: Instant,
    ) {
        let budget = self.sender.core.settings.timeout;
        let tried = item
            .since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        // Who is an administrator is good to know, but not worth a long wait.
        let is_enough = item.task == Task::DescribeRoles && item.attempts >= MOST_LOOKS_AT_ROLES;
        let wait = wait.filter(|wait| tried + *wait < budget && !is_enough);
        if let Some(wait) = wait {
            self.recorder.attempt(outcome.clone());
            self.wait_again(item, outcome, now + wait);
            return;
        }
        match item.task {
            Task::ResolveExclusion => self.exclusion_failed(&outcome),
            Task::DescribeRoles => {
                self.roles_are_closed |= outcome.status == Status::PermissionDenied;
                self.end_description(item, &Roles::Unknown);
            }
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
                self.end(task, outcome);
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
        self.queue.resolved();
        if self.options.allow_unresolved_exclusions {
            self.recorder.exclusion(ExclusionLine {
                time: rfc3339(clock()),
                user: outcome.user.clone(),
                status: Some(outcome.status.name().to_owned()),
                ..ExclusionLine::default()
            });
            log::warn!(
                "the exclusion {} could not be looked up: {}",
                outcome.user,
                outcome.status
            );
            // For the caller alone: it is no user of the list.
            let mut unprotected = outcome.clone();
            unprotected.status = Status::Unprotected;
            unprotected.message = Some(format!(
                "This exclusion could not be looked up ({}): only this very key is left out, and the account is signed out under any other name.",
                outcome.status
            ));
            self.exchange
                .deliver(std::iter::once(Box::new(unprotected)));
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
            .hint("Nothing was sent. Correct the exclusion, use a token that may read users (User.Read.All), or set the option allow_unresolved_exclusions where the list names them in the same way.")
            .for_user(&outcome.user),
        );
    }

    /// Another attempt follows, not before this time.
    pub(super) fn wait_again(&mut self, mut item: Item, outcome: Box<Outcome>, at: Instant) {
        if item.task != Task::DescribeRoles {
            item.last = Some(outcome);
        }
        self.queue.push_again(item, at);
    }
}
