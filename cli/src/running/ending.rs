//! The end of a run: what became of everyone, in one table, and how to go on.

use std::io;

use graph_invalidate::{Client, EndReason, Error, FailureKind, Progress, Status, SummaryLine};

use super::{Early, Result};
use crate::Ended;
use crate::arguments::Common;
use crate::commands::with_hint;
use crate::exit_status::ExitStatus;
use crate::outcomes::Printer;
use crate::tally::Tally;
use crate::terminal::{count_of, harmless, note, number};
use crate::words::shown;

/// What survives a sign-out, whoever does it.
pub(crate) const SURVIVORS: &str = "What survives: access tokens already issued, for up to an hour; guests, who sign in at their home tenant; sessions that applications keep themselves.";

/// What the run was for.
pub(crate) struct Purpose {
    pub(crate) signs_out: bool,
    /// It names whom the directory chooses.
    pub(crate) names: bool,
    pub(crate) verifies: bool,
    /// How many users the list has, where it could be counted.
    pub(crate) total: Option<u64>,
    /// Where it was done, and by whom.
    pub(crate) place: Option<String>,
    /// The command line that goes on with the journal, where there is one.
    pub(crate) resume: Option<String>,
}

/// Says what became of everyone, and how the command ends.
pub(crate) fn finish(common: &Common, result: Result, purpose: &Purpose) -> Ended {
    let Result {
        tally,
        progress,
        early,
    } = result;
    let early = match early {
        Some(Early::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Err(error);
        }
        early => early,
    };
    let never_attempted = never_attempted(&progress, purpose.total);
    if !common.quiet {
        if let Some(place) = &purpose.place {
            note(place);
        }
        for row in rows(&tally, &progress, purpose, never_attempted) {
            note(&row);
        }
        if common.verbose {
            note(&row("added", progress.added));
            note(&row("still waiting", progress.waiting));
            note(&row("attempts", progress.attempts));
            note(&row("refused for the quota", progress.throttled));
        }
    }
    let summary = summary(&progress, early.as_ref(), never_attempted);
    let advice = Advice::of(&tally, &progress, early.as_ref(), never_attempted);
    let was_signalled = matches!(early, Some(Early::Signal(_)));
    let signed_out = count_of(progress.accepted, "user was", "users were");
    let status = match early {
        None => Ok(tally.exit_status(None)),
        Some(Early::Output(error)) => {
            if purpose.signs_out && common.quiet {
                note(&format!(
                    "graph-invalidate: {signed_out} signed out anyway."
                ));
            }
            Err(error)
        }
        Some(Early::Signal(status)) => Ok(status),
        Some(Early::Failed(error)) => {
            say(&error);
            Ok(tally.exit_status(Some(error.status())))
        }
        Some(Early::TokenNeeded(why)) => {
            let status = tally.exit_status(Some(why.status));
            let message = why.message.as_deref().unwrap_or(why.status.name());
            note(&format!(
                "graph-invalidate: the run has stopped, because it needs another access token: {}",
                shown(message)
            ));
            note(&format!(
                "  {}",
                shown(why.hint.as_deref().unwrap_or("Get a fresh token."))
            ));
            note(
                "  During a run, the file of --token-file is read again; --auth signs in by itself.",
            );
            Ok(status)
        }
        Some(Early::List(fault)) => {
            note(&format!("graph-invalidate: {fault}"));
            note("  The users before it were processed; those after it were not read.");
            Ok(match tally.done || !tally.failures.is_empty() {
                true => ExitStatus::SomeFailed,
                false => ExitStatus::Usage,
            })
        }
    };
    if let Ok(status) = &status {
        let printed = Printer::new(common).print_summary(&summary, *status);
        // Whoever hung up, or stopped a whole pipeline, need not be told that nobody reads any more.
        if !was_signalled {
            printed?;
        }
    }
    if purpose.signs_out {
        advice.give(common, purpose);
    }
    if purpose.signs_out && tally.done && !common.quiet {
        note(SURVIVORS);
    }
    status
}

/// How many users came how far, and what ended the run.
fn summary(progress: &Progress, early: Option<&Early>, never_attempted: u64) -> SummaryLine {
    let status = match early {
        None | Some(Early::List(_)) => None,
        Some(Early::Signal(_) | Early::Output(_)) => Some(Status::Cancelled),
        Some(Early::Failed(error)) => Some(error.status()),
        Some(Early::TokenNeeded(why)) => Some(why.status),
    };
    let reason = match early {
        Some(Early::List(_)) => EndReason::List,
        _ => status.map_or(EndReason::Complete, EndReason::of),
    };
    let mut summary = SummaryLine::of(progress, reason, status);
    summary.never_attempted = never_attempted;
    summary
}

/// Where a client acts, and as whom: the tenant, its cloud and the service, as far as its token tells.
pub(crate) fn place_of(client: &Client) -> Option<String> {
    let access = client.access();
    let endpoint = access.endpoint?;
    let cloud = access.cloud.map(|cloud| format!(" ({})", cloud.name()));
    let who = access.user.or(access.application).or(access.application_id);
    let by = who.map(|who| format!(", by {who}"));
    let tenant = access.tenant.map(|id| format!("tenant {id}"));
    let sentence = format!(
        "In {} at {endpoint}{}{}.",
        tenant
            .as_deref()
            .unwrap_or("a tenant that the token does not name"),
        cloud.unwrap_or_default(),
        by.unwrap_or_default()
    );
    Some(harmless(&sentence).into_owned())
}

fn say(error: &Error) {
    note(&format!("graph-invalidate: {}", with_hint(error)));
}

/// How to go on with a run that left somebody open.
struct Advice {
    /// Whether the run ended before its list did.
    ended_early: bool,
    /// Something has to be corrected first, and what ended the run has said what.
    must_correct: bool,
    /// How many users another attempt may sign out.
    to_send: u64,
    /// How many are signed out, and not proved to be.
    to_verify: u64,
    /// How many no attempt will sign out, since their keys are wrong.
    to_correct: u64,
}

impl Advice {
    fn of(
        tally: &Tally,
        progress: &Progress,
        early: Option<&Early>,
        never_attempted: u64,
    ) -> Advice {
        let wrong_keys = tally
            .failures
            .iter()
            .filter(|(status, _)| needs_another_key(**status));
        let to_correct = wrong_keys.map(|(_, reason)| reason.users).sum();
        let must_correct = match early {
            Some(Early::Failed(error)) => {
                error.status().failure() == Some(FailureKind::Input)
                    || matches!(
                        error.status(),
                        Status::ExclusionUnresolved | Status::JournalMismatch | Status::JournalLost
                    )
            }
            _ => false,
        };
        let to_repeat = progress.waiting.saturating_sub(progress.never_attempted);
        Advice {
            ended_early: early.is_some(),
            must_correct,
            to_send: never_attempted
                + progress.in_flight
                + to_repeat
                + progress.failed.saturating_sub(to_correct),
            to_verify: progress.verifying + progress.unverified,
            to_correct,
        }
    }

    fn give(&self, common: &Common, purpose: &Purpose) {
        if self.to_correct > 0 && !common.quiet {
            note(&format!(
                "{} cannot be signed out by trying again: correct the keys in the list.",
                count_of(self.to_correct, "user", "users")
            ));
        }
        let is_open = self.ended_early || self.to_send + self.to_verify > 0;
        if self.must_correct || !is_open || common.quiet && !self.ended_early {
            return;
        }
        let state = match self.to_send {
            0 if self.to_verify > 0 => "verified",
            _ => "accepted",
        };
        match &purpose.resume {
            Some(line) => note(&format!(
                "To continue with the users who are not {state} yet:\n  {line}"
            )),
            None if self.ended_early => note(
                "There is no journal to continue. Run the same command again: signing out twice is harmless. With --journal FILE the next run can be resumed.",
            ),
            None => {}
        }
    }
}

/// Whether a user will never be signed out under this key.
fn needs_another_key(status: Status) -> bool {
    matches!(
        status.failure(),
        Some(FailureKind::Input | FailureKind::User)
    )
}

/// How many were never attempted, those of the list included that the run was never given.
fn never_attempted(progress: &Progress, total: Option<u64>) -> u64 {
    let beyond = total.unwrap_or_default().saturating_sub(progress.added);
    progress.never_attempted + beyond
}

fn row(name: &str, users: u64) -> String {
    format!("{name:<28}{:>9}", number(users))
}

fn rows(
    tally: &Tally,
    progress: &Progress,
    purpose: &Purpose,
    never_attempted: u64,
) -> Vec<String> {
    let mut rows = Vec::new();
    if purpose.signs_out {
        rows.push(row("accepted", progress.accepted));
    }
    if purpose.verifies {
        rows.push(row("verified", progress.verified));
    }
    let to_repeat = progress.waiting.saturating_sub(progress.never_attempted);
    let planned = if purpose.names { "selected" } else { "planned" };
    for (name, users) in [
        ("not verified", progress.unverified),
        (planned, progress.planned),
        ("accepted before", progress.accepted_before),
        ("excluded", progress.excluded),
        ("duplicates", progress.duplicates),
        ("to be verified", progress.verifying),
        ("to be sent again", to_repeat),
        ("in flight at the end", progress.in_flight),
        ("never attempted", never_attempted),
    ] {
        if users > 0 {
            rows.push(row(name, users));
        }
    }
    rows.push(row("failed", progress.failed));
    // Whoever failed, and whoever was not verified: a status tells which.
    for (status, reason) in &tally.failures {
        let mut line = row(&format!("  {}", status.name()), reason.users);
        if let Some(hint) = &reason.hint {
            line.push_str("  ");
            line.push_str(&shown(hint));
        }
        rows.push(line);
    }
    rows
}
