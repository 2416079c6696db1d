//! What the dependencies are, how often each is there, whence they come and under which licences: judged by cargo-deny,
//! whose rules are deny.toml. It needs no network once it is there.

use std::process::Command;

use crate::python;
use crate::workspace::{has_program, root};

/// Says what is wrong with the dependencies, if anything.
pub(crate) fn faults() -> Result<Vec<String>, String> {
    let program = if has_program("cargo-deny") {
        "cargo-deny".into()
    } else {
        python::programs_of("target/python/deny", "xtask/deny-requirements.txt")?.join("cargo-deny")
    };
    let output = Command::new(program)
        .current_dir(root())
        .args(["--offline", "--color", "never", "check"])
        .args(["--deny", "unnecessary-skip", "--deny", "unmatched-skip"])
        .args(["--hide-inclusion-graph", "licenses", "bans", "sources"])
        .output()
        .map_err(|error| format!("cargo-deny cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Ok(said.lines().map(str::to_owned).collect())
}
