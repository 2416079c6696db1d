//! Python: the import and the first call against requests, and a warm call against the C ABI called directly.

use std::process::Stdio;

use crate::python::{module, tools_with_package};
use crate::workspace::{build_command, root};

use super::emulator::RunningEmulator;
use super::{Group, direct, figure};

pub(super) const GROUP: Group = Group {
    name: "python",
    take,
};

const FIGURES: [(&str, &str, &str); 2] = [
    (
        "first_call",
        "Python: import and first call / requests",
        "<= 0.60",
    ),
    (
        "warm_call",
        "Python: warm call / the C ABI called directly",
        "<= 1.50",
    ),
];

fn take() -> Result<(), String> {
    let interpreter = tools_with_package()?;
    let direct_call = direct::program("direct_call")?;
    build_command()?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let output = module(&interpreter, "figures")
        .current_dir(root().join("bindings/python/benchmarks"))
        .arg(&emulator.url)
        .arg(direct_call)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", interpreter.display()))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for (key, name, goal) in FIGURES {
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
        figure(&format!("{name} ({ours} / {theirs} µs)"), ratio, goal);
    }
    Ok(())
}
