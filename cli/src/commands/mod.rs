//! The commands, a file each, and what several of them share.

pub(crate) mod demo;
pub(crate) mod documents;
pub(crate) mod emulator;
pub(crate) mod report;
pub(crate) mod token;
pub(crate) mod users;
pub(crate) mod verify;
pub(crate) mod who;

use std::sync::Arc;

use graph_invalidate::{
    AccessToken, Api, Client, ClientOptions, Cloud, Criteria, Error, Outcome, Run, RunOptions,
    Selection, Status,
};

use crate::arguments::Common;
use crate::exit_status::ExitStatus;
use crate::interruption::Interruption;
use crate::running::TokenFile;
use crate::signing_in::wait_for_a_person;
use crate::terminal::{count_of, note};
use crate::words::shown;

/// A client, and the token that it was given, where it was given one.
struct Connected {
    client: Client,
    token: Option<AccessToken>,
}

/// Makes the client that the command line describes; otherwise says why not.
fn connect(common: &Common) -> Result<Connected, ExitStatus> {
    let mut options = ClientOptions::default();
    let signing_in = common.signing_in.apply(&mut options);
    signing_in.map_err(|(message, status)| {
        note(&format!("graph-invalidate: {message}"));
        status
    })?;
    if !common.quiet {
        common.signing_in.warn_of_readers();
        if let Some(wins) = common.signing_in.wins() {
            note(&format!("graph-invalidate: --auth {wins}"));
        }
    }
    let token = options.token.clone();
    let kind = options
        .credential
        .as_ref()
        .map(|credential| credential.kind);
    let client = make_client(common, options).map_err(|error| refuse(&error))?;
    if let Some(kind) = kind {
        wait_for_a_person(&client, kind).map_err(|error| refuse(&error))?;
    }
    Ok(Connected { client, token })
}

/// Begins a run, and says what there is to know of its journal.
fn begin(common: &Common, client: &Client, options: RunOptions) -> Result<Run, ExitStatus> {
    let new = options
        .journal
        .as_deref()
        .filter(|path| options.resume && !path.exists());
    let new = new.map(|path| {
        format!(
            "The journal {} does not exist yet: it is a new run.",
            path.display()
        )
    });
    let run = client.run(options).map_err(|error| refuse(&error))?;
    let notice = run.notice().map(str::to_owned).or(new);
    if let Some(notice) = notice.filter(|_| !common.quiet) {
        note(&format!("graph-invalidate: {notice}"));
    }
    Ok(run)
}

/// Lists whom the directory chooses, and says what that came to; a signal ends it at once.
fn select(
    common: &Common,
    client: &Client,
    criteria: &Criteria,
    token_file: &mut Option<TokenFile>,
) -> Result<Arc<Selection>, ExitStatus> {
    let interruption = Interruption::watch();
    let cancellation = interruption.cancellation_at_once();
    let listed = loop {
        let listed = client.select(criteria, Some(&cancellation));
        // Another token lists everything anew: half a list is none.
        let is_over = match (&listed, token_file.as_mut()) {
            (Err(error), Some(file)) if error.status().asks_for_another_token() => {
                !file.await_another(common, client, &interruption)
            }
            _ => true,
        };
        if is_over {
            break listed;
        }
    };
    let selection = listed.map_err(|error| {
        note(&format!("graph-invalidate: {}", with_hint(&error)));
        let status = match error.status() {
            // The filter is the only part of it that the service may find wrong.
            Status::RequestRefused if criteria.filter.is_some() => ExitStatus::Usage,
            status if status.group() == 100 => ExitStatus::Usage,
            status => ExitStatus::after(false, [status]),
        };
        interruption.exit_status().unwrap_or(status)
    })?;
    if !common.quiet {
        note(&format!("graph-invalidate: {}", in_words(&selection)));
        for remark in &selection.remarks {
            note(&format!("  {}", shown(remark)));
        }
    }
    Ok(Arc::new(selection))
}

/// What a selection came to, in a sentence.
fn in_words(selection: &Selection) -> String {
    let summary = &selection.summary;
    let mut parts = vec![count_of(summary.users, "user", "users")];
    let further = [
        (summary.guests, "guest among them", "guests among them"),
        (summary.disabled, "disabled", "disabled"),
        (
            summary.others_passed_over,
            "device, group or other object passed over",
            "devices, groups and other objects passed over",
        ),
    ];
    for (count, one, many) in further.into_iter().filter(|(count, ..)| *count > 0) {
        parts.push(count_of(count, one, many));
    }
    format!("{}: {}.", shown(&summary.words), parts.join(", "))
}

fn refuse(error: &Error) -> ExitStatus {
    note(&format!("graph-invalidate: {}", with_hint(error)));
    ExitStatus::of_setup(error.status())
}

fn make_client(common: &Common, mut options: ClientOptions) -> Result<Client, Error> {
    options.cloud = common.cloud.as_deref().map(Cloud::from_name).transpose()?;
    options.endpoint.clone_from(&common.endpoint);
    options.expect_tenant.clone_from(&common.expect_tenant);
    options.api = Api::from_name(&common.api)?;
    options.timeout = common.timeout;
    options.proxy.clone_from(&common.proxy);
    options.ca_file.clone_from(&common.ca_file);
    options.headers.clone_from(&common.header);
    Client::new(options)
}

/// A failure as people read it: the name of its status, which scripts may look for, what happened, and what to do.
pub(crate) fn with_hint(error: &Error) -> String {
    let text = error.to_string();
    let sentence = format!("{}: {}", error.status().name(), shown(&text));
    match &error.outcome().hint {
        Some(hint) => format!("{sentence}\n  {}", shown(hint)),
        None => sentence,
    }
}

/// The outcome, of success and failure alike.
fn either(called: Result<Outcome, Error>) -> Outcome {
    called.unwrap_or_else(Error::into_outcome)
}
