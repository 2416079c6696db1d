//! Python: the import and the first call against requests, a warm call against the C ABI called directly, and many
//! awaited calls against httpx.

use std::process::{Command, Stdio};

use crate::package::python::tools_with_package;
use crate::python::module;
use crate::workspace::{build_command, root};

use super::emulator::RunningEmulator;
use super::{Group, direct, figure};

pub(super) const GROUP: Group = Group {
    name: "python",
    take,
};

/// What a program prints: a key, and for the table a name with what the two numbers are, and a goal.
type Figure = (&'static str, &'static str, &'static str, &'static str);

const CALLS: [Figure; 2] = [
    (
        "first_call",
        "Python: import and first call / requests",
        "µs",
        "<= 0.60",
    ),
    (
        "warm_call",
        "Python: warm call / the C ABI called directly",
        "µs",
        "<= 1.50",
    ),
];

const AWAITED: [Figure; 2] = [
    (
        "awaited_calls",
        "Python: 10,000 awaited calls at 300 ms / httpx",
        "ms",
        "<= 0.50",
    ),
    (
        "awaited_threads",
        "Python: threads for them / 16",
        "threads",
        "<= 1.00",
    ),
];

fn take() -> Result<(), String> {
    let interpreter = tools_with_package()?;
    let direct_call = direct::program("direct_call")?;
    build_command()?;
    let command = root().join("target/release/graph-invalidate");
    let emulator = RunningEmulator::start(&command, &[])?;
    print(
        &CALLS,
        module(&interpreter, "figures")
            .arg(&emulator.url)
            .arg(direct_call),
    )?;
    let late = RunningEmulator::start(&command, &["--latency".as_ref(), "300ms".as_ref()])?;
    print(&AWAITED, module(&interpreter, "awaited").arg(&late.url))
}

/// Runs a program of the benchmarks, and prints the figures that it takes.
fn print(figures: &[Figure], program: &mut Command) -> Result<(), String> {
    let output = program
        .current_dir(root().join("bindings/python/benchmarks"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("the benchmark cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for (key, name, unit, goal) in figures {
        let words: Vec<&str> = said
            .lines()
            .filter_map(|line| line.strip_prefix(key))
            .flat_map(str::split_whitespace)
            .collect();
        let [ratio, ours, theirs] = words.as_slice() else {
            return Err(format!("the benchmark printed no figure: {said:?}"));
        };
        let ratio = ratio
            .parse()
            .map_err(|_| format!("no figure in {said:?}"))?;
        figure(&format!("{name} ({ours} / {theirs} {unit})"), ratio, goal);
    }
    Ok(())
}
