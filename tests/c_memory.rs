//! What is left of a token in a process's memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::Write;
use std::process::Stdio;

use graph_invalidate_emulator::Emulator;
use support::c_program::{GCC, Program};
use support::{Server, accepted};

/// As tests/c/memory.c masks what it is not to hold in the clear.
const MASK: u8 = 0x5a;

/// What the program found, a line a place.
fn found(emulator: &Emulator, ca_file: &str) -> String {
    let program = Program::build("memory.c", GCC, "");
    let server = Server::start(vec![accepted()]);
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let masked: Vec<u8> = token.bytes().map(|byte| byte ^ MASK).collect();
    let mut child = program
        .command(&[], &server)
        .args([emulator.url(), ca_file])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&masked).unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}: {shown}", output.status);
    assert!(shown.ends_with("ok\n"), "{shown}");
    shown
}

/// The search finds a token that is there; once its client was freed it is nowhere, not even in the buffers of HTTP and
/// TLS.
fn assert_only_held_while_it_lives(found: &str) {
    assert!(found.contains("held "), "{found}");
    assert!(!found.contains("left "), "{found}");
}

#[test]
fn nothing_is_left_of_a_token_once_its_client_was_freed() {
    let emulator = Emulator::builder().start().unwrap();
    assert_only_held_while_it_lives(&found(&emulator, "-"));
}

#[test]
fn nothing_is_left_of_a_token_that_went_over_tls() {
    let emulator = Emulator::builder().encrypted(true).start().unwrap();
    let authority = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), emulator.authority().unwrap()).unwrap();
    let path = authority.path().to_str().unwrap();
    assert_only_held_while_it_lives(&found(&emulator, path));
}
