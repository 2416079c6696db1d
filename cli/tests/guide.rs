//! The lines of docs/sign-in.md, as they stand there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::process::Command;

use graph_invalidate_emulator::Emulator;

const GUIDE: &str = include_str!("../../docs/sign-in.md");

/// Decides over the next device code, or gets a federated token: the body of the answer.
fn control(emulator: &Emulator, path: &str, body: &str) -> String {
    use std::io::{Read, Write};
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /__emulator/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The files that the guide's lines name, in a folder.
fn prepare(folder: &Path, emulator: &Emulator) {
    let certificates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/certificates");
    std::fs::write(folder.join("secret.txt"), "emulated-secret\n").unwrap();
    std::fs::write(folder.join("password.txt"), "emulated-password\n").unwrap();
    std::fs::copy(certificates.join("client.pfx"), folder.join("client.pfx")).unwrap();
    let subject = r#"{"subject": "repo:contoso/incidents:ref:refs/heads/main"}"#;
    let answer = control(emulator, "federated_tokens", subject);
    let token: serde_json::Value = serde_json::from_str(&answer).unwrap();
    std::fs::write(folder.join("token.jwt"), token["token"].as_str().unwrap()).unwrap();
}

#[test]
fn every_line_of_the_guide_signs_a_user_out() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path(), &emulator);
    let lines: Vec<&str> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("$ graph-invalidate "))
        .collect();
    assert_eq!(lines.len(), 6);
    for line in lines {
        control(&emulator, "approve", r#"{"user": "admin@contoso.example"}"#);
        let line = line
            .replace("adele@contoso.com", "adele.vance@contoso.example")
            .replace("contoso.com", "contoso.example")
            .replace(
                "11111111-2222-3333-4444-555555555555",
                "aaaaaaaa-0000-4000-8000-000000000003",
            );
        let output = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"))
            .args(line.split(' '))
            .current_dir(folder.path())
            .env_clear()
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
    }
}

#[test]
fn the_guide_names_every_kind_and_every_status_of_signing_in() {
    for kind in graph_invalidate::CredentialKind::ALL {
        assert!(
            GUIDE.contains(&format!("| `{}` |", kind.name())),
            "{}",
            kind.name()
        );
    }
    for status in graph_invalidate::Status::ALL {
        if (210..=216).contains(&status.number()) {
            assert!(GUIDE.contains(&format!("`{status}`")), "{status}");
        }
    }
}
