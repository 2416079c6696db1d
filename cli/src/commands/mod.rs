//! The commands, a file each, and what several of them share.

pub(crate) mod demo;
pub(crate) mod documents;
pub(crate) mod emulator;
pub(crate) mod invalidate;
pub(crate) mod token;
pub(crate) mod verify;

use std::io;

use graph_invalidate::{Api, Client, ClientOptions, Cloud, Error, Outcome, Status};

use crate::arguments::{Common, Format};
use crate::exit_status::ExitStatus;
use crate::terminal::{coloured, harmless, note, result};

/// Makes the client that the command line describes; otherwise says why not.
fn client(common: &Common) -> Result<Client, ExitStatus> {
    let mut options = ClientOptions::default();
    let signing_in = common.signing_in.apply(&mut options);
    signing_in.map_err(|(message, status)| {
        note(&format!("graph-invalidate: {message}"));
        status
    })?;
    make_client(common, options).map_err(|error| {
        note(&format!("graph-invalidate: {}", with_hint(&error)));
        ExitStatus::of_setup(error.status())
    })
}

fn make_client(common: &Common, mut options: ClientOptions) -> Result<Client, Error> {
    options.cloud = common.cloud.as_deref().map(Cloud::from_name).transpose()?;
    options.endpoint.clone_from(&common.endpoint);
    options.api = Api::from_name(&common.api)?;
    options.timeout = common.timeout;
    options.proxy.clone_from(&common.proxy);
    options.ca_file.clone_from(&common.ca_file);
    Client::new(options)
}

fn with_hint(error: &Error) -> String {
    match &error.outcome().hint {
        Some(hint) => format!("{error}\n  {hint}"),
        None => error.to_string(),
    }
}

/// Shows what became of one user.
fn show(common: &Common, outcome: &Outcome) -> io::Result<()> {
    if common.quiet && !outcome.status.is_failure() {
        return Ok(());
    }
    if common.output == Format::Json {
        return result(&serde_json::to_string(outcome).map_err(io::Error::other)?);
    }
    let good = !outcome.status.is_failure();
    let mut line = format!(
        "{}: {}",
        harmless(&outcome.user),
        coloured(outcome.status.name(), good)
    );
    match (good, &outcome.message) {
        (true, None) => {
            if let Some(date) = outcome.server_date {
                line.push_str(&format!(" at {}", graph_invalidate::rfc3339(date)));
            }
        }
        (_, Some(message)) => line.push_str(&format!(": {}", harmless(message))),
        (false, None) => {}
    }
    if let Some(hint) = outcome.hint.as_deref().filter(|_| !good) {
        line.push_str(&format!("\n  {hint}"));
    }
    if let Some(id) = outcome.request_id.as_deref().filter(|_| !good) {
        line.push_str(&format!(
            "\n  request-id {}, attempts {}",
            harmless(id),
            outcome.attempts
        ));
    }
    result(&line)
}

/// The outcome, of success and failure alike.
fn either(called: Result<Outcome, Error>) -> Outcome {
    called.unwrap_or_else(Error::into_outcome)
}

/// Whether the rest of the users would fail in the same way: a refused token needs a new one first.
fn ends_the_rest(status: Status) -> bool {
    status.group() == 200
}
