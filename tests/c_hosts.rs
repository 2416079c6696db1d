//! The examples of hosts: a daemon, a plug-in, a program with a thread for signals, one in a chroot; and the tools that
//! watch threads and memory.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use graph_invalidate_emulator::Emulator;
use support::c_program::{GCC, Program, assert_ok, library, root};
use support::program::run;
use support::{Server, accepted};

fn host(source: &str) -> Program {
    let source = root().join("bindings/c/examples/hosts").join(source);
    Program::build(source.to_str().unwrap(), GCC, "")
}

fn command(program: &Program, wrapped_by: &[&str], emulator: &Emulator) -> Command {
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let mut command = program.command(wrapped_by, &Server::start(vec![accepted()]));
    command
        .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
        .env("GRAPH_INVALIDATE_TOKEN", token);
    command
}

#[test]
fn a_daemon_signs_out_in_the_background() {
    let emulator = Emulator::builder().users(10).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let program = host("daemon.c");
    let users = ["user000001@contoso.example", "user000002@contoso.example"];
    run(command(&program, &[], &emulator).arg(&report).args(users));
    let begin = Instant::now();
    let told = || std::fs::read_to_string(&report).unwrap_or_default();
    while !told().contains("done") && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let expected = users.map(|user| format!("{user}: accepted\n")).concat() + "done\n";
    assert_eq!(told(), expected);
}

#[test]
fn a_plug_in_is_loaded_and_unloaded() {
    let emulator = Emulator::builder().users(10).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("plugin.so");
    let shared = library("").join("libgraph_invalidate.so");
    let linked = folder.path().join("libgraph_invalidate.so.1");
    std::fs::copy(shared, &linked).unwrap();
    run(Command::new("gcc")
        .args(["-std=c99", "-shared", "-fPIC", "-I"])
        .arg(root().join("include"))
        .arg(root().join("bindings/c/examples/hosts/plugin.c"))
        .arg("-o")
        .arg(&plugin)
        .arg(&linked));
    let program = host("plugin_host.c");
    let output = run(command(&program, &[], &emulator)
        .env("LD_LIBRARY_PATH", folder.path())
        .arg(&plugin)
        .args(["user000001@contoso.example", "50"]));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "done\n");
    assert_eq!(emulator.requests().len(), 50);
}

#[test]
fn a_thread_for_signals_gets_them_all_and_ends_the_run() {
    let emulator = Emulator::builder()
        .users(5_000)
        .latency(Duration::from_millis(100))
        .start()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = host("signal_thread.c");
    let mut command = command(&program, &[], &emulator);
    command.arg(folder.path().join("journal.jsonl")).arg("5000");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "begun");
    let kill = |signal: &str| run(Command::new("kill").args([signal, &child.id().to_string()]));
    kill("-USR1");
    assert!(said.next().unwrap().unwrap().starts_with("signal "));
    kill("-TERM");
    assert!(said.next().unwrap().unwrap().ends_with(" of 5000"));
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_program_in_a_chroot_calls() {
    let emulator = Emulator::builder()
        .encrypted(true)
        .users(10)
        .start()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, emulator.authority().unwrap()).unwrap();
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let program = host("chroot.c");
    let output = run(command(&program, as_root(), &emulator)
        .args([&empty, &authority])
        .arg("user000001@contoso.example"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "accepted\n");
}

/// What gives a program the right to live in a folder of its own.
fn as_root() -> &'static [&'static str] {
    let is_root = String::from_utf8_lossy(&run(Command::new("id").arg("-u")).stdout).trim() == "0";
    match is_root {
        true => &[],
        false => &["unshare", "--user", "--map-root-user"],
    }
}

/// Linked statically against glibc nothing is found by its name at run time, and in an empty folder there is no /dev.
#[test]
fn a_static_program_in_a_chroot_calls_and_runs() {
    let emulator = Emulator::builder().users(10).start().unwrap();
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let empty = tempfile::tempdir().unwrap();
    let program = Program::build_statically("guest_static.c");
    let output = run(program
        .command(as_root(), &Server::start(vec![accepted()]))
        .args(["alone_in_a_folder", emulator.url(), &token])
        .arg(empty.path()));
    assert_ok(&output);
}

fn suppressions(name: &str) -> PathBuf {
    root().join("bindings/c/suppressions").join(name)
}

/// A program of two threads and a run, watched by a tool that is told what the installed suppressions say.
#[test]
fn the_tools_report_nothing_of_two_threads_and_a_run() {
    let emulator = Emulator::builder().users(50).start().unwrap();
    let program = Program::build("watched.c", GCC, "");
    let memory = format!("--suppressions={}", suppressions("valgrind.supp").display());
    let threads = format!("--suppressions={}", suppressions("helgrind.supp").display());
    for tool in [
        &[
            "valgrind",
            "--quiet",
            "--error-exitcode=9",
            "--leak-check=full",
            "--show-leak-kinds=all",
            "--errors-for-leak-kinds=all",
            &memory,
        ][..],
        &[
            "valgrind",
            "--quiet",
            "--tool=helgrind",
            "--error-exitcode=9",
            &threads,
        ],
    ] {
        let output = run(&mut command(&program, tool, &emulator));
        let complained = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(complained, "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "ok\n");
    }
}

/// The program is compiled for ThreadSanitizer, the library is not: as hosts do it.
#[test]
fn thread_sanitizer_reports_nothing_of_two_threads_and_a_run() {
    let emulator = Emulator::builder().users(50).start().unwrap();
    let program = Program::build("watched.c", &["gcc", "-std=c99", "-fsanitize=thread"], "");
    let told = suppressions("thread-sanitizer.supp");
    let output = run(
        command(&program, &["setarch", "--addr-no-randomize"], &emulator).env(
            "TSAN_OPTIONS",
            format!("exitcode=9:suppressions={}", told.display()),
        ),
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), "ok\n");
    assert!(output.stderr.is_empty());
}
