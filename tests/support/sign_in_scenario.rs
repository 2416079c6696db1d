//! The language-neutral scenarios of signing in: how one is read, arranged on an emulator, and judged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use graph_invalidate_emulator::Emulator;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::Control;
use super::scenario::{Observed, arrange, files};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInScenario {
    #[serde(skip)]
    pub name: String,
    pub says: String,
    credential: Map<String, Value>,
    #[serde(default = "invalidate")]
    pub calls: Vec<Call>,
    #[serde(default)]
    pub options: Options,
    federated_token: Option<Value>,
    approve: Option<Value>,
    #[serde(default)]
    faults: Vec<Value>,
    expect: Expectation,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    SignIn,
    Invalidate,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    pub timeout_ms: u32,
    pub cloud: Option<String>,
    /// Whether the emulator is the endpoint.
    pub endpoint: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            timeout_ms: 20_000,
            cloud: None,
            endpoint: true,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    status: String,
    http_status: Option<u16>,
    code: Option<String>,
    message_contains: Option<String>,
    hint_contains: Option<String>,
    attempts: Option<u32>,
    requests: Option<usize>,
    #[serde(default)]
    asked: BTreeMap<String, String>,
}

/// The credential of a scenario with everything filled in: texts by their names, and the environment.
pub struct Arranged {
    pub credential: BTreeMap<String, String>,
    pub environment: Vec<(String, String)>,
    _folder: tempfile::TempDir,
}

/// Who is signed out where a scenario's call is `invalidate`.
pub const USER: &str = "adele.vance@contoso.example";

/// No message may hold any of these.
const SECRETS: &[&str] = &[
    "hush",
    "emulated-secret",
    "emulated-password",
    "emulated-identity-header",
    "emulated-request-token",
    "emulated-access-token",
    "PRIVATE KEY",
];

/// In a scenario's text, the folder with an Azure CLI to which somebody is signed in.
const AZURE_CLI: &str = "{azure_cli}";

fn invalidate() -> Vec<Call> {
    vec![Call::Invalidate]
}

pub fn all() -> Vec<SignInScenario> {
    let is_for_windows =
        cfg!(windows) || std::env::var_os("GRAPH_INVALIDATE_TEST_WINDOWS").is_some();
    files("tests/scenarios/sign-in")
        .into_iter()
        .map(|(name, text)| {
            let mut scenario: SignInScenario =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            scenario.name = name;
            scenario
        })
        // The Azure CLI of a scenario is a script, which Windows does not run.
        .filter(|scenario| !(is_for_windows && scenario.wants(AZURE_CLI)))
        .collect()
}

/// Writes a program that says what the Azure CLI says of whoever is signed in: an administrator.
fn write_azure_cli(folder: &Path, control: &Control) {
    let token = control.post("tokens", &json!({}));
    let until = jiff::Timestamp::now().as_second() + 3000;
    let said = json!({"accessToken": token["access_token"], "expires_on": until});
    let program = folder.join("az");
    std::fs::write(&program, format!("#!/bin/sh\necho '{said}'\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    }
}

impl SignInScenario {
    /// Whether a text of its credential holds this.
    fn wants(&self, placeholder: &str) -> bool {
        json!(self.credential).to_string().contains(placeholder)
    }

    pub fn arrange(&self, control: &Control, emulator: &Emulator) -> Arranged {
        control.post("reset", &json!({}));
        arrange(&self.faults, None, control);
        if let Some(approval) = &self.approve {
            control.post("approve", approval);
        }
        let folder = tempfile::tempdir().unwrap();
        let token_file = folder.path().join("federated-token");
        if let Some(request) = &self.federated_token {
            let token = control.post("federated_tokens", request);
            std::fs::write(&token_file, token["token"].as_str().unwrap()).unwrap();
        }
        if self.wants(AZURE_CLI) {
            write_azure_cli(folder.path(), control);
        }
        let proxy = emulator
            .token_proxy()
            .expect("an emulator with a token proxy");
        let authority = folder.path().join("token-proxy-authority");
        std::fs::write(&authority, &proxy.authority).unwrap();
        let certificates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/certificates");
        let fill = |value: &Value| match value {
            Value::Bool(yes) => String::from(if *yes { "1" } else { "0" }),
            value => value
                .as_str()
                .unwrap()
                .replace("{emulator}", emulator.url())
                .replace("{certificates}", certificates.to_str().unwrap())
                .replace(AZURE_CLI, folder.path().to_str().unwrap())
                .replace("{token_proxy}", &proxy.url)
                .replace("{token_proxy_authority}", authority.to_str().unwrap())
                .replace("{federated_token_file}", token_file.to_str().unwrap()),
        };
        let mut credential = BTreeMap::new();
        let mut environment = Vec::new();
        for (name, value) in &self.credential {
            match (name.as_str(), value) {
                ("environment", Value::Object(variables)) => {
                    let variables = variables.iter();
                    environment = variables
                        .map(|(name, value)| (name.clone(), fill(value)))
                        .collect();
                }
                ("certificate_file", name) => {
                    let path = certificates.join(name.as_str().unwrap());
                    credential.insert("certificate_file".to_owned(), path.display().to_string());
                }
                // The bytes of a file, as text.
                ("certificate", name) => {
                    let bytes = std::fs::read(certificates.join(name.as_str().unwrap())).unwrap();
                    credential.insert("certificate".to_owned(), STANDARD.encode(bytes));
                }
                (name, value) => {
                    credential.insert(name.to_owned(), fill(value));
                }
            }
        }
        let is_workload = self.credential["kind"] == "workload-identity";
        if is_workload && self.federated_token.is_some() && environment.is_empty() {
            let path = token_file.display().to_string();
            credential.insert("federated_token_file".to_owned(), path);
        }
        Arranged {
            credential,
            environment,
            _folder: folder,
        }
    }

    /// Holds what was observed, all of what was shown, and what reached the emulator, against the expectation.
    pub fn judge(&self, observed: &Observed, shown: &str, control: &Control) {
        let (name, expect) = (&self.name, &self.expect);
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
        if let Some(code) = &expect.code {
            assert_eq!(&observed.code, code, "{name}: {observed:?}");
        }
        for (part, whole) in [
            (&expect.message_contains, &observed.message),
            (&expect.hint_contains, &observed.hint),
        ] {
            if let Some(part) = part {
                assert!(whole.contains(part), "{name}: {observed:?}");
            }
        }
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{name} shows {secret}: {shown}");
        }
        let report = control.get("requests");
        let requests = report["requests"].as_array().unwrap();
        if let Some(count) = expect.requests {
            assert_eq!(requests.len(), count, "{name}: {requests:?}");
        }
        let last = requests
            .iter()
            .rev()
            .find(|request| request["asked"].is_object());
        for (field, value) in &expect.asked {
            assert_eq!(last.unwrap()["asked"][field], *value, "{name}");
        }
    }
}
