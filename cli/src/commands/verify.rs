//! `verify`: read the cut-off back, of users by their keys or of all that a journal calls accepted.

use std::path::Path;
use std::sync::Arc;

use graph_invalidate::{CallKind, CallOptions, FailureKind, RunMode, RunOptions};

use super::{Connected, begin, connect, either};
use crate::Ended;
use crate::arguments::{Common, Verify};
use crate::interruption::Interruption;
use crate::outcomes::Printer;
use crate::running::{self, Course, Purpose, TokenFile};
use crate::tally::Tally;
use crate::terminal::{count_of, note};

pub(crate) fn run(common: &Common, verify: &Verify) -> Ended {
    let connected = match connect(common) {
        Ok(connected) => connected,
        Err(status) => return Ok(status),
    };
    match &verify.journal {
        Some(path) => of_journal(common, verify, path, connected),
        None => of_keys(common, verify, &connected),
    }
}

fn of_keys(common: &Common, verify: &Verify, connected: &Connected) -> Ended {
    let interruption = Interruption::watch();
    let cancellation = interruption.cancellation();
    let kind = verify.since.map_or(CallKind::Show, CallKind::Verify);
    let mut printer = Printer::new(common);
    let mut tally = Tally::default();
    let mut never_looked_at = 0;
    for (done, key) in verify.keys.iter().enumerate() {
        let options = CallOptions::of_kind(kind);
        let outcome = either(connected.client.call(key, options, Some(&cancellation)));
        printer.print(&outcome)?;
        tally.count(&outcome);
        let left = (verify.keys.len() - done - 1) as u64;
        if let Some(status) = interruption.exit_status() {
            printer.print_summary(&tally.summary(false, left), status)?;
            return Ok(status);
        }
        // A refused token needs a new one first: the others would fail in the same way.
        if left > 0 && outcome.status.failure() == Some(FailureKind::Token) {
            never_looked_at = left;
            let left = count_of(left, "user was", "users were");
            note(&format!(
                "graph-invalidate: the token was refused, so {left} not checked. Get another token and run the command again."
            ));
            break;
        }
    }
    let status = tally.exit_status(None);
    printer.print_summary(&tally.summary(false, never_looked_at), status)?;
    Ok(status)
}

fn of_journal(common: &Common, verify: &Verify, path: &Path, connected: Connected) -> Ended {
    let mut options = RunOptions::default();
    verify.running.apply(&mut options);
    options.mode = RunMode::VerifyJournal;
    options.journal = Some(path.to_owned());
    let run = match begin(common, &connected.client, options) {
        Ok(run) => run,
        Err(status) => return Ok(status),
    };
    let mut course = Course {
        common,
        client: &connected.client,
        run: Arc::new(run),
        total: None,
        feeder: None,
        resumes: false,
        token_file: TokenFile::of(&common.signing_in, connected.token, common.timeout),
        table: None,
    };
    let result = running::watch(&mut course);
    let purpose = Purpose {
        signs_out: false,
        names: false,
        verifies: true,
        total: None,
        place: running::place_of(&connected.client),
        resume: None,
    };
    running::finish(common, result, &purpose)
}
