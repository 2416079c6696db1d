//! The library and the command, built on Linux for every platform.

mod build;
mod compiler;
mod platforms;

pub(crate) use build::{Built, build, built};
pub(crate) use compiler::{folder, zig};

pub(crate) use platforms::{PLATFORMS, Platform, System};
