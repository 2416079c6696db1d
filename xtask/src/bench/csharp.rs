//! The .NET binding: its first call against the framework's own HTTP client, its warm call against the C ABI, and what 100,000 calls leave.

use std::path::Path;
use std::process::Command;

use crate::dotnet::dotnet;
use crate::package::platform::shared_library;
use crate::workspace::{build_command, root, succeed};

use super::c_abi::warm_call_program;
use super::emulator::RunningEmulator;
use super::process::{measure, timed_command};
use super::{Group, figure, median};

const ROUNDS: usize = 21;
const WARM_CALLS: &str = "2000";
const MANY_CALLS: &str = "100000";

pub(super) const GROUP: Group = Group {
    name: "csharp",
    take,
};

fn take() -> Result<(), String> {
    build_command()?;
    let c_program = warm_call_program()?;
    succeed(
        dotnet(&["build", "bindings/csharp/bench", "--verbosity", "quiet"])
            .args(["--configuration", "Release"]),
    )?;
    let built = root().join("target/csharp/bin/Bench/release");
    let beside = built.join(shared_library().file_name().unwrap_or_default());
    std::fs::copy(shared_library(), &beside)
        .map_err(|error| format!("{} cannot be made: {error}", beside.display()))?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;

    let program = |mut command: Command, arguments: &[&str]| {
        command
            .arg(built.join("Bench.dll"))
            .args(arguments)
            .env("GRAPH_INVALIDATE_TOKEN", &token);
        command
    };
    let url = emulator.url.as_str();
    let timed = |what: &str| {
        let (seconds, _) = measure(program(timed_command(Path::new("dotnet")), &[what, url]))?;
        Ok::<f64, String>(seconds)
    };
    let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (first, http) = (timed("first")?, timed("http")?);
        if round > 0 {
            ratios.push(first / http);
            ours.push(first * 1e3);
            theirs.push(http * 1e3);
        }
    }
    let (first, http) = (median(ours), median(theirs));
    figure(
        &format!("C#: start to exit / HttpClient program ({first:.0} / {http:.0} ms)"),
        median(ratios),
        "<= 0.80",
    );

    let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let arguments = ["warm", url, WARM_CALLS];
        let dotnet = numbers(program(dotnet(&[]), &arguments))?;
        let mut direct = Command::new(&c_program);
        direct
            .args([url, WARM_CALLS])
            .env("GRAPH_INVALIDATE_TOKEN", &token);
        let direct = numbers(direct)?;
        ratios.push(dotnet[0] / direct[0]);
        ours.push(dotnet[0]);
        theirs.push(direct[0]);
    }
    let (warm, direct) = (median(ours), median(theirs));
    figure(
        &format!("C#: warm call / C ABI ({warm:.0} / {direct:.0} µs)"),
        median(ratios),
        "<= 1.20",
    );

    let mut many = program(dotnet(&[]), &["many", url, MANY_CALLS]);
    // A small budget: what only waits for the collector is not to count.
    many.env("DOTNET_GCgen0size", "400000");
    if let [managed, resident, managed_after, resident_after] = numbers(many)?[..] {
        figure(
            "C#: managed heap, growth in bytes a call, over 100,000 calls",
            (managed_after - managed) / 100_000.0,
            "<= 1.00",
        );
        figure(
            &format!(
                "C#: resident memory after 100,000 calls / before ({:.1} MB)",
                resident_after / 1e6
            ),
            resident_after / resident,
            "<= 1.05",
        );
    }
    Ok(())
}

/// The numbers that a program prints.
fn numbers(mut command: Command) -> Result<Vec<f64>, String> {
    // Not the whole command: it shows its environment, and so the token.
    let program = command.get_program().to_owned();
    let output = command
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let words = said.split_whitespace();
    let numbers: Vec<f64> = words.filter_map(|word| word.parse().ok()).collect();
    if output.status.success() && !numbers.is_empty() {
        return Ok(numbers);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{} printed no figure: {said}{errors}",
        program.display()
    ))
}
