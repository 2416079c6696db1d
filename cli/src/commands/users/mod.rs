//! `me` and `users`: sign users out, one by a plain call, many by a run.

mod many;
mod one;
pub(super) mod selection;

use crate::Ended;
use crate::arguments::{Common, Users};
use crate::exit_status::ExitStatus;
use crate::terminal::note;

pub(crate) use one::sign_out as sign_out_one;

/// `users`, for whomever the command line names.
pub(crate) fn run(common: &Common, users: &Users) -> Ended {
    let selects = users.choosing.criteria(false).select();
    if users.keys.is_empty() && users.from.is_none() && !selects {
        note(
            "graph-invalidate: no user is named. Give object ids or user principal names, a list with --from FILE, or --group, --filter or --everyone.",
        );
        return Ok(ExitStatus::Usage);
    }
    if let Err(fault) = selection::refuse_files(users) {
        note(&format!("graph-invalidate: {fault}"));
        return Ok(ExitStatus::Usage);
    }
    match users.keys.as_slice() {
        [key] if users.is_one_plain_call() => sign_out_one(common, &users.acting, key),
        _ => many::run(common, users),
    }
}
