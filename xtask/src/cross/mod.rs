//! The library and the command, built on Linux for every platform.

mod build;
mod compiler;
mod platforms;

pub(crate) use build::{Built, build, built, folders};
pub(crate) use compiler::{c_compiler, folder, import_library, zig};
pub(crate) use platforms::{PLATFORMS, Platform, System};
