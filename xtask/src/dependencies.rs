//! What the dependencies are, how often each is there, and under which licences: read from cargo's own metadata, for every
//! platform, so it needs no network.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::workspace::cargo;

/// Licences that ask for no more than their text to be kept.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that must not come in, and why.
const BANNED: &[(&str, &str)] = &[
    ("aws-lc-rs", SLOW_TO_START),
    ("aws-lc-sys", SLOW_TO_START),
    ("icu_normalizer", UNICODE_TABLES),
    ("icu_properties", UNICODE_TABLES),
    ("native-tls", SECOND_TLS),
    ("openssl", SECOND_TLS),
    ("openssl-sys", SECOND_TLS),
];

const SLOW_TO_START: &str = "its first use gathers entropy for tens of milliseconds";
const SECOND_TLS: &str = "it is a second TLS stack";
const UNICODE_TABLES: &str = "it brings tables for host names in other letters, which no token goes to (idna_adapter 1.0 leaves them out)";

/// Crates that are there in more than one version, and why nothing can be done about it.
const DOUBLED: &[(&str, &str)] = &[
    ("bitflags", "portable-pty stays with 1, for tests alone"),
    ("getrandom", "ring 0.17 stays with 0.2"),
    ("syn", "cbindgen and the macros of jni stay with 2"),
    ("thiserror", "portable-pty stays with 1, for tests alone"),
    ("thiserror-impl", "follows thiserror"),
    ("windows-sys", "ring 0.17 stays with 0.52"),
    ("winnow", "the toml of cbindgen stays with 0.7"),
];

/// Says what is wrong with the dependencies, if anything.
pub(crate) fn faults() -> Result<Vec<String>, String> {
    let output = cargo()
        .args(["metadata", "--locked", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata cannot be read: {error}"))?;
    let resolved: Vec<&str> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| node["id"].as_str())
        .collect();
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let name = text("name");
        if !resolved.contains(&text("id")) {
            continue;
        }
        versions.entry(name).or_default().push(text("version"));
        if let Some((_, why)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            faults.push(format!(
                "{name} is in the tree, and {why}: cargo tree --invert {name} says through whom"
            ));
        }
        let local = package["source"].is_null();
        if !local && !text("source").starts_with("registry+") {
            faults.push(format!("{name} does not come from the registry"));
        }
        if !is_allowed(text("license")) {
            faults.push(format!(
                "{name} is under {:?}, which is not on the list",
                text("license")
            ));
        }
    }
    faults.extend(doubled(&versions, DOUBLED));
    Ok(faults)
}

/// Crates in several versions that no reason is known for, and reasons that are none any more.
fn doubled(versions: &BTreeMap<&str, Vec<&str>>, known: &[(&str, &str)]) -> Vec<String> {
    let several = |name: &str| versions.get(name).is_some_and(|them| them.len() > 1);
    let unknown = versions
        .iter()
        .filter(|(name, them)| them.len() > 1 && !known.iter().any(|(known, _)| known == *name))
        .map(|(name, them)| {
            format!(
                "{name} is there as {}: cargo tree --duplicates says through whom",
                them.join(" and ")
            )
        });
    let outlived = known
        .iter()
        .filter(|(name, _)| !several(name))
        .map(|(name, _)| format!("{name} is there once only: take it off the list of the doubled"));
    unknown.chain(outlived).collect()
}

/// Whether an SPDX expression can be satisfied by allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| {
            requirement
                .license
                .id()
                .is_some_and(|id| ALLOWED.contains(&id.name))
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{doubled, is_allowed};

    #[test]
    fn a_crate_in_two_versions_needs_a_reason_for_as_long_as_it_is() {
        let versions = BTreeMap::from([("a", vec!["1", "2"]), ("b", vec!["1"])]);
        assert!(doubled(&versions, &[("a", "why")]).is_empty());
        assert!(doubled(&versions, &[])[0].contains("1 and 2"));
        assert!(doubled(&versions, &[("a", "why"), ("b", "why")])[0].contains("once only"));
    }

    #[test]
    fn an_expression_needs_one_allowed_way_through() {
        assert!(is_allowed("MIT OR GPL-3.0-only"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed(""));
    }
}
