//! Runs over many users: the engine through the C ABI, and the command, each against what the same batches can take.

pub(super) mod baseline;
pub(super) mod languages;
mod memory;
mod programs;
mod quota;
mod speed;

use super::Group;
use super::emulator::RunningEmulator;
use crate::workspace::{build_command, has_program};
use programs::Programs;

pub(super) const GROUP: Group = Group { name: "run", take };

fn take() -> Result<(), String> {
    if !has_program("wrk") {
        return Err("wrk is needed: install it (Debian: wrk)".to_owned());
    }
    build_command()?;
    let programs = Programs::build()?;
    speed::without_latency(&programs)?;
    speed::with_latency(&programs)?;
    speed::cancelling(&programs)?;
    quota::published(&programs)?;
    quota::unknown(&programs)?;
    memory::streamed(&programs)
}

/// An emulator with many users and these further arguments.
fn emulator(programs: &Programs, arguments: &[&str]) -> Result<RunningEmulator, String> {
    let arguments: Vec<&std::ffi::OsStr> = ["--users", "1000000"]
        .iter()
        .chain(arguments)
        .map(std::ffi::OsStr::new)
        .collect();
    RunningEmulator::start(&programs.command, &arguments)
}
