//! What can be said about users: to sign them out, to verify them, to report on them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};
use graph_invalidate::{Rate, RunOptions};

use super::values::{read_duration, read_rate};

#[derive(Args)]
pub(crate) struct Acting {
    /// Read the cut-off back after acceptance, and wait until the service shows it
    #[arg(long)]
    pub(crate) verify: bool,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Users {
    #[command(subcommand)]
    pub(crate) retired: Option<Retired>,
    /// Object ids or user principal names; me is the signed-in user
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Take users from this file as well, or from standard input where it is -: a user a line, CSV, or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// The column of the CSV, by name or number, or the field of the JSON that holds the users: userPrincipalName, or
    /// properties.userPrincipalName within another
    #[arg(long, value_name = "NAME", requires = "from")]
    pub(crate) column: Option<String>,
    /// Never sign out this user, or the users of this file: break-glass accounts. May be repeated
    #[arg(long, value_name = "KEY|@FILE")]
    pub(crate) exclude: Vec<String>,
    /// The column, or field, of the files of --exclude that holds the users, by name or number
    #[arg(long, value_name = "NAME", requires = "exclude")]
    pub(crate) exclude_column: Option<String>,
    /// Go on when an exclusion cannot be looked up: it then protects the very key that was given, and no other name. Each is
    /// named
    #[arg(long)]
    pub(crate) allow_unresolved_exclusions: bool,
    /// Name every user and say how long the run will take; nothing is sent that writes
    #[arg(long, conflicts_with = "resume")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// Keep the record of the run in this file, from which it can be resumed
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Go on where the journal ends
    #[arg(long, requires = "journal")]
    pub(crate) resume: bool,
    #[command(flatten)]
    pub(crate) running: Running,
    /// Do not ask before signing out more than 100 users, or yourself where a list says me
    #[arg(long)]
    pub(crate) yes: bool,
    /// End with status 0 where the list holds no users, as a nightly job's may
    #[arg(long, requires = "from")]
    pub(crate) allow_empty: bool,
}

impl Users {
    /// Whether there is one user and nothing that only a run can do.
    pub(crate) fn is_one_plain_call(&self) -> bool {
        self.keys.len() == 1
            && self.from.is_none()
            && self.exclude.is_empty()
            && !self.dry_run
            && self.journal.is_none()
            && self.running.wait.is_none()
            && self.running.deadline.is_none()
            && self.running.throttle_priority.is_none()
    }
}

/// How a run goes, whatever it does.
#[derive(Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct Running {
    /// How long a user's verification may take [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    pub(crate) wait: Option<Duration>,
    /// How long the whole run may take
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    pub(crate) deadline: Option<Duration>,
    /// Users a second, or unlimited; the service's published quota is the default: 3,000 at once, then 20 a second
    #[arg(long, value_name = "N|unlimited", value_parser = read_rate)]
    pub(crate) rate: Option<Rate>,
    /// The most requests at once [default: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) concurrency: Option<u32>,
    /// Users in one request, 1 to 20; 1 means plain requests [default: 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) batch_size: Option<u32>,
    /// What the service sheds first under load
    #[arg(long, value_name = "PRIORITY", value_parser = ["low", "normal", "high"])]
    pub(crate) throttle_priority: Option<String>,
}

impl Running {
    /// Puts these into a run's options.
    pub(crate) fn apply(&self, options: &mut RunOptions) {
        options.wait = self.wait;
        options.deadline = self.deadline;
        options.rate = self.rate.unwrap_or_default();
        options.concurrency = self.concurrency;
        options.batch_size = self.batch_size;
        options
            .throttle_priority
            .clone_from(&self.throttle_priority);
    }
}

/// The line of the retired mgc-beta command, word for word.
#[derive(Subcommand)]
pub(crate) enum Retired {
    /// As the retired mgc-beta command had it
    InvalidateAllRefreshTokens {
        #[command(subcommand)]
        post: RetiredPost,
    },
}

#[derive(Subcommand)]
pub(crate) enum RetiredPost {
    /// As the retired mgc-beta command had it
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
    #[arg(long, value_name = "RFC3339")]
    pub(crate) since: Option<jiff::Timestamp>,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Args)]
pub(crate) struct Report {
    /// The journals of one run or of several
    #[arg(value_name = "JOURNAL", required = true)]
    pub(crate) journals: Vec<PathBuf>,
    /// Write the report as a web page into this file, too
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}
