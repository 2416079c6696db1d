//! The judge of every language: puts each scenario to a language's driver, and holds what it answers against the file.
//!
//! The suites of `cargo xtask test` run it with the words of a driver's command line in GRAPH_INVALIDATE_TEST_DRIVER,
//! one a line. The protocol is described in tests/scenarios/README.md.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;

use serde_json::{Value, json};
use support::driver::{Answer, Driver, IdentitiesAnswer, RunAnswer};
use support::identities::{self, Identities};
use support::run_scenario::{self, GENERATED_USERS, RunScenario};
use support::scenario::{self, Scenario, Site};
use support::sign_in_scenario::{self, SignInScenario};

/// Judges at work at a time, each with a driver and an emulator of its own: most of a scenario is waiting.
const JUDGES: usize = 3;

/// One test: a scenario, and in identities' case by what they call.
enum Test {
    Call(Scenario),
    Run(RunScenario),
    SignIn(SignInScenario),
    Identities(Identities, &'static str),
}

struct Judge {
    driver: Driver,
    site: Site,
}

fn main() -> ExitCode {
    let Ok(words) = std::env::var("GRAPH_INVALIDATE_TEST_DRIVER") else {
        eprintln!("GRAPH_INVALIDATE_TEST_DRIVER names no driver: run cargo xtask test LANGUAGE");
        return ExitCode::FAILURE;
    };
    let words: Vec<String> = words.lines().map(str::to_owned).collect();
    // Names of scenarios, or parts of them, as with any other test.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let mut tests = tests();
    tests.retain(|test| {
        let name = test.name();
        wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()))
    });
    let count = tests.len();
    let left = Mutex::new(tests.into_iter());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..JUDGES.min(count) {
            scope.spawn(|| {
                let mut judge = Judge {
                    driver: Driver::new(words.clone()),
                    site: Site::start(GENERATED_USERS),
                };
                // Taken in a statement of its own, so that nobody waits for the lock while a scenario is played.
                loop {
                    let next = left.lock().unwrap().next();
                    let Some(test) = next else { break };
                    if !judge.play(&test) {
                        failed.lock().unwrap().push(test.name());
                    }
                }
            });
        }
    });
    close(count, &failed.into_inner().unwrap())
}

/// Every scenario there is.
fn tests() -> Vec<Test> {
    let mut tests: Vec<Test> = scenario::all().into_iter().map(Test::Call).collect();
    tests.extend(run_scenario::all().into_iter().map(Test::Run));
    tests.extend(sign_in_scenario::all().into_iter().map(Test::SignIn));
    for scenario in identities::all() {
        tests.push(Test::Identities(scenario.clone(), "threads"));
        tests.push(Test::Identities(scenario, "tasks"));
    }
    tests
}

fn close(count: usize, failed: &[String]) -> ExitCode {
    for name in failed {
        println!("failed: {name}");
    }
    let ok = failed.is_empty() && count > 0;
    println!(
        "\ntest result: {}. {} passed; {} failed; 0 ignored",
        if ok { "ok" } else { "FAILED" },
        count - failed.len(),
        failed.len()
    );
    if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Test {
    fn name(&self) -> String {
        match self {
            Test::Call(scenario) => format!("calls/{}", scenario.name),
            Test::Run(scenario) => format!("runs/{}", scenario.name),
            Test::SignIn(scenario) => format!("sign-in/{}", scenario.name),
            Test::Identities(scenario, by) => format!("identities/{} by {by}", scenario.name),
        }
    }
}

impl Judge {
    /// Plays a test in a thread of its name, which a panic tells; false when it failed.
    fn play(&mut self, test: &Test) -> bool {
        let name = test.name();
        // The driver is started anew after a failure, and the emulator emptied: nothing of it is left.
        let passed = std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name(name.clone())
                .spawn_scoped(scope, || match test {
                    Test::Call(scenario) => self.call(scenario),
                    Test::Run(scenario) => self.run(scenario),
                    Test::SignIn(scenario) => self.sign_in(scenario),
                    Test::Identities(scenario, by) => self.identities(scenario, by),
                })
                .unwrap()
                .join()
                .is_ok()
        });
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        passed
    }

    /// Puts a situation; an answer that says that the language cannot express it, and why, ends the scenario well.
    fn ask<T: serde::de::DeserializeOwned>(
        &mut self,
        situation: &Value,
        secret: Option<&str>,
    ) -> Option<(T, String)> {
        let line = self.driver.ask(situation);
        // The signature alone would be enough to know a token by, and nobody could guess it.
        if let Some(secret) = secret.filter(|secret| secret.len() > 10) {
            let signature = secret.rsplit('.').next().unwrap();
            assert!(
                !line.contains(signature),
                "the driver shows a token: {line}"
            );
        }
        let answer: Value = serde_json::from_str(&line).unwrap();
        if let Some(why) = answer.get("inexpressible") {
            let current = std::thread::current();
            let name = current.name().unwrap_or_default();
            println!("{name} cannot be expressed: {why}");
            return None;
        }
        let read = serde_json::from_value(answer).unwrap_or_else(|error| panic!("{error}: {line}"));
        Some((read, line))
    }

    fn call(&mut self, scenario: &Scenario) {
        let token = scenario.arrange(&self.site.control);
        let situation = scenario.situation(&self.site, token.as_deref());
        if let Some((answer, _)) = self.ask::<Answer>(&situation, token.as_deref()) {
            scenario.judge(&answer.into(), &self.site.control);
        }
    }

    fn run(&mut self, scenario: &RunScenario) {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.jsonl");
        let token = scenario.begin(&self.site.control);
        for (index, step) in scenario.runs.iter().enumerate() {
            let arranged = step.arrange(&self.site.control, &journal);
            let situation = step.situation(&arranged, self.site.url(), token.as_deref());
            if let Some((answer, _)) = self.ask::<RunAnswer>(&situation, token.as_deref()) {
                let name = format!("{} ({}), run {}", scenario.name, scenario.says, index + 1);
                step.judge(&name, &answer.into(), &self.site.control);
            }
            if let (Ok(text), Some(token)) = (std::fs::read_to_string(&journal), &token) {
                assert!(!text.contains(token.as_str()), "the journal holds a token");
            }
        }
    }

    fn identities(&mut self, scenario: &Identities, by: &str) {
        let tokens = scenario.arrange(&self.site.control);
        let situation = scenario.situation(self.site.url(), &tokens, by);
        if let Some((answer, line)) = self.ask::<IdentitiesAnswer>(&situation, None) {
            for token in &tokens {
                assert!(!line.contains(token), "the driver shows a token: {line}");
            }
            scenario.judge(&answer.identities, &self.site.control);
        }
    }

    fn sign_in(&mut self, scenario: &SignInScenario) {
        let arranged = scenario.arrange(&self.site.control, &self.site.emulator);
        let situation = scenario.situation(&arranged, self.site.url());
        if let Some((answer, line)) = self.ask::<Answer>(&situation, None) {
            scenario.judge(&answer.into(), &line, &self.site.control);
        }
    }
}

/// The client's options of a situation: those that are given, and an environment in which nothing is set.
fn client_options(given: &[(&str, Value)]) -> Value {
    let mut options = json!({"environment": {}});
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        options[*name] = value.clone();
    }
    options
}

/// Null where there are none.
fn headers(given: &BTreeMap<String, String>) -> Value {
    if given.is_empty() {
        Value::Null
    } else {
        json!(given)
    }
}

impl Scenario {
    fn situation(&self, site: &Site, token: Option<&str>) -> Value {
        let options = self.options(site);
        let client = client_options(&[
            ("token", json!(token)),
            ("cloud", json!(options.cloud)),
            ("endpoint", json!(options.endpoint)),
            ("api", json!(options.api)),
            ("timeout_ms", json!(options.timeout_ms)),
            ("proxy", json!(options.proxy)),
            ("ca_file", json!(options.ca_file)),
            ("headers", headers(&options.headers)),
            ("expect_tenant", json!(options.expect_tenant)),
            ("environment", json!(options.environment)),
        ]);
        let invalidate = json!({"call": "invalidate", "user": self.user});
        let verify = json!({"call": "verify", "user": self.user});
        let calls = match (self.call, self.not_before.as_deref()) {
            (scenario::Call::Invalidate, _) => vec![invalidate],
            (scenario::Call::Show, _) => vec![json!({"call": "show", "user": self.user})],
            (scenario::Call::Verify, Some("accepted")) => vec![invalidate, verify],
            (scenario::Call::Verify, not_before) => {
                let mut verify = verify;
                verify["not_before"] = json!(not_before);
                vec![verify]
            }
        };
        json!({"client": client, "calls": calls})
    }
}

impl Identities {
    fn situation(&self, emulator: &str, tokens: &[String], by: &str) -> Value {
        let client =
            client_options(&[("endpoint", json!(emulator)), ("timeout_ms", json!(20_000))]);
        let identities: Vec<Value> = self
            .identities
            .iter()
            .zip(tokens)
            .map(|(identity, token)| {
                json!({"token": token, "user": identity.user, "calls": identity.calls})
            })
            .collect();
        json!({"client": client, "identities": identities, "by": by, "in_runs": self.runs})
    }
}

impl run_scenario::Step {
    fn situation(
        &self,
        arranged: &run_scenario::Arranged,
        emulator: &str,
        token: Option<&str>,
    ) -> Value {
        let client = client_options(&[
            ("token", json!(token)),
            ("endpoint", json!(emulator)),
            ("api", json!(self.options.api)),
            (
                "timeout_ms",
                json!(self.options.timeout_ms.unwrap_or(20_000)),
            ),
            ("headers", headers(&self.options.headers)),
            ("expect_tenant", json!(self.options.expect_tenant)),
        ]);
        let mut options = self.given.clone();
        for name in ["api", "timeout_ms", "headers", "expect_tenant", "journal"] {
            options.remove(name);
        }
        if let Some(journal) = &arranged.journal {
            options.insert("journal".to_owned(), json!(journal));
        }
        let mut situation = json!({
            "client": client,
            "run": options,
            "users": arranged.users,
            "tokens_when_needed": arranged.tokens_when_needed,
        });
        if let Some(count) = self.cancel_after {
            situation["cancel_after"] = json!(count);
        }
        situation
    }
}

impl SignInScenario {
    fn situation(&self, arranged: &sign_in_scenario::Arranged, emulator: &str) -> Value {
        let mut credential = json!(arranged.credential);
        for name in ["send_certificate_chain", "token_proxy"] {
            if let Some(switch) = credential.get_mut(name) {
                *switch = json!(*switch == "1");
            }
        }
        let environment: serde_json::Map<String, Value> = arranged
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        credential["environment"] = Value::Object(environment);
        let client = client_options(&[
            ("credential", credential),
            ("cloud", json!(self.options.cloud)),
            ("endpoint", json!(self.options.endpoint.then_some(emulator))),
            ("timeout_ms", json!(self.options.timeout_ms)),
        ]);
        let calls: Vec<Value> = self
            .calls
            .iter()
            .map(|call| match call {
                sign_in_scenario::Call::SignIn => json!({"call": "sign_in"}),
                sign_in_scenario::Call::Invalidate => {
                    json!({"call": "invalidate", "user": sign_in_scenario::USER})
                }
            })
            .collect();
        json!({"client": client, "calls": calls})
    }
}
