//! The scenarios, through the Rust interface; and no token in whatever they show.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::sync::Mutex;
use std::time::Duration;

use graph_invalidate::{
    AccessToken, Api, CallKind, CallOptions, Client, ClientOptions, Cloud, Environment, Error,
    Outcome,
};
use support::scenario::{Call, Observed, Scenario, Site, all};

fn call(scenario: &Scenario, site: &Site, token: Option<&str>) -> Result<Outcome, Error> {
    let said = scenario.options(site);
    let mut options = ClientOptions::default();
    options.token = token.map(AccessToken::new).transpose()?;
    options.cloud = said.cloud.as_deref().map(Cloud::from_name).transpose()?;
    options.endpoint = said.endpoint;
    if let Some(api) = &said.api {
        options.api = Api::from_name(api)?;
    }
    options.timeout = said.timeout_ms.map(|ms| Duration::from_millis(ms.into()));
    options.proxy = said.proxy;
    options.ca_file = said.ca_file.map(Into::into);
    options.headers = said.headers.into_iter().collect();
    options.expect_tenant = said.expect_tenant;
    options.environment = Environment::of(said.environment.into_iter().collect());
    let client = Client::new(options)?;
    match (scenario.call, scenario.not_before.as_deref()) {
        (Call::Invalidate, _) => client.invalidate(&scenario.user, None),
        (Call::Show, _) => {
            let options = CallOptions::of_kind(CallKind::Show);
            client.call(&scenario.user, options, None)
        }
        (Call::Verify, Some("accepted")) => {
            let accepted = client.invalidate(&scenario.user, None)?;
            client.verify(&scenario.user, accepted.server_date.unwrap(), None)
        }
        (Call::Verify, not_before) => {
            client.verify(&scenario.user, not_before.unwrap().parse().unwrap(), None)
        }
    }
}

fn observe(result: &Result<Outcome, Error>) -> Observed {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(error) => error.outcome(),
    };
    Observed {
        status: outcome.status.name().to_owned(),
        http_status: outcome.http_status.unwrap_or(0),
        attempts: outcome.attempts,
        user: outcome.user.clone(),
        code: outcome.code.clone().unwrap_or_default(),
        message: outcome.message.clone().unwrap_or_default(),
        hint: outcome.hint.clone().unwrap_or_default(),
        sessions_valid_from: outcome
            .sessions_valid_from
            .map(graph_invalidate::rfc3339)
            .unwrap_or_default(),
    }
}

/// Keeps whatever is logged, by anybody in the process, however chatty.
struct Kept(Mutex<String>);

static LOG: Kept = Kept(Mutex::new(String::new()));

impl log::Log for Kept {
    fn enabled(&self, _metadata: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

#[test]
fn every_scenario_ends_as_it_says() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let site = Site::start(0);
    let scenarios = all();
    assert!(scenarios.len() >= 35);
    let mut lines = 0;
    for scenario in &scenarios {
        if scenario.name == "verify-nonsense-time" {
            continue; // unrepresentable in Rust: Client::verify takes a Timestamp
        }
        let token = scenario.arrange(&site.control);
        let result = call(scenario, &site, token.as_deref());
        scenario.judge(&observe(&result), &site.control);

        let shown = match &result {
            Ok(outcome) => format!("{outcome:?} {}", serde_json::to_string(outcome).unwrap()),
            Err(error) => format!(
                "{error} {error:?} {}",
                serde_json::to_string(error.outcome()).unwrap()
            ),
        };
        if let Some(token) = token.filter(|token| token.len() > 10) {
            let logged = std::mem::take(&mut *LOG.0.lock().unwrap());
            lines += logged.lines().count();
            // The signature alone would be enough to know the token by, and nobody could guess it.
            let secret = token.rsplit('.').next().unwrap();
            for shown in [shown, logged] {
                assert!(!shown.contains(secret), "{}: {shown}", scenario.name);
            }
        }
    }
    assert!(lines > 100, "hardly anything was logged: {lines}");
}
