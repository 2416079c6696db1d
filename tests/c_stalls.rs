//! Calls that stall where no other test can make them: while a name is resolved.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use support::c_program::{GCC, Program, assert_ok, root};
use support::program::run;
use support::{Server, accepted, token_text};

const ENDPOINT: &str = "https://graph.contoso.example";

/// The shared object that takes the place of the system's name resolution.
fn slow_name_resolution(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("slow.so");
    run(Command::new("gcc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&path)
        .arg(root().join("tests/c/slow_name_resolution.c")));
    path
}

/// Runs a C program whose every name resolution stalls.
fn run_stalled(source: &str, arguments: &[&str]) -> (Output, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::build(source, GCC, "");
    let server = Server::start(vec![accepted()]);
    let mut command = program.command(&[], &server);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command
        .env("LD_PRELOAD", slow_name_resolution(&folder))
        .args(arguments);
    let begin = Instant::now();
    let output = run(&mut command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("resolving graph.contoso.example"), "{said}");
    (output, begin.elapsed())
}

#[test]
fn a_stalled_name_resolution_is_cancelled_from_another_thread() {
    let (output, took) = run_stalled("cancel.c", &[ENDPOINT, &token_text()]);
    assert_ok(&output);
    // Neither freeing the client nor the end of the process waits for it.
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn a_stalled_name_resolution_ends_with_the_deadline() {
    let arguments = [
        "invalidate",
        "me",
        "-",
        ENDPOINT,
        "-",
        "-",
        "400",
        &token_text(),
    ];
    let (output, took) = run_stalled("scenario.c", &arguments);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("status=deadline_exceeded"), "{shown}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}
