//! The Java binding: its first call against java.net.http, its warm call against the C ABI, virtual threads, and what calls leave.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package::java;
use crate::workspace::{build_command, root, succeed};

use super::asked::{self, Asked, many_calls};
use super::emulator::RunningEmulator;
use super::{Group, direct, figure, median};

pub(super) const GROUP: Group = Group { name: "java", take };

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";
const AT_ONCE: &str = "100";
const LATENCY_MS: u32 = 200;

/// The jars of Microsoft's SDK, when they were counted once.
const SDK_BYTES: f64 = 124e6;

fn take() -> Result<(), String> {
    build_command()?;
    let direct_call = direct::program("direct_call")?;
    let classes = build()?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;
    let url = emulator.url.as_str();
    asked::first_call(
        "Java: one call, start to exit / the same POST with java.net.http",
        "<= 0.90",
        ROUNDS,
        || Asked::start(program(&classes, &["first", url])?, &token)?.end(),
        || Asked::start(program(&classes, &["http", url])?, &token)?.end(),
    )?;
    let mut direct = Command::new(direct_call);
    direct.args([url, WARM_CALLS]);
    asked::warm_call(
        "Java: warm call / the C ABI called directly",
        "<= 1.20",
        ROUNDS,
        WARM_CALLS,
        Asked::start(program(&classes, &["warm", url, WARM_CALLS])?, &token)?,
        Asked::start(direct, &token)?,
    )?;
    at_once(
        &emulator,
        Asked::start(program(&classes, &["virtual", url, AT_ONCE])?, &token)?,
    )?;
    many_calls(
        "Java",
        Asked::start(program(&classes, &["many", url, "100000"])?, &token)?,
    )?;
    let bytes = std::fs::metadata(java::jar())
        .map_err(|error| error.to_string())?
        .len();
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let bytes = bytes as f64;
    figure(
        &format!(
            "Java: the jar, one platform / the jars of Microsoft's SDK ({:.1} / 124 MB)",
            bytes / 1e6
        ),
        bytes / SDK_BYTES,
        "<= 0.15",
    );
    Ok(())
}

/// Makes the jar, and compiles the program that is measured.
pub(super) fn build() -> Result<PathBuf, String> {
    java::make()?;
    let classes = root().join("target/java/bench");
    succeed(
        Command::new(java::jdk()?.join("bin/javac"))
            .arg("-cp")
            .arg(java::jar())
            .arg("-d")
            .arg(&classes)
            .arg(root().join("bindings/java/bench/Bench.java")),
    )?;
    Ok(classes)
}

/// The program, with the jar and by Java's own way to call C.
pub(super) fn program(classes: &Path, arguments: &[&str]) -> Result<Command, String> {
    let mut command = Command::new(java::jdk()?.join("bin/java"));
    command
        .args(["--enable-native-access=ALL-UNNAMED", "-cp"])
        .arg(format!("{}:{}", java::jar().display(), classes.display()))
        .arg("Bench")
        .args(arguments);
    Ok(command)
}

fn at_once(emulator: &RunningEmulator, mut ours: Asked) -> Result<(), String> {
    let delays = format!(r#"[{{"kind":"delay","milliseconds":{LATENCY_MS},"times":{AT_ONCE}}}]"#);
    let (mut times, mut ticks) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        emulator.control("POST", "faults", &delays)?;
        let (seconds, ticked) = (ours.ask()?, ours.number()?);
        if round > 0 {
            times.push(seconds * 1e3 / f64::from(LATENCY_MS));
            ticks.push(ticked * 100.0);
        }
    }
    ours.end()?;
    figure(
        "Java: 100 virtual threads, 200 ms each: whole time / 200 ms",
        median(times),
        "<= 1.60",
    );
    figure(
        "Java: ticks of a virtual 10 ms ticker meanwhile, of 100",
        median(ticks),
        ">= 90.00",
    );
    Ok(())
}
