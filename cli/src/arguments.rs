//! The command line: what can be said, and its help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::signing_in::SigningIn;

/// Sign a Microsoft Entra user out everywhere: invalidate all refresh tokens and session cookies.
#[derive(Parser)]
#[command(
    name = "graph-invalidate",
    version,
    after_help = "The access token comes from --token-file, --token-stdin or the variable GRAPH_INVALIDATE_TOKEN, or from signing in with --auth; never from an argument.\n\nExamples:\n  graph-invalidate users adele@contoso.com --verify\n  az account get-access-token --resource https://graph.microsoft.com --query accessToken -o tsv | graph-invalidate me --token-stdin\n  graph-invalidate demo\n\nExit status: 0 all accepted, 1 network, service or internal failure, 2 usage, 3 some users failed, 4 token or permissions refused, 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sign out the user who signed in for the token
    Me(Acting),
    /// Sign out users, by object id or user principal name
    Users(Users),
    /// Read back from when on the users' sessions are valid
    Verify(Verify),
    /// Whose token it is, for which cloud, until when, what it may do and what it will be refused
    Token,
    /// Run the stand-in tenant on this machine
    Emulator(Emulator),
    /// Watch a stolen session die, on the emulator: nothing leaves this machine
    Demo,
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

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
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// Do not ask before signing out more than 100 users
    #[arg(long)]
    pub(crate) yes: bool,
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
pub(crate) struct Verify {
    /// Object ids or user principal names; me is the signed-in user
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    /// Sessions must have been cut off at or after this time: the server_date of the accepting outcome.
    /// Left out, the cut-off is shown, whenever it was
    #[arg(long, value_name = "RFC3339")]
    pub(crate) since: Option<jiff::Timestamp>,
}

#[derive(Args)]
pub(crate) struct Emulator {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: std::net::SocketAddr,
    /// A tenant file instead of the built-in tenant
    // Of the type of the other commands' --tenant: clap knows one argument of this name.
    #[arg(long, value_name = "FILE")]
    pub(crate) tenant: Option<String>,
    /// So many users besides the tenant's own: user000001@contoso.example and so on
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) users: usize,
    /// Answer so much later, as over a real network: 50ms, 1s
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    pub(crate) latency: Option<Duration>,
    /// Speak HTTPS, and write the authority to trust into this file (for --ca-file)
    #[arg(long, value_name = "FILE")]
    pub(crate) write_ca: Option<PathBuf>,
    /// Be a proxy too, plain HTTP outside: the clouds' own hosts lead here, with the authority that --write-ca names
    #[arg(long, requires = "write_ca")]
    pub(crate) as_proxy: bool,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub(crate) any_address: bool,
}

#[derive(Args)]
pub(crate) struct Common {
    #[command(flatten)]
    pub(crate) signing_in: SigningIn,
    /// The national cloud: global, usgov, usgov-dod or china; the token's own claims choose it otherwise
    #[arg(long, global = true, value_name = "CLOUD", conflicts_with = "endpoint")]
    pub(crate) cloud: Option<String>,
    /// Another root of the service, https://HOST or https://HOST:PORT; the token is sent there
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// beta (invalidateAllRefreshTokens) or v1.0 (revokeSignInSessions)
    #[arg(long, global = true, value_name = "API", default_value = "beta")]
    pub(crate) api: String,
    /// How long one user may take, all attempts and waits: 30s, 2m or plain seconds
    #[arg(long, global = true, value_name = "TIME", value_parser = read_duration)]
    pub(crate) timeout: Option<Duration>,
    /// An HTTP proxy, http://host:port; one that wants a password goes into HTTPS_PROXY, where no process list shows it
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// A PEM file of certificate authorities, trusted besides the system's
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Text for people, or one JSON object a line and user
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Say nothing but failures
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say what is sent, answered and waited for; never a secret
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

fn read_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = [("ms", 0.001), ("m", 60.0), ("s", 1.0)]
        .iter()
        .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))
        .unwrap_or((text, 1.0));
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * unit).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "write 500ms, 30s, 2m, or seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_write_them() {
        assert_eq!(read_duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(read_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(read_duration("50ms"), Ok(Duration::from_millis(50)));
        assert_eq!(read_duration("1.5"), Ok(Duration::from_millis(1500)));
        for nonsense in ["", "0", "-1", "soon", "s", "m", "inf", "NaN"] {
            assert!(read_duration(nonsense).is_err(), "{nonsense}");
        }
    }
}
