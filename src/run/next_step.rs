//! What follows for one user whose request has come back: the end, another look, or another attempt.
//!
//! A user and a verdict go in, the next step comes out; nothing is changed here.

use std::time::{Duration, Instant};

use super::described::{Described, Roles};
use super::item::{Item, Task};
use super::verdict::Verdict;
use crate::call::cut_off;
use crate::call::retry::{self, Backoff, Decision, Retry};
use crate::outcome::Outcome;
use crate::status::Status;
use crate::user::User;

/// How often a user's directory roles are asked for where that fails.
const MOST_LOOKS_AT_ROLES: u32 = 2;

/// What the next step depends on besides the user and the verdict.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) now: Instant,
    /// For how long what fails is tried again.
    pub(super) patience: Duration,
    /// For how long verification of a user may take.
    pub(super) wait: Duration,
    /// Those of one request who are tried again come back together.
    pub(super) jitter: f64,
    /// The run ends with this answer: nobody is tried again.
    pub(super) run_ends: bool,
}

/// What follows for one user.
#[derive(Debug)]
pub(super) enum NextStep {
    /// The same is asked again after this pause. The attempt is recorded, where there is something to record.
    Again {
        item: Item,
        pause: Duration,
        attempt: Option<Box<Outcome>>,
    },
    /// The service has accepted: the user counts so, and is verified where that is wanted.
    Accept { user: User, outcome: Box<Outcome> },
    /// Nobody looks at an accepted user any more. `account` is the object id that a look has shown.
    EndVerification {
        user: User,
        account: Option<String>,
        on_record: bool,
        outcome: Box<Outcome>,
    },
    /// It is known who it is; the directory roles are asked for next.
    AskForRoles {
        user: User,
        described: Described,
        outcome: Box<Outcome>,
    },
    /// The end of a user.
    End(Box<Outcome>),
    /// The end of a user whom the token may not sign out.
    EndForbidden(Box<Outcome>),
    /// The end of a user whose roles the token may not read.
    EndWithoutRoles(Box<Outcome>),
    /// An exclusion is known under all its names.
    Exclude {
        exclusion: User,
        described: Described,
    },
    /// An exclusion could not be looked up.
    LeaveUnresolved(Box<Outcome>),
}

/// What follows for a user with this verdict.
pub(super) fn next_step(item: Item, verdict: Verdict, facts: &Facts) -> NextStep {
    match verdict {
        Verdict::Accepted(outcome) => NextStep::Accept {
            user: item.user,
            outcome,
        },
        Verdict::CutOff { outcome, is_final } => {
            let is_over = item.since.is_some() && item.tried(facts.now) >= facts.wait;
            if is_final || is_over {
                return NextStep::EndVerification {
                    account: outcome.id.clone(),
                    on_record: item.is_on_record(),
                    user: item.user,
                    outcome,
                };
            }
            NextStep::Again {
                pause: cut_off::pause(item.attempts, facts.jitter),
                item,
                attempt: None,
            }
        }
        Verdict::Described(_, described) if item.task == Task::ResolveExclusion => {
            NextStep::Exclude {
                exclusion: item.user,
                described,
            }
        }
        Verdict::Described(outcome, described) => NextStep::AskForRoles {
            user: item.user,
            described,
            outcome,
        },
        Verdict::Roles(roles) => NextStep::End(planned(item, &roles)),
        // How long is for the pace to tell, which all users share.
        Verdict::Throttled(outcome) => again(item, outcome, Duration::ZERO),
        Verdict::TokenRefused(outcome) => NextStep::Again {
            pause: Backoff::OF_REQUESTS.pause_with(item.attempts, facts.jitter),
            item,
            attempt: Some(outcome),
        },
        Verdict::Failed(outcome, _) if facts.run_ends => NextStep::Again {
            // The end of the run is the end of those who were attempted.
            item: item.with_last(outcome),
            pause: Duration::ZERO,
            attempt: None,
        },
        Verdict::Failed(outcome, retry) => match pause_after(retry, &item, facts) {
            Some(pause) => again(item, outcome, pause),
            None => end(item, outcome),
        },
    }
}

/// How long until the next attempt; `None` where there is none.
fn pause_after(retry: Retry, item: &Item, facts: &Facts) -> Option<Duration> {
    // Who is an administrator is good to know, but not worth a long wait.
    if item.task == Task::DescribeRoles && item.attempts >= MOST_LOOKS_AT_ROLES {
        return None;
    }
    let left = facts.patience.saturating_sub(item.tried(facts.now));
    match retry::decide(retry, item.attempts, left, facts.jitter) {
        Decision::Wait(pause) => Some(pause),
        Decision::GiveUp | Decision::WaitTooLong(_) => None,
    }
}

fn again(item: Item, outcome: Box<Outcome>, pause: Duration) -> NextStep {
    NextStep::Again {
        item: item.with_last(outcome.clone()),
        pause,
        attempt: Some(outcome),
    }
}

/// What was asked has failed for good.
pub(super) fn end(item: Item, mut outcome: Box<Outcome>) -> NextStep {
    let is_forbidden = outcome.status == Status::PermissionDenied;
    match item.task {
        Task::ResolveExclusion => NextStep::LeaveUnresolved(outcome),
        Task::DescribeRoles if is_forbidden => {
            NextStep::EndWithoutRoles(planned(item, &Roles::Unknown))
        }
        Task::DescribeRoles => NextStep::End(planned(item, &Roles::Unknown)),
        Task::Describe if is_forbidden => {
            // A token that may sign out need not be able to read: the user is planned by its key alone.
            outcome.status = Status::Planned;
            outcome.message =
                Some("The token may not read users: nothing but the key is known.".to_owned());
            NextStep::End(outcome)
        }
        Task::Verify { on_record, .. } => NextStep::EndVerification {
            user: item.user,
            account: None,
            on_record,
            outcome,
        },
        Task::Invalidate if is_forbidden => NextStep::EndForbidden(outcome),
        Task::Invalidate | Task::Describe => NextStep::End(outcome),
    }
}

/// A dry run knows of a user what it can.
pub(super) fn planned(item: Item, roles: &Roles) -> Box<Outcome> {
    let mut outcome = item
        .last
        .unwrap_or_else(|| Box::new(Outcome::new(Status::Planned)));
    if let Some(sentence) = &mut outcome.message {
        sentence.push_str(&roles.in_words());
    }
    outcome
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
