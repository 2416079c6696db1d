//! Users whom the directory chooses: what a person sees, and what is on record.

use graph_invalidate_emulator::{Fault, FaultKind, TokenRequest};
use serde_json::Value;

use crate::support::{ADELE, Situation, journal, lines, text, user};

const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";

/// A tenant with so many users besides its own, and a token that may read groups.
pub fn situation(users: usize) -> Situation {
    let mut situation = Situation::of(users);
    let mut request = TokenRequest::default();
    let permissions = [
        "User.RevokeSessions.All",
        "User.Read.All",
        "GroupMember.Read.All",
    ];
    request.permissions = Some(permissions.map(str::to_owned).into());
    situation.token = situation.emulator.mint(&request).unwrap().access_token;
    situation
}

#[test]
fn who_names_those_who_would_be_signed_out_and_signs_nobody_out() {
    let situation = situation(0);
    let output = situation.run(&[
        "who",
        "--group",
        "Finance",
        "--guests",
        "--exclude-group",
        "Break glass",
        "--csv",
        "who.csv",
    ]);
    assert_eq!(output.status.code(), Some(0));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("adele.vance@contoso.example: selected: Selected."),
        "{shown}"
    );
    assert!(
        shown.contains("#EXT#@contoso.example: selected: Selected: a guest."),
        "{shown}"
    );
    assert!(!shown.contains("break.glass"), "{shown}");
    let said = text(&output.stderr);
    assert!(
        said.contains("group \"Finance\", guests too; without group \"Break glass\": 4 users, 1 guest among them, 5 devices, groups and other objects passed over."),
        "{said}"
    );
    assert!(
        said.contains("excluded                            1"),
        "{said}"
    );
    assert!(
        said.contains("selected                            3"),
        "{said}"
    );
    let table = std::fs::read_to_string(situation.path("who.csv")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(situation.path("who.csv")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "nobody else's");
    }
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 4, "{table}");
    assert_eq!(rows[0], "\u{feff}user,id,status,message");
    assert!(
        rows.contains(
            &"adele.vance@contoso.example,87d349ed-44d7-43e1-9a83-5f2406dee5bd,selected,Selected."
        ),
        "{table}"
    );
    assert_eq!(situation.emulator.totals().accepted, 0);
}

#[test]
fn each_way_of_choosing_nobody_has_its_sentence_and_its_status() {
    let situation = situation(0);
    for (arguments, status, sentence) in [
        (
            &["--group", "Nobody yet"][..],
            5,
            "The group \"Nobody yet\" has no members.",
        ),
        (&["--group", "Secret project"], 5, "hides its members"),
        (
            &["--filter", "department eq 'Astronautics'"],
            5,
            "came to nobody",
        ),
        (&["--group", "Nobody yet", "--allow-empty"], 0, "0 users"),
        (
            &["--group", "Twins"],
            2,
            "02bd9fd6-0000-4000-8000-000000000006 (security group)",
        ),
        (&["--group", "Broken"], 2, "no group \"Broken\""),
        (&["--filter", "department eq"], 2, "Syntax error"),
        (&["--filter", ""], 2, "--filter is empty"),
        (
            &["--group", "Finance", "--exclude-group", "Nobody yet"],
            3,
            "would protect nobody",
        ),
        (&["--guests"], 2, "--guests"),
        (&["--exclude-group", "Break glass"], 2, "no user is named"),
    ] {
        let output = situation.run(&[&["users"], arguments].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(sentence), "{arguments:?}: {said}");
    }
    assert_eq!(situation.emulator.totals().accepted, 0);
}

#[test]
fn a_token_that_may_not_read_groups_is_told_what_to_ask_for() {
    let situation = Situation::new();
    let output = situation.run(&["users", "--group", "Finance"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(
        said.contains("The token lacks Group.ReadBasic.All"),
        "{said}"
    );
}

#[test]
fn everyone_takes_more_than_yes() {
    let situation = situation(0);
    for (arguments, status, sentence) in [
        (&[][..], Some(2), "everyone in the directory"),
        (&["--yes"], Some(2), "--expect-tenant"),
        (
            &[
                "--yes",
                "--expect-tenant",
                TENANT,
                "--exclude",
                ADELE,
                "--exclude-group",
                "Break glass",
            ],
            Some(0),
            "accepted",
        ),
    ] {
        let output = situation.run(&[&["users", "--everyone"], arguments].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), status, "{arguments:?}: {said}");
        assert!(said.contains(sentence), "{arguments:?}: {said}");
    }
    // All but the guest, and those who are excluded.
    assert_eq!(situation.emulator.totals().users, 6);
    assert_eq!(situation.emulator.accepted(ADELE), 0);
}

#[test]
fn everyone_who_was_selected_is_on_record_before_anybody_is_sent() {
    let situation = situation(300);
    let mut stall = Fault::once(FaultKind::Stall);
    stall.path_contains = Some("$batch".to_owned());
    stall.times = 99;
    situation.emulator.arm(stall);
    let line = [
        "users",
        "--group",
        "First thousand",
        "--exclude",
        &user(7),
        "--journal",
        "run.jsonl",
        "--yes",
    ];
    let mut child = situation.start(&line);
    let begun = std::time::Instant::now();
    while situation.emulator.totals().batches < 2 {
        assert!(begun.elapsed().as_secs() < 20, "nothing was sent");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let record = journal(&situation.path("run.jsonl"));
    assert_eq!(record[0]["selection"]["users"], 300);
    assert_eq!(record[0]["selection"]["words"], "group \"First thousand\"");
    let selected: Vec<&Value> = record
        .iter()
        .filter(|line| line["type"] == "selected")
        .collect();
    assert_eq!(selected.len(), 300);
    assert_eq!(selected[0]["user"], user(1));

    let output = situation.run(&["report", "run.jsonl"]);
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3));
    assert!(report.contains("never_attempted: 299 users"), "{report}");
    assert!(
        report.contains(&format!("    {} at 2", user(300))),
        "{report}"
    );

    // It goes on with the very same users, although the group has others by now and may not even be read.
    situation.emulator.reset();
    let mut closed = Fault::once(FaultKind::Status {
        status: 403,
        code: None,
        message: None,
        headers: Vec::new(),
        body: None,
    });
    closed.path_contains = Some("/groups".to_owned());
    closed.times = 99;
    situation.emulator.arm(closed);
    let output = situation.run(&[&line[..], &["--resume"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(situation.emulator.totals().users, 299);
    assert_eq!(situation.emulator.accepted(&user(7)), 0);
    let output = situation.run(&["report", "run.jsonl", "--output", "json"]);
    let persons = lines(&output.stdout);
    let persons = persons.iter().filter(|line| line["type"] == "outcome");
    assert_eq!(persons.count(), 299);
}

#[test]
fn a_run_that_was_killed_while_it_selected_begins_anew() {
    let situation = situation(2000);
    let mut stall = Fault::once(FaultKind::Stall);
    stall.path_contains = Some("transitiveMembers".to_owned());
    stall.after = 1;
    situation.emulator.arm(stall);
    let line = [
        "users",
        "--group",
        "All generated",
        "--journal",
        "run.jsonl",
        "--yes",
        "--rate",
        "unlimited",
    ];
    let mut child = situation.start(&line);
    let begun = std::time::Instant::now();
    while situation.emulator.totals().requests < 3 {
        assert!(begun.elapsed().as_secs() < 20, "nothing was asked");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(situation.emulator.totals().accepted, 0);
    let output = situation.run(&[&line[..], &["--resume"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(situation.accepted(2000), 2000);
    assert_eq!(situation.emulator.totals().accepted, 2000);
}

#[test]
fn an_interruption_ends_the_listing_at_once() {
    let situation = situation(0);
    let mut stall = Fault::once(FaultKind::Stall);
    stall.path_contains = Some("groups".to_owned());
    situation.emulator.arm(stall);
    let child = situation.start(&["users", "--group", "Finance"]);
    let begun = std::time::Instant::now();
    while situation.emulator.totals().requests < 1 && begun.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let id = child.id().to_string();
    let begun = std::time::Instant::now();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(begun.elapsed().as_millis() < 1500, "{:?}", begun.elapsed());
}
