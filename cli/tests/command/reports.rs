//! Reports on journals: for people, for programs, and as a page.

use graph_invalidate_emulator::{Fault, FaultKind};

use crate::support::{ADELE, Situation, ends, lines, says, text, user};

fn recorded(situation: &Situation, arguments: &[&str]) {
    situation.run(&[&["users", "--journal", "run.jsonl"][..], arguments].concat());
}

#[test]
fn a_report_says_who_when_by_whom_and_what_is_open() {
    let situation = Situation::new();
    recorded(
        &situation,
        &[ADELE, "nobody@contoso.example", "me", "--verify"],
    );
    let output = situation.run(&["report", "run.jsonl"]);
    ends(&output, 3);
    let shown = text(&output.stdout);
    for part in [
        "run.jsonl",
        "by admin@contoso.example (0a1b2c3d-0000-4000-8000-000000000002) with application Incident Response",
        "in tenant c0ffee00-1111-4222-8333-444455556666, beta at http://127.0.0.1",
        ": complete",
        "adele.vance@contoso.example: verified at ",
        "me: verified at ",
        "user_not_found: 1 user",
        "nobody@contoso.example at ",
        "request-id",
        "Check the user key",
    ] {
        assert!(shown.contains(part), "{part:?} is not in {shown}");
    }
}

#[test]
fn the_exit_status_tells_whether_everyone_is_accepted_and_verified_where_asked() {
    let situation = Situation::new();
    recorded(&situation, &[ADELE, "jörg@contoso.example"]);
    ends(&situation.run(&["report", "run.jsonl"]), 0);

    situation
        .emulator
        .arm(Fault::once(FaultKind::VerificationLag {
            milliseconds: 2_000,
        }));
    let verify = [
        "--verify",
        "--wait",
        "100ms",
        "a+b@contoso.example",
        "jörg@contoso.example",
    ];
    situation.run(&[&["users", "--journal", "other.jsonl"][..], &verify].concat());
    let output = situation.run(&["report", "run.jsonl", "other.jsonl"]);
    ends(&output, 3);
    assert!(
        text(&output.stdout).contains("not_verified: 1 user"),
        "{}",
        text(&output.stdout)
    );
    std::thread::sleep(std::time::Duration::from_secs(2));
    ends(&situation.run(&["verify", "--journal", "other.jsonl"]), 0);
    let output = situation.run(&["report", "other.jsonl", "run.jsonl"]);
    ends(&output, 0);
    let shown = text(&output.stdout);
    assert!(shown.contains("verification"), "{shown}");
    let first = shown.find("run.jsonl").unwrap();
    assert!(
        first < shown.find("other.jsonl").unwrap(),
        "the oldest first"
    );
}

#[test]
fn a_report_in_json_is_a_journal_in_which_each_user_stands_once() {
    let situation = Situation::of(30);
    situation.list("list", 30);
    let mut busy = Fault::once(FaultKind::Status {
        status: 429,
        code: None,
        message: None,
        headers: vec![("Retry-After".to_owned(), "0".to_owned())],
        body: None,
    });
    busy.times = 5;
    situation.emulator.arm(busy);
    recorded(&situation, &["--from", "list", "--verify"]);
    let raw = std::fs::read_to_string(situation.path("run.jsonl")).unwrap();
    assert!(raw.lines().count() > 62, "attempts are recorded as well");
    let output = situation.run(&["report", "run.jsonl", "--output", "json"]);
    ends(&output, 0);
    let report = lines(&output.stdout);
    assert_eq!(report.len(), 32);
    assert_eq!(report[0]["type"], "run");
    assert!(
        report[1..31]
            .iter()
            .all(|line| line["type"] == "outcome" && line["status"] == "verified")
    );
    assert_eq!(report[31]["type"], "summary");
    assert_eq!(report[31]["verified"], 30);
    assert_eq!(report[31]["complete"], true);
}

#[test]
fn what_a_journal_cannot_know_is_said() {
    let situation = Situation::of(60);
    situation.list("list", 60);
    recorded(
        &situation,
        &["--from", "list", "--rate", "20", "--deadline", "1s"],
    );
    let output = situation.run(&["report", "run.jsonl"]);
    ends(&output, 3);
    assert!(text(&output.stdout).contains("ended before its list did"));

    let path = situation.path("run.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    let output = situation.run(&["report", "run.jsonl"]);
    ends(&output, 3);
    let shown = text(&output.stdout);
    assert!(
        shown.contains("The last line of run.jsonl is incomplete"),
        "{shown}"
    );
    assert!(shown.contains("has no end"), "{shown}");
    let torn = std::fs::read_to_string(&path).unwrap();
    assert_eq!(torn.len(), whole.len() - 9, "a report changes nothing");
}

#[test]
fn the_page_needs_nothing_else_and_nothing_in_it_is_markup() {
    let situation = Situation::new();
    let attack = "<script>alert(1)</script>";
    situation.emulator.arm(Fault::once(FaultKind::Status {
        status: 404,
        code: Some("Request_ResourceNotFound".to_owned()),
        message: Some(attack.to_owned()),
        headers: Vec::new(),
        body: None,
    }));
    recorded(
        &situation,
        &[
            "<img>@contoso.example",
            ADELE,
            &user(1),
            "--batch-size",
            "1",
            "--concurrency",
            "1",
        ],
    );
    let output = situation.run(&["report", "run.jsonl", "--html", "page.html"]);
    ends(&output, 3);
    let page = std::fs::read_to_string(situation.path("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    for part in [
        "&lt;script&gt;alert(1)",
        "&lt;img&gt;@contoso.example",
        ADELE,
        "admin@contoso.example",
        "c0ffee00-1111-4222-8333-444455556666",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for part in ["<img", "src=", "href=", "url(", "@import"] {
        assert!(!page.contains(part), "{part}");
    }
    let scripts: Vec<&str> = page.split("<script").skip(1).collect();
    assert_eq!(scripts.len(), 1, "the page's own script, and no other");
    assert!(!scripts[0].contains("alert(1)"));
    let output = situation.run(&["report", "run.jsonl", "--html", "./run.jsonl"]);
    says(&output, 1, &["is a journal: it is not overwritten"]);
}

#[test]
fn what_is_no_journal_gets_no_report() {
    let situation = Situation::new();
    situation.write("letter", "Dear Adele,\n");
    situation.write("empty", "");
    says(
        &situation.run(&["report", "letter"]),
        1,
        &["letter is not a journal"],
    );
    says(
        &situation.run(&["report", "empty"]),
        1,
        &["empty holds no run"],
    );
    says(&situation.run(&["report", "missing"]), 1, &["missing"]);
    ends(&situation.run(&["report"]), 2);
}
