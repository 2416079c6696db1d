//! Ends before the end: signals, and a standard output that nobody reads any more.

#![cfg(unix)]

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use graph_invalidate_emulator::{Fault, FaultKind};

use crate::support::{ADELE, Situation, code, ends, journal, says, text, user};

fn signal(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status().unwrap();
    assert!(sent.success());
}

/// Starts it as a terminal does: whoever started the tests may ignore SIGHUP, which children inherit.
fn start(situation: &Situation, arguments: &[&str]) -> Child {
    let command = situation.command(arguments);
    let mut with_signals = Command::new("env");
    with_signals
        .arg("--default-signal=HUP")
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => with_signals.env(name, value),
            None => with_signals.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        with_signals.current_dir(folder);
    }
    with_signals.spawn().unwrap()
}

fn until(what: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !what() {
        assert!(Instant::now() < deadline, "it never came to pass");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn ctrl_c_during_one_call_waits_two_seconds_for_the_answer() {
    let situation = Situation::new();
    for (name, status) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        situation.emulator.arm(Fault::once(FaultKind::Stall));
        let before = situation.emulator.requests().len();
        let child = start(&situation, &["users", ADELE]);
        until(|| situation.emulator.requests().len() > before);
        let begin = Instant::now();
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        ends(&output, status);
        assert!(begin.elapsed() < Duration::from_secs(4));
        assert!(text(&output.stdout).contains("cancelled"));
    }
}

#[test]
fn a_signal_during_a_run_sends_nothing_new_and_tells_how_to_go_on() {
    for (name, status) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let situation = Situation::of(400);
        situation.list("list", 400);
        let run = [
            "users",
            "--from",
            "list",
            "--journal",
            "run.jsonl",
            "--rate",
            "50",
            "--yes",
        ];
        let child = start(&situation, &run);
        until(|| situation.accepted(60) >= 20);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        says(
            &output,
            status,
            &[
                "stopping",
                "never attempted",
                "--journal run.jsonl --rate 50 --yes --resume",
            ],
        );
        let accepted = situation.accepted(400);
        let recorded = journal(&situation.path("run.jsonl"));
        let lines = recorded.iter().filter(|line| line["status"] == "accepted");
        assert_eq!(lines.count(), accepted, "who was on the way was awaited");
        assert_eq!(recorded.last().unwrap()["reason"], "cancelled");
        let fast: Vec<&str> = run
            .into_iter()
            .filter(|it| !["--rate", "50"].contains(it))
            .collect();
        ends(&situation.run(&[&fast[..], &["--resume"]].concat()), 0);
        let twice = (1..=400).filter(|it| situation.emulator.accepted(&user(*it)) != 1);
        assert_eq!(twice.count(), 0);
    }
}

#[test]
fn answers_that_never_come_are_awaited_for_two_seconds_and_not_at_all_when_asked_twice() {
    for (signals, least, most) in [(1, 1_900, 3_500), (2, 0, 1_900)] {
        let situation = Situation::of(40);
        situation.list("list", 40);
        let mut stall = Fault::once(FaultKind::Stall);
        stall.times = 9;
        stall.path_contains = Some("$batch".to_owned());
        situation.emulator.arm(stall);
        let child = situation.start(&["users", "--from", "list", "--journal", "run.jsonl"]);
        until(|| !situation.emulator.requests().is_empty());
        let begin = Instant::now();
        for number in 0..signals {
            std::thread::sleep(Duration::from_millis(200 * number));
            signal(&child, "-INT");
        }
        let output = child.wait_with_output().unwrap();
        says(&output, 130, &["in flight at the end"]);
        let taken = begin.elapsed().as_millis();
        assert!(
            (least..most).contains(&taken),
            "{signals} signals: {taken} ms"
        );
    }
}

/// Runs it with a standard output that nobody reads from the very beginning.
fn with_closed_output(situation: &Situation, arguments: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = situation.command(arguments);
    command.stdout(writer).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // What the command was made of keeps a writer of its own, which harms nobody.
    child.wait_with_output().unwrap()
}

#[test]
fn a_closed_standard_output_ends_it_quietly_with_a_good_journal() {
    let situation = Situation::of(400);
    situation.list("list", 400);
    let output = with_closed_output(
        &situation,
        &[
            "users",
            "--from",
            "list",
            "--journal",
            "run.jsonl",
            "--yes",
            "--rate",
            "100",
        ],
    );
    assert_eq!(code(&output), 141);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let accepted = situation.accepted(400);
    assert!(accepted < 400);
    let recorded = journal(&situation.path("run.jsonl"));
    let lines = recorded.iter().filter(|line| line["status"] == "accepted");
    assert_eq!(lines.count(), accepted);
    assert_eq!(recorded.last().unwrap()["type"], "summary");

    let output = with_closed_output(&situation, &["users", ADELE]);
    assert_eq!(code(&output), 141);
    assert!(output.stderr.is_empty());
}

/// Under `nohup` the end of the terminal is nobody's business.
#[test]
#[cfg(target_os = "linux")]
fn a_run_that_ignores_hanging_up_goes_on() {
    let situation = Situation::of(100);
    situation.list("list", 100);
    let child = situation.command(&[]).get_program().to_owned();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' HUP; exec \"$0\" users --from list --rate 50"])
        .arg(child)
        .current_dir(situation.folder.path())
        .env("GRAPH_INVALIDATE_ENDPOINT", situation.emulator.url())
        .env("GRAPH_INVALIDATE_TOKEN", &situation.token)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = shell.spawn().unwrap();
    until(|| situation.accepted(60) >= 20);
    signal(&child, "-HUP");
    ends(&child.wait_with_output().unwrap(), 0);
    assert_eq!(situation.accepted(100), 100);
}
