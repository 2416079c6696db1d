//! What the dependencies are, and under which licences: read from cargo's own metadata, so it needs no network.
//! Advisories do need one: run `cargo audit` where there is a connection.

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

/// Crates that must not come in: their first use costs tens of milliseconds of entropy gathering, or they are a second TLS stack.
const BANNED: &[&str] = &[
    "aws-lc-rs",
    "aws-lc-sys",
    "native-tls",
    "openssl",
    "openssl-sys",
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
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let name = text("name");
        if !resolved.contains(&text("id")) {
            continue;
        }
        if BANNED.contains(&name) {
            faults.push(format!(
                "{name} is in the tree: cargo tree --invert {name} says through whom"
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
    Ok(faults)
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
    use super::is_allowed;

    #[test]
    fn an_expression_needs_one_allowed_way_through() {
        assert!(is_allowed("MIT OR GPL-3.0-only"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed(""));
    }
}
