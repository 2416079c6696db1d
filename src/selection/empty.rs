//! What it means that nobody was found, and what to do next.

use super::group::Group;
use crate::outcome::Error;
use crate::status::Status;

/// The selection holds nobody.
pub(super) fn nobody(message: String) -> Error {
    Error::new(Status::SelectionEmpty, message).hint(
        "No write request was sent. Check whom it names; where nobody may be right, set the option allow_empty.",
    )
}

/// A group that was to be signed out holds no user; so many other members it has.
pub(super) fn has_nobody(group: &Group, others: u64) -> Error {
    let name = group.name();
    if group.is_hidden() {
        return hidden(Status::SelectionEmpty, name);
    }
    nobody(match others {
        0 => format!("The group {name:?} has no members."),
        _ => format!(
            "The group {name:?} has no users among its {others} members, only devices, contacts or other objects."
        ),
    })
}

/// An exclusion that would protect nobody, for whatever reason, is a mistake.
pub(super) fn protects_nobody(group: &Group) -> Error {
    let name = group.name();
    if group.is_hidden() {
        return hidden(Status::ExclusionUnresolved, name);
    }
    Error::new(
        Status::ExclusionUnresolved,
        format!("The excluded group {name:?} has no users: it would protect nobody."),
    )
    .hint("Nothing was sent. Check which group holds the accounts that must never be signed out.")
}

fn hidden(status: Status, name: &str) -> Error {
    Error::new(
        status,
        format!("The group {name:?} hides its members, and shows this token none: who is in it is not known."),
    )
    .hint("No write request was sent. Have an administrator consent to Member.Read.Hidden; a signed-in user also needs a role that sees hidden members, such as User Administrator.")
}
