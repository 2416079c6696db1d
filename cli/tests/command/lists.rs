//! Users from a file: every form of list, and every file that is none.

use std::io::{BufRead, BufReader, Write};

use graph_invalidate_emulator::TokenRequest;

use crate::support::{ADELE, Situation, bare, ends, journal, outcomes, says, text, user};

const USERS: [&str; 5] = ["users", "--from", "list", "--output", "json"];

/// The users that a run over a list named, with their statuses.
fn named(situation: &Situation, arguments: &[&str]) -> Vec<String> {
    let output = situation.run(arguments);
    let mut named: Vec<String> = outcomes(&output)
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            format!("{} {}", text("user"), text("status"))
        })
        .collect();
    named.sort();
    named
}

#[test]
fn lines_csv_and_json_lines_name_the_same_users() {
    let situation = Situation::new();
    let expected = [
        "adele.vance@contoso.example accepted",
        "jörg@contoso.example accepted",
    ];
    let utf16: Vec<u8> = "\u{feff}Name\tUserPrincipalName\r\nA\tadele.vance@contoso.example\r\nJ\tjörg@contoso.example\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for list in [
        "adele.vance@contoso.example\njörg@contoso.example\n".as_bytes(),
        "\u{feff}adele.vance@contoso.example\r\n\r\njörg@contoso.example".as_bytes(),
        "displayName;userPrincipalName\n\"Vance; Adele\";adele.vance@contoso.example\nJörg;jörg@contoso.example\n".as_bytes(),
        "{\"userPrincipalName\":\"adele.vance@contoso.example\"}\n{\"userPrincipalName\":\"jörg@contoso.example\"}\n".as_bytes(),
        "{\"value\": [\n{\"userPrincipalName\":\"adele.vance@contoso.example\"},\n{\"userPrincipalName\":\"jörg@contoso.example\"}\n]}".as_bytes(),
        "version:v1.0\nUser name [userPrincipalName] Required\nExample: chris@contoso.com\nadele.vance@contoso.example\njörg@contoso.example\n".as_bytes(),
        "sep=;\rname;upn\rA;adele.vance@contoso.example\rJ;jörg@contoso.example\r".as_bytes(),
        "\nUserPrincipalName           Name\n-----------------           ----\nadele.vance@contoso.example A\njörg@contoso.example        J\n\n".as_bytes(),
        &utf16,
    ] {
        situation.write("list", list);
        assert_eq!(named(&situation, &USERS), expected, "{}", text(list));
    }
}

#[test]
fn an_empty_key_is_seen_in_its_outcome() {
    let situation = Situation::new();
    situation.write("list", "upn,name\n,A\nadele.vance@contoso.example,B\n,C\n");
    let output = situation.run(&["users", "--from", "list"]);
    says(&output, 3, &["2 rows of list without a user (lines 2, 4)"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("\"\": empty_argument"), "{shown}");
}

#[test]
fn what_was_guessed_about_a_table_is_said_and_can_be_overruled() {
    let situation = Situation::new();
    situation.write(
        "list",
        "manager,employee\nadmin@contoso.example,adele.vance@contoso.example\n",
    );
    let output = situation.run(&["users", "--from", "list"]);
    says(
        &output,
        2,
        &[
            "does not show which column",
            "\"manager\", \"employee\"",
            "--column",
        ],
    );
    let output = situation.run(&["users", "--from", "list", "--column", "Employee"]);
    says(
        &output,
        0,
        &["list is read as CSV with commas in UTF-8, users from column 2 (\"employee\")"],
    );
    let output = situation.run(&["users", "--from", "list", "--column", "boss"]);
    says(
        &output,
        2,
        &["list has no column \"boss\"; its first line has \"manager\", \"employee\""],
    );
    let output = situation.run(&["users", "--from", "list", "--column", "2", "--quiet"]);
    ends(&output, 0);
    assert!(output.stderr.is_empty());
    assert_eq!(situation.emulator.totals().accepted, 2);
}

#[test]
fn a_list_that_is_none_is_refused_before_anything_is_sent() {
    let situation = Situation::new();
    let bad_line = [
        "adele.vance@contoso.example\n".repeat(70_000).as_bytes(),
        b"\xff@contoso.example\n",
    ]
    .concat();
    for (name, bytes, said) in [
        ("empty.txt", &b""[..], "the list empty.txt has no users"),
        (
            "head.csv",
            b"upn,name\n",
            "the list head.csv has no users",
        ),
        ("book.xlsx", b"PK\x03\x04\x14\0", "book.xlsx is a workbook"),
        (
            "tool.bin",
            b"\x7fELF\x02\x01\x01\0\0\0\0",
            "tool.bin is not text",
        ),
        (
            "page.json",
            b"{\"value\":[{\"id\":\"x\"}],\"@odata.nextLink\":\"https://graph.microsoft.com/next\"}",
            "page.json is one page of a longer list",
        ),
        (
            "bad.txt",
            &bad_line,
            "Line 70001 of bad.txt is not valid UTF-8",
        ),
    ] {
        situation.write(name, bytes);
        let output = situation.run(&["users", "--yes", "--from", name]);
        says(&output, 2, &[said]);
    }
    let output = situation.run(&["users", "--from", "."]);
    says(&output, 2, &[". is a directory"]);
    let output = situation.run(&["users", "--from", "missing.csv"]);
    says(&output, 2, &["missing.csv cannot be read"]);
    assert_eq!(situation.emulator.totals().requests, 0);
}

#[test]
fn a_line_of_a_hundred_megabytes_takes_neither_time_nor_memory() {
    let situation = Situation::new();
    let file = std::fs::File::create(situation.path("long.txt")).unwrap();
    let mut writer = std::io::BufWriter::new(file);
    for _ in 0..100 {
        writer.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    drop(writer);
    let output = situation.run(&["users", "--from", "long.txt"]);
    says(
        &output,
        2,
        &["Line 1 of long.txt is longer than 1048576 bytes"],
    );
    assert_eq!(situation.emulator.totals().requests, 0);
}

#[test]
fn a_row_without_a_user_is_named_and_the_others_go_on() {
    let situation = Situation::new();
    situation.write(
        "list.csv",
        "upn,name\nadele.vance@contoso.example,A\n,Nobody\njörg@contoso.example,J\n",
    );
    let output = situation.run(&["users", "--from", "list.csv"]);
    says(
        &output,
        3,
        &[
            "1 row of list.csv without a user (line 3)",
            "empty_argument",
        ],
    );
    assert_eq!(situation.emulator.totals().accepted, 2);
}

#[test]
fn more_than_a_hundred_users_want_a_yes() {
    let situation = Situation::of(101);
    let keys = vec!["me"; 101];
    let output = situation.run(&[&["users"][..], &keys].concat());
    says(&output, 2, &["more than 100 users", "--yes"]);
    situation.list("list", 101);
    says(&situation.run(&["users", "--from", "list"]), 2, &["--yes"]);
    let input = std::fs::read(situation.path("list")).unwrap();
    let output = situation.run_with_input(&["users", "--from", "-"], &input);
    says(&output, 2, &["There is no terminal to ask"]);
    assert_eq!(situation.emulator.totals().requests, 0);

    situation.list("fewer", 100);
    ends(&situation.run(&["users", "--from", "fewer"]), 0);
    let output = situation.run_with_input(&["users", "--from", "-", "--yes"], &input);
    ends(&output, 0);
    assert_eq!(situation.accepted(101), 101);
    ends(
        &situation.run(&[&["users", "--yes"][..], &keys].concat()),
        0,
    );
}

#[test]
fn your_own_account_in_a_list_is_asked_about() {
    let situation = Situation::new();
    situation.write("list", "adele.vance@contoso.example\n Me \n");
    let output = situation.run(&["users", "--from", "list"]);
    says(
        &output,
        2,
        &[
            "Line 2 of list says \"me\"",
            "the account that you signed in with",
            "--yes",
        ],
    );
    let input = b"adele.vance@contoso.example\nme\n";
    let output = situation.run_with_input(&["users", "--from", "-"], input);
    says(
        &output,
        2,
        &["Line 2 of standard input says \"me\"", "--yes"],
    );
    assert_eq!(situation.emulator.totals().requests, 0);
    // On the command line it is meant.
    ends(&situation.run(&["users", "me", ADELE]), 0);
    let dry = situation.run(&["users", "--from", "list", "--dry-run"]);
    says(&dry, 0, &["The run itself asks for confirmation"]);
    let dry = situation.run_with_input(&["users", "--from", "-", "--dry-run"], ADELE.as_bytes());
    ends(&dry, 0);
    assert!(!text(&dry.stderr).contains("asks"), "{}", text(&dry.stderr));
    ends(&situation.run(&["users", "--from", "list", "--yes"]), 0);
    assert_eq!(situation.emulator.totals().accepted, 4);
}

#[test]
fn a_nightly_job_may_have_an_empty_list() {
    let situation = Situation::new();
    situation.write("leavers.csv", "upn,name\n");
    let output = situation.run(&["users", "--from", "leavers.csv"]);
    says(
        &output,
        2,
        &["the list leavers.csv has no users", "--allow-empty"],
    );
    let job = ["users", "--from", "leavers.csv", "--allow-empty"];
    says(&situation.run(&job), 0, &["There was nothing to do"]);
    let output = situation.run(&[&job[..], &["--quiet"]].concat());
    ends(&output, 0);
    assert!(output.stderr.is_empty());
    let output = situation.run_with_input(&["users", "--from", "-", "--allow-empty"], b"");
    ends(&output, 0);
    // What cannot be read is no empty list.
    ends(
        &situation.run(&["users", "--from", "missing.csv", "--allow-empty"]),
        2,
    );
}

#[test]
fn every_row_of_exclusions_protects_somebody_or_nothing_is_sent() {
    let situation = Situation::new();
    let users = [
        "users",
        ADELE,
        "jörg@contoso.example",
        "--exclude",
        "@never.csv",
    ];
    situation.write(
        "never.csv",
        "displayName,userPrincipalName,mail\nReception,,x@contoso.example\nEmergency,jörg@contoso.example,\n",
    );
    says(
        &situation.run(&users),
        2,
        &["Line 2 of never.csv has no user", "Nothing was sent"],
    );
    assert_eq!(situation.emulator.totals().requests, 0);

    situation.write(
        "never.csv",
        "Owner,Emergency\nadmin@contoso.example,jörg@contoso.example\n",
    );
    says(
        &situation.run(&users),
        2,
        &["does not show which column", "--exclude-column"],
    );
    let named = [
        &users[..],
        &["--exclude-column", "emergency", "--output", "json"],
    ]
    .concat();
    let output = situation.run(&named);
    ends(&output, 0);
    assert_eq!(situation.emulator.totals().accepted, 1);
}

#[test]
fn a_file_in_the_place_of_a_user_is_recognised() {
    let situation = Situation::new();
    situation.write("two.txt", "adele.vance@contoso.example\n");
    for (arguments, said) in [
        (&["users", "two.txt"][..], "--from two.txt"),
        (&["users", "@two.txt"], "--from two.txt"),
        (
            &["users", "me", "--exclude", "two.txt"],
            "--exclude @two.txt",
        ),
    ] {
        says(
            &situation.run(arguments),
            2,
            &["two.txt is a file, not a user", said],
        );
    }
    assert_eq!(situation.emulator.totals().requests, 0);
}

#[test]
fn a_pipe_is_a_list_too_and_outcomes_appear_while_it_is_open() {
    let situation = Situation::of(3);
    let mut child = situation.start(&["users", "--from", "-", "--yes"]);
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for number in 1..=3 {
        writeln!(input, "{}", user(number)).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(
            line.starts_with(&format!("{}: accepted", user(number))),
            "{line}"
        );
    }
    drop(input);
    assert!(child.wait().unwrap().success());
    let output = situation.run_with_input(&["users", "--from", "-"], b"");
    says(&output, 2, &["has no users"]);
}

#[test]
fn a_bad_line_in_a_pipe_loses_nobody_before_it() {
    let situation = Situation::of(2);
    let input = [user(1).as_bytes(), b"\n", user(2).as_bytes(), b"\n\xff\n"].concat();
    let arguments = ["users", "--from", "-", "--yes", "--journal", "run.jsonl"];
    let output = situation.run_with_input(&arguments, &input);
    let end = journal(&situation.path("run.jsonl")).pop().unwrap();
    assert_eq!(
        (&end["complete"], &end["reason"]),
        (&false.into(), &"list".into())
    );
    says(
        &output,
        3,
        &[
            "Line 3 of standard input is not valid UTF-8",
            "those after it were not read",
        ],
    );
    assert_eq!(situation.accepted(2), 2);
    let output = situation.run_with_input(&["users", "--from", "-", "--yes"], b"\xff\n");
    says(&output, 2, &["Line 1 of standard input"]);
}

#[test]
fn standard_input_is_read_for_one_thing_only() {
    let situation = Situation::new();
    for arguments in [
        &["users", "--from", "-", "--token-stdin"][..],
        &["users", "--from", "-", "--exclude", "@-"],
        &["users", "x", "--exclude", "@-", "--token-stdin"],
    ] {
        let output = situation.run_with_input(arguments, b"x");
        says(&output, 2, &["Standard input can be used for only one of"]);
    }
}

#[test]
fn keys_and_a_list_go_together() {
    let situation = Situation::new();
    situation.write("list", "jörg@contoso.example\n");
    let named = named(&situation, &[&USERS[..], &[ADELE]].concat());
    assert_eq!(
        named,
        [
            "adele.vance@contoso.example accepted",
            "jörg@contoso.example accepted"
        ]
    );
}

#[test]
fn without_a_token_a_list_is_read_but_nothing_is_sent() {
    let situation = Situation::with(&TokenRequest::default());
    situation.write("list", ADELE);
    let output = bare(&["users", "--from", "list"])
        .current_dir(situation.folder.path())
        .env("GRAPH_INVALIDATE_ENDPOINT", situation.emulator.url())
        .output()
        .unwrap();
    says(&output, 4, &["There is no access token"]);
}
