//! The command lines of docs/migrate.md, word for word.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::process::{Command, Stdio};

use graph_invalidate_emulator::{Emulator, TokenRequest};

/// The right-hand lines of the part about mgc-beta.
fn lines() -> Vec<String> {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/migrate.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let (_, part) = guide.split_once("\n## mgc-beta\n").unwrap();
    part.split("\n## ")
        .next()
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('|').nth(2).unwrap().trim().replace('`', ""))
        .collect()
}

#[test]
fn every_command_of_the_migration_guide_signs_somebody_out() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let lines = lines();
    assert!(lines.len() >= 3);
    for line in lines {
        let line = line.replace("{user-id}", "adele.vance@contoso.example");
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("graph-invalidate"));
        let status = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"))
            .args(words)
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &token)
            .stdin(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{line}");
        let posted = emulator
            .requests()
            .iter()
            .filter(|it| it.method == "POST")
            .count();
        assert_eq!(posted, 1, "{line}");
        emulator.reset();
    }
}
