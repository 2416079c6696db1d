//! `verify`: read the cut-off back.

use jiff::Timestamp;

use super::{client, either, ends_the_rest, show};
use crate::Ended;
use crate::arguments::{Common, Verify};
use crate::exit_status::ExitStatus;
use crate::interruption::Interruption;

pub(crate) fn run(common: &Common, verify: &Verify) -> Ended {
    let client = match client(common) {
        Ok(client) => client,
        Err(status) => return Ok(status),
    };
    let interruption = Interruption::watch();
    let since = verify.since.unwrap_or(Timestamp::UNIX_EPOCH);
    let mut fates = Vec::new();
    for key in &verify.keys {
        let outcome = either(client.verify(key, since, Some(&interruption.cancellation)));
        show(common, &outcome)?;
        fates.push(outcome.status);
        if let Some(status) = interruption.exit_status() {
            return Ok(status);
        }
        if ends_the_rest(outcome.status) {
            break;
        }
    }
    Ok(ExitStatus::of_fates(&fates))
}
