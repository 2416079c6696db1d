//! The scenarios of several identities that share one client: how one is read, arranged and judged.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::Control;
use super::scenario::{files, token};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identities {
    #[serde(skip)]
    pub name: String,
    pub says: String,
    /// Each call is a run over the one user.
    #[serde(default)]
    pub runs: bool,
    pub identities: Vec<Identity>,
    accepted: BTreeMap<String, u64>,
}

/// One of those who share the client.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    token: Map<String, Value>,
    /// Whom each call invalidates.
    pub user: String,
    /// How many calls it makes, one after another, while the others make theirs.
    pub calls: usize,
    expect: String,
}

/// Every scenario, in the order of their names.
pub fn all() -> Vec<Identities> {
    files("tests/scenarios/identities")
        .into_iter()
        .map(|(name, text)| {
            let mut scenario: Identities =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            scenario.name = name;
            scenario
        })
        .collect()
}

impl Identities {
    /// Arranges the situation; gives the token of each.
    pub fn arrange(&self, emulator: &Control) -> Vec<String> {
        emulator.post("reset", &json!({}));
        let tokens = self
            .identities
            .iter()
            .map(|identity| token(&identity.token, emulator));
        tokens.map(Option::unwrap).collect()
    }

    /// Holds the statuses of each one's calls, and for whom the action took effect, against the expectation.
    pub fn judge(&self, observed: &[Vec<String>], emulator: &Control) {
        let says = format!("{} ({})", self.name, self.says);
        for (identity, observed) in self.identities.iter().zip(observed) {
            let expected = vec![identity.expect.clone(); identity.calls];
            assert_eq!(observed, &expected, "{says}: for {}", identity.user);
        }
        assert_eq!(observed.len(), self.identities.len(), "{says}");
        let report = emulator.text("accepted");
        let counts: BTreeMap<String, u64> = report
            .lines()
            // Between the lines there are the lengths of chunks.
            .filter(|line| line.starts_with('{'))
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|line| {
                let user = line["userPrincipalName"].as_str().unwrap().to_owned();
                (user, line["count"].as_u64().unwrap())
            })
            .collect();
        let expected: BTreeMap<String, u64> = self
            .accepted
            .clone()
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(counts, expected, "{says}");
    }
}
