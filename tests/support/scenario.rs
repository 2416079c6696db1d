//! The language-neutral scenarios: how one is read, arranged on an emulator, and judged.

use std::path::Path;

use graph_invalidate_emulator::{Emulator, Fault, TokenRequest};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(skip)]
    pub name: String,
    pub says: String,
    #[serde(default)]
    pub call: Call,
    pub user: String,
    #[serde(default)]
    pub token: TokenChoice,
    #[serde(default)]
    pub options: Options,
    #[serde(default)]
    pub faults: Vec<Value>,
    pub quota: Option<Quota>,
    pub not_before: Option<String>,
    pub expect: Expectation,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Call {
    #[default]
    Invalidate,
    Verify,
}

/// `none`, a literal `text`, or what the emulator is to mint.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenChoice {
    pub none: bool,
    pub text: Option<String>,
    user: Option<String>,
    application: bool,
    permissions: Option<Vec<String>>,
    audience: Option<String>,
    expires_in: Option<i64>,
    not_before_in: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    pub api: Option<String>,
    /// Instead of the emulator's endpoint: nothing can be sent then.
    pub cloud: Option<String>,
    pub timeout_ms: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    capacity: f64,
    per_second: f64,
    /// How much of it is used up before the call.
    used: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    status: String,
    http_status: Option<u16>,
    code: Option<String>,
    user: Option<String>,
    message_contains: Option<String>,
    hint_contains: Option<String>,
    attempts: Option<u32>,
    requests: Option<usize>,
    path: Option<String>,
}

/// What a language's own interface showed.
#[derive(Debug, Default)]
pub struct Observed {
    pub status: String,
    pub http_status: u16,
    pub attempts: u32,
    pub user: String,
    pub code: String,
    pub message: String,
    pub hint: String,
}

/// Every scenario, in the order of their names.
pub fn all() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut scenarios: Vec<Scenario> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter(|path| !path.ends_with("schema.json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let mut scenario: Scenario =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            scenario.name = name;
            scenario
        })
        .collect();
    scenarios.sort_by(|a, b| a.name.cmp(&b.name));
    scenarios
}

impl Scenario {
    /// Arranges the situation; gives the token to call with.
    pub fn arrange(&self, emulator: &Emulator) -> Option<String> {
        emulator.reset();
        let token = &self.token;
        let text = match &token.text {
            Some(text) => text.clone(),
            None => {
                let mut request = TokenRequest::default();
                request.user.clone_from(&token.user);
                request.application = token.application;
                request.permissions.clone_from(&token.permissions);
                request.audience.clone_from(&token.audience);
                request.expires_in = token.expires_in;
                request.not_before_in = token.not_before_in;
                emulator.mint(&request).unwrap().access_token
            }
        };
        for fault in &self.faults {
            emulator.arm(
                Fault::from_json(fault.clone())
                    .unwrap_or_else(|error| panic!("{}: {error}", self.name)),
            );
        }
        if let Some(quota) = &self.quota {
            emulator.set_quota(quota.capacity, quota.per_second);
            emulator.use_quota(quota.used);
        }
        (!token.none).then_some(text)
    }

    /// Holds what was observed, and what reached the emulator, against the expectation.
    pub fn judge(&self, observed: &Observed, emulator: &Emulator) {
        let name = &self.name;
        let expect = &self.expect;
        let requests = emulator.requests();
        assert_eq!(
            observed.status, expect.status,
            "{name} ({}): {observed:?}",
            self.says
        );
        if let Some(http_status) = expect.http_status {
            assert_eq!(observed.http_status, http_status, "{name}: {observed:?}");
        }
        if let Some(attempts) = expect.attempts {
            assert_eq!(observed.attempts, attempts, "{name}: {observed:?}");
        }
        if let Some(user) = &expect.user {
            assert_eq!(&observed.user, user, "{name}");
        }
        if let Some(code) = &expect.code {
            assert_eq!(&observed.code, code, "{name}: {observed:?}");
        }
        if let Some(part) = &expect.message_contains {
            assert!(observed.message.contains(part), "{name}: {observed:?}");
        }
        if let Some(part) = &expect.hint_contains {
            assert!(observed.hint.contains(part), "{name}: {observed:?}");
        }
        if let Some(count) = expect.requests {
            assert_eq!(requests.len(), count, "{name}: {requests:?}");
        }
        if let Some(path) = &expect.path {
            assert_eq!(
                requests.last().map(|request| &request.path),
                Some(path),
                "{name}"
            );
        }
    }
}
