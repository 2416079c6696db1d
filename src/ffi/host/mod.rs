//! The process in which the library is a guest: what only the operating system can be asked for, as functions without
//! `unsafe`.
//!
//! What belongs to the host stays as it is: its signals and masks, its descriptors 0 to 2, the stack of its threads,
//! and its ways to end them.

mod cancel_state;
mod descriptors;
mod fork;
mod privilege;
mod signals;
mod stack;

pub(crate) use cancel_state::Uncancelled;
pub(crate) use descriptors::{Identity, Witness, are_exhausted, opening};
pub(crate) use fork::{ClosedInChildren, close_in_children};
pub(crate) use privilege::has_more_rights_than_its_caller;
pub(crate) use signals::{AllHeld, BrokenPipesHeld};
pub(crate) use stack::has_room;
