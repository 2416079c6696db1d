//! One user: one plain call.

use graph_invalidate::Status;

use super::super::{Connected, connect, either};
use crate::Ended;
use crate::arguments::{Acting, Common};
use crate::interruption::Interruption;
use crate::outcomes::Printer;
use crate::running::SURVIVORS;
use crate::tally::Tally;
use crate::terminal::note;

pub(crate) fn sign_out(common: &Common, acting: &Acting, key: &str) -> Ended {
    let Connected { client, .. } = match connect(common) {
        Ok(connected) => connected,
        Err(status) => return Ok(status),
    };
    let interruption = Interruption::watch();
    let cancellation = interruption.cancellation();
    let mut tally = Tally::default();
    let mut outcome = either(client.invalidate(key, Some(&cancellation)));
    if acting.verify && outcome.status == Status::Ok {
        tally.done = true;
        outcome = match outcome.server_date {
            Some(accepted_at) => {
                either(client.verify(key, accepted_at, Some(&cancellation))).into_unverified()
            }
            None => outcome.into_unprovable(),
        };
    }
    tally.count(&outcome);
    let mut printer = Printer::new(common);
    printer.print(&outcome)?;
    let interrupted = interruption.exit_status();
    let status = interrupted.unwrap_or_else(|| tally.exit_status(None));
    printer.print_summary(&tally.summary(true, 0), status)?;
    if !common.quiet && tally.done && interrupted.is_none() {
        note(SURVIVORS);
    }
    Ok(status)
}
