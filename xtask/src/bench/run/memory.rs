//! Peak memory when a million users are streamed from a file.

use super::emulator;
use super::programs::Programs;
use crate::bench::figure;
use crate::bench::process::{measure, timed_command};

const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;

pub(super) fn streamed(programs: &Programs) -> Result<(), String> {
    let emulator = emulator(programs, &[])?;
    let peak = |users: u32| {
        let list = programs.list(users)?;
        let mut command = timed_command(&programs.command);
        programs.arrange(&mut command, &emulator, &list, &["--rate", "unlimited"])?;
        // In bytes, from KiB.
        measure(command).map(|(_, peak)| peak * 1024.0)
    };
    let base = peak(FEW)?;
    let each = (peak(MANY)? - base) / f64::from(MANY - FEW);
    figure(
        &format!("peak memory of {FEW} users: {:.1} MB, in 12 MB", base / 1e6),
        base / 12e6,
        "<= 1.00",
    );
    figure(
        &format!("peak memory of {MANY} users: {each:.0} bytes a user, in 200"),
        each / 200.0,
        "<= 1.00",
    );
    Ok(())
}
