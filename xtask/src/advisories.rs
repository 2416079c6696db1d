//! Known vulnerabilities of the dependencies, by cargo-audit and the database that it keeps on this machine.

use crate::workspace::{cargo, has_program};

/// What is known.
pub(crate) enum Advisories {
    /// Checked; these were found.
    Checked(Vec<String>),
    /// Not checked, and why.
    NotChecked(&'static str),
}

/// Asks without fetching anything: a check that needs the internet fails where there is none.
pub(crate) fn look_up() -> Result<Advisories, String> {
    if !has_program("cargo-audit") {
        return Ok(Advisories::NotChecked(
            "cargo-audit is not installed: cargo install cargo-audit, then cargo audit",
        ));
    }
    let output = cargo()
        .args(["audit", "--no-fetch", "--stale", "--color", "never"])
        .output()
        .map_err(|error| format!("cargo audit cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(Advisories::Checked(Vec::new()));
    }
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if said.contains("error loading advisory database") {
        return Ok(Advisories::NotChecked(
            "cargo-audit has no database here: run cargo audit once with a connection",
        ));
    }
    Ok(Advisories::Checked(
        said.lines().map(str::to_owned).collect(),
    ))
}
