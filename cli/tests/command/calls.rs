//! One user, and what is the same for every command: tokens, endpoints, output, exit statuses.

use std::io::Write;
use std::process::Stdio;

use graph_invalidate_emulator::{Fault, FaultKind, TokenRequest};
use serde_json::Value;

use crate::support::{ADELE, Situation, bare, code, outcomes, says, summary, text};

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
    let lines = outcomes(&output);
    let of = |user: &str| lines.iter().find(|line| line["user"] == user).unwrap();
    assert_eq!(lines.len(), 3);
    assert_eq!(of(ADELE)["status"], "accepted");
    assert_eq!(of("a/b")["status"], "invalid_user");
    let unknown = of("nobody@contoso.example");
    assert_eq!(unknown["status"], "user_not_found");
    assert_eq!(unknown["code"], "Request_ResourceNotFound");
    assert!(unknown["hint"].is_string() && of(ADELE)["server_date"].is_string());
}

#[test]
fn what_cannot_be_used_is_refused_in_the_words_of_the_command() {
    let situation = Situation::new();
    let refused = |arguments: &[&str], parts: &[&str]| {
        let mut line = vec!["users", ADELE];
        line.extend(arguments);
        says(&situation.run(&line), 2, parts);
    };
    refused(&["--batch-size", "21"], &["a number of users from 1 to 20"]);
    refused(&["--concurrency", "-1"], &["from 1 to 256"]);
    refused(&["--rate", "-1"], &["such as 5 or 0.5, or unlimited"]);
    refused(&["--wait", "-1"], &["write 500ms, 30s"]);
    refused(
        &["--expect-tenant", "contoso"],
        &["The text of --expect-tenant is not the id", "a GUID"],
    );
    refused(
        &["--header", "x-trace: a\tb\u{7f}"],
        &["The value of the header x-trace", "one line of text"],
    );
    let since = situation.run(&["verify", ADELE, "--since", "yesterday"]);
    says(&since, 2, &["such as 2026-11-28T09:30:00Z"]);
    let sign_in = ["token", "--auth", "client-secret"];
    let missing = bare(&sign_in).output().unwrap();
    says(&missing, 2, &["needs --tenant", "Give --tenant, or set"]);
    assert_eq!(situation.emulator.totals().requests, 0);
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
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let since = soon.to_string();
    assert_eq!(
        status(&["verify", ADELE, "--since", &since, "--timeout", "0.4s"]),
        3
    );
    assert_eq!(
        status(&["verify", ADELE, "--since", "2100-01-01T00:00:00Z"]),
        3
    );
    situation.emulator.arm(Fault::once(FaultKind::Stall));
    assert_eq!(status(&["users", ADELE, "--timeout", "0.3"]), 1);

    let mut expired = TokenRequest::default();
    expired.expires_in = Some(-9999);
    let situation = Situation::with(&expired);
    let output = situation.run(&["users", ADELE, "second@contoso.example"]);
    assert_eq!(code(&output), 4);
    assert!(text(&output.stderr).contains("needs another access token"));
    assert_eq!(situation.emulator.requests().len(), 0);
}

#[test]
fn verifying_without_a_time_shows_the_cut_off_and_proves_nothing() {
    let situation = Situation::new();
    let output = situation.run(&["verify", ADELE]);
    assert_eq!(code(&output), 0);
    let said = text(&output.stdout);
    assert!(said.contains(&format!("{ADELE}: shown: ")), "{said}");
    assert!(!said.contains("verified"), "{said}");
    let refused = situation.run(&["verify", ADELE, "--since", "1999-12-31T23:59:59Z"]);
    assert_eq!(code(&refused), 3);
    assert!(text(&refused.stdout).contains("invalid_time"));
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
        "\"me\" cannot be used",
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

/// A service that answers everybody with this.
fn service(status: &str, body: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut head = [0; 8192];
            let _ = std::io::Read::read(&mut connection, &mut head);
            let _ = connection.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_service_cannot_steer_the_terminal_in_any_output() {
    let harmful = "x\u{1b}[2J\u{9b}31m\u{85}\u{7f}\u{202e}\u{2066}\u{feff}\r\ny";
    let body = serde_json::json!({"error": {"code": harmful, "message": harmful}}).to_string();
    let situation = Situation::new();
    for status in [
        "404 Not Found",
        "403 Forbidden",
        "400 Bad Request",
        "401 Unauthorized",
    ] {
        let url = service(status, body.clone());
        let journal = [
            "users",
            ADELE,
            "--endpoint",
            &url,
            "--batch-size",
            "1",
            "--timeout",
            "2",
            "--journal",
            "run.jsonl",
        ];
        drop(situation.run(&journal));
        // Whoever prints the record is as safe as whoever reads the outcome.
        let recorded = std::fs::read_to_string(situation.path("run.jsonl")).unwrap();
        let steers = |it: char| graph_invalidate::can_steer_a_terminal(it) && it != '\n';
        assert!(!recorded.contains(steers), "{status}: {recorded:?}");
        assert!(
            status == "401 Unauthorized" || recorded.contains("[2J"),
            "{recorded}"
        );
        std::fs::remove_file(situation.path("run.jsonl")).unwrap();
        for format in ["text", "json"] {
            for command in [
                &["users", ADELE][..],
                &["users", ADELE, "jörg@contoso.example", "--batch-size", "1"],
                &["verify", ADELE],
                &["token", "--online", "--user", ADELE],
                &[
                    "users",
                    ADELE,
                    "--exclude",
                    "x@contoso.example",
                    "--verbose",
                ],
            ] {
                let arguments = [
                    command,
                    &["--endpoint", &url, "--output", format, "--timeout", "2"],
                ];
                let output = situation.run(&arguments.concat());
                for stream in [&output.stdout, &output.stderr] {
                    let said = text(stream);
                    let steers = said.chars().find(|it| {
                        it.is_control() && *it != '\n' || "\u{202e}\u{2066}\u{feff}".contains(*it)
                    });
                    assert_eq!(steers, None, "{status} {arguments:?}: {said:?}");
                }
                if format == "json" {
                    for line in text(&output.stdout).lines() {
                        serde_json::from_str::<Value>(line).unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn messages_speak_of_options_as_the_command_line_has_them() {
    let output = bare(&["me", "--auth", "client-secret"])
        .env_remove("AZURE_TENANT_ID")
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    let said = text(&output.stderr);
    assert!(
        said.contains("Give --tenant, or set AZURE_TENANT_ID"),
        "{said}"
    );
    let output = bare(&["users"]).output().unwrap();
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("--from FILE"));
}

#[test]
fn json_ends_with_a_summary_that_says_what_ended_it() {
    let situation = Situation::of(30);
    for (arguments, status, reason, accepted, failed) in [
        (&["users", ADELE][..], 0, "complete", 1, 0),
        (&["me"], 0, "complete", 1, 0),
        (&["users", ADELE, "--verify"], 0, "complete", 1, 0),
        (&["users", "nobody@contoso.example"], 3, "complete", 0, 1),
        (
            &["users", ADELE, "nobody@contoso.example"],
            3,
            "complete",
            1,
            1,
        ),
        (
            &["users", ADELE, "me", "--exclude", "nobody@contoso.example"],
            3,
            "exclusions",
            0,
            0,
        ),
        (
            &["users", ADELE, "me", "--endpoint", "http://127.0.0.1:1"],
            1,
            "network",
            0,
            1,
        ),
    ] {
        let output = situation.run(&[arguments, &["--output", "json"]].concat());
        assert_eq!(code(&output), status, "{arguments:?}");
        let summary = summary(&output);
        assert_eq!(summary["reason"], reason, "{arguments:?} {summary}");
        assert_eq!(summary["complete"], reason == "complete", "{summary}");
        assert_eq!(summary["accepted"], accepted, "{arguments:?} {summary}");
        assert_eq!(summary["failed"], failed, "{arguments:?} {summary}");
    }
    let quiet = situation.run(&["users", ADELE, "--output", "json", "--quiet"]);
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
    situation.emulator.expire_tokens();
    let output = situation.run(&["users", ADELE, "me", "--output", "json"]);
    assert_eq!(summary(&output)["reason"], "token");
    assert_eq!(summary(&output)["status"], "token_expired");
}

#[test]
fn without_the_services_time_nobody_is_called_verified() {
    let situation = Situation::new();
    situation.emulator.arm(Fault::once(FaultKind::Undated));
    let output = situation.run(&["users", ADELE, "--verify"]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stdout).contains("not_verified: Accepted, but not verified"));
    assert_eq!(situation.emulator.accepted(ADELE), 1);
}

#[test]
fn a_proof_that_is_refused_does_not_hide_the_acceptance() {
    let mut request = TokenRequest::default();
    request.permissions = Some(vec!["User.RevokeSessions.All".to_owned()]);
    let situation = Situation::with(&request);
    let output = situation.run(&["users", ADELE, "--verify", "--output", "json"]);
    assert_eq!(code(&output), 3);
    let shown = outcomes(&output);
    assert_eq!(shown[0]["status"], "not_verified", "{shown:?}");
    assert_eq!(situation.emulator.accepted(ADELE), 1);
    let summary = summary(&output);
    assert_eq!(
        (&summary["accepted"], &summary["failed"]),
        (&Value::from(1), &Value::from(0))
    );
}
