//! The lines of a journal: a contract, described by docs/journal.schema.json.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, now, rfc3339};
use crate::run::progress::Progress;
use crate::run::reason::EndReason;
use crate::selection::{SelectedUser, SelectionSummary};
use crate::status::Status;

/// The version of the lines. It changes only when a reader of the old ones would be misled.
pub(in crate::run) const VERSION: u32 = 1;

/// Where a run begins, or is resumed: who signs whom out, and where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RunLine {
    /// The version of the journal's lines.
    pub version: u32,
    /// When it began: RFC 3339, UTC.
    pub time: String,
    /// The run's own id, a GUID.
    pub run: String,
    /// The program and its version.
    pub tool: String,
    /// The root of the service.
    pub endpoint: String,
    /// `beta` or `v1.0`.
    pub api: String,
    /// The tenant's id, as the token says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The application's id, as the token says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The application's name, as the token says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_name: Option<String>,
    /// The kind of the credential that brought the token, where it was not given: who acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// The object id of the signed-in user or of the application's service principal, as the token says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The user principal name of the signed-in user, as the token says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller_name: Option<String>,
    /// What was done: `invalidate`, or `verify_journal` where users that were accepted before are verified again.
    pub mode: String,
    /// Whether the journal was there before.
    pub resumed: bool,
    /// Whether acceptance is verified.
    pub verify: bool,
    /// What was selected from the directory, and what it came to. As many lines of the kind `selected` follow, but for
    /// a resumed run, which goes on with those that are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionSummary>,
}

/// Where a run ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SummaryLine {
    /// When it ended: RFC 3339, UTC.
    pub time: String,
    /// The run's own id.
    pub run: String,
    /// Whether every user of the list had its outcome.
    pub complete: bool,
    /// Why it ended: the name of an [`EndReason`], `complete` where it came to the end of its list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The name of the status behind that reason, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How many users a dry run found; it has no journal, but a summary.
    #[serde(skip_serializing_if = "is_zero")]
    pub planned: u64,
    /// How many users the service accepted, whether they were verified or not.
    pub accepted: u64,
    /// How many users, accepted now or before, were verified.
    pub verified: u64,
    /// How many users, accepted now or before, were looked at in vain.
    pub unverified: u64,
    /// How many the service did not accept.
    pub failed: u64,
    /// How many were accepted before, by the journal.
    pub accepted_before: u64,
    /// Number of users left out as excluded.
    pub excluded: u64,
    /// How many stood in the list more than once.
    pub duplicates: u64,
    /// How many were on the way when the run ended: the journal does not know their fate.
    pub in_flight: u64,
    /// How many were never attempted.
    pub never_attempted: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands it over like that"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl SummaryLine {
    /// The end of a run that came so far.
    pub fn of(progress: &Progress, reason: EndReason, status: Option<Status>) -> SummaryLine {
        SummaryLine {
            time: rfc3339(now()),
            run: String::new(),
            complete: reason == EndReason::Complete,
            reason: reason.name().to_owned(),
            status: status.map(|status| status.name().to_owned()),
            planned: progress.planned,
            accepted: progress.accepted,
            verified: progress.verified,
            unverified: progress.unverified,
            failed: progress.failed,
            accepted_before: progress.accepted_before,
            excluded: progress.excluded,
            duplicates: progress.duplicates,
            in_flight: progress.in_flight,
            never_attempted: progress.never_attempted,
        }
    }
}

/// An account that must not be signed out, as it was looked up before anything was sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ExclusionLine {
    /// When it was looked up: RFC 3339, UTC.
    pub time: String,
    /// The exclusion as given, trimmed.
    pub user: String,
    /// The account's object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The account's user principal name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_principal_name: Option<String>,
    /// The name of the status for which it could not be looked up: then it protects the very key alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// A user of the list who was left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ExcludedLine {
    /// When the list named that user: RFC 3339, UTC.
    pub time: String,
    /// The user key as given, trimmed.
    pub user: String,
    /// The exclusion, as given, that protects that user.
    pub exclusion: String,
}

/// A user whom the directory chose: on record before anybody is signed out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SelectedLine {
    /// When it was recorded: RFC 3339, UTC.
    pub time: String,
    /// The user principal name, which outcomes show; missing where the token could not read it, and they show the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The object id.
    pub id: String,
    /// Whether the user is a guest.
    #[serde(skip_serializing_if = "is_false")]
    pub guest: bool,
    /// Whether the account is disabled.
    #[serde(skip_serializing_if = "is_false")]
    pub disabled: bool,
}

impl SelectedLine {
    /// The word for a user whom nothing but the selection is known of.
    pub const NEVER_ATTEMPTED: &str = "never_attempted";

    pub(super) fn of(user: SelectedUser, time: &str) -> SelectedLine {
        SelectedLine {
            time: time.to_owned(),
            user: user.user_principal_name,
            id: user.id,
            guest: user.guest,
            disabled: user.disabled,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands it over like that"
)]
fn is_false(switch: &bool) -> bool {
    !*switch
}

/// A user who was selected and never attempted, as reports show one.
impl From<SelectedLine> for OutcomeLine {
    fn from(line: SelectedLine) -> OutcomeLine {
        OutcomeLine {
            time: line.time,
            user: line.user.unwrap_or_else(|| line.id.clone()),
            id: Some(line.id),
            status: SelectedLine::NEVER_ATTEMPTED.to_owned(),
            message: Some("Selected, and never attempted.".to_owned()),
            hint: Some("Resume the run with its journal.".to_owned()),
            ..OutcomeLine::default()
        }
    }
}

/// What became of one attempt for one user, as the journal holds it. The last line of a user counts, but what was
/// accepted stays so.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OutcomeLine {
    /// When the outcome was known: RFC 3339, UTC.
    pub time: String,
    /// The user key as given, trimmed.
    pub user: String,
    /// The user's object id, when known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name of the status.
    pub status: String,
    /// The HTTP status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Graph's own error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How many times the request was tried by then.
    pub attempts: u32,
    /// The service's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The library's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
    /// The service's clock when it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_date: Option<String>,
    /// How long the service asked to wait, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<f64>,
    /// From when the user's sign-in sessions are valid, as the last read showed: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions_valid_from: Option<String>,
}

/// A line as it is written.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Written<'a> {
    Run(&'a RunLine),
    Outcome(&'a Outcome),
    Exclusion(&'a ExclusionLine),
    Excluded(&'a ExcludedLine),
    Selected(&'a SelectedLine),
    Summary(&'a SummaryLine),
}

/// A line as it is read. Fields that a later version adds are passed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Line {
    /// A run begins.
    Run(RunLine),
    /// What became of one attempt.
    Outcome(OutcomeLine),
    /// An account that must not be signed out.
    Exclusion(ExclusionLine),
    /// A user who was left out.
    Excluded(ExcludedLine),
    /// A user whom the directory chose.
    Selected(SelectedLine),
    /// A run ends.
    Summary(SummaryLine),
}

/// The beginning of every journal, for telling it from other files.
pub(super) fn begins_like_a_journal(line: &[u8]) -> bool {
    let text: Cow<'_, str> = String::from_utf8_lossy(line);
    matches!(serde_json::from_str::<Line>(&text), Ok(Line::Run(_)))
}
