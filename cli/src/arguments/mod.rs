//! The command line: what can be said, and its help.

mod signing_in;
mod users;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub(crate) use signing_in::{GIVEN, SigningIn};
pub(crate) use users::{Acting, Report, Retired, RetiredPost, Users, Verify, Who};
use values::{read_address, read_duration, read_header};

/// Sign a Microsoft Entra user out everywhere: invalidate all refresh tokens and session cookies.
#[derive(Parser)]
#[command(
    name = "graph-invalidate",
    version,
    after_help = "The access token comes from --token-file, --token-stdin or the variable GRAPH_INVALIDATE_TOKEN, or from signing in with --auth; never from an argument.\n\nExamples:\n  graph-invalidate users adele@contoso.com --verify\n  graph-invalidate users --from users.csv --exclude break.glass@contoso.com --dry-run\n  graph-invalidate users --from users.csv --journal run.jsonl --verify --yes\n  graph-invalidate users --group Finance --exclude-group \"Break glass\" --journal run.jsonl --verify\n  graph-invalidate who --filter \"accountEnabled eq false\"\n  graph-invalidate report run.jsonl --html report.html\n  az account get-access-token --resource https://graph.microsoft.com --query accessToken -o tsv | graph-invalidate me --token-stdin\n  graph-invalidate demo\n\nExit status: 0 all accepted, 1 network, service or internal failure, 2 usage, 3 some users failed, 4 token or permissions refused, 5 nobody selected, 130 interrupted (143 by SIGTERM, 141 by a closed standard output)."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Commands that ask no service, with those options of all commands that do something there.
const ON_THIS_MACHINE: [(&str, &[&str]); 5] = [
    ("emulator", &[]),
    ("demo", &["verbose"]),
    ("completions", &[]),
    ("man", &[]),
    ("report", &["output", "quiet"]),
];

/// The command with what its own commands inherit, each with the options that do something there.
pub(crate) fn command() -> clap::Command {
    complete(Arguments::command())
}

/// The same for the manual, which has no page for help.
pub(crate) fn command_of_manual() -> clap::Command {
    complete(Arguments::command().disable_help_subcommand(true))
}

fn complete(mut command: clap::Command) -> clap::Command {
    command.build();
    for (name, useful) in ON_THIS_MACHINE {
        command = command.mut_subcommand(name, |command| {
            command.mut_args(|argument| {
                let is_idle =
                    argument.is_global_set() && !useful.contains(&argument.get_id().as_str());
                argument.hide(is_idle)
            })
        });
    }
    command
}

/// Reads the command line. What is wrong with it is said, and ends the program.
pub(crate) fn parse() -> Arguments {
    let mut command = command();
    let matches = command.clone().get_matches();
    if let Some((name, given)) = matches.subcommand()
        && let Some((_, useful)) = ON_THIS_MACHINE.iter().find(|(it, _)| *it == name)
        && let Some(inherited) = command.find_subcommand(name)
    {
        let idle = inherited.get_arguments().find(|argument| {
            let id = argument.get_id().as_str();
            argument.is_global_set()
                && !useful.contains(&id)
                && given.value_source(id) == Some(ValueSource::CommandLine)
        });
        if let Some(idle) = idle {
            let option = idle.get_long().unwrap_or_default();
            let message = format!("--{option} does nothing with {name}: leave it out");
            command.error(ErrorKind::ArgumentConflict, message).exit();
        }
    }
    Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// Whether any command has an option of this name.
pub(crate) fn has_option(name: &str) -> bool {
    let command = Arguments::command();
    let commands = std::iter::once(&command).chain(command.get_subcommands());
    commands
        .flat_map(clap::Command::get_arguments)
        .any(|argument| argument.get_long() == Some(name))
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sign out the user who signed in for the token
    Me(Acting),
    /// Sign out users, by object id or user principal name
    Users(Users),
    /// Name the users whom the directory chooses, without signing anybody out
    Who(Who),
    /// Show since when users' sessions are valid, or check that they were signed out
    Verify(Verify),
    /// Report from journals: who was signed out, when and by whom; what failed and why; what is still open
    Report(Report),
    /// Show whose token it is, its cloud and expiry, what it may do and what will be refused
    Token(Token),
    /// Run an emulated tenant on this machine
    Emulator(Emulator),
    /// Watch a stolen session die, on the emulator: nothing leaves this machine
    Demo,
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of the command, or of one of its own commands
    Man(Man),
}

#[derive(Args)]
pub(crate) struct Man {
    /// The command, such as users
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
    /// Write every page into this directory instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Emulator {
    /// Where to listen: a port, or an address with its port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = read_address)]
    pub(crate) listen: std::net::SocketAddr,
    /// Use the tenant in this JSON file instead of the built-in one
    // Of the type of the other commands' --tenant: clap knows one argument of this name.
    #[arg(long, value_name = "FILE")]
    pub(crate) tenant: Option<String>,
    /// Add this many users to the tenant: user000001@contoso.example and so on
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) users: usize,
    /// Delay every answer by this time: 50ms, 1s
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, value_parser = read_duration)]
    pub(crate) latency: Option<Duration>,
    /// Use HTTPS, and write the certificate authority to this file, for --ca-file
    #[arg(long, value_name = "FILE")]
    pub(crate) write_ca: Option<PathBuf>,
    /// Be an HTTP proxy as well: requests to Microsoft's hosts are answered by the emulator
    #[arg(long, requires = "write_ca")]
    pub(crate) as_proxy: bool,
    /// Print the environment variables of a pipeline's job, or of a cluster's pod, that gets its tokens here, one
    /// NAME=VALUE a line
    #[arg(long, value_name = "PLACE", value_enum)]
    pub(crate) env: Option<Place>,
    /// For --env aks: write the pod's files into this directory. They are its token, and the authority of a token proxy
    /// that the emulator has then
    #[arg(
        long,
        value_name = "DIR",
        required_if_eq("env", "aks"),
        requires = "env"
    )]
    pub(crate) pod_files: Option<PathBuf>,
    /// Allow an address for --listen that other machines can reach
    #[arg(long)]
    pub(crate) any_address: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Place {
    #[value(name = "github-actions")]
    GitHubActions,
    #[value(name = "azure-pipelines")]
    AzurePipelines,
    #[value(name = "aks")]
    Kubernetes,
}

#[derive(Args)]
#[command(
    after_help = "Exit status, for monitoring jobs: 0 the token works and, as far as can be told, the given user can be signed out; 4 the token cannot work, or that user will be refused; 1 the network, the service or the sign-in service failed."
)]
pub(crate) struct Token {
    /// Read the signed-in user's current roles from the directory as well; changes nothing
    #[arg(long)]
    pub(crate) online: bool,
    /// Check as well whether this user can be found and signed out: object id or user principal name
    #[arg(long, value_name = "KEY", requires = "online")]
    pub(crate) user: Option<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Every command")]
pub(crate) struct Common {
    /// Act only in the tenant with this id; with a token for another tenant nothing is sent [env:
    /// GRAPH_INVALIDATE_EXPECT_TENANT]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) expect_tenant: Option<String>,
    /// The national cloud: global, usgov, usgov-dod or china [default: the one in the token's claims]; with --endpoint,
    /// the one whose sign-in service is asked
    #[arg(long, global = true, value_name = "CLOUD")]
    pub(crate) cloud: Option<String>,
    /// Send requests, with the token, to this address instead: https://HOST or https://HOST:PORT
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// beta (invalidateAllRefreshTokens) or v1.0 (revokeSignInSessions)
    #[arg(long, global = true, value_name = "API", default_value = "beta")]
    pub(crate) api: String,
    /// Maximum time for one user, with all attempts and waits: 30s, 2m or plain seconds
    #[arg(long, global = true, value_name = "TIME", allow_negative_numbers = true, value_parser = read_duration)]
    pub(crate) timeout: Option<Duration>,
    /// An HTTP proxy, http://host:port. Put a proxy with a password into the variable HTTPS_PROXY: arguments are
    /// visible to others
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Trust the certificate authorities in this PEM file as well
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Send this header with every request. May be repeated. Put no secret here: arguments are visible to others
    #[arg(long, global = true, value_name = "NAME: VALUE", value_parser = read_header)]
    pub(crate) header: Vec<(String, String)>,
    /// Text, or one JSON object per line
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Show only failures
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show requests, answers and waits; never a secret
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    // Last: what stands behind it would stand under its heading.
    #[command(flatten)]
    pub(crate) signing_in: SigningIn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}
