//! Signing in: what it costs, and that it costs nobody else anything.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{LIBRARY_FEATURES, build_command, cargo, has_program, root, succeed};

use super::emulator::RunningEmulator;
use super::process::{measure, timed_command};
use super::{Group, figure, median};

const ROUNDS: usize = 41;

const TENANT: &str = "contoso.example";
const APPLICATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const USER: &str = "adele.vance@contoso.example";

pub(super) const GROUP: Group = Group {
    name: "sign-in",
    take,
};

fn take() -> Result<(), String> {
    for program in ["curl", "gcc", "/usr/bin/time"] {
        if !has_program(program) && !Path::new(program).is_file() {
            return Err(format!(
                "{program} is needed: install it (Debian: curl, gcc, time)"
            ));
        }
    }
    build_command()?;
    let command = root().join("target/release/graph-invalidate");
    let emulator = RunningEmulator::start(&command, &[])?;
    against_curl(&command, &emulator)?;
    with_and_without(&emulator)
}

/// The command signs in with a secret and signs a user out; curl makes the same two requests, in one process.
fn against_curl(command: &Path, emulator: &RunningEmulator) -> Result<(), String> {
    let url = emulator.url.as_str();
    let token = emulator.token()?;
    let ours = || {
        let mut run = timed_command(command);
        run.args(["users", USER, "--endpoint", url, "--auth", "client-secret"])
            .args(["--tenant", TENANT, "--client-id", APPLICATION])
            .env("AZURE_CLIENT_SECRET", "emulated-secret");
        run
    };
    let curl = || {
        let mut run = timed_command(Path::new("curl"));
        run.args(["--silent", "--output", "/dev/null"])
            .args(["--data", "grant_type=client_credentials"])
            .args(["--data", &format!("client_id={APPLICATION}")])
            .args(["--data", "client_secret=emulated-secret"])
            .args(["--data", "scope=https://graph.microsoft.com/.default"])
            .arg(format!("{url}/{TENANT}/oauth2/v2.0/token"))
            .args(["--next", "--silent", "--output", "/dev/null"])
            .args(["--request", "POST", "--header", "Content-Length: 0"])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .arg(format!(
                "{url}/beta/users/{USER}/invalidateAllRefreshTokens"
            ));
        run
    };
    let (times, memories) = in_turns(ours, curl)?;
    let figures = "command with a client secret / the same two requests by one curl";
    figure(&format!("{figures}: time"), times, "<= 0.60");
    figure(&format!("{figures}: memory"), memories, "<= 0.60");
    Ok(())
}

/// A C program with a token, with the library and with one that has no credentials in it.
fn with_and_without(emulator: &RunningEmulator) -> Result<(), String> {
    let folder =
        std::env::temp_dir().join(format!("graph-invalidate-bench-{}", std::process::id()));
    let with = library(&folder, "with", &[])?;
    let without = library(&folder, "without", &["--no-default-features"])?;
    let program = folder.join("one_call");
    succeed(
        Command::new("gcc")
            .arg("-O2")
            .arg("-I")
            .arg(root().join("include"))
            .arg(root().join("bindings/c/examples/one_call.c"))
            .arg(with.join("libgraph_invalidate.so.1"))
            .arg("-o")
            .arg(&program),
    )?;
    let token = emulator.token()?;
    let call = |libraries: &Path| {
        let mut run = timed_command(&program);
        run.arg(USER)
            .env("LD_LIBRARY_PATH", libraries)
            .env("GRAPH_INVALIDATE_ENDPOINT", &emulator.url)
            .env("GRAPH_INVALIDATE_TOKEN", &token);
        run
    };
    let (times, memories) = in_turns(|| call(&with), || call(&without))?;
    let figures = "a call with a token, library with credentials / without";
    figure(&format!("{figures}: time"), times, "<= 1.02");
    figure(&format!("{figures}: memory"), memories, "<= 1.02");
    let size = |folder: &Path| {
        let metadata = std::fs::metadata(folder.join("libgraph_invalidate.so.1"));
        metadata.map(|metadata| metadata.len() as f64)
    };
    let sizes = (
        size(&with).map_err(|error| error.to_string())?,
        size(&without).map_err(|error| error.to_string())?,
    );
    figure(
        &format!(
            "shared library with credentials / without ({} kB more)",
            ((sizes.0 - sizes.1) / 1000.0).round()
        ),
        sizes.0 / sizes.1,
        "",
    );
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}

/// The release library under the name that programs look for, in a folder of its own.
fn library(folder: &Path, name: &str, features: &[&str]) -> Result<PathBuf, String> {
    let target = root().join("target/bench-sign-in").join(name);
    succeed(
        cargo()
            .args(["rustc", "--locked", "--quiet", "--release"])
            .args(["--package", "graph-invalidate", "--lib"])
            .args(["--crate-type", "cdylib"])
            .args(["--features", LIBRARY_FEATURES])
            .args(features)
            .arg(OsStr::new("--target-dir"))
            .arg(&target),
    )?;
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)
        .and_then(|()| {
            std::fs::copy(
                target.join("release/libgraph_invalidate.so"),
                folder.join("libgraph_invalidate.so.1"),
            )
        })
        .map_err(|error| format!("the library cannot be copied: {error}"))?;
    Ok(folder)
}

/// The medians of both ratios, time and peak memory, of two programs in turns.
fn in_turns(
    ours: impl Fn() -> Command,
    theirs: impl Fn() -> Command,
) -> Result<(f64, f64), String> {
    let (mut times, mut memories) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (a, b) = (measure(ours())?, measure(theirs())?);
        if round > 0 {
            times.push(a.0 / b.0);
            memories.push(a.1 / b.1);
        }
    }
    Ok((median(times), median(memories)))
}
