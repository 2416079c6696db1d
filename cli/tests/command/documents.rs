//! The demonstration, the emulator, and what is made from the command's own definitions.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::support::{bare, code, text};

#[test]
fn the_demonstration_shows_the_session_dying() {
    let output = bare(&["demo"]).output().unwrap();
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 0, "{shown}{}", text(&output.stderr));
    for part in [
        "the thief is in",
        "400 invalid_grant",
        "AADSTS50173",
        "the user is back",
        "verified",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_emulator_command_says_where_it_listens_and_speaks_https() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    let authority = authority.to_str().unwrap();
    let tenant = concat!(env!("CARGO_MANIFEST_DIR"), "/../emulator/tenant.json");
    let child = bare(&["emulator", "--write-ca", authority, "--tenant", tenant])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line.trim().strip_prefix("listening on ").unwrap();
    assert!(url.starts_with("https://"), "{line}");

    let trusted = bare(&["me", "--endpoint", url, "--ca-file", authority])
        .env("GRAPH_INVALIDATE_TOKEN", "opaque")
        .output()
        .unwrap();
    assert!(
        text(&trusted.stdout).contains("token_rejected"),
        "{}",
        text(&trusted.stdout)
    );
    let untrusted = bare(&["me", "--endpoint", url])
        .env("GRAPH_INVALIDATE_TOKEN", "opaque")
        .output()
        .unwrap();
    assert_eq!(code(&untrusted), 1);
    assert!(
        text(&untrusted.stdout).contains("certificate_refused"),
        "{}",
        text(&untrusted.stdout)
    );
}

#[test]
fn help_manual_and_completions_come_from_the_command_itself() {
    let help = text(&bare(&["--help"]).output().unwrap().stdout);
    for part in ["users", "GRAPH_INVALIDATE_TOKEN", "Exit status", "--output"] {
        assert!(help.contains(part), "{help}");
    }
    assert!(text(&bare(&["man"]).output().unwrap().stdout).contains(".TH"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = text(&bare(&["completions", shell]).output().unwrap().stdout);
        assert!(script.contains("graph-invalidate"), "{shell}");
    }
    let version = text(&bare(&["--version"]).output().unwrap().stdout);
    assert_eq!(
        version.trim(),
        format!("graph-invalidate {}", env!("CARGO_PKG_VERSION"))
    );
}
