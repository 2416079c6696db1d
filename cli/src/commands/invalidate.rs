//! `me` and `users`: sign users out, one after another.

use std::io::{self, IsTerminal};

use graph_invalidate::{Client, Outcome, Status};

use super::{client, either, ends_the_rest, show};
use crate::Ended;
use crate::arguments::{Acting, Common, Users};
use crate::exit_status::ExitStatus;
use crate::interruption::Interruption;
use crate::terminal::note;

/// From how many users on a person is asked first.
const MANY: usize = 100;

pub(crate) fn run_many(common: &Common, users: &Users) -> Ended {
    if users.keys.len() > MANY && !users.yes && !confirmed(users.keys.len())? {
        note(
            "graph-invalidate: nothing was sent. Add --yes to sign out so many users without being asked.",
        );
        return Ok(ExitStatus::Usage);
    }
    run(common, &users.acting, &users.keys)
}

pub(crate) fn run(common: &Common, acting: &Acting, keys: &[String]) -> Ended {
    let client = match client(common) {
        Ok(client) => client,
        Err(status) => return Ok(status),
    };
    let interruption = Interruption::watch();
    let mut fates = Vec::new();
    for (done, key) in keys.iter().enumerate() {
        let outcome = sign_out(&client, key, acting, &interruption);
        show(common, &outcome)?;
        fates.push(outcome.status);
        let never_attempted = keys.len() - done - 1;
        if let Some(status) = interruption.exit_status() {
            note(&format!(
                "graph-invalidate: interrupted; {never_attempted} users were never attempted."
            ));
            return Ok(status);
        }
        if never_attempted > 0 && ends_the_rest(outcome.status) {
            note(&format!(
                "graph-invalidate: the token was refused; {never_attempted} users were never attempted."
            ));
            break;
        }
    }
    if !common.quiet && fates.iter().any(|fate| !fate.is_failure()) {
        note(
            "What survives: access tokens already issued, for up to an hour; guests, who sign in at their home tenant; sessions that applications keep themselves.",
        );
    }
    Ok(ExitStatus::of_fates(&fates))
}

fn sign_out(client: &Client, key: &str, acting: &Acting, interruption: &Interruption) -> Outcome {
    let outcome = either(client.invalidate(key, Some(&interruption.cancellation)));
    match outcome.server_date {
        Some(accepted_at) if acting.verify && outcome.status == Status::Ok => {
            either(client.verify(key, accepted_at, Some(&interruption.cancellation)))
        }
        _ => outcome,
    }
}

fn confirmed(count: usize) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    note(&format!(
        "This signs out {count} users everywhere. Go on? [y/N]"
    ));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
