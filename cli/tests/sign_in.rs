//! Signing in from the command line, with secrets that no argument holds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use graph_invalidate_emulator::Emulator;

const ADELE: &str = "adele.vance@contoso.example";
const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";
const AUTOMATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const SECRET: &str = "emulated-secret";

/// The command, with nothing of this machine's own Azure environment.
fn command(emulator: &Emulator, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        let prefixes = ["AZURE_", "IDENTITY_", "MSI_", "GRAPH_INVALIDATE_"];
        if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.env("GRAPH_INVALIDATE_ENDPOINT", emulator.url());
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const WHO: [&str; 6] = [
    "--auth",
    "client-secret",
    "--tenant",
    TENANT,
    "--client-id",
    AUTOMATION,
];

#[test]
fn a_client_secret_comes_from_a_file_from_standard_input_or_from_the_environment() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();

    let users = ["users", ADELE];
    let from_file = ["--client-secret-file", file.to_str().unwrap()];
    let output = command(&emulator, &[&users[..], &WHO, &from_file].concat())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));

    let from_input = ["--client-secret-file", "-"];
    let mut child = command(&emulator, &[&WHO[..], &from_input, &users].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(SECRET.as_bytes())
        .unwrap();
    assert_eq!(code(&child.wait_with_output().unwrap()), 0);

    let output = command(&emulator, &["users", ADELE, "--auth", "client-secret"])
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", AUTOMATION)
        .env("AZURE_CLIENT_SECRET", SECRET)
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));
}

#[test]
fn what_is_wrong_with_a_credential_is_said_without_the_secret() {
    let emulator = Emulator::builder().start().unwrap();
    for (arguments, secret, status, said) in [
        (&WHO[..], Some("hush-hush"), 4, "not its id"),
        (&WHO[..], None, 2, "AZURE_CLIENT_SECRET"),
        (&WHO[..4], Some("hush-hush"), 2, "client_id"),
        (&WHO[2..], Some("hush-hush"), 2, "--auth KIND"),
        (&["--auth", "divination"], None, 2, "client-secret"),
        (
            &[
                "--auth",
                "client-secret",
                "--tenant",
                "a/b",
                "--client-id",
                "x",
            ],
            Some("hush-hush"),
            2,
            "not a tenant",
        ),
    ] {
        let mut command = command(&emulator, &[&["users", ADELE], arguments].concat());
        if let Some(secret) = secret {
            command.env("AZURE_CLIENT_SECRET", secret);
        }
        let output = command.output().unwrap();
        assert_eq!(code(&output), status, "{arguments:?}: {}", shown(&output));
        assert!(
            shown(&output).contains(said),
            "{arguments:?}: {}",
            shown(&output)
        );
        assert!(!shown(&output).contains("hush"), "{}", shown(&output));
    }
}
