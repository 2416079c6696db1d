//! The scenarios of runs, through the command: what its output, its table and its sentences show.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unreachable_pub)]
#[path = "../../tests/support"]
mod support {
    pub mod control;
    pub mod run_scenario;
    pub mod scenario;
}

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use graph_invalidate::Status;
use graph_invalidate_emulator::Emulator;
use serde_json::Value;
use support::control::Control;
use support::run_scenario::{Arranged, ObservedRun, RunScenario, Step, play_all};

/// The rows of the table at the end, and the fields of the progress that they show.
const ROWS: &[(&str, &str)] = &[
    ("accepted", "accepted"),
    ("verified", "verified"),
    ("planned", "planned"),
    ("selected", "planned"),
    ("accepted before", "accepted_before"),
    ("excluded", "excluded"),
    ("duplicates", "duplicates"),
    ("in flight at the end", "in_flight"),
    ("not verified", "unverified"),
    ("never attempted", "never_attempted"),
    ("failed", "failed"),
    ("added", "added"),
    ("still waiting", "waiting"),
    ("attempts", "attempts"),
    ("refused for the quota", "throttled"),
];

#[test]
fn every_scenario_of_runs_ends_as_it_says() {
    play_all(play);
}

fn play(scenario: &RunScenario, emulator: &Emulator, control: &Control) {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let token = scenario.begin(control);
    for (index, step) in scenario.runs.iter().enumerate() {
        let mut numbers = step.options.numbers().into_iter();
        if numbers.any(|(_, number)| number.is_some_and(|it| it.value().is_infinite())) {
            continue; // a time on the command line has an end
        }
        let arranged = step.arrange(control, &journal);
        let mut tokens: Vec<String> = token.iter().cloned().collect();
        tokens.extend(arranged.tokens_when_needed.iter().cloned());
        let mut observed = ObservedRun::default();
        if token.is_none() {
            // The command wants its token first, and sends nothing; a person gives it one and begins again.
            observed = Turn::new(emulator, step, &arranged, folder.path(), &[]).observe();
            let whole_list = arranged.users.len() as u64;
            observed
                .progress
                .insert("never_attempted".to_owned(), whole_list);
        }
        if !tokens.is_empty() {
            let needed = observed.tokens_needed;
            observed = Turn::new(emulator, step, &arranged, folder.path(), &tokens).observe();
            observed.tokens_needed += needed;
        }
        let name = format!("{} ({}), run {}", scenario.name, scenario.says, index + 1);
        step.judge(&name, &observed, control);
        let record = std::fs::read_to_string(&journal).unwrap_or_default();
        for token in &tokens {
            assert!(!record.contains(token), "{name}: the journal holds a token");
        }
    }
}

/// One process over one step.
struct Turn<'a> {
    step: &'a Step,
    command: Command,
    /// A pipe under the name of the token file: whoever opens it reads the next token.
    token_file: Option<(PathBuf, Vec<String>)>,
}

impl Turn<'_> {
    fn new<'a>(
        emulator: &Emulator,
        step: &'a Step,
        arranged: &Arranged,
        folder: &Path,
        tokens: &[String],
    ) -> Turn<'a> {
        let options = &step.options;
        let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
        let mut given: Vec<String> = Vec::new();
        let mut give = |name: &str, value: Option<String>| {
            given.extend(value.map(|value| format!("--{name}={value}")));
        };
        let path = |path: &Path| path.display().to_string();
        let selects = !options.group.is_empty() || options.filter.is_some() || options.everyone;
        // Without a list the directory chooses alone.
        if !options.verify_journal && (!selects || !arranged.users.is_empty()) {
            let list = folder.join("list.jsonl");
            let lines = arranged
                .users
                .iter()
                .map(|user| Value::from(user.as_str()).to_string() + "\n");
            std::fs::write(&list, lines.collect::<String>()).unwrap();
            give("from", Some(path(&list)));
        }
        for (name, values) in [
            ("exclude", &options.exclude),
            ("group", &options.group),
            ("exclude-group", &options.exclude_group),
        ] {
            for value in values {
                give(name, Some(value.clone()));
            }
        }
        give("filter", options.filter.clone());
        give("journal", arranged.journal.as_deref().map(path));
        give("api", options.api.clone());
        give(
            "timeout",
            Some(format!("{}ms", options.timeout_ms.unwrap_or(20_000))),
        );
        for (name, number) in options.numbers() {
            let name = name.replace('_', "-");
            let (name, unit) = name
                .strip_suffix("-ms")
                .map_or((name.as_str(), ""), |name| (name, "ms"));
            give(
                name,
                number.map(|number| format!("{}{unit}", number.value())),
            );
        }
        give("throttle-priority", options.throttle_priority.clone());
        give("expect-tenant", options.expect_tenant.clone());
        for (name, value) in &options.headers {
            give("header", Some(format!("{name}: {value}")));
        }
        give(
            "rate",
            options.rate.map(|rate| match rate.value() {
                f64::INFINITY => "unlimited".to_owned(),
                rate => rate.to_string(),
            }),
        );
        let flags = [
            ("--yes", !options.verify_journal && !options.who),
            ("--everyone", options.everyone),
            ("--guests", options.guests),
            ("--allow-empty", options.allow_empty),
            ("--resume", options.resume),
            ("--verify", options.verify),
            ("--dry-run", options.dry_run),
            (
                "--allow-unresolved-exclusions",
                options.allow_unresolved_exclusions,
            ),
        ];
        given.extend(
            flags
                .iter()
                .filter(|flag| flag.1)
                .map(|flag| flag.0.to_owned()),
        );
        command
            .arg(match (options.verify_journal, options.who) {
                (true, _) => "verify",
                (_, true) => "who",
                _ => "users",
            })
            .args(given)
            .args([
                "--output",
                "json",
                "--verbose",
                "--endpoint",
                emulator.url(),
            ])
            .env_remove("GRAPH_INVALIDATE_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let token_file = (!tokens.is_empty()).then(|| {
            let pipe = folder.join("token");
            let _ = std::fs::remove_file(&pipe);
            let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
            assert!(made.success());
            command.arg("--token-file").arg(&pipe);
            (pipe, tokens.to_vec())
        });
        Turn {
            step,
            command,
            token_file,
        }
    }

    fn observe(mut self) -> ObservedRun {
        let mut child = self.command.spawn().unwrap();
        if let Some((pipe, tokens)) = self.token_file.take() {
            std::thread::spawn(move || hand_out(&pipe, &tokens));
        }
        let mut said = child.stderr.take().unwrap();
        let said = std::thread::spawn(move || {
            let mut text = String::new();
            said.read_to_string(&mut text).unwrap();
            text
        });
        let mut observed = ObservedRun {
            outcomes: self.outcomes(&mut child),
            ..ObservedRun::default()
        };
        let status = child.wait().unwrap();
        let said = said.join().unwrap();
        read(&said, &mut observed);
        if status.code() == Some(2) && said.starts_with("error: ") {
            // The command line itself was refused, in its own words.
            observed.failure = Some((Status::InvalidOption.name().to_owned(), said));
        }
        observed
    }

    fn outcomes(&self, child: &mut Child) -> Vec<(String, String)> {
        let mut outcomes = Vec::new();
        let output = BufReader::new(child.stdout.take().unwrap());
        for line in output.lines().map_while(Result::ok) {
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["type"] == "summary" {
                continue;
            }
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            outcomes.push((text("user"), text("status")));
            if self.step.cancel_after == Some(outcomes.len()) {
                for _ in 0..2 {
                    let id = child.id().to_string();
                    Command::new("kill").args(["-INT", &id]).status().unwrap();
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
        }
        outcomes
    }
}

/// Gives a token to each who opens the pipe. The last one is given again and again: then there is no other one.
fn hand_out(pipe: &Path, tokens: &[String]) {
    const O_NONBLOCK: i32 = 0o4000;
    let last = tokens.last().cloned().unwrap();
    for token in tokens.iter().cloned().chain(std::iter::repeat_n(last, 3)) {
        let mut options = std::fs::OpenOptions::new();
        let Ok(mut file) = options.write(true).open(pipe) else {
            return;
        };
        let _ = file.write_all(token.as_bytes());
        drop(file);
        // As long as it can be opened without waiting, whoever read this token has not seen its end.
        options.custom_flags(O_NONBLOCK);
        while options.open(pipe).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Reads what was said on standard error.
fn read(said: &str, observed: &mut ObservedRun) {
    let sentences = || {
        said.lines()
            .filter_map(|line| line.strip_prefix("graph-invalidate: "))
    };
    let asked = [
        "the token has expired",
        "the run has stopped, because it needs another access token",
        "There is no access token",
    ];
    observed.tokens_needed = sentences()
        .filter(|sentence| asked.iter().any(|part| sentence.starts_with(part)))
        .count();
    observed.notice = sentences()
        .find(|sentence| sentence.starts_with("The journal holds"))
        .map(str::to_owned);
    observed.failure = sentences().find_map(|sentence| {
        let (name, rest) = sentence.split_once(": ")?;
        let is_status = Status::ALL.iter().any(|status| status.name() == name);
        is_status.then(|| (name.to_owned(), rest.to_owned()))
    });
    let mut progress = BTreeMap::new();
    for line in said.lines() {
        let row = ROWS.iter().find_map(|(name, field)| {
            let rest = line.strip_prefix(name)?.strip_prefix(' ')?.trim();
            Some((*field, rest.replace(',', "").parse::<u64>().ok()?))
        });
        if let Some((field, number)) = row {
            progress.insert(field.to_owned(), number);
        }
    }
    if !progress.is_empty() {
        for (_, field) in ROWS {
            progress.entry((*field).to_owned()).or_insert(0);
        }
    }
    observed.progress = progress;
}
