//! How many instructions a call takes, counted by callgrind: the same on a busy machine.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace::{build_command, has_program, root};

use super::emulator::RunningEmulator;
use super::{Group, direct, figure, median};

pub(super) const GROUP: Group = Group {
    name: "instructions",
    take,
};

const ROUNDS: usize = 5;

/// Calls of which a warm one is told from the first.
const WARM: u32 = 100;

/// Calls at once, each by a thread of its own.
const BURST: u32 = 300;

/// What the library of 8aba9bb took, in which nothing kept the host's signals, descriptors and stacks, for the program,
/// the compiler and the machine of docs/performance.md.
const BEFORE: Counts = Counts {
    first: 814_529.0,
    warm: 233_293.0,
    burst: 97_139_771.0,
};

struct Counts {
    /// A program with one call, start to exit.
    first: f64,
    warm: f64,
    burst: f64,
}

fn take() -> Result<(), String> {
    if !has_program("valgrind") {
        return Err("valgrind is needed: install it (Debian: valgrind)".to_owned());
    }
    build_command()?;
    let program = direct::program("instructions")?;
    let command = root().join("target/release/graph-invalidate");
    let at_once = RunningEmulator::start(&command, &[])?;
    let late = RunningEmulator::start(&command, &["--latency", "300ms"].map(OsStr::new))?;
    let first = counted(&program, &at_once, 1, 1)?;
    let warm = (counted(&program, &at_once, 1 + WARM, 1)? - first) / f64::from(WARM);
    let burst = counted(&program, &late, 1, BURST)?;
    for (name, now, before, goal) in [
        ("one call, start to exit", first, BEFORE.first, "<= 1.02"),
        ("a warm call", warm, BEFORE.warm, "<= 1.02"),
        ("300 calls at once", burst, BEFORE.burst, "<= 1.05"),
    ] {
        let name = format!("instructions: {name} ({now:.0} / {before:.0} of 8aba9bb)");
        figure(&name, now / before, goal);
    }
    Ok(())
}

/// The median of what callgrind counts.
fn counted(
    program: &Path,
    emulator: &RunningEmulator,
    calls: u32,
    threads: u32,
) -> Result<f64, String> {
    let token = emulator.token()?;
    let mut counts = Vec::new();
    for _ in 0..ROUNDS {
        let mut process = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args([&emulator.url, &calls.to_string(), &threads.to_string()])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("valgrind cannot be run: {error}"))?;
        if let Some(mut input) = process.stdin.take() {
            writeln!(input, "{token}").map_err(|error| error.to_string())?;
        }
        let output = process
            .wait_with_output()
            .map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let count = said
            .lines()
            .find_map(|line| line.split_once("Collected : "))
            .and_then(|(_, count)| count.trim().parse().ok());
        match count {
            Some(count) if output.status.success() => counts.push(count),
            _ => return Err(format!("callgrind counted nothing: {said}")),
        }
    }
    Ok(median(counts))
}
