//! Journals: kept, refused, resumed, verified again.

use std::io::Write;

use graph_invalidate_emulator::{Fault, FaultKind, TokenRequest};

use crate::support::{ADELE, Situation, ends, journal, lines, says, text, user};

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
    assert_eq!(recorded, lines(&output.stdout), "the same fields in both");
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
        &["holds a run already", "Nothing was sent"],
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
        &["holds 2 accepted users", "torn and has been cut off"],
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
            "letter is no journal of this program",
            "Nothing in it was changed",
        ],
    );
    for (name, said) in [
        ("folder", "folder is a directory"),
        ("letter", "letter is no journal of this program"),
        ("damaged", "its line 2 is none"),
        ("newer", "Install the version that wrote it"),
        ("one line", "its line 1 is none"),
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
            "lacks 1 users of the journal",
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
        &["the token file holds another one, and the run goes on"],
    );
    assert_eq!(situation.accepted(100), 100);

    situation.emulator.expire_tokens();
    let output = situation.run(&[&arguments[..], &["--timeout", "1s"]].concat());
    says(
        &output,
        4,
        &[
            "the token file still holds the token that was used up; a new one is awaited for 1 s",
            "nobody has written a new one in time",
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
    says(&output, 0, &["holds another one, and the run goes on"]);
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
    let verified = lines(&output.stdout);
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
    let output = situation.run(&["verify", "--journal", "nobody.jsonl"]);
    says(&output, 2, &["calls nobody accepted"]);
    for both in [
        &["verify"][..],
        &["verify", ADELE, "--journal", "run.jsonl"],
    ] {
        ends(&situation.run(both), 2);
    }
}
