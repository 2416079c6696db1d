//! The demonstration, the emulator, and what is made from the command's own definitions.

use std::io::{BufRead, BufReader, Read, Write};
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

/// An emulator of its own process, and where it listens.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Running {
        let mut command = bare(&["emulator"]);
        let child = command.args(arguments).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Running { child, url }
    }

    /// An administrator's token, by the control interface.
    fn mint(&self) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let request = "POST /__emulator/tokens HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_emulator_command_says_where_it_listens_and_speaks_https() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    let authority = authority.to_str().unwrap();
    let tenant = concat!(env!("CARGO_MANIFEST_DIR"), "/../emulator/tenant.json");
    let running = Running::start(&["--write-ca", authority, "--tenant", tenant]);
    let url = running.url.as_str();
    assert!(url.starts_with("https://"), "{url}");

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
fn the_emulator_command_has_users_a_latency_and_the_clouds_own_names() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    let authority = authority.to_str().unwrap();
    let arguments = ["--write-ca", authority, "--as-proxy"];
    let running =
        Running::start(&[&arguments[..], &["--users", "20", "--latency", "700ms"]].concat());
    let token = running.mint();
    let begin = std::time::Instant::now();
    let output = bare(&["users", "user000020@contoso.example"])
        .args(["--proxy", &running.url, "--ca-file", authority])
        .env("GRAPH_INVALIDATE_TOKEN", token)
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    assert!(begin.elapsed().as_millis() >= 700);
}

#[test]
fn help_manual_and_completions_come_from_the_command_itself() {
    let help = text(&bare(&["--help"]).output().unwrap().stdout);
    for part in ["users", "GRAPH_INVALIDATE_TOKEN", "Exit status", "--output"] {
        assert!(help.contains(part), "{help}");
    }
    assert!(text(&bare(&["man"]).output().unwrap().stdout).contains(".TH"));
    let page = text(&bare(&["man", "users"]).output().unwrap().stdout);
    for part in [".TH graph-invalidate-users", "dry", "token"] {
        assert!(page.contains(part), "{page}");
    }
    assert_eq!(code(&bare(&["man", "nonsense"]).output().unwrap()), 2);
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    let arguments = ["man", "--directory", pages.to_str().unwrap()];
    assert_eq!(code(&bare(&arguments).output().unwrap()), 0);
    for page in [
        "",
        "-me",
        "-users",
        "-verify",
        "-report",
        "-token",
        "-emulator",
        "-demo",
    ] {
        let page = pages.join(format!("graph-invalidate{page}.1"));
        assert!(page.is_file(), "{}", page.display());
    }
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

#[test]
fn the_help_of_a_command_has_only_options_that_do_something_there() {
    for (command, own) in [
        ("emulator", "--as-proxy"),
        ("demo", "--verbose"),
        ("completions", "SHELL"),
        ("man", "--directory"),
        ("report", "--html"),
    ] {
        let help = text(&bare(&[command, "--help"]).output().unwrap().stdout);
        assert!(help.contains(own), "{command}: {help}");
        for other in [
            "--auth",
            "--endpoint",
            "--proxy <",
            "--client-id",
            "--timeout",
        ] {
            assert!(!help.contains(other), "{command} {other}: {help}");
        }
        let page = text(&bare(&["man", command]).output().unwrap().stdout);
        assert!(!page.contains("federated"), "{page}");
        let output = bare(&[command, "--client-id", "x"]).output().unwrap();
        assert_eq!(code(&output), 2);
        let output = bare(&["--api", "v1.0", command]).output().unwrap();
        assert_eq!(code(&output), 2);
    }
    let output = bare(&["demo", "--auth", "chain"]).output().unwrap();
    let said = text(&output.stderr);
    assert!(said.contains("--auth does nothing with demo"), "{said}");
    let help = text(&bare(&["help", "users"]).output().unwrap().stdout);
    assert!(
        help.contains("--auth") && help.contains("--exclude-column"),
        "{help}"
    );
}

#[test]
fn the_emulator_command_says_what_is_wrong() {
    let running = Running::start(&["--listen", "0"]);
    assert!(
        running.url.starts_with("http://127.0.0.1:"),
        "{}",
        running.url
    );
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("users.csv");
    std::fs::write(&csv, "upn\n").unwrap();
    let csv = csv.to_str().unwrap();
    for (arguments, said) in [
        (&["--listen", "0.0.0.0:0"][..], "--any-address"),
        (&["--listen", "here"], "such as 8080"),
        (
            &["--tenant", csv],
            "users.csv is not a tenant for the emulator",
        ),
        (&["--env", "aks"], "--pod-files"),
        (&["--pod-files", "pod"], "--env"),
        (
            &["--env", "github-actions", "--pod-files", "pod"],
            "only for --env aks",
        ),
        (&["--env", "aks", "--pod-files", csv], "users.csv"),
    ] {
        let output = bare(&[&["emulator"][..], arguments].concat())
            .output()
            .unwrap();
        assert_eq!(code(&output), 2);
        assert!(
            text(&output.stderr).contains(said),
            "{}",
            text(&output.stderr)
        );
    }
}
