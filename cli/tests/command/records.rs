//! Journals: kept, refused, resumed, verified again.

use std::io::Write;

use graph_invalidate_emulator::{Fault, FaultKind, TokenRequest};

use crate::support::{ADELE, Situation, ends, journal, outcomes, says, text, user};

const RUN: [&str; 5] = ["users", "--from", "list", "--journal", "run.jsonl"];

#[test]
fn a_journal_names_the_run_every_user_and_the_end() {
    let situation = Situation::of(25);
    situation.list("list", 25);
    let output = situation.run(&[&RUN[..], &["--output", "json"]].concat());
    ends(&output, 0);
    let lines_of_journal = journal(&situation.path("run.jsonl"));
    assert_eq!(lines_of_journal.len(), 27);
    let run = &lines_of_journal[0];
    assert_eq!(run["type"], "run");
    assert_eq!(run["mode"], "invalidate");
    assert_eq!(run["tenant"], "c0ffee00-1111-4222-8333-444455556666");
    assert_eq!(run["caller_name"], "admin@contoso.example");
    let mut recorded: Vec<_> = lines_of_journal[1..26].to_vec();
    for line in &mut recorded {
        assert_eq!(line["type"], "outcome");
        line.as_object_mut().unwrap().remove("type");
    }
    assert_eq!(recorded, outcomes(&output), "the same fields in both");
    assert_eq!(lines_of_journal[26]["complete"], true);
    let raw = std::fs::read_to_string(situation.path("run.jsonl")).unwrap();
    assert!(!raw.contains(&situation.token));
}

#[test]
fn an_existing_journal_is_refused_without_resume_and_nothing_is_sent() {
    let situation = Situation::of(5);
    situation.list("list", 5);
    ends(&situation.run(&RUN), 0);
    let sent = situation.emulator.totals().requests;
    says(
        &situation.run(&RUN),
        2,
        &["already holds a run", "Nothing was sent"],
    );
    assert_eq!(situation.emulator.totals().requests, sent);
    let resumed = situation.run(&[&RUN[..], &["--resume"]].concat());
    says(&resumed, 0, &["holds 5 accepted users", "accepted before"]);
    assert_eq!(
        situation.emulator.totals().requests,
        sent,
        "nothing was left to do"
    );
}

#[test]
fn resuming_sends_the_rest_whatever_the_lists_order() {
    let situation = Situation::of(60);
    situation.list("list", 60);
    let output = situation.run(&[&RUN[..], &["--rate", "20", "--deadline", "1s"]].concat());
    ends(&output, 3);
    let before = situation.accepted(60);
    assert!((1..60).contains(&before), "{before}");
    let mut users: Vec<String> = (1..=60).map(user).collect();
    users.reverse();
    situation.write("list", users.join("\n"));
    ends(&situation.run(&[&RUN[..], &["--resume"]].concat()), 0);
    assert_eq!(situation.accepted(60), 60);
    let twice = (1..=60).filter(|it| situation.emulator.accepted(&user(*it)) > 1);
    assert_eq!(
        twice.count(),
        0,
        "nobody was on the way when the first part ended"
    );
}

#[test]
fn the_line_that_resumes_can_be_pasted_and_works() {
    let situation = Situation::of(60);
    situation.list("my list", 60);
    let output = situation.run(&[
        "users",
        "--from",
        "my list",
        "--journal",
        "it's.jsonl",
        "--rate",
        "20",
        "--deadline",
        "1s",
    ]);
    let said = text(&output.stderr);
    let line = said.lines().find(|line| line.contains("--resume")).unwrap();
    let line = line.replace("--deadline 1s", "");
    let status = std::process::Command::new("sh")
        .args(["-c", &line])
        .current_dir(situation.folder.path())
        .env("GRAPH_INVALIDATE_ENDPOINT", situation.emulator.url())
        .env("GRAPH_INVALIDATE_TOKEN", &situation.token)
        .status()
        .unwrap();
    assert!(status.success(), "{line}");
    assert_eq!(situation.accepted(60), 60);
}

#[test]
fn a_torn_last_line_is_cut_off_and_said() {
    let situation = Situation::of(5);
    situation.list("list", 5);
    ends(&situation.run(&RUN), 0);
    let path = situation.path("run.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    let third = whole.match_indices('\n').nth(2).unwrap().0;
    std::fs::write(&path, &whole[..third + 30]).unwrap();
    let resumed = situation.run(&[&RUN[..], &["--resume"]].concat());
    says(
        &resumed,
        0,
        &["holds 2 accepted users", "incomplete and has been removed"],
    );
    assert!(journal(&path).len() > 5, "every line is whole again");
}

#[test]
fn what_cannot_be_a_journal_is_refused_by_what_it_is() {
    let situation = Situation::new();
    std::fs::create_dir(situation.path("folder")).unwrap();
    situation.write("letter", "Dear Adele,\n");
    situation.write("damaged", "");
    let users = [
        "users",
        ADELE,
        "jörg@contoso.example",
        "--resume",
        "--journal",
    ];
    ends(&situation.run(&[&users[..], &["damaged"]].concat()), 0);
    let text = std::fs::read_to_string(situation.path("damaged")).unwrap();
    situation.write(
        "damaged",
        text.replacen("{\"type\":\"outcome\"", "{\"tpye\":\"outcome\"", 1),
    );
    situation.write("newer", text.replacen("\"version\":1", "\"version\":2", 1));
    #[cfg(unix)]
    {
        let path = situation.path("pipe");
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
        let output = situation.run(&[&users[..], &["pipe"]].concat());
        says(&output, 1, &["pipe is not an ordinary file"]);
    }
    situation.write("one line", text.replace('\n', " "));
    let sent = situation.emulator.totals().requests;
    // Without --resume as well: what is no journal cannot be resumed.
    let new = ["users", ADELE, "--journal", "letter"];
    says(
        &situation.run(&new),
        1,
        &[
            "letter is not a journal of this program",
            "Nothing in it was changed",
        ],
    );
    for (name, said) in [
        ("folder", "folder is a directory"),
        ("letter", "letter is not a journal of this program"),
        ("damaged", "line 2 is not one"),
        ("newer", "Install the version that wrote it"),
        ("one line", "line 1 is not one"),
        ("/dev/full", "is not an ordinary file"),
        ("no/such/folder", "cannot be opened"),
    ] {
        says(&situation.run(&[&users[..], &[name]].concat()), 1, &[said]);
    }
    assert_eq!(situation.emulator.totals().requests, sent);
    for name in ["letter", "damaged", "newer", "one line"] {
        let length = std::fs::metadata(situation.path(name)).unwrap().len();
        assert!(length > 0, "{name} was changed");
    }
}

#[test]
fn a_journal_that_a_living_process_writes_is_left_alone() {
    let situation = Situation::of(40);
    situation.list("list", 40);
    let slow = [&RUN[..], &["--rate", "5"]].concat();
    let mut first = situation.start(&slow);
    while situation.accepted(40) == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let second = situation.run(&[&RUN[..], &["--resume"]].concat());
    says(&second, 1, &["is in use by another run"]);
    first.kill().unwrap();
    first.wait().unwrap();
    // The lock of the dead is no lock.
    ends(&situation.run(&[&RUN[..], &["--resume"]].concat()), 0);
    assert_eq!(situation.accepted(40), 40);
}

#[test]
fn another_apis_or_another_lists_journal_is_refused() {
    let situation = Situation::of(3);
    situation.write("list", user(1) + "\nnobody@contoso.example\n");
    ends(&situation.run(&RUN), 3);
    let sent = situation.emulator.totals().requests;
    let resume = [&RUN[..], &["--resume"]].concat();
    let v1 = situation.run(&[&resume[..], &["--api", "v1.0"]].concat());
    says(&v1, 2, &["is of API beta", "Nothing was sent"]);
    situation.list("list", 3);
    let other = situation.run(&resume);
    says(
        &other,
        2,
        &[
            "lacks 1 users",
            "nobody@contoso.example",
            "Nothing was sent",
        ],
    );
    assert_eq!(situation.emulator.totals().requests, sent);
}

#[test]
fn an_expired_token_stops_the_run_and_a_fresh_one_resumes_it() {
    let situation = Situation::of(100);
    situation.list("list", 100);
    let mut expiry = Fault::once(FaultKind::TokensExpire);
    expiry.after = 50;
    situation.emulator.arm(expiry);
    let output = situation.run(&[&RUN[..], &["--concurrency", "1"]].concat());
    says(
        &output,
        3,
        &[
            "needs another access token",
            "read again",
            "--resume",
            "never attempted",
        ],
    );
    assert!(!text(&output.stderr).contains(&situation.token));
    let end = journal(&situation.path("run.jsonl")).pop().unwrap();
    assert_eq!(end["reason"], "token", "nobody pressed Ctrl+C");
    assert_eq!(end["status"], "token_expired");
    let report = situation.run(&["report", "run.jsonl"]);
    assert!(text(&report.stdout).contains("ended early: token (token_expired)"));
    let before = situation.accepted(100);
    assert!((20..100).contains(&before), "{before}");
    let fresh = situation.emulator.mint(&TokenRequest::default()).unwrap();
    let output = situation
        .command(&[&RUN[..], &["--resume"]].concat())
        .env("GRAPH_INVALIDATE_TOKEN", fresh.access_token)
        .output()
        .unwrap();
    ends(&output, 0);
    assert_eq!(situation.accepted(100), 100);
}

#[test]
fn a_token_file_that_was_renewed_meanwhile_is_read_again() {
    let situation = Situation::of(100);
    situation.list("list", 100);
    situation.write("token", &situation.token);
    let arguments = [
        "users",
        "--from",
        "list",
        "--token-file",
        "token",
        "--rate",
        "40",
    ];
    let mut child = situation.start(&arguments);
    while situation.accepted(100) < 20 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let fresh = situation
        .emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    situation.emulator.expire_tokens();
    let fresh = situation
        .emulator
        .mint(&TokenRequest::default())
        .map_or(fresh, |it| it.access_token);
    let mut file = std::fs::File::create(situation.path("token")).unwrap();
    file.write_all(fresh.as_bytes()).unwrap();
    drop(file);
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    says(
        &output,
        0,
        &["the run continues with the new one in the token file"],
    );
    assert_eq!(situation.accepted(100), 100);

    situation.emulator.expire_tokens();
    let output = situation.run(&[&arguments[..], &["--timeout", "1s"]].concat());
    says(
        &output,
        4,
        &[
            "the token file still holds the expired token; waiting for a new one for 1 s",
            "no new one was written in time",
            "needs another access token",
        ],
    );
}

#[test]
fn a_token_file_that_is_renewed_late_is_awaited() {
    let situation = Situation::of(10);
    situation.list("list", 10);
    situation.write("token", &situation.token);
    situation.emulator.expire_tokens();
    let mut child = situation.start(&["users", "--from", "list", "--token-file", "token"]);
    // The old token must have been refused, and found in the file once more.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let fresh = situation.emulator.mint(&TokenRequest::default()).unwrap();
    situation.write("token", &fresh.access_token);
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    says(&output, 0, &["the run continues with the new one"]);
    assert_eq!(situation.accepted(10), 10);
}

#[test]
fn signing_in_by_itself_outlives_an_expired_token() {
    let situation = Situation::of(100);
    situation.list("list", 100);
    let mut expiry = Fault::once(FaultKind::TokensExpire);
    expiry.after = 50;
    situation.emulator.arm(expiry);
    let who = ["--tenant", "c0ffee00-1111-4222-8333-444455556666"];
    let application = ["--client-id", "aaaaaaaa-0000-4000-8000-000000000003"];
    let output = situation
        .command(&[&RUN[..], &["--auth", "client-secret"], &who, &application].concat())
        .env_remove("GRAPH_INVALIDATE_TOKEN")
        .env("AZURE_CLIENT_SECRET", "emulated-secret")
        .output()
        .unwrap();
    ends(&output, 0);
    assert_eq!(situation.accepted(100), 100);
}

#[test]
fn an_old_journal_is_verified_again() {
    let situation = Situation::of(30);
    situation.list("list", 30);
    ends(&situation.run(&RUN), 0);
    let verify = ["verify", "--journal", "run.jsonl", "--output", "json"];
    let output = situation.run(&verify);
    ends(&output, 0);
    let verified = outcomes(&output);
    assert_eq!(verified.len(), 30);
    assert!(verified.iter().all(|line| line["status"] == "verified"));
    assert_eq!(
        situation.emulator.totals().accepted,
        30,
        "nothing was sent that writes"
    );
    let recorded = journal(&situation.path("run.jsonl"));
    assert!(recorded.iter().any(|line| line["mode"] == "verify_journal"));
    let output = situation.run(&["verify", "--journal", "missing.jsonl"]);
    says(&output, 1, &["missing.jsonl cannot be read"]);
    assert!(!situation.path("missing.jsonl").exists());
    situation.run(&["users", "nobody", "--journal", "nobody.jsonl"]);
    let before = std::fs::read(situation.path("nobody.jsonl")).unwrap();
    let output = situation.run(&["verify", "--journal", "nobody.jsonl"]);
    says(&output, 2, &["has no accepted users"]);
    let after = std::fs::read(situation.path("nobody.jsonl")).unwrap();
    assert_eq!(before, after, "nothing was written into it");
    situation.write("empty.jsonl", "");
    let output = situation.run(&["verify", "--journal", "empty.jsonl"]);
    says(&output, 2, &["has no accepted users"]);
    assert_eq!(
        std::fs::metadata(situation.path("empty.jsonl"))
            .unwrap()
            .len(),
        0
    );
    // It is still good for a run.
    ends(
        &situation.run(&["users", ADELE, "--journal", "empty.jsonl"]),
        0,
    );
    for both in [
        &["verify"][..],
        &["verify", ADELE, "--journal", "run.jsonl"],
    ] {
        ends(&situation.run(both), 2);
    }
}

/// Writes the journal as it would be if the run had been so long ago.
fn age(situation: &Situation, name: &str, date: &str) {
    let path = situation.path(name);
    let recorded = std::fs::read_to_string(&path).unwrap();
    let today = recorded
        .split("\"time\":\"")
        .nth(1)
        .unwrap()
        .split('T')
        .next()
        .unwrap();
    std::fs::write(&path, recorded.replace(today, date)).unwrap();
}

#[test]
fn an_old_journal_signs_nobody_out_and_calls_nobody_verified_unless_it_is_wanted() {
    let situation = Situation::of(5);
    situation.list("list", 5);
    ends(&situation.run(&[&RUN[..], &["--verify"]].concat()), 0);
    let sent = situation.emulator.totals().requests;
    let resume = [&RUN[..], &["--verify", "--resume"]].concat();
    let young = situation.run(&resume);
    says(
        &young,
        0,
        &[
            "holds 5 accepted users",
            "ago (",
            "is complete",
            "use a new journal",
        ],
    );
    // A verification makes it no younger.
    ends(&situation.run(&["verify", "--journal", "run.jsonl"]), 0);
    let sent = situation.emulator.totals().requests.max(sent);
    age(&situation, "run.jsonl", "2026-03-28");
    let before = std::fs::read(situation.path("run.jsonl")).unwrap();
    let old = situation.run(&resume);
    says(
        &old,
        2,
        &[
            "journal_too_old",
            "days ago (2026-03-28T",
            "is complete",
            "Nothing was sent",
            "set --resume-within to more",
        ],
    );
    assert!(old.stdout.is_empty());
    assert_eq!(situation.emulator.totals().requests, sent);
    let after = std::fs::read(situation.path("run.jsonl")).unwrap();
    assert_eq!(before, after, "nothing was written into it");
    let wanted = situation.run(&[&resume[..], &["--resume-within", "9000d"]].concat());
    says(&wanted, 0, &["accepted before"]);
    assert_eq!(
        situation.emulator.totals().accepted,
        5,
        "nobody was sent twice"
    );
    let new = [
        "users",
        "--from",
        "list",
        "--journal",
        "new.jsonl",
        "--verify",
    ];
    ends(&situation.run(&new), 0);
    assert_eq!(situation.emulator.totals().accepted, 10);
}

#[test]
fn a_journal_that_is_taken_away_ends_the_run() {
    for (how, said) in [
        ("rm run.jsonl", "deleted or renamed"),
        ("mv run.jsonl other.jsonl", "deleted or renamed"),
        (
            "cp run.jsonl new && mv new run.jsonl",
            "replaced by another file",
        ),
        (": > run.jsonl", "cut short"),
    ] {
        let situation = Situation::of(200);
        situation.list("list", 200);
        let child = situation.start(&[&RUN[..], &["--rate", "20", "--yes"]].concat());
        while situation.accepted(200) < 20 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let done = std::process::Command::new("sh")
            .args(["-c", how])
            .current_dir(situation.folder.path())
            .status();
        assert!(done.unwrap().success());
        let output = child.wait_with_output().unwrap();
        says(&output, 1, &["journal_lost", said, "Nothing more was sent"]);
        assert!(!text(&output.stderr).contains("To continue"), "{how}");
        assert!(situation.accepted(200) < 200, "{how}");
    }
}

#[test]
fn excluded_users_have_lines_of_their_own_and_a_place_in_the_report() {
    let situation = Situation::new();
    let id = "87D349ED-44D7-43E1-9A83-5F2406DEE5BD";
    let run = [
        "users",
        "me",
        ADELE,
        "--exclude",
        id,
        "--journal",
        "run.jsonl",
    ];
    ends(&situation.run(&run), 0);
    let recorded = journal(&situation.path("run.jsonl"));
    let of = |kind: &str| recorded.iter().find(|line| line["type"] == kind).unwrap();
    assert_eq!(of("exclusion")["user"], id);
    assert_eq!(of("exclusion")["user_principal_name"], ADELE);
    assert_eq!(of("excluded")["user"], ADELE);
    assert_eq!(of("excluded")["exclusion"], id);
    let report = situation.run(&["report", "run.jsonl"]);
    ends(&report, 0);
    let shown = text(&report.stdout);
    for part in [
        "excluded                    1",
        "Never to be signed out",
        &format!("{ADELE}: excluded at "),
    ] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
}

#[test]
fn an_account_under_two_names_is_one_in_the_report() {
    let situation = Situation::new();
    let id = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";
    let run = ["users", ADELE, id, "--verify", "--journal", "run.jsonl"];
    let output = situation.run(&[&run[..], &["--output", "json"]].concat());
    ends(&output, 0);
    assert_eq!(outcomes(&output).len(), 1);
    let report = situation.run(&["report", "run.jsonl"]);
    assert!(text(&report.stdout).contains("accepted                    1"));
}

#[test]
fn trying_again_is_not_advised_where_it_cannot_help() {
    let situation = Situation::new();
    let run = [
        "users",
        ADELE,
        "nobody@contoso.example",
        "--journal",
        "run.jsonl",
    ];
    let output = situation.run(&run);
    says(
        &output,
        3,
        &[
            "1 user cannot be signed out by trying again",
            "correct the keys",
        ],
    );
    assert!(!text(&output.stderr).contains("--resume"));
    let output = situation.run(&["users", ADELE, "me", "--exclude", "nobody@contoso.example"]);
    says(&output, 3, &["exclusion_unresolved"]);
    assert!(!text(&output.stderr).contains("Run the same command again"));
}
