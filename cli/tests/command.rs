//! The real command, run as a person or a script runs it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};
use serde_json::Value;

const ADELE: &str = "adele.vance@contoso.example";

struct Situation {
    emulator: Emulator,
    token: String,
}

impl Situation {
    fn new() -> Situation {
        Situation::with(&TokenRequest::default())
    }

    fn with(request: &TokenRequest) -> Situation {
        let emulator = Emulator::builder().start().unwrap();
        let token = emulator.mint(request).unwrap().access_token;
        Situation { emulator, token }
    }

    /// The command, with the endpoint and the token in its environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(arguments);
        command
            .env("GRAPH_INVALIDATE_ENDPOINT", self.emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &self.token);
        command
    }

    /// Runs it; whatever it prints, the token is not in it.
    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        for stream in [&output.stdout, &output.stderr] {
            assert!(
                !String::from_utf8_lossy(stream).contains(&self.token),
                "{arguments:?}"
            );
        }
        output
    }
}

fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    command
        .args(arguments)
        .env_remove("GRAPH_INVALIDATE_TOKEN")
        .env_remove("GRAPH_INVALIDATE_ENDPOINT")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn one_user_is_signed_out_and_one_line_says_so() {
    let situation = Situation::new();
    let output = situation.run(&["users", ADELE, "--verify"]);
    assert_eq!(code(&output), 0);
    let line = text(&output.stdout);
    assert!(
        line.starts_with(&format!("{ADELE}: verified: ")) && line.lines().count() == 1,
        "{line}"
    );
    assert!(text(&output.stderr).contains("What survives"));
    assert_eq!(
        situation
            .emulator
            .accepted("87d349ed-44d7-43e1-9a83-5f2406dee5bd"),
        1
    );
}

#[test]
fn me_and_the_retired_line_work_word_for_word() {
    let situation = Situation::new();
    assert_eq!(code(&situation.run(&["me"])), 0);
    for user in ["me", ADELE] {
        let line = [
            "users",
            "invalidate-all-refresh-tokens",
            "post",
            "--user-id",
            user,
        ];
        assert_eq!(code(&situation.run(&line)), 0, "{user}");
    }
    assert_eq!(situation.emulator.requests().len(), 3);
}

#[test]
fn json_is_one_object_a_line_and_user() {
    let situation = Situation::new();
    let output = situation.run(&[
        "users",
        ADELE,
        "nobody@contoso.example",
        "a/b",
        "--output",
        "json",
    ]);
    assert_eq!(code(&output), 3);
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let statuses: Vec<&str> = lines
        .iter()
        .map(|line| line["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["accepted", "user_not_found", "invalid_user"]);
    assert_eq!(lines[1]["code"], "Request_ResourceNotFound");
    assert!(lines[1]["hint"].is_string() && lines[0]["server_date"].is_string());
}

#[test]
fn every_end_has_its_exit_status() {
    let situation = Situation::new();
    let status = |arguments: &[&str]| code(&situation.run(arguments));
    assert_eq!(status(&[]), 2);
    assert_eq!(status(&["users"]), 2);
    assert_eq!(status(&["users", ADELE, "--timeout", "soon"]), 2);
    assert_eq!(status(&["users", ADELE, "--cloud", "mars"]), 2);
    assert_eq!(
        status(&["users", ADELE, "--endpoint", "http://far.example"]),
        2
    );
    assert_eq!(status(&["users", ADELE, "--api", "v9"]), 2);
    assert_eq!(status(&["users", "nobody@contoso.example"]), 3);
    assert_eq!(status(&["users", "break.glass@contoso.example"]), 4);
    assert_eq!(
        status(&[
            "verify",
            ADELE,
            "--since",
            "2100-01-01T00:00:00Z",
            "--timeout",
            "0.4s"
        ]),
        3
    );
    situation.emulator.arm(Fault::once(FaultKind::Stall));
    assert_eq!(status(&["users", ADELE, "--timeout", "0.3"]), 1);

    let mut expired = TokenRequest::default();
    expired.expires_in = Some(-9999);
    let situation = Situation::with(&expired);
    let output = situation.run(&["users", ADELE, "second@contoso.example"]);
    assert_eq!(code(&output), 4);
    assert!(text(&output.stderr).contains("1 users were never attempted"));
    assert_eq!(situation.emulator.requests().len(), 0);
}

#[test]
fn without_a_token_it_says_how_to_give_one() {
    let output = bare(&["me"]).output().unwrap();
    assert_eq!(code(&output), 4);
    assert!(text(&output.stderr).contains("--token-file"));
}

#[test]
fn a_token_comes_from_a_file_or_standard_input() {
    let situation = Situation::new();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "\u{feff}{}\r", situation.token).unwrap();
    let run = |arguments: &[&str], input: &str| {
        let mut child = bare(arguments)
            .env("GRAPH_INVALIDATE_ENDPOINT", situation.emulator.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    };
    let path = file.path().to_str().unwrap();
    assert_eq!(code(&run(&["me", "--token-file", path], "")), 0);
    assert_eq!(code(&run(&["me", "--token-stdin"], &situation.token)), 0);
    assert_eq!(code(&run(&["me", "--token-stdin"], "")), 4);
    assert_eq!(code(&run(&["me", "--token-stdin"], "two tokens")), 4);
    assert_eq!(
        code(&run(&["me", "--token-stdin"], &"x".repeat(2 << 20))),
        2
    );
    assert_eq!(code(&run(&["me", "--token-file", "/nonexistent"], "")), 2);
}

#[test]
fn an_environment_cannot_send_the_token_elsewhere() {
    for endpoint in [
        "https://graph.microsoft.com.evil.example",
        "http://10.0.0.1",
        "nonsense",
    ] {
        let output = bare(&["me"])
            .env("GRAPH_INVALIDATE_TOKEN", "opaque")
            .env("GRAPH_INVALIDATE_ENDPOINT", endpoint)
            .output()
            .unwrap();
        assert_eq!(code(&output), 2, "{endpoint}");
        assert!(text(&output.stderr).contains("GRAPH_INVALIDATE_ENDPOINT"));
    }
}

#[test]
fn more_than_a_hundred_users_want_a_yes() {
    let situation = Situation::new();
    let keys = vec!["me"; 101];
    let output = situation.run(&[&["users"][..], &keys].concat());
    assert_eq!(code(&output), 2);
    assert_eq!(situation.emulator.requests().len(), 0);
    assert_eq!(
        code(&situation.run(&[&["users", "--yes"][..], &keys].concat())),
        0
    );
}

#[test]
fn a_server_cannot_steer_the_terminal_and_pipes_get_no_colour() {
    let situation = Situation::new();
    situation.emulator.arm(Fault::once(FaultKind::Status {
        status: 404,
        code: Some("Request_ResourceNotFound".to_owned()),
        message: Some("gone\u{1b}[2J\r\n".to_owned()),
        headers: Vec::new(),
        body: None,
    }));
    let output = situation.run(&["users", ADELE]);
    let shown = text(&output.stdout) + &text(&output.stderr);
    assert!(
        shown.contains("gone\\u{1b}[2J") && !shown.contains('\u{1b}'),
        "{shown}"
    );
}

#[test]
fn quiet_says_failures_only_and_verbose_says_each_step() {
    let situation = Situation::new();
    let output = situation.run(&["users", ADELE, "nobody@contoso.example", "--quiet"]);
    assert!(
        !text(&output.stdout).contains("accepted")
            && text(&output.stdout).contains("user_not_found")
    );
    assert!(output.stderr.is_empty());
    let output = situation.run(&["users", ADELE, "--verbose"]);
    assert!(text(&output.stderr).contains("(attempt 1)"));
}

#[test]
fn a_token_is_explained_without_being_sent() {
    let mut request = TokenRequest::default();
    request.application = true;
    request.permissions = Some(vec!["User.Read.All".to_owned()]);
    let situation = Situation::with(&request);
    let output = situation.run(&["token"]);
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 0);
    for part in [
        "application",
        "global",
        "lacks User.RevokeSessions.All",
        "nobody's \"me\"",
        "Incident Automation",
        "verification    allowed",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    let json: Value =
        serde_json::from_slice(&situation.run(&["token", "--output", "json"]).stdout).unwrap();
    assert_eq!(json["kind"], "application");
    assert_eq!(json["findings"][1]["verdict"], "refused");
    assert_eq!(situation.emulator.requests().len(), 0);

    let mut request = TokenRequest::default();
    request.expires_in = Some(-3600);
    let situation = Situation::with(&request);
    let output = situation.run(&["token"]);
    assert_eq!(code(&output), 4);
    let shown = text(&output.stdout);
    for part in [
        "token_expired",
        "minutes ago",
        "admin@contoso.example",
        "User Administrator",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_waits_two_seconds_for_what_is_in_flight() {
    let situation = Situation::new();
    situation.emulator.arm(Fault::once(FaultKind::Stall));
    for (signal, status) in [("-INT", 130), ("-TERM", 143)] {
        situation.emulator.arm(Fault::once(FaultKind::Stall));
        let child = situation
            .command(&["users", ADELE, "never@contoso.example"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(500));
        let begin = Instant::now();
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), status);
        assert!(begin.elapsed() < Duration::from_secs(3));
        assert!(
            text(&output.stdout).contains("cancelled"),
            "{}",
            text(&output.stdout)
        );
        assert!(text(&output.stderr).contains("1 users were never attempted"));
    }
}

#[cfg(unix)]
#[test]
fn a_closed_standard_output_ends_it_quietly() {
    let situation = Situation::new();
    let mut child = situation
        .command(&["users", ADELE, ADELE, ADELE])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 141);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

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
