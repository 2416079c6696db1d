//! Whole processes, measured from outside: time from start to exit, and peak memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The program, measured from outside.
pub(super) fn timed_command(program: &Path) -> Command {
    let mut command = Command::new("/usr/bin/time");
    command
        .args(["--format", "peak %M"])
        .arg(program)
        .stdout(Stdio::null());
    command
}

/// Seconds, and peak memory in KiB.
pub(super) fn measure(mut command: Command) -> Result<(f64, f64), String> {
    let begin = Instant::now();
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let seconds = begin.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let peak = said
        .lines()
        .find_map(|line| line.strip_prefix("peak "))
        .and_then(|peak| peak.trim().parse().ok())
        .ok_or_else(|| format!("no memory figure in {said:?}"))?;
    Ok((seconds, peak))
}
