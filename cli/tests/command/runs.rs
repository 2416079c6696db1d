//! Runs over many users: exclusions, dry runs, verification, pace, and the table at the end.

use graph_invalidate_emulator::{Fault, FaultKind, TokenRequest};

use crate::support::{ADELE, Situation, ends, outcomes, says, text, user};

/// A row of the table at the end: its name and its number, however far apart.
fn row(said: &str, name: &str) -> Option<String> {
    said.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(name)?;
        rest.split_whitespace().next().map(str::to_owned)
    })
}

#[test]
fn the_end_is_one_table() {
    let situation = Situation::of(40);
    situation.list("list", 40);
    let mut list = std::fs::read_to_string(situation.path("list")).unwrap();
    list.push_str("nobody@contoso.example\nbreak.glass@contoso.example\na/b\n");
    list.push_str(&user(7).to_uppercase());
    situation.write("list", list);
    let output = situation.run(&["users", "--from", "list", "--verify", "--exclude", &user(8)]);
    ends(&output, 3);
    let said = text(&output.stderr);
    for (name, users) in [
        ("accepted", "39"),
        ("verified", "39"),
        ("excluded", "1"),
        ("duplicates", "1"),
        ("failed", "3"),
        ("user_not_found", "1"),
        ("permission_denied", "1"),
        ("invalid_user", "1"),
    ] {
        assert_eq!(row(&said, name).as_deref(), Some(users), "{name}: {said}");
    }
    assert!(said.contains("Check the user key"), "{said}");
    assert!(!said.contains("never attempted"), "{said}");
    assert!(said.contains("What survives"));
    let place = format!(
        "In tenant c0ffee00-1111-4222-8333-444455556666 at {} (global), by admin@contoso.example.",
        situation.emulator.url()
    );
    assert!(said.lines().any(|line| line == place), "{said}");
}

#[test]
fn a_list_of_which_too_many_fail_ends_the_run_and_the_others_can_be_resumed() {
    let situation = Situation::of(3);
    let nobody = ["nobody1", "nobody2", "nobody3"].map(|name| format!("{name}@contoso.example\n"));
    let everybody = nobody.concat() + &[1, 2, 3].map(|number| user(number) + "\n").concat();
    situation.write("list", everybody);
    let line = ["users", "--from", "list", "--journal", "run.jsonl"];
    let careful = [
        "--max-failures",
        "2",
        "--concurrency",
        "1",
        "--batch-size",
        "1",
    ];
    let stopped = situation.run(&[&line[..], &careful[..]].concat());
    says(
        &stopped,
        3,
        &["the number of failed users, 2, has reached --max-failures, 2"],
    );
    assert_eq!(situation.accepted(3), 0);
    let resumed = situation.run(&[&line[..], &["--resume"]].concat());
    ends(&resumed, 3);
    assert_eq!(situation.accepted(3), 3);
}

#[test]
fn an_excluded_user_is_recognised_under_every_name() {
    for exclusion in [
        "adele.vance@contoso.example",
        "ADELE.VANCE@CONTOSO.EXAMPLE",
        "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
        "@never.csv",
    ] {
        let situation = Situation::new();
        situation.write(
            "never.csv",
            "id,name\n87d349ed-44d7-43e1-9a83-5f2406dee5bd,Adele\n",
        );
        let output = situation.run(&[
            "users",
            "jörg@contoso.example",
            ADELE,
            "87D349ED-44D7-43E1-9A83-5F2406DEE5BD",
            "--exclude",
            exclusion,
        ]);
        ends(&output, 0);
        assert_eq!(row(&text(&output.stderr), "excluded").as_deref(), Some("2"));
        assert_eq!(situation.emulator.accepted(ADELE), 0, "{exclusion}");
        assert_eq!(situation.emulator.accepted("jörg@contoso.example"), 1);
    }
}

#[test]
fn an_exclusion_that_cannot_be_looked_up_stops_the_run_unless_it_may_go_on() {
    let situation = Situation::new();
    let arguments = ["users", ADELE, "--exclude", "gone@contoso.example"];
    let output = situation.run(&arguments);
    says(
        &output,
        3,
        &[
            "The exclusion gone@contoso.example could not be looked up",
            "Nothing was sent",
        ],
    );
    assert_eq!(situation.emulator.totals().accepted, 0);
    let output = situation.run(&[&arguments[..], &["--allow-unresolved-exclusions"]].concat());
    ends(&output, 0);
    let output = situation.run(&["users", ADELE, "--exclude", "a/b"]);
    says(&output, 2, &["An exclusion cannot be used", "a slash"]);
    situation.write("empty", "\n");
    let output = situation.run(&["users", ADELE, "--exclude", "@empty"]);
    says(
        &output,
        2,
        &["empty has no users, so nobody would be excluded"],
    );
}

#[test]
fn a_dry_run_names_everyone_says_how_long_and_sends_nothing() {
    let situation = Situation::of(3100);
    situation.list("list", 3100);
    let output = situation.run(&[
        "users",
        "--from",
        "list",
        "--dry-run",
        "me",
        "nobody",
        "--output",
        "json",
    ]);
    says(
        &output,
        3,
        &[
            "No write request was sent",
            "about 6 s under the published quota",
        ],
    );
    let named = outcomes(&output);
    assert_eq!(named.len(), 3102);
    let own = named.iter().find(|line| line["user"] == "me").unwrap();
    assert!(
        own["message"].as_str().unwrap().contains(
            "the caller's own account: it is signed out last; an administrator: User Administrator."
        ),
        "{own}"
    );
    let first = named
        .iter()
        .find(|line| line["user"] == user(1).as_str())
        .unwrap();
    assert_eq!(first["status"], "planned");
    assert_eq!(first["id"], "9e000000-0000-4000-8000-000000000001");
    assert_eq!(situation.emulator.totals().accepted, 0);

    let output = situation.run(&[
        "users",
        ADELE,
        "jörg@contoso.example",
        "--dry-run",
        "--journal",
        "j",
        "--rate",
        "0.5",
    ]);
    says(&output, 0, &["2 users takes about 2 s at 0.5 a second"]);
    assert!(text(&output.stdout).contains("planned: Adele Vance <adele.vance@contoso.example>"));
    assert!(!situation.path("j").exists(), "a dry run keeps no record");
}

#[test]
fn what_was_accepted_and_not_verified_is_no_success() {
    let situation = Situation::new();
    situation
        .emulator
        .arm(Fault::once(FaultKind::VerificationLag {
            milliseconds: 60_000,
        }));
    let output = situation.run(&[
        "users",
        ADELE,
        "jörg@contoso.example",
        "--verify",
        "--wait",
        "1s",
    ]);
    says(&output, 3, &["not_verified"]);
    let said = text(&output.stderr);
    assert_eq!(row(&said, "accepted").as_deref(), Some("2"));
    assert_eq!(row(&said, "verified").as_deref(), Some("1"));
    assert_eq!(row(&said, "not verified").as_deref(), Some("1"));
    assert_eq!(row(&said, "failed").as_deref(), Some("0"));

    let mut blind = TokenRequest::default();
    blind.permissions = Some(vec!["User.RevokeSessions.All".to_owned()]);
    let situation = Situation::with(&blind);
    let output = situation.run(&["users", ADELE, "jörg@contoso.example", "--verify"]);
    says(&output, 3, &["not_verified"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("Accepted, but not verified"), "{shown}");
    let said = text(&output.stderr);
    assert_eq!(row(&said, "accepted").as_deref(), Some("2"));
    assert_eq!(row(&said, "not verified").as_deref(), Some("2"));
    assert_eq!(row(&said, "failed").as_deref(), Some("0"));
}

#[test]
fn one_user_is_a_plain_request_and_many_are_batches() {
    let situation = Situation::of(45);
    situation.list("list", 45);
    ends(&situation.run(&["users", ADELE]), 0);
    assert_eq!(situation.emulator.totals().batches, 0);
    ends(&situation.run(&["users", "--from", "list"]), 0);
    assert_eq!(situation.emulator.totals().batches, 3);
    situation.emulator.reset();
    let output = situation.run(&[
        "users",
        "--from",
        "list",
        "--batch-size",
        "1",
        "--concurrency",
        "2",
    ]);
    ends(&output, 0);
    assert_eq!(situation.emulator.totals().batches, 0);
    assert_eq!(situation.emulator.totals().requests, 45);
}

#[test]
fn the_callers_own_account_goes_last() {
    let situation = Situation::of(30);
    situation.list("list", 30);
    let output = situation.run(&["users", "me", "--from", "list", "--output", "json"]);
    ends(&output, 0);
    assert_eq!(outcomes(&output).last().unwrap()["user"], "me");
}

#[test]
fn values_out_of_range_are_refused_by_name() {
    let situation = Situation::new();
    for arguments in [
        ["--rate", "NaN"],
        ["--rate", "fast"],
        ["--concurrency", "257"],
        ["--batch-size", "21"],
        ["--wait", "inf"],
        ["--header", "x-trace"],
        ["--deadline", "soon"],
        ["--throttle-priority", "urgent"],
        ["--resume", "--yes"],
        ["--column", "x"],
    ] {
        let output = situation.run(&[&["users", ADELE], &arguments[..]].concat());
        says(&output, 2, &[arguments[0]]);
    }
    assert_eq!(situation.emulator.totals().requests, 0);
}

#[test]
fn a_header_goes_with_the_request_unless_it_is_ours() {
    let situation = Situation::new();
    ends(
        &situation.run(&["users", ADELE, "--header", "x-trace: a:b"]),
        0,
    );
    let sent = situation.emulator.requests();
    let headers = &sent.last().unwrap().headers;
    assert_eq!(headers.get("x-trace").map(String::as_str), Some("a:b"));
    let refused = situation.run(&["users", ADELE, "--header", "Authorization: x"]);
    says(&refused, 2, &["Authorization"]);
    assert_eq!(situation.emulator.requests().len(), sent.len());
}

#[test]
fn a_deadline_ends_the_run_and_says_who_is_left() {
    let situation = Situation::of(60);
    situation.list("list", 60);
    let output = situation.run(&[
        "users",
        "--from",
        "list",
        "--rate",
        "5",
        "--deadline",
        "2s",
        "--journal",
        "run.jsonl",
    ]);
    says(
        &output,
        3,
        &[
            "deadline has passed",
            "never attempted",
            "--journal run.jsonl --resume",
        ],
    );
    let accepted = situation.accepted(60);
    assert!((5..60).contains(&accepted), "{accepted}");
}

#[test]
fn without_a_terminal_a_line_now_and_then_tells_how_far_it_is() {
    let situation = Situation::of(60);
    situation.list("list", 60);
    let output = situation.run(&["users", "--from", "list", "--rate", "5"]);
    says(
        &output,
        0,
        &[" of 60 users done, ", " a second", "s left under the quota"],
    );
    let quiet = situation.run(&["users", "--from", "list", "--rate", "60", "--quiet"]);
    assert!(quiet.stderr.is_empty() && quiet.stdout.is_empty());
}

#[test]
fn throttling_is_waited_for() {
    let situation = Situation::of(30);
    situation.list("list", 30);
    situation.emulator.set_quota(10.0, 10.0);
    let output = situation.run(&["users", "--from", "list", "--verbose"]);
    says(&output, 0, &["the service refused"]);
    assert_eq!(situation.accepted(30), 30);
}

#[test]
fn a_network_that_is_away_and_a_hopeless_token_end_the_run() {
    let situation = Situation::of(150);
    situation.list("list", 150);
    let output = situation
        .command(&["users", "--from", "list", "--yes"])
        .env("GRAPH_INVALIDATE_ENDPOINT", "http://127.0.0.1:1")
        .output()
        .unwrap();
    says(&output, 1, &["The service cannot be reached"]);

    let mut powerless = TokenRequest::default();
    powerless.permissions = Some(vec!["User.Read".to_owned()]);
    let token = situation.emulator.mint(&powerless).unwrap().access_token;
    let output = situation
        .command(&["users", "--from", "list", "--yes"])
        .env("GRAPH_INVALIDATE_TOKEN", token)
        .output()
        .unwrap();
    says(
        &output,
        4,
        &[
            "100 users were refused for lack of permission",
            "User.RevokeSessions.All",
        ],
    );
}

#[test]
fn a_dry_run_ends_as_the_run_would_begin() {
    let situation = Situation::of(2);
    situation.list("list", 2);
    let users = ["users", "--from", "list", "--yes"];
    let unknown = ["--exclude", "break.gals@contoso.example"];
    for dry in [&["--dry-run"][..], &[]] {
        let output = situation.run(&[&users[..], &unknown, dry].concat());
        says(
            &output,
            3,
            &[
                "exclusion_unresolved",
                "break.gals",
                "--allow-unresolved-exclusions",
            ],
        );
    }
    assert_eq!(situation.emulator.totals().accepted, 0);

    let allowed = [
        &users[..],
        &unknown,
        &["--allow-unresolved-exclusions", "--quiet"],
    ]
    .concat();
    let output = situation.run(&allowed);
    ends(&output, 0);
    let said = text(&output.stdout);
    assert!(
        said.starts_with("break.gals@contoso.example: unprotected: "),
        "{said}"
    );
    assert_eq!(situation.emulator.totals().accepted, 2);

    // The journal is left as it is, or not made.
    let dry = [&users[..], &["--dry-run", "--journal", "run.jsonl"]].concat();
    ends(&situation.run(&dry), 0);
    assert!(!situation.path("run.jsonl").exists());
    ends(
        &situation.run(&[&users[..], &["--journal", "run.jsonl"]].concat()),
        0,
    );
    let before = std::fs::read(situation.path("run.jsonl")).unwrap();
    says(&situation.run(&dry), 2, &["journal_exists"]);
    assert_eq!(std::fs::read(situation.path("run.jsonl")).unwrap(), before);
    let missing = [&users[..], &["--dry-run", "--journal", "none/run.jsonl"]].concat();
    let status = crate::support::code(&situation.run(&missing));
    let missing = [&users[..], &["--journal", "none/run.jsonl"]].concat();
    assert_eq!(crate::support::code(&situation.run(&missing)), status);
}
