//! The Java binding: its first call against java.net.http, its warm call against the C ABI, virtual threads, and what
//! calls leave.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package::java;
use crate::workspace::{build_command, root, succeed};

use super::asked::{self, Asked, many_calls};
use super::emulator::RunningEmulator;
use super::run::baseline::Baseline;
use super::{Group, direct, figure, median};

pub(super) const GROUP: Group = Group { name: "java", take };

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";
const AT_ONCE: &str = "100";
const LATENCY_MS: u32 = 200;

/// What a program that does the same with Microsoft's SDK depends on; netty's native libraries, which come with it, are
/// not all to be had.
const SDK: &str = "<project><modelVersion>4.0.0</modelVersion>\
    <groupId>example</groupId><artifactId>sdk</artifactId><version>1</version><dependencies><dependency>\
    <groupId>com.microsoft.graph</groupId><artifactId>microsoft-graph-beta</artifactId><version>6.59.0</version>\
    <exclusions><exclusion><groupId>io.netty</groupId><artifactId>*</artifactId></exclusion></exclusions>\
    </dependency></dependencies></project>";

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
        (ROUNDS, WARM_CALLS),
        &emulator,
        Asked::start(program(&classes, &["warm", url, WARM_CALLS])?, &token)?,
        Asked::start(direct, &token)?,
    )?;
    at_once(
        &emulator,
        Asked::start(program(&classes, &["virtual", url, AT_ONCE])?, &token)?,
    )?;
    asked::late_calls(
        "Java",
        &emulator,
        Asked::start(program(&classes, &["awaited", url, "10000"])?, &token)?,
    )?;
    many_calls(
        "Java",
        Asked::start(program(&classes, &["many", url, "100000"])?, &token)?,
    )?;
    let list = Baseline::new()?;
    let mut run = program(&classes, &[])?;
    run.args(list.arguments());
    list.compare("Java iterator", run, ">= 0.90")?;
    let (ours, theirs) = (megabytes(&java::jar())?, sdk_megabytes()?);
    figure(
        &format!(
            "Java: the jar, one platform / the jars of Microsoft's SDK ({ours:.1} / {theirs:.0} MB)"
        ),
        ours / theirs,
        "<= 0.15",
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "some megabytes")]
fn megabytes(file: &Path) -> Result<f64, String> {
    let metadata = std::fs::metadata(file);
    let metadata = metadata.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(metadata.len() as f64 / 1e6)
}

/// Lets Maven fetch the jars of Microsoft's SDK, and adds them up.
fn sdk_megabytes() -> Result<f64, String> {
    let folder = root().join("target/java-sdk");
    let jars = folder.join("jars");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join("pom.xml"), SDK))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    succeed(
        java::maven()?
            .current_dir(&folder)
            .arg("org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies")
            .arg(format!("-DoutputDirectory={}", jars.display())),
    )?;
    let entries = std::fs::read_dir(&jars).map_err(|error| error.to_string())?;
    let sizes = entries.flatten().map(|entry| megabytes(&entry.path()));
    sizes.sum()
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
