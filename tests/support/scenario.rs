//! The language-neutral scenarios: how one is read, arranged on an emulator, and judged.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use graph_invalidate_emulator::Emulator;
use tempfile::NamedTempFile;

use super::control::Control;

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
    token: Map<String, Value>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    faults: Vec<Value>,
    quota: Option<Value>,
    pub not_before: Option<String>,
    pub expect: Expectation,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Call {
    #[default]
    Invalidate,
    Verify,
    /// Verification without a time.
    Show,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    pub api: Option<String>,
    /// Instead of the emulator's endpoint.
    pub cloud: Option<String>,
    pub endpoint: Option<String>,
    pub timeout_ms: Option<u32>,
    pub proxy: Option<String>,
    pub ca_file: Option<String>,
    pub headers: BTreeMap<String, String>,
    pub expect_tenant: Option<String>,
    /// The variables that are set; no others are.
    pub environment: BTreeMap<String, String>,
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
    /// Whether the outcome says from when sessions are valid.
    sessions_valid_from: Option<bool>,
    requests: Option<usize>,
    path: Option<String>,
    /// Headers of the last request.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// The tenant of the scenarios: an emulator, which is a proxy to the clouds' own hosts as well, and what speaks for it
/// there.
pub struct Site {
    pub emulator: Emulator,
    pub control: Control,
    authority: NamedTempFile,
}

impl Site {
    pub fn start(users: usize) -> Site {
        let emulator = Emulator::builder()
            .users(users)
            .proxy(true)
            .token_proxy(true)
            .start()
            .unwrap();
        let authority = NamedTempFile::new().unwrap();
        std::fs::write(authority.path(), emulator.authority().unwrap()).unwrap();
        Site {
            control: Control::of(emulator.url()),
            emulator,
            authority,
        }
    }

    pub fn url(&self) -> &str {
        self.emulator.url()
    }

    fn fill(&self, text: &str) -> String {
        let address = self.url().strip_prefix("http://").unwrap();
        text.replace("{emulator}", address)
            .replace("{authority}", self.authority.path().to_str().unwrap())
    }
}

/// Holds the headers of the last request that reached the emulator against the expected ones.
pub fn judge_headers(name: &str, expected: &BTreeMap<String, String>, requests: &Value) {
    let last = requests["requests"].as_array().and_then(|all| all.last());
    for (header, value) in expected {
        let sent = last.map_or(&Value::Null, |request| &request["headers"][header]);
        assert_eq!(sent, value, "{name}: {header} of {last:?}");
    }
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
    pub sessions_valid_from: String,
}

/// Every scenario, in the order of their names.
pub fn all() -> Vec<Scenario> {
    files("tests/scenarios")
        .into_iter()
        .map(|(name, text)| {
            let mut scenario: Scenario =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            scenario.name = name;
            scenario
        })
        .collect()
}

/// The names and texts of the JSON files in a folder, but for their schema, in the order of their names.
pub fn files(folder: &str) -> Vec<(String, String)> {
    // The command's own tests lie one folder below.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here
        .ancestors()
        .map(|root| root.join(folder))
        .find(|folder| folder.is_dir())
        .unwrap();
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter(|path| !path.ends_with("schema.json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The token that a scenario describes; `None` where it says that there is none.
pub fn token(description: &Map<String, Value>, emulator: &Control) -> Option<String> {
    if description.contains_key("none") {
        return None;
    }
    let text = match description.get("text") {
        Some(text) => text.clone(),
        None => emulator.post("tokens", &json!(description))["access_token"].clone(),
    };
    Some(text.as_str().unwrap().to_owned())
}

/// Arms faults and limits quotas. What the emulator does not know, it refuses.
pub fn arrange(faults: &[Value], quota: Option<&Value>, emulator: &Control) {
    if !faults.is_empty() {
        emulator.post("faults", &json!(faults));
    }
    if let Some(quota) = quota {
        emulator.post("quota", quota);
    }
}

impl Scenario {
    /// Arranges the situation; gives the token to call with.
    pub fn arrange(&self, emulator: &Control) -> Option<String> {
        emulator.post("reset", &json!({}));
        arrange(&self.faults, self.quota.as_ref(), emulator);
        token(&self.token, emulator)
    }

    /// The options to give the client, with everything filled in.
    pub fn options(&self, site: &Site) -> Options {
        let said = &self.options;
        let fill = |text: &Option<String>| text.as_deref().map(|text| site.fill(text));
        Options {
            endpoint: match said.endpoint.as_deref() {
                Some("none") => None,
                Some(endpoint) => Some(site.fill(endpoint)),
                None if said.cloud.is_some() => None,
                None => Some(site.url().to_owned()),
            },
            timeout_ms: said.timeout_ms.or(Some(20_000)),
            proxy: fill(&said.proxy),
            ca_file: fill(&said.ca_file),
            ..said.clone()
        }
    }

    /// Holds what was observed, and what reached the emulator, against the expectation.
    pub fn judge(&self, observed: &Observed, emulator: &Control) {
        let name = &self.name;
        let expect = &self.expect;
        let report = emulator.get("requests");
        let requests = report["requests"].as_array().unwrap();
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
        if let Some(is_told) = expect.sessions_valid_from {
            let told = &observed.sessions_valid_from;
            assert_eq!(!told.is_empty(), is_told, "{name}: {observed:?}");
        }
        if let Some(count) = expect.requests {
            assert_eq!(requests.len(), count, "{name}: {requests:?}");
        }
        if let Some(path) = &expect.path {
            assert_eq!(
                requests.last().map(|request| &request["path"]),
                Some(&json!(path)),
                "{name}"
            );
        }
        judge_headers(name, &expect.headers, &report);
    }
}
