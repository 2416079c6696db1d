//! Programs that answer with numbers when they are asked, so that two can be measured in turns.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use super::emulator::RunningEmulator;
use super::one_core::OneCore;
use super::{figure, median};

/// Measurements taken in turns.
#[derive(Default)]
pub(super) struct Taken {
    ratios: Vec<f64>,
    ours: Vec<f64>,
    baseline: Vec<f64>,
}

impl Taken {
    /// One round.
    pub(super) fn add(&mut self, ours: f64, baseline: f64) {
        self.ratios.push(ours / baseline);
        self.ours.push(ours);
        self.baseline.push(baseline);
    }

    /// Prints the figure.
    pub(super) fn show(self, name: &str, unit: &str, goal: &str) {
        let (ours, baseline) = (median(self.ours), median(self.baseline));
        let name = format!("{name} ({ours:.0} / {baseline:.0} {unit})");
        figure(&name, median(self.ratios), goal);
    }
}

/// A program that is given the token first, and answers with numbers.
pub(super) struct Asked {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    name: String,
}

impl Asked {
    /// Starts it, and gives it the token.
    pub(super) fn start(mut command: Command, token: &str) -> Result<Asked, String> {
        let name = Path::new(command.get_program()).display().to_string();
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name} cannot be run: {error}"))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("{name} cannot be spoken with"));
        };
        let mut asked = Asked {
            process,
            input,
            output: BufReader::new(output),
            name,
        };
        asked.tell(token)?;
        Ok(asked)
    }

    fn tell(&mut self, line: &str) -> Result<(), String> {
        writeln!(self.input, "{line}").map_err(|error| format!("{}: {error}", self.name))
    }

    /// Lets it work once more; gives its next number.
    pub(super) fn ask(&mut self) -> Result<f64, String> {
        self.tell("")?;
        self.number()
    }

    /// Its next number.
    pub(super) fn number(&mut self) -> Result<f64, String> {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .map_err(|error| format!("{}: {error}", self.name))?;
        line.trim()
            .parse()
            .map_err(|_| format!("{} printed no figure: {line:?}", self.name))
    }

    /// Lets it end, to its success.
    pub(super) fn end(self) -> Result<(), String> {
        let Asked {
            mut process,
            input,
            output: _output,
            name,
        } = self;
        drop(input);
        match process.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{name} ended with {status}")),
            Err(error) => Err(format!("{name} was lost: {error}")),
        }
    }
}

/// Takes the time of two programs from start to exit, in turns, after a round that only warms up.
pub(super) fn first_call(
    name: &str,
    goal: &str,
    rounds: usize,
    ours: impl Fn() -> Result<(), String>,
    baseline: impl Fn() -> Result<(), String>,
) -> Result<(), String> {
    let seconds = |run: &dyn Fn() -> Result<(), String>| {
        let begin = Instant::now();
        run().map(|()| begin.elapsed().as_secs_f64())
    };
    let mut taken = Taken::default();
    for round in 0..=rounds {
        let (ours, baseline) = (seconds(&ours)?, seconds(&baseline)?);
        if round > 0 {
            taken.add(ours * 1e3, baseline * 1e3);
        }
    }
    taken.show(name, "ms", goal);
    Ok(())
}

/// Takes the time of a call in two programs that make many each time they are asked, after as many rounds that only
/// warm up; on one core, with the emulator.
pub(super) fn warm_call(
    name: &str,
    goal: &str,
    (rounds, calls): (usize, &str),
    emulator: &RunningEmulator,
    mut ours: Asked,
    mut direct: Asked,
) -> Result<(), String> {
    let calls: f64 = calls.parse().unwrap_or(f64::NAN);
    let _core = OneCore::of(&[
        emulator.process_id(),
        ours.process.id(),
        direct.process.id(),
    ])?;
    let mut taken = Taken::default();
    for round in 0..2 * rounds {
        let (ours, direct) = (ours.ask()?, direct.ask()?);
        if round >= rounds {
            taken.add(ours * 1e6 / calls, direct * 1e6 / calls);
        }
    }
    ours.end()?;
    direct.end()?;
    taken.show(name, "µs", goal);
    Ok(())
}

/// 10,000 calls that are under way at once, each answered late: their time, and how many threads they took.
pub(super) fn late_calls(
    language: &str,
    emulator: &RunningEmulator,
    mut ours: Asked,
) -> Result<(), String> {
    const LATENCY: &str = r#"[{"kind":"delay","milliseconds":300,"times":10000}]"#;
    let (mut seconds, mut threads) = (Vec::new(), 0.0_f64);
    for _ in 0..3 {
        emulator.control("POST", "faults", LATENCY)?;
        seconds.push(ours.ask()?);
        threads = threads.max(ours.number()?);
    }
    ours.end()?;
    // 5,120 connections at once: twice the latency.
    figure(
        &format!("{language}: 10,000 calls of 300 ms at once, time / 0.6 s"),
        median(seconds) / 0.6,
        "none",
    );
    figure(
        &format!("{language}: threads for them"),
        threads,
        "<= 16.00",
    );
    Ok(())
}

/// What a program holds that tells memory in KiB, threads and descriptors after 100,000 calls, and after as many more.
pub(super) fn many_calls(language: &str, mut ours: Asked) -> Result<(), String> {
    let mut numbers =
        || -> Result<[f64; 3], String> { Ok([ours.number()?, ours.number()?, ours.number()?]) };
    let (before, after) = (numbers()?, numbers()?);
    ours.end()?;
    figure(
        &format!(
            "{language}: memory after 100,000 more calls / before ({:.1} MB)",
            after[0] / 1e3
        ),
        after[0] / before[0],
        "<= 1.05",
    );
    figure(
        &format!("{language}: threads that they left"),
        after[1] - before[1],
        "<= 0.00",
    );
    figure(
        &format!("{language}: descriptors that they left"),
        after[2] - before[2],
        "<= 0.00",
    );
    Ok(())
}
