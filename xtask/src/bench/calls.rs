//! Many calls at once: the queue of submitted calls, against as many threads as there are calls under way.

use std::path::Path;
use std::process::Command;

use crate::workspace::{build_command, root};

use super::asked::Asked;
use super::emulator::RunningEmulator;
use super::{Group, direct, figure, median};

pub(super) const GROUP: Group = Group {
    name: "calls",
    take,
};

const ROUNDS: usize = 5;
const CALLS: u32 = 10_000;
const LATENCY_MS: u32 = 300;

/// As many as a machine gives a program without being asked twice.
const THREADS: &str = "1000";

struct Measured {
    seconds: f64,
    peak_kib: f64,
    threads: f64,
}

fn take() -> Result<(), String> {
    build_command()?;
    let program = direct::program("calls")?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((
            measure(&program, &emulator, "queue")?,
            measure(&program, &emulator, THREADS)?,
        ));
    }
    let of = |value: fn(&(Measured, Measured)) -> f64| median(rounds.iter().map(value).collect());
    figure(
        &format!(
            "{CALLS} calls at {LATENCY_MS} ms: the queue / {THREADS} threads ({:.2} / {:.2} s)",
            of(|(queue, _)| queue.seconds),
            of(|(_, threads)| threads.seconds)
        ),
        of(|(queue, threads)| queue.seconds / threads.seconds),
        "<= 1.00",
    );
    figure(
        &format!(
            "the same, peak memory ({:.0} / {:.0} MB)",
            of(|(queue, _)| queue.peak_kib) / 1024.0,
            of(|(_, threads)| threads.peak_kib) / 1024.0
        ),
        of(|(queue, threads)| queue.peak_kib / threads.peak_kib),
        "none",
    );
    figure(
        "the same, threads of the queue's process",
        of(|(queue, _)| queue.threads),
        "<= 16.00",
    );
    Ok(())
}

/// Lets the program make all calls once, while each is answered late.
fn measure(program: &Path, emulator: &RunningEmulator, how: &str) -> Result<Measured, String> {
    emulator.control("POST", "reset", "{}")?;
    let late = format!(
        r#"[{{"kind":"delay","milliseconds":{LATENCY_MS},"times":{}}}]"#,
        2 * CALLS
    );
    emulator.control("POST", "faults", &late)?;
    let token = emulator.token()?;
    let mut command = Command::new(program);
    command.args([&emulator.url, &CALLS.to_string(), how]);
    let mut asked = Asked::start(command, &token)?;
    let measured = Measured {
        seconds: asked.number()?,
        peak_kib: asked.number()?,
        threads: asked.number()?,
    };
    asked.end()?;
    Ok(measured)
}
