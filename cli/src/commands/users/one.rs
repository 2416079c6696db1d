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
    if let Some(accepted_at) = outcome.server_date
        && acting.verify
        && outcome.status == Status::Ok
    {
        tally.done = true;
        outcome = either(client.verify(key, accepted_at, Some(&cancellation)));
    }
    tally.count(&outcome);
    Printer::new(common).print(&outcome)?;
    if let Some(status) = interruption.exit_status() {
        return Ok(status);
    }
    if !common.quiet && tally.done {
        note(SURVIVORS);
    }
    Ok(tally.exit_status(None))
}
