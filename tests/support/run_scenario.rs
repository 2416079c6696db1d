//! The language-neutral scenarios of runs: how one is read, arranged on an emulator, and judged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use graph_invalidate_emulator::Emulator;

use super::control::Control;
use super::scenario::{arrange, files, judge_headers, token};

/// How many generated users the tenant of these scenarios has.
pub const GENERATED_USERS: usize = 5_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunScenario {
    #[serde(skip)]
    pub name: String,
    pub says: String,
    #[serde(default)]
    token: Map<String, Value>,
    /// The steps, in their order, over one tenant and one journal.
    pub runs: Vec<Step>,
}

/// One run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    #[serde(default)]
    pub users: Vec<String>,
    /// Further users: this many generated ones, from the first on.
    #[serde(default)]
    pub generated: usize,
    #[serde(default)]
    pub options: RunOptions,
    /// The same options as they stand in the file.
    #[serde(skip)]
    pub given: Map<String, Value>,
    #[serde(default)]
    faults: Vec<Value>,
    quota: Option<Value>,
    /// How the tenant makes pages.
    pages: Option<Value>,
    /// What the tenant's index does not know yet.
    index: Option<Value>,
    /// The tokens to give, one after another, whenever the run needs one; it is cancelled when they are used up.
    #[serde(default)]
    tokens_when_needed: Vec<Map<String, Value>>,
    /// Cancels after so many outcomes.
    pub cancel_after: Option<usize>,
    /// Cuts so many bytes off the journal's end before the run.
    #[serde(default)]
    tear: u64,
    /// Appends this to the journal before the run.
    append: Option<String>,
    expect: Expectation,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunOptions {
    pub api: Option<String>,
    pub timeout_ms: Option<u32>,
    pub headers: BTreeMap<String, String>,
    pub expect_tenant: Option<String>,
    /// Writes the scenario's journal.
    pub journal: bool,
    pub resume: bool,
    pub verify: bool,
    pub dry_run: bool,
    pub verify_journal: bool,
    pub allow_unresolved_exclusions: bool,
    pub exclude: Vec<String>,
    pub batch_size: Option<Number>,
    pub concurrency: Option<Number>,
    /// Users a second.
    pub rate: Option<Number>,
    pub wait_ms: Option<Number>,
    pub deadline_ms: Option<Number>,
    pub resume_within_ms: Option<Number>,
    pub ahead: Option<Number>,
    pub max_failures: Option<Number>,
    pub throttle_priority: Option<String>,
    pub group: Vec<String>,
    pub exclude_group: Vec<String>,
    pub filter: Option<String>,
    pub everyone: bool,
    pub guests: bool,
    pub allow_empty: bool,
    pub who: bool,
}

/// Any number, or none that ends: `"unlimited"` for a pace, `"infinite"` for a time.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
pub enum Number {
    Given(f64),
    Endless(Endless),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endless {
    Unlimited,
    Infinite,
}

impl Number {
    pub fn value(self) -> f64 {
        match self {
            Number::Given(number) => number,
            Number::Endless(_) => f64::INFINITY,
        }
    }

    /// As languages have it whose numbers and times are whole, and of 32 bits.
    pub fn whole(self) -> Option<u32> {
        let number = self.value();
        (number.fract() == 0.0 && (0.0..=u32::MAX.into()).contains(&number))
            .then_some(number as u32)
    }
}

impl RunOptions {
    /// The numbers that C has as whole ones, by their names.
    pub fn numbers(&self) -> [(&'static str, Option<Number>); 7] {
        [
            ("batch_size", self.batch_size),
            ("concurrency", self.concurrency),
            ("ahead", self.ahead),
            ("max_failures", self.max_failures),
            ("wait_ms", self.wait_ms),
            ("deadline_ms", self.deadline_ms),
            ("resume_within_ms", self.resume_within_ms),
        ]
    }

    /// Whether whole numbers can say all of it.
    pub fn is_whole(&self) -> bool {
        let mut given = self.numbers().into_iter().filter_map(|(_, number)| number);
        given.all(|number| number.whole().is_some())
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expectation {
    /// How many outcomes of each status; no others may come.
    outcomes: BTreeMap<String, usize>,
    /// Any outcomes may come.
    any_outcomes: bool,
    /// The status of a user by name.
    users: BTreeMap<String, String>,
    /// Whose outcome comes last.
    last: Option<String>,
    /// The status with which the whole run ends early, or cannot begin.
    failure: Option<String>,
    failure_contains: Option<String>,
    notice_contains: Option<String>,
    /// How often another token was asked for.
    tokens_needed: usize,
    progress: BTreeMap<String, u64>,
    most_attempts: Option<u64>,
    /// The attempts are those that the service received in batches, and more than there are users. How many travel in
    /// one batch depends on how fast a language gives users.
    attempts_as_received: bool,
    /// How many different users the service accepted since the scenario began.
    accepted_users: Option<u64>,
    /// How often the service accepted this user since the scenario began.
    accepted: BTreeMap<String, u64>,
    /// Headers of the last request.
    headers: BTreeMap<String, String>,
}

/// What a language's own interface showed.
#[derive(Debug, Default)]
pub struct ObservedRun {
    /// User and status of each outcome, as they came.
    pub outcomes: Vec<(String, String)>,
    pub failure: Option<(String, String)>,
    pub notice: Option<String>,
    pub tokens_needed: usize,
    pub progress: BTreeMap<String, u64>,
}

/// A step that is ready to be run.
pub struct Arranged {
    pub users: Vec<String>,
    pub tokens_when_needed: Vec<String>,
    pub journal: Option<PathBuf>,
}

/// Every scenario, in the order of their names.
pub fn all() -> Vec<RunScenario> {
    files("tests/scenarios/runs")
        .into_iter()
        .map(|(name, text)| {
            let mut scenario: RunScenario =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            scenario.name = name;
            let file: Value = serde_json::from_str(&text).unwrap();
            for (index, step) in scenario.runs.iter_mut().enumerate() {
                let options = file["runs"][index]["options"].as_object();
                step.given = options.cloned().unwrap_or_default();
            }
            scenario
        })
        .collect()
}

impl RunScenario {
    /// Empties the tenant; gives the token to begin with.
    pub fn begin(&self, emulator: &Control) -> Option<String> {
        emulator.post("reset", &json!({}));
        token(&self.token, emulator)
    }
}

impl Step {
    pub fn arrange(&self, emulator: &Control, journal: &Path) -> Arranged {
        arrange(&self.faults, self.quota.as_ref(), emulator);
        for (what, said) in [("pages", &self.pages), ("index", &self.index)] {
            if let Some(said) = said {
                emulator.post(what, said);
            }
        }
        if self.tear > 0 || self.append.is_some() {
            let mut text = std::fs::read(journal).unwrap();
            text.truncate(text.len() - self.tear as usize);
            text.extend_from_slice(self.append.as_deref().unwrap_or_default().as_bytes());
            std::fs::write(journal, text).unwrap();
        }
        let generated = (1..=self.generated).map(|n| format!("user{n:06}@contoso.example"));
        let tokens = self.tokens_when_needed.iter();
        let uses_journal =
            self.options.journal || self.options.resume || self.options.verify_journal;
        Arranged {
            users: self.users.iter().cloned().chain(generated).collect(),
            tokens_when_needed: tokens
                .filter_map(|description| token(description, emulator))
                .collect(),
            journal: uses_journal.then(|| journal.to_owned()),
        }
    }

    pub fn judge(&self, name: &str, observed: &ObservedRun, emulator: &Control) {
        let expect = &self.expect;
        let shown = || {
            let few: Vec<_> = observed.outcomes.iter().take(8).collect();
            format!(
                "{name}: {few:?} … {:?} {:?} {:?}",
                observed.failure, observed.notice, observed.progress
            )
        };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        // What there is to know of a selection is no user's outcome; the command says it before the run.
        let of_users = observed.outcomes.iter();
        for (_, status) in of_users.filter(|it| it.1 != "selection_remark") {
            *counts.entry(status.clone()).or_default() += 1;
        }
        if !expect.any_outcomes {
            assert_eq!(counts, expect.outcomes, "{}", shown());
        }
        for (user, status) in &expect.users {
            let found = observed.outcomes.iter().find(|(name, _)| name == user);
            assert_eq!(found.map(|it| &it.1), Some(status), "{user}: {}", shown());
        }
        if let Some(last) = &expect.last {
            assert_eq!(
                observed.outcomes.last().map(|it| &it.0),
                Some(last),
                "{}",
                shown()
            );
        }
        let failure = observed.failure.as_ref();
        assert_eq!(
            failure.map(|it| &it.0),
            expect.failure.as_ref(),
            "{}",
            shown()
        );
        if let Some(part) = &expect.failure_contains {
            assert!(failure.is_some_and(|it| it.1.contains(part)), "{}", shown());
        }
        if let Some(part) = &expect.notice_contains {
            let notice = observed.notice.as_deref().unwrap_or_default();
            assert!(notice.contains(part), "{}", shown());
        }
        assert_eq!(observed.tokens_needed, expect.tokens_needed, "{}", shown());
        for (field, number) in &expect.progress {
            assert_eq!(
                observed.progress.get(field),
                Some(number),
                "{field}: {}",
                shown()
            );
        }
        if let Some(most) = expect.most_attempts {
            assert!(observed.progress["attempts"] <= most, "{}", shown());
        }
        if expect.attempts_as_received {
            let attempts = observed.progress["attempts"];
            assert_eq!(emulator.get("requests")["items"], attempts, "{}", shown());
            assert!(attempts > observed.progress["added"], "{}", shown());
        }
        if let Some(users) = expect.accepted_users {
            assert_eq!(emulator.get("requests")["users"], users, "{}", shown());
        }
        judge_headers(name, &expect.headers, &emulator.get("requests"));
        for (user, count) in &expect.accepted {
            let record = emulator.text(&format!("accepted?user={user}"));
            let line = record.lines().find(|line| line.starts_with('{'));
            let record: Option<Value> = line.map(|line| serde_json::from_str(line).unwrap());
            let accepted = record.map_or(0, |record| record["count"].as_u64().unwrap());
            assert_eq!(accepted, *count, "{user}: {}", shown());
        }
    }
}

/// Plays every scenario on one emulator, and fails at the end with the names of those that failed.
pub fn play_all(play: fn(&RunScenario, &Emulator, &Control)) {
    let emulator = Emulator::builder().users(GENERATED_USERS).start().unwrap();
    let control = Control::of(emulator.url());
    let scenarios = all();
    assert!(scenarios.len() >= 30, "{}", scenarios.len());
    let mut failed = Vec::new();
    for scenario in &scenarios {
        let ended = std::panic::catch_unwind(|| play(scenario, &emulator, &control));
        if ended.is_err() {
            failed.push(&scenario.name);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}
