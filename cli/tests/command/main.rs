//! The real command, run as a person or a script runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

mod calls;
mod clocks;
mod disks;
mod documents;
mod endings;
mod guide;
mod lists;
mod records;
mod reports;
mod runs;
mod schema;
mod selections;
mod support;
mod terminal;
