//! What can be said about users: to sign them out, to verify them, to report on them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};
use graph_invalidate::{Criteria, Rate, RunMode, RunOptions};

use super::values::{
    read_ahead, read_batch_size, read_concurrency, read_duration, read_rate, read_time,
};

#[derive(Args)]
pub(crate) struct Acting {
    /// Check each sign-out by reading the user back, and wait until the service shows it
    #[arg(long)]
    pub(crate) verify: bool,
}

/// Users whom the directory chooses.
#[derive(Args)]
#[command(next_help_heading = "Users chosen by the directory")]
#[command(group = ArgGroup::new("chosen").multiple(true).args(["group", "filter", "everyone"]))]
pub(crate) struct Choosing {
    /// Users in this group, nested groups included: object id, or a display name or address that exactly one group has.
    /// May be repeated
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Vec<String>,
    /// Never users in this group, nested groups included. May be repeated
    #[arg(long, value_name = "GROUP")]
    pub(crate) exclude_group: Vec<String>,
    /// Users for whom this $filter of Microsoft Graph holds: "accountEnabled eq false"
    #[arg(long, value_name = "CONDITION")]
    pub(crate) filter: Option<String>,
    /// Everyone in the directory
    #[arg(long)]
    pub(crate) everyone: bool,
    /// Guests, too; left out otherwise, since their home tenant signs them in
    #[arg(long, requires = "chosen")]
    pub(crate) guests: bool,
}

impl Choosing {
    pub(crate) fn criteria(&self, allow_empty: bool) -> Criteria {
        let mut criteria = Criteria::default();
        criteria.group.clone_from(&self.group);
        criteria.exclude_group.clone_from(&self.exclude_group);
        criteria.filter.clone_from(&self.filter);
        criteria.everyone = self.everyone;
        criteria.guests = self.guests;
        criteria.allow_empty = allow_empty && criteria.select();
        criteria
    }
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(group = ArgGroup::new("listed").multiple(true).args(["from", "group", "filter", "everyone"]))]
pub(crate) struct Users {
    #[command(subcommand)]
    pub(crate) retired: Option<Retired>,
    /// Object ids or user principal names; me is the signed-in user
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Read users from this file, or from standard input if it is -: one user per line, CSV or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// The CSV column, by name or number, or the JSON field that holds the users; properties.userPrincipalName is a
    /// nested field
    #[arg(long, value_name = "NAME", requires = "from")]
    pub(crate) column: Option<String>,
    /// Never sign out this user, or the users in this file, such as break-glass accounts. May be repeated
    #[arg(long, value_name = "KEY|@FILE")]
    pub(crate) exclude: Vec<String>,
    /// The column, by name or number, or the field that holds the users in the files of --exclude
    #[arg(long, value_name = "NAME", requires = "exclude")]
    pub(crate) exclude_column: Option<String>,
    /// Continue if an exclusion cannot be looked up. It then protects only the key as given, not the account's other
    /// names, and is reported as unprotected
    #[arg(long)]
    pub(crate) allow_unresolved_exclusions: bool,
    /// Show every user and how long the run will take, without signing anybody out
    #[arg(long, conflicts_with = "resume")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// Record the run in this file, from which it can be resumed
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Continue where the journal ends
    #[arg(long, requires = "journal")]
    pub(crate) resume: bool,
    /// Maximum age of the run that --resume continues: 12h, 3d. An older one is refused, since users signed out then
    /// may have been compromised again [default: 24h]
    #[arg(long, requires = "resume", value_name = "TIME", allow_negative_numbers = true, value_parser = read_duration)]
    pub(crate) resume_within: Option<Duration>,
    /// Do not ask before signing out more than 100 users, or your own account if a list says me
    #[arg(long)]
    pub(crate) yes: bool,
    /// End with status 0 if the list is empty, or the directory chooses nobody, for scheduled jobs
    #[arg(long, requires = "listed")]
    pub(crate) allow_empty: bool,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    #[command(flatten)]
    pub(crate) running: Running,
}

impl Users {
    /// Whether there is one user and nothing that only a run can do.
    pub(crate) fn is_one_plain_call(&self) -> bool {
        self.keys.len() == 1
            && self.from.is_none()
            && self.exclude.is_empty()
            && !self.choosing.criteria(false).select()
            && self.choosing.exclude_group.is_empty()
            && !self.dry_run
            && self.journal.is_none()
            && self.running.suits_one_call()
    }

    /// What these make of a run.
    pub(crate) fn run_options(&self, exclude: Vec<String>) -> RunOptions {
        let mut options = RunOptions::default();
        self.running.apply(&mut options);
        options.tell_users_wanted = true;
        options.exclude = exclude;
        options.allow_unresolved_exclusions = self.allow_unresolved_exclusions;
        options.select = self.choosing.criteria(self.allow_empty);
        // A dry run records nothing, and tells whether the run could begin its journal.
        options.journal.clone_from(&self.journal);
        if self.dry_run {
            options.mode = RunMode::DryRun;
            return options;
        }
        options.verify = self.acting.verify;
        options.resume = self.resume;
        options.resume_within = self.resume_within;
        options
    }
}

/// How a run goes, whatever it does.
#[derive(Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct Running {
    /// Maximum time to verify one user [default: 2m]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, value_parser = read_duration)]
    pub(crate) wait: Option<Duration>,
    /// Maximum time for the whole run
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, value_parser = read_duration)]
    pub(crate) deadline: Option<Duration>,
    /// Users per second, or unlimited [default: the service's published quota, 3,000 at once and then 20 per second]
    #[arg(long, value_name = "N|unlimited", allow_negative_numbers = true, value_parser = read_rate)]
    pub(crate) rate: Option<Rate>,
    /// Maximum number of concurrent requests [default: 16]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = read_concurrency)]
    pub(crate) concurrency: Option<u32>,
    /// Users per request, 1 to 20; with 1, requests are not batched [default: 20]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = read_batch_size)]
    pub(crate) batch_size: Option<u32>,
    /// Maximum number of users sent whose outcomes are not written yet [default: what fits into the concurrent
    /// requests, plus one batch]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = read_ahead)]
    pub(crate) ahead: Option<u32>,
    /// End the run once this many users have failed [default: no limit]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = read_ahead)]
    pub(crate) max_failures: Option<u32>,
    /// The priority of the requests when the service is overloaded
    #[arg(long, value_name = "PRIORITY", value_parser = ["low", "normal", "high"])]
    pub(crate) throttle_priority: Option<String>,
}

impl Running {
    /// Whether one plain call does what these ask for. All are named, so that none is forgotten.
    fn suits_one_call(&self) -> bool {
        let Running {
            wait,
            deadline,
            throttle_priority,
            // One user is sent at once, in a request of its own, whatever these say.
            rate: _,
            concurrency: _,
            batch_size: _,
            ahead: _,
            max_failures: _,
        } = self;
        wait.is_none() && deadline.is_none() && throttle_priority.is_none()
    }

    /// Puts these into a run's options.
    pub(crate) fn apply(&self, options: &mut RunOptions) {
        options.wait = self.wait;
        options.deadline = self.deadline;
        options.rate = self.rate.unwrap_or_default();
        options.concurrency = self.concurrency;
        options.batch_size = self.batch_size;
        options.ahead = self.ahead;
        options.max_failures = self.max_failures;
        options
            .throttle_priority
            .clone_from(&self.throttle_priority);
    }
}

/// The line of the retired mgc-beta command, word for word.
#[derive(Subcommand)]
pub(crate) enum Retired {
    /// The syntax of the retired mgc-beta command
    InvalidateAllRefreshTokens {
        #[command(subcommand)]
        post: RetiredPost,
    },
}

#[derive(Subcommand)]
pub(crate) enum RetiredPost {
    /// The syntax of the retired mgc-beta command
    Post {
        /// Object id or user principal name
        #[arg(long, value_name = "ID")]
        user_id: String,
    },
}

#[derive(Args)]
#[command(group = ArgGroup::new("whom").required(true).multiple(false).args(["keys", "journal"]))]
pub(crate) struct Verify {
    /// Object ids or user principal names; me is the signed-in user
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Verify the users again that this journal calls accepted, and record it there
    #[arg(long, value_name = "FILE", conflicts_with = "since")]
    pub(crate) journal: Option<PathBuf>,
    /// Sessions must have been cut off at or after this time: the server_date of the accepting outcome.
    /// Left out, the cut-off is shown, whenever it was
    #[arg(long, value_name = "RFC3339", value_parser = read_time)]
    pub(crate) since: Option<jiff::Timestamp>,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Args)]
pub(crate) struct Who {
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// Leave out this user, or the users in this file. May be repeated
    #[arg(long, value_name = "KEY|@FILE")]
    pub(crate) exclude: Vec<String>,
    /// The column, by name or number, or the field that holds the users in the files of --exclude
    #[arg(long, value_name = "NAME", requires = "exclude")]
    pub(crate) exclude_column: Option<String>,
    /// End with status 0 if the directory chooses nobody, for scheduled jobs
    #[arg(long, requires = "chosen")]
    pub(crate) allow_empty: bool,
    /// Write the users to this file as well, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Report {
    /// The journals of one run or of several
    #[arg(value_name = "JOURNAL", required = true)]
    pub(crate) journals: Vec<PathBuf>,
    /// Write the report to this file as well, as a web page
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write everyone to this file as well, one line each, as CSV for spreadsheets
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
}
