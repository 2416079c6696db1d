//! Calls that stall where no other test can make them: while a name is resolved, and at its first address.

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
fn name_resolution(folder: &tempfile::TempDir, source: &str) -> PathBuf {
    let path = folder.path().join("resolution.so");
    run(Command::new("gcc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&path)
        .arg(root().join("tests/c").join(source))
        .arg("-ldl"));
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
        .env(
            "LD_PRELOAD",
            name_resolution(&folder, "slow_name_resolution.c"),
        )
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
    let endpoint = format!("endpoint={ENDPOINT}");
    let token = format!("token={}", token_text());
    let arguments = ["invalidate", "me", &endpoint, "timeout_ms=400", &token];
    let (output, took) = run_stalled("scenario.c", &arguments);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("status=deadline_exceeded"), "{shown}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn a_dead_first_address_leaves_time_for_the_next() {
    // A queue that is full: the system drops further greetings, and whoever connects waits.
    let dead = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let server = Server::start(vec![accepted()]);
    let port = server
        .url
        .rsplit(':')
        .next()
        .unwrap()
        .parse::<u16>()
        .unwrap();
    let address: std::net::SocketAddr = ([127, 0, 0, 2], port).into();
    dead.bind(&address.into()).unwrap();
    dead.listen(0).unwrap();
    let waiting: Vec<_> = (0..4)
        .map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)))
        .collect();
    assert!(waiting.iter().any(Result::is_err), "the queue never filled");

    let folder = tempfile::tempdir().unwrap();
    let program = Program::build("scenario.c", GCC, "");
    let endpoint = format!("endpoint=http://localhost:{port}");
    let token = format!("token={}", token_text());
    let output = run(program
        .command(&[], &server)
        .env(
            "LD_PRELOAD",
            name_resolution(&folder, "dead_first_address.c"),
        )
        .args(["invalidate", "me", &endpoint, "timeout_ms=30000", &token]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("resolving localhost"), "{said}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("status=accepted") && shown.contains("attempts=1"),
        "{shown}"
    );
}
