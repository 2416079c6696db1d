//! The Go binding: its first call against net/http, its warm call against the C ABI, a hundred goroutines, and what
//! calls leave.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::package::go;
use crate::workspace::{build_command, libraries, root, succeed};

use super::asked::{self, Asked, many_calls};
use super::emulator::RunningEmulator;
use super::run::baseline::Baseline;
use super::{Group, direct, figure, median};

pub(super) const GROUP: Group = Group { name: "go", take };

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";
const AT_ONCE: &str = "100";
const LATENCY_MS: u32 = 200;

/// What a program of Microsoft's SDK that does the same took, stripped and built cold, when it was measured once.
const SDK_BYTES: f64 = 8e6;
const SDK_BUILD_SECONDS: f64 = 338.0;

fn take() -> Result<(), String> {
    build_command()?;
    let direct_call = direct::program("direct_call")?;
    go::make()?;
    let program = build_program("measure")?;
    let static_program = build_static_program()?;
    let baseline = build_program("post")?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;
    let url = emulator.url.as_str();
    let of = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments);
        command
    };
    let ours = |arguments: &[&str]| of(&program, arguments);
    let post = || Asked::start(of(&baseline, &[url]), &token)?.end();
    asked::first_call(
        "Go: one call, start to exit / the same POST with net/http",
        "<= 1.10",
        ROUNDS,
        || Asked::start(ours(&["first", url]), &token)?.end(),
        post,
    )?;
    asked::first_call(
        "Go: the same, linked statically / net/http",
        "<= 1.10",
        ROUNDS,
        || Asked::start(of(&static_program, &["first", url]), &token)?.end(),
        post,
    )?;
    asked::first_call(
        "a C program with the library's file / the same with net/http",
        "none",
        ROUNDS,
        || {
            let mut program = Asked::start(of(&direct_call, &[url, "1"]), &token)?;
            program.ask()?;
            program.end()
        },
        post,
    )?;

    let mut direct = Command::new(&direct_call);
    direct.args([url, WARM_CALLS]);
    let mut warm = ours(&["warm", url, WARM_CALLS]);
    // Go would see that it is on one core, and run its own code on no more than one thread.
    warm.env("GOMAXPROCS", "2");
    asked::warm_call(
        "Go: warm call / the C ABI called directly",
        "<= 1.20",
        (ROUNDS, WARM_CALLS),
        &emulator,
        Asked::start(warm, &token)?,
        Asked::start(direct, &token)?,
    )?;
    at_once(
        &emulator,
        Asked::start(ours(&["goroutines", url, AT_ONCE]), &token)?,
    )?;
    asked::late_calls(
        "Go",
        &emulator,
        Asked::start(ours(&["late", url, "10000"]), &token)?,
    )?;
    many_calls("Go", Asked::start(ours(&["many", url, "100000"]), &token)?)?;
    let list = Baseline::new()?;
    let mut run = Command::new(&program);
    run.args(list.arguments());
    list.compare("Go iterator", run, ">= 0.90")?;

    let bytes = std::fs::metadata(&program)
        .map_err(|error| error.to_string())?
        .len();
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let bytes = bytes as f64;
    figure(
        &format!(
            "Go: the stripped program / Microsoft's SDK ({:.1} / 8 MB)",
            bytes / 1e6
        ),
        bytes / SDK_BYTES,
        "<= 0.80",
    );
    let (build, of_post) = (cold_build("measure")?, cold_build("post")?);
    figure(
        &format!(
            "Go: cold build / that of the program with net/http ({build:.0} / {of_post:.0} s)"
        ),
        build / of_post,
        "none",
    );
    figure(
        &format!("Go: cold build / that of Microsoft's SDK ({build:.0} / 338 s, measured once)"),
        build / SDK_BUILD_SECONDS,
        "<= 0.05",
    );
    Ok(())
}

/// Seconds of the first build on a machine, the standard library with it.
fn cold_build(name: &str) -> Result<f64, String> {
    let cache = root().join("target/go/cold-cache");
    let _ = std::fs::remove_dir_all(&cache);
    let begin = Instant::now();
    build(
        &root().join("target/go/cold"),
        name,
        &[("GOCACHE", cache.as_path())],
    )?;
    let seconds = begin.elapsed().as_secs_f64();
    let _ = std::fs::remove_dir_all(&cache);
    Ok(seconds)
}

/// Builds a program of the packed module, stripped.
pub(super) fn build_program(name: &str) -> Result<PathBuf, String> {
    let program = root().join("target/go").join(name);
    build(&program, name, &[])?;
    Ok(program)
}

/// Builds the program that is measured with the library as a part of it.
fn build_static_program() -> Result<PathBuf, String> {
    let program = root().join("target/go/measure-static");
    succeed(
        Command::new("go")
            .current_dir(go::folder())
            .args(["build", "-tags", "graph_invalidate_static", "-ldflags"])
            .args(["-s -w -linkmode external -extldflags -static", "-trimpath"])
            .arg("-o")
            .arg(&program)
            .arg("./internal/bench/measure")
            .env("CGO_ENABLED", "1")
            .env("CGO_LDFLAGS", format!("-L{}", libraries().display())),
    )?;
    Ok(program)
}

fn build(program: &Path, name: &str, environment: &[(&str, &Path)]) -> Result<(), String> {
    succeed(
        Command::new("go")
            .current_dir(go::folder())
            .args(["build", "-ldflags", "-s -w", "-trimpath", "-o"])
            .arg(program)
            .arg(format!("./internal/bench/{name}"))
            .env("CGO_ENABLED", "0")
            .envs(environment.iter().copied()),
    )
}

fn at_once(emulator: &RunningEmulator, mut ours: Asked) -> Result<(), String> {
    let delays = format!(r#"[{{"kind":"delay","milliseconds":{LATENCY_MS},"times":{AT_ONCE}}}]"#);
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        emulator.control("POST", "faults", &delays)?;
        ratios.push(ours.ask()? * 1e3 / f64::from(LATENCY_MS));
    }
    ours.end()?;
    figure(
        "Go: 100 goroutines, 200 ms each: whole time / 200 ms",
        median(ratios),
        "<= 1.30",
    );
    Ok(())
}
