//! The PHP binding: its first call and its warm call against ext-curl, and what calls leave.

use std::path::Path;
use std::process::Command;

use crate::package::php;
use crate::workspace::{build_command, root};

use super::asked::{self, Asked, many_calls};
use super::emulator::RunningEmulator;
use super::{Group, figure};

pub(super) const GROUP: Group = Group { name: "php", take };

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";

/// What one platform may take.
const MOST_BYTES: f64 = 4.5e6;

fn take() -> Result<(), String> {
    build_command()?;
    php::make()?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;
    let url = emulator.url.as_str();
    asked::first_call(
        "PHP: one call, start to exit / the same POST with ext-curl",
        "<= 1.10",
        ROUNDS,
        || Asked::start(program("first", &[url]), &token)?.end(),
        || Asked::start(post(&["first", url]), &token)?.end(),
    )?;
    asked::warm_call(
        "PHP: warm call / ext-curl",
        "<= 1.20",
        (ROUNDS, WARM_CALLS),
        &emulator,
        Asked::start(program("warm", &[url, WARM_CALLS]), &token)?,
        Asked::start(post(&["warm", url, WARM_CALLS]), &token)?,
    )?;
    many_calls(
        "PHP",
        Asked::start(program("many", &[url, "100000"]), &token)?,
    )?;
    let bytes = size_of(&php::folder())?;
    figure(
        &format!(
            "PHP: the package, one platform / 4.5 MB ({:.1} MB)",
            bytes / 1e6
        ),
        bytes / MOST_BYTES,
        "<= 1.00",
    );
    Ok(())
}

/// The program that is measured, with the packed package.
pub(super) fn program(what: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("php");
    command
        .arg(root().join("bindings/php/bench/measure.php"))
        .arg(what)
        .arg(php::folder())
        .args(arguments);
    command
}

fn post(arguments: &[&str]) -> Command {
    let mut command = Command::new("php");
    command
        .arg(root().join("bindings/php/bench/post.php"))
        .args(arguments);
    command
}

#[expect(clippy::cast_precision_loss, reason = "some megabytes")]
fn size_of(folder: &Path) -> Result<f64, String> {
    let mut bytes = 0.0;
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let data = entry.metadata().map_err(|error| error.to_string())?;
        bytes += if data.is_dir() {
            size_of(&entry.path())?
        } else {
            data.len() as f64
        };
    }
    Ok(bytes)
}
