//! Disks that fill up or fail: the run stops at once, and goes on when there is room again.

#![cfg(target_os = "linux")]

use std::process::{Command, Output};

use crate::support::{Situation, ends, journal, says, text};

const USERS: usize = 600;
const RUN: &str = "users --from list --journal run.jsonl --yes --quiet --concurrency 2";

/// Runs a line of shell in the situation's folder; `$COMMAND` is the command.
pub(crate) fn shell(situation: &Situation, line: &str) -> Output {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(situation.folder.path())
        .env("COMMAND", env!("CARGO_BIN_EXE_graph-invalidate"))
        .env("GRAPH_INVALIDATE_ENDPOINT", situation.emulator.url())
        .env("GRAPH_INVALIDATE_TOKEN", &situation.token)
        .output()
        .unwrap();
    situation.judge(output)
}

/// The record stopped early, and sending with it; nobody is called accepted whom the service does not know.
fn stopped_at_once(situation: &Situation, output: &Output) {
    says(
        output,
        1,
        &[
            "The journal run.jsonl can no longer be written",
            "Free some space or repair the disk",
            "--resume",
        ],
    );
    let accepted = situation.accepted(USERS);
    assert!(accepted < USERS, "nothing more was sent");
    let on_record = std::fs::read_to_string(situation.path("run.jsonl")).unwrap();
    let on_record = on_record.matches("\"status\":\"accepted\"").count();
    assert!(
        on_record <= accepted,
        "{on_record} on record, {accepted} accepted"
    );
}

fn goes_on(situation: &Situation) {
    ends(
        &shell(situation, &format!("exec $COMMAND {RUN} --resume")),
        0,
    );
    assert_eq!(situation.accepted(USERS), USERS);
    let lines = journal(&situation.path("run.jsonl"));
    assert_eq!(lines.last().unwrap()["complete"], true);
}

#[test]
fn a_file_that_may_grow_no_further_stops_the_run() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    // 64 blocks of 512 bytes, and an error instead of the signal that would end the process.
    let limited = format!("ulimit -f 64; trap '' XFSZ; exec $COMMAND {RUN}");
    stopped_at_once(&situation, &shell(&situation, &limited));
    goes_on(&situation);
}

#[test]
fn a_limit_that_kills_the_process_leaves_a_journal_that_can_be_resumed() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    let output = shell(&situation, &format!("ulimit -f 64; exec $COMMAND {RUN}"));
    assert!(!output.status.success(), "{}", text(&output.stderr));
    goes_on(&situation);
}

/// Builds a program that is preloaded into the command.
pub(crate) fn preloaded(situation: &Situation, name: &str) {
    let source = format!("{}/tests/programs/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let compiled = Command::new("gcc")
        .args(["-shared", "-fPIC", "-o"])
        .args([format!("{name}.so"), source, "-ldl".to_owned()])
        .current_dir(situation.folder.path())
        .status()
        .unwrap();
    assert!(compiled.success());
}

/// Runs with a disk that is bad in this way.
fn with_bad_disk(situation: &Situation, how: &str) -> Output {
    preloaded(situation, "bad_disk");
    let line = format!("{how} LD_PRELOAD=./bad_disk.so exec $COMMAND {RUN}");
    shell(situation, &line)
}

#[test]
fn a_disk_whose_syncs_fail_stops_the_run() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    let output = with_bad_disk(&situation, "GOOD_SYNCS=5");
    stopped_at_once(&situation, &output);
    assert!(text(&output.stderr).contains("Input/output error"));
    goes_on(&situation);
}

#[test]
fn a_full_disk_stops_the_run_until_there_is_room() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    let output = with_bad_disk(&situation, "ROOM=30000");
    stopped_at_once(&situation, &output);
    assert!(text(&output.stderr).contains("No space left on device"));
    // What still fitted is there, with the torn line that a full disk leaves behind.
    let length = std::fs::metadata(situation.path("run.jsonl"))
        .unwrap()
        .len();
    assert_eq!(length, 30_000);
    goes_on(&situation);
}

#[test]
fn a_disk_that_is_full_from_the_start_stops_the_run_before_anything_is_sent() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    let output = with_bad_disk(&situation, "ROOM=0");
    says(
        &output,
        1,
        &[
            "The journal run.jsonl can no longer be written",
            "No space left on device",
        ],
    );
    assert_eq!(situation.accepted(USERS), 0);
    goes_on(&situation);
}

#[test]
fn outcomes_that_cannot_be_written_stop_the_run_with_a_good_journal() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    let run = RUN.replace("--quiet", "--rate 50");
    let output = shell(&situation, &format!("exec $COMMAND {run} > /dev/full"));
    says(
        &output,
        1,
        &[
            "the output cannot be written: No space left on device",
            "--resume",
        ],
    );
    let accepted = situation.accepted(USERS);
    assert!(accepted < USERS);
    let lines = journal(&situation.path("run.jsonl"));
    let on_record = lines.iter().filter(|line| line["status"] == "accepted");
    assert_eq!(on_record.count(), accepted);
    goes_on(&situation);
}

#[test]
fn a_full_device_is_refused_before_anything_is_sent() {
    let situation = Situation::of(2);
    situation.list("list", 2);
    let output = situation.run(&["users", "--from", "list", "--journal", "/dev/full"]);
    says(&output, 1, &["/dev/full is not an ordinary file"]);
    assert_eq!(situation.emulator.totals().requests, 0);
}

/// The number of a row of the table at the end.
fn row(output: &Output, name: &str) -> usize {
    let said = text(&output.stderr);
    let number = said
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    number.map_or(0, |number| number.trim().replace(',', "").parse().unwrap())
}

#[test]
fn totals_agree_with_the_journal_when_the_disk_is_full_and_when_it_is_still_full() {
    let situation = Situation::of(USERS);
    situation.list("list", USERS);
    preloaded(&situation, "bad_disk");
    let run = |room: usize, how: &str| {
        let line = format!(
            "ROOM={room} LD_PRELOAD=./bad_disk.so exec $COMMAND users --from list --journal run.jsonl --yes {how}"
        );
        shell(&situation, &line)
    };
    let first = run(30_000, "--concurrency 2");
    assert!(row(&first, "accepted") > 0);
    let recorded = std::fs::read_to_string(situation.path("run.jsonl")).unwrap();
    let (whole, _) = recorded.rsplit_once('\n').unwrap();
    let on_record = whole.matches("\"status\":\"accepted\"").count();
    assert_eq!(row(&first, "accepted"), on_record);
    let second = run(0, "--resume");
    says(&second, 1, &[&format!("holds {on_record} accepted users")]);
    assert_eq!(row(&second, "accepted before"), on_record);
    assert_eq!(row(&second, "never attempted"), USERS - on_record);
}

#[test]
fn a_call_whose_outcome_cannot_be_written_says_what_became_of_the_user() {
    let situation = Situation::new();
    let who = crate::support::ADELE;
    let output = shell(
        &situation,
        &format!("exec $COMMAND users {who} > /dev/full"),
    );
    says(
        &output,
        1,
        &["the output cannot be written", &format!("{who}: accepted")],
    );
    assert_eq!(situation.emulator.accepted(who), 1);
}
