//! `me` and `users`: sign users out, one by a plain call, many by a run.

mod many;
mod one;
mod selection;

use crate::Ended;
use crate::arguments::{Common, Users};

pub(crate) use one::sign_out as sign_out_one;

/// `users`, for whomever the command line names.
pub(crate) fn run(common: &Common, users: &Users) -> Ended {
    match users.keys.as_slice() {
        [key] if users.is_one_plain_call() => sign_out_one(common, &users.acting, key),
        _ => many::run(common, users),
    }
}
