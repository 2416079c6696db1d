//! How a run is set up: the same options, under the same names, in every language.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderValue;

use super::batch;
use super::pacing::Rate;
use crate::client::options::lasting;
use crate::outcome::Error;
use crate::selection::{Criteria, Selection};
use crate::status::Status;
use crate::token::AccessToken;
use crate::user::User;

/// How long verification waits for the cut-off to move when nothing else is said.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(120);

/// How old the run of a journal may be that is resumed when nothing else is said: a day.
pub const DEFAULT_RESUME_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

/// Connections at once when nothing else is said: more than the published quota can keep busy.
const DEFAULT_CONCURRENCY: u32 = 16;

/// More connections than any service of this kind wants from one caller.
const MOST_CONCURRENCY: u32 = 256;

/// More users than any list has; beyond lie the negative numbers of languages that have them.
const MOST_COUNT: u32 = i32::MAX as u32;

/// What a run does with its users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunMode {
    /// Signs them out.
    #[default]
    Invalidate,
    /// Lists them and what is known about them; sends no write request.
    DryRun,
    /// Takes the accepted users from the journal, not from the caller, and verifies them again.
    VerifyJournal,
    /// Only names the users whom [`RunOptions::select`] selects, from what the directory lists; sends no write request.
    Select,
}

impl RunMode {
    /// The name in journals.
    pub const fn name(self) -> &'static str {
        match self {
            RunMode::Invalidate => "invalidate",
            RunMode::DryRun => "dry_run",
            RunMode::VerifyJournal => "verify_journal",
            RunMode::Select => "select",
        }
    }
}

/// How a [`Run`](super::Run) is set up. Everything left out has a sensible default, and so has every number and time
/// that is zero.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// What is done.
    pub mode: RunMode,
    /// Reads the cut-off back after acceptance: each outcome is then verified or says why not.
    pub verify: bool,
    /// How long verification of a user may take; [`DEFAULT_WAIT`] if left out.
    pub wait: Option<Duration>,
    /// How long the whole run may take; no limit if left out.
    pub deadline: Option<Duration>,
    /// How fast users are sent.
    pub rate: Rate,
    /// Maximum number of concurrent requests; 16 if left out.
    pub concurrency: Option<u32>,
    /// Users per request: 1 (no batching) to 20; 20 if left out.
    pub batch_size: Option<u32>,
    /// Users that are never signed out, by object id or user principal name: break-glass accounts.
    /// Each is looked up before anything is sent, so that it is recognised under its other name as well.
    pub exclude: Vec<String>,
    /// Continues if an exclusion cannot be looked up; it then protects only the exact key given, not the account's
    /// other names. Each such exclusion has an outcome of its own, [`Status::Unprotected`].
    pub allow_unresolved_exclusions: bool,
    /// The journal file: the record of the run, from which it can be resumed. A dry run writes nothing to it,
    /// and fails where the run could not begin it.
    pub journal: Option<PathBuf>,
    /// Goes on where the journal ends, instead of refusing one that holds something. Resuming continues an interrupted
    /// run: who was accepted in it is not sent again.
    pub resume: bool,
    /// How long ago the journal's run may have begun; [`DEFAULT_RESUME_WITHIN`] if left out. An older one is refused
    /// ([`Status::JournalTooOld`]), since users signed out then may have been compromised again.
    pub resume_within: Option<Duration>,
    /// How many users the run may be ahead of whoever reads its outcomes: sent, and their outcome not read. Left out:
    /// as many as fit into its requests at once, and one batch more (340 with the other defaults), not counting those
    /// who wait to be verified. Given, these count too: with 1 nobody is sent before the last outcome was read.
    pub ahead: Option<u32>,
    /// Maximum number of failed users: when it is reached, the run ends with the status of the last failure. No limit
    /// if left out.
    pub max_failures: Option<u32>,
    /// Value of the `x-ms-throttle-priority` header, `low`, `normal` or `high`: Graph drops low-priority requests
    /// first.
    pub throttle_priority: Option<String>,
    /// The access token of this run alone. The run then uses neither the client's token nor its credential;
    /// [`Run::set_token`](super::Run::set_token) replaces it. The client's if left out.
    pub token: Option<AccessToken>,
    /// [`Run::next`](super::Run::next) says [`Next::UsersWanted`](super::Next::UsersWanted) where it has nothing to
    /// hand out and the run takes more users: whoever feeds a run from a list needs no clock then. Left out, it waits.
    pub tell_users_wanted: bool,
    /// Users whom the directory chooses, besides those that are added. They are listed first, completely, and are on
    /// record before anybody is signed out; they go when the input is finished. Each user goes once, by object id. A
    /// resumed run goes on with those on record.
    pub select: Criteria,
    /// Whom [`Client::select`](crate::Client::select) listed for the same criteria: the run does not list them again.
    pub selection: Option<Arc<Selection>>,
}

/// A number as whoever gave it wrote it: a negative one comes through the C ABI as one beyond every range.
fn signed(number: u32) -> i32 {
    number.cast_signed()
}

/// The options, checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) mode: RunMode,
    pub(super) verify: bool,
    pub(super) wait: Duration,
    pub(super) deadline: Option<Duration>,
    pub(super) rate: Rate,
    pub(super) concurrency: usize,
    pub(super) batch_size: usize,
    pub(super) exclude: Vec<User>,
    pub(super) allow_unresolved_exclusions: bool,
    pub(super) journal: Option<PathBuf>,
    pub(super) resume: bool,
    pub(super) resume_within: Duration,
    pub(super) ahead: Option<usize>,
    pub(super) max_failures: Option<u64>,
    pub(super) throttle_priority: Option<HeaderValue>,
    pub(super) tell_users_wanted: bool,
    pub(super) select: Criteria,
}

impl Checked {
    pub(super) fn check(options: RunOptions) -> Result<Checked, Error> {
        let refuse = |message: String, hint: &str| {
            Err(Error::new(Status::InvalidOption, message).hint(hint))
        };
        let rate = match options.rate {
            Rate::PerSecond(0.0) => Rate::PublishedQuota,
            Rate::PerSecond(rate) if !(rate > 0.0 && rate.is_finite()) => {
                return refuse(
                    format!("The rate is {rate} users per second."),
                    "Give a positive number, 0 for the service's published quota, or unlimited.",
                );
            }
            rate => rate,
        };
        let given = |number: Option<u32>| number.filter(|number| *number > 0);
        let batch_size = given(options.batch_size).map_or(batch::MOST_ITEMS, |size| size as usize);
        if batch_size > batch::MOST_ITEMS {
            return refuse(
                format!("The batch size is {}.", signed(batch_size as u32)),
                "The service accepts 1 to 20 users per request; 0 is the default, 20.",
            );
        }
        let concurrency = given(options.concurrency).unwrap_or(DEFAULT_CONCURRENCY);
        if concurrency > MOST_CONCURRENCY {
            return refuse(
                format!("The concurrency is {}.", signed(concurrency)),
                "Give 1 to 256 concurrent requests; 0 is the default, 16.",
            );
        }
        let ahead = given(options.ahead);
        if let Some(ahead) = ahead.filter(|ahead| *ahead > MOST_COUNT) {
            return refuse(
                format!(
                    "The run may be {} users ahead of its reader.",
                    signed(ahead)
                ),
                "Give 1 or more as ahead; 0 is the default.",
            );
        }
        let max_failures = given(options.max_failures);
        if let Some(most) = max_failures.filter(|most| *most > MOST_COUNT) {
            return refuse(
                format!("The option max_failures is {}.", signed(most)),
                "Give the number of users that may fail, or 0 for no limit.",
            );
        }
        let wait = lasting("wait", options.wait)?;
        let deadline = lasting("deadline", options.deadline)?;
        let resume_within = options.resume_within.filter(|time| !time.is_zero());
        let blank = |path: &PathBuf| path.to_str().is_some_and(|path| path.trim().is_empty());
        if options.journal.as_ref().is_some_and(blank) {
            return Err(Error::new(
                Status::EmptyArgument,
                "The path of the journal is empty: there would be no record to resume from.",
            )
            .hint("Name a file, or leave the journal out; nothing was sent."));
        }
        if options.journal.is_none() && (options.resume || options.mode == RunMode::VerifyJournal) {
            return refuse(
                "There is no journal to continue.".to_owned(),
                "Name the journal of the run.",
            );
        }
        if options.mode == RunMode::DryRun && options.resume {
            return refuse(
                "A dry run cannot resume a run.".to_owned(),
                "Do not resume: a dry run shows the users of the whole list.",
            );
        }
        options.select.check()?;
        if options.mode == RunMode::VerifyJournal && options.select.ask_anything() {
            return refuse(
                "The users to verify are those of the journal: none can be selected besides."
                    .to_owned(),
                "Leave the options group, exclude_group, filter and everyone out.",
            );
        }
        if options.mode == RunMode::Select && options.journal.is_some() {
            return refuse(
                "A run that only names users signs nobody out: there is nothing to record."
                    .to_owned(),
                "Leave the journal out.",
            );
        }
        let listed = options.selection.as_ref().map(|it| &it.summary.words);
        if listed.is_some_and(|words| *words != options.select.words()) {
            return refuse(
                "The selection was listed for other criteria than those of the run.".to_owned(),
                "Give the run the very criteria that the selection was made by.",
            );
        }
        let throttle_priority = match options.throttle_priority.as_deref() {
            None => None,
            Some("low") => Some(HeaderValue::from_static("low")),
            Some("normal") => Some(HeaderValue::from_static("normal")),
            Some("high") => Some(HeaderValue::from_static("high")),
            Some(other) => {
                return refuse(
                    format!("The throttle priority is {other:?}."),
                    "The priorities are low, normal and high.",
                );
            }
        };
        let exclude = options.exclude.iter().map(|key| {
            User::parse(key).map_err(|error| {
                Error::new(error.status(), format!("An exclusion cannot be used: {error}"))
                    .hint("Nothing was sent. Correct the exclusion; each must be an object id or a user principal name.")
                    .for_user(key.trim())
            })
        });
        Ok(Checked {
            mode: options.mode,
            verify: options.verify,
            wait: wait.unwrap_or(DEFAULT_WAIT),
            deadline,
            rate,
            concurrency: concurrency as usize,
            batch_size,
            exclude: exclude.collect::<Result<_, _>>()?,
            allow_unresolved_exclusions: options.allow_unresolved_exclusions,
            journal: options.journal,
            resume: options.resume,
            resume_within: resume_within.unwrap_or(DEFAULT_RESUME_WITHIN),
            ahead: ahead.map(|ahead| ahead as usize),
            max_failures: max_failures.map(u64::from),
            throttle_priority,
            tell_users_wanted: options.tell_users_wanted,
            select: options.select,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_of_white_space_alone_is_none() {
        for path in ["", " ", "\t \n", "\u{3000}"] {
            for mode in [RunMode::Invalidate, RunMode::DryRun, RunMode::VerifyJournal] {
                let options = RunOptions {
                    mode,
                    journal: Some(path.into()),
                    ..RunOptions::default()
                };
                let error = Checked::check(options).err();
                assert!(
                    error.is_some_and(|error| error.status() == Status::EmptyArgument),
                    "{path:?}"
                );
            }
        }
    }
}
