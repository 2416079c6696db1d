//! Proxies and authorities, as the command finds them in its environment and on its line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::process::Command;

use graph_invalidate_emulator::{Emulator, TokenRequest};
use serde_json::Value;

/// Everything that names a proxy, or hosts that do without.
const VARIABLES: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// An emulator that is a proxy, and the file of its authority.
fn arranged() -> (Emulator, tempfile::NamedTempFile) {
    let emulator = Emulator::builder().proxy(true).start().unwrap();
    let authority = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), emulator.authority().unwrap()).unwrap();
    (emulator, authority)
}

/// What became of one user, with these variables and arguments.
fn status(emulator: &Emulator, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    command.args(["users", "adele.vance@contoso.example", "--output", "json"]);
    command.args(["--timeout", "20s"]).args(arguments);
    for name in VARIABLES {
        command.env_remove(name);
    }
    let token = emulator.mint(&TokenRequest::default()).unwrap();
    let output = command
        .env_remove("GRAPH_INVALIDATE_ENDPOINT")
        .env("GRAPH_INVALIDATE_TOKEN", token.access_token)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let line: Value = serde_json::from_str(shown.lines().next().unwrap()).unwrap();
    line["status"].as_str().unwrap().to_owned()
}

#[test]
fn the_environments_proxy_is_used_in_both_letter_cases() {
    let (emulator, authority) = arranged();
    let ca_file = ["--ca-file", authority.path().to_str().unwrap()];
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let variables = [(name, emulator.url())];
        assert_eq!(
            status(&emulator, &variables, &ca_file),
            "accepted",
            "{name}"
        );
    }
    assert_eq!(emulator.totals().tunnels, 4);
}

#[test]
fn a_proxy_on_the_line_beats_the_environments() {
    let (emulator, authority) = arranged();
    let arguments = [
        "--ca-file",
        authority.path().to_str().unwrap(),
        "--proxy",
        emulator.url(),
    ];
    let variables = [("HTTPS_PROXY", "http://127.0.0.1:9")];
    assert_eq!(status(&emulator, &variables, &arguments), "accepted");
}

#[test]
fn hosts_that_the_environment_excludes_do_without_a_proxy() {
    let (emulator, _) = arranged();
    // A name that exists nowhere: the proxy refuses it, and without the proxy it cannot be resolved.
    let elsewhere = ["--endpoint", "https://graph.contoso.example"];
    let proxy = ("HTTPS_PROXY", emulator.url());
    assert_eq!(status(&emulator, &[proxy], &elsewhere), "proxy_failed");
    let asked = emulator.totals().tunnels_refused;
    assert!(asked > 0);
    for name in ["NO_PROXY", "no_proxy"] {
        let variables = [proxy, (name, "graph.contoso.example")];
        let status = status(&emulator, &variables, &elsewhere);
        assert_eq!(status, "name_resolution_failed", "{name}");
    }
    assert_eq!(emulator.totals().tunnels_refused, asked);
}

#[test]
fn this_machine_is_reached_without_the_environments_proxy() {
    let (emulator, _) = arranged();
    let variables = [
        ("HTTPS_PROXY", "http://127.0.0.1:9"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("ALL_PROXY", "http://127.0.0.1:9"),
    ];
    let endpoint = ["--endpoint", emulator.url()];
    assert_eq!(status(&emulator, &variables, &endpoint), "accepted");
}

#[test]
fn the_command_signs_in_and_acts_under_each_clouds_own_names() {
    let (emulator, authority) = arranged();
    for (cloud, login, graph) in [
        ("global", "login.microsoftonline.com", "graph.microsoft.com"),
        ("USGov", "login.microsoftonline.us", "graph.microsoft.us"),
        (
            "usgov-dod",
            "login.microsoftonline.us",
            "dod-graph.microsoft.us",
        ),
        (
            "China",
            "login.chinacloudapi.cn",
            "microsoftgraph.chinacloudapi.cn",
        ),
    ] {
        emulator.reset();
        let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
        command
            .args(["users", "adele.vance@contoso.example", "--cloud", cloud])
            .args(["--auth", "client-secret", "--tenant", "contoso.example"])
            .args(["--client-id", "aaaaaaaa-0000-4000-8000-000000000003"])
            .args(["--proxy", emulator.url(), "--ca-file"])
            .arg(authority.path())
            .env("AZURE_CLIENT_SECRET", "emulated-secret")
            .env_remove("AZURE_AUTHORITY_HOST")
            .env_remove("GRAPH_INVALIDATE_TOKEN")
            .env_remove("GRAPH_INVALIDATE_ENDPOINT");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let requests = emulator.requests();
        let names: Vec<_> = requests
            .iter()
            .map(|request| request.server_name.as_deref().unwrap())
            .collect();
        assert_eq!(names, [login, graph]);
    }
}
