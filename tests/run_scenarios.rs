//! The scenarios of runs, through the Rust interface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, Api, Client, ClientOptions, Error, Next, Progress, Rate, Run, RunMode, RunOptions,
};
use graph_invalidate_emulator::Emulator;
use support::control::Control;
use support::run_scenario::{Arranged, Number, ObservedRun, RunScenario, Step, play_all};

fn options(step: &Step, arranged: &Arranged) -> RunOptions {
    let said = &step.options;
    let whole = |number: Option<Number>| number.and_then(Number::whole);
    let mut options = RunOptions::default();
    options.select.group.clone_from(&said.group);
    options.select.exclude_group.clone_from(&said.exclude_group);
    options.select.filter.clone_from(&said.filter);
    options.select.everyone = said.everyone;
    options.select.guests = said.guests;
    options.select.allow_empty = said.allow_empty;
    options.mode = match (said.dry_run, said.verify_journal) {
        _ if said.who => RunMode::Select,
        (true, _) => RunMode::DryRun,
        (_, true) => RunMode::VerifyJournal,
        _ => RunMode::Invalidate,
    };
    options.verify = said.verify;
    options.resume = said.resume;
    options.journal.clone_from(&arranged.journal);
    options.exclude.clone_from(&said.exclude);
    options.allow_unresolved_exclusions = said.allow_unresolved_exclusions;
    options.batch_size = whole(said.batch_size);
    options.concurrency = whole(said.concurrency);
    options.rate = match said.rate.map(Number::value) {
        None => Rate::PublishedQuota,
        Some(f64::INFINITY) => Rate::Unlimited,
        Some(rate) => Rate::PerSecond(rate),
    };
    let duration = |ms: Option<Number>| whole(ms).map(|ms| Duration::from_millis(ms.into()));
    options.wait = duration(said.wait_ms);
    options.deadline = duration(said.deadline_ms);
    options.resume_within = duration(said.resume_within_ms);
    options.ahead = whole(said.ahead);
    options.max_failures = whole(said.max_failures);
    options
        .throttle_priority
        .clone_from(&said.throttle_priority);
    options
}

fn client(step: &Step, emulator: &Emulator, token: Option<&str>) -> Client {
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = token.map(|token| AccessToken::new(token).unwrap());
    if let Some(api) = &step.options.api {
        options.api = Api::from_name(api).unwrap();
    }
    let timeout = step.options.timeout_ms.unwrap_or(20_000);
    options.timeout = Some(Duration::from_millis(timeout.into()));
    options.headers = step.options.headers.clone().into_iter().collect();
    options
        .expect_tenant
        .clone_from(&step.options.expect_tenant);
    Client::new(options).unwrap()
}

fn failed(error: &Error) -> Option<(String, String)> {
    Some((error.status().name().to_owned(), error.to_string()))
}

fn observe(step: &Step, client: &Client, arranged: &Arranged) -> ObservedRun {
    let mut observed = ObservedRun::default();
    let run = match client.run(options(step, arranged)) {
        Ok(run) => run,
        Err(error) => {
            observed.failure = failed(&error);
            return observed;
        }
    };
    observed.notice = run.notice().map(str::to_owned);
    run.add(&arranged.users).unwrap();
    run.finish_input().unwrap();
    let mut tokens = arranged.tokens_when_needed.iter();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        assert!(Instant::now() < deadline, "{observed:?}");
        match run.next(Duration::from_secs(1)) {
            Ok(Next::Outcome(outcome)) => {
                let status = outcome.status.name().to_owned();
                observed.outcomes.push((outcome.user, status));
                if step.cancel_after == Some(observed.outcomes.len()) {
                    run.cancel();
                }
            }
            Ok(Next::TokenNeeded(_)) => {
                observed.tokens_needed += 1;
                match tokens.next() {
                    Some(token) => client.set_token(AccessToken::new(token).unwrap()),
                    None => run.cancel(),
                }
            }
            Ok(Next::Done) => break,
            Ok(_) => {}
            Err(error) => {
                observed.failure = failed(&error);
                assert_eq!(run.next(Duration::ZERO).err(), Some(error), "said again");
                break;
            }
        }
    }
    observed.progress = counts(&run);
    observed
}

fn counts(run: &Run) -> BTreeMap<String, u64> {
    let Progress {
        added,
        duplicates,
        excluded,
        accepted_before,
        accepted,
        verified,
        failed,
        planned,
        waiting,
        never_attempted,
        in_flight,
        unverified,
        attempts,
        throttled,
        ..
    } = run.progress().unwrap();
    [
        ("added", added),
        ("duplicates", duplicates),
        ("excluded", excluded),
        ("accepted_before", accepted_before),
        ("accepted", accepted),
        ("verified", verified),
        ("failed", failed),
        ("planned", planned),
        ("waiting", waiting),
        ("never_attempted", never_attempted),
        ("in_flight", in_flight),
        ("unverified", unverified),
        ("attempts", attempts),
        ("throttled", throttled),
    ]
    .map(|(name, number)| (name.to_owned(), number))
    .into()
}

/// Nothing secret may stand in a journal.
fn assert_no_token(journal: &Path, token: Option<&str>) {
    if let (Ok(text), Some(token)) = (std::fs::read_to_string(journal), token) {
        assert!(!text.contains(token), "{}", journal.display());
    }
}

#[test]
fn every_scenario_of_runs_ends_as_it_says() {
    play_all(play);
}

fn play(scenario: &RunScenario, emulator: &Emulator, control: &Control) {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let token = scenario.begin(control);
    for (index, step) in scenario.runs.iter().enumerate() {
        if !step.options.is_whole() {
            continue; // unrepresentable: numbers are unsigned
        }
        let arranged = step.arrange(control, &journal);
        let client = client(step, emulator, token.as_deref());
        let observed = observe(step, &client, &arranged);
        let name = format!("{} ({}), run {}", scenario.name, scenario.says, index + 1);
        step.judge(&name, &observed, control);
        assert_no_token(&journal, token.as_deref());
    }
}
