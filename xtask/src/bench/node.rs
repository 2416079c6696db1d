//! The Node binding: its first call against `fetch`, its warm call against the C ABI, calls that stall, and what calls
//! leave.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::node::{copy, npm};
use crate::package::node;
use crate::workspace::{build_command, root, succeed};

use super::asked::{self, Asked, many_calls};
use super::emulator::RunningEmulator;
use super::{Group, direct, figure, median};

pub(super) const GROUP: Group = Group { name: "node", take };

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";
const AT_ONCE: &str = "100";
const LATENCY_MS: u32 = 200;

/// What Microsoft's client and @azure/identity bring, when they were installed once.
const SDK_BYTES: f64 = 59e6;

fn take() -> Result<(), String> {
    build_command()?;
    let direct_call = direct::program("direct_call")?;
    let folder = build()?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;
    let url = emulator.url.as_str();
    let ours = |arguments: &[&str]| program(&folder, "measure.js", arguments);
    asked::first_call(
        "Node: start and first call / the same POST with fetch",
        "<= 0.50",
        ROUNDS,
        || Asked::start(ours(&["first", url]), &token)?.end(),
        || Asked::start(program(&folder, "post.js", &[url]), &token)?.end(),
    )?;
    let mut direct = Command::new(direct_call);
    direct.args([url, WARM_CALLS]);
    asked::warm_call(
        "Node: warm awaited call / the C ABI called directly",
        "<= 1.50",
        (ROUNDS, WARM_CALLS),
        &emulator,
        Asked::start(ours(&["warm", url, WARM_CALLS]), &token)?,
        Asked::start(direct, &token)?,
    )?;
    let stalled = |what: &str| {
        at_once(
            &emulator,
            Asked::start(ours(&[what, url, AT_ONCE]), &token)?,
        )
    };
    figure(
        "Node: 100 calls, 200 ms each: whole time / 200 ms",
        stalled("together")? * 1e3 / f64::from(LATENCY_MS),
        "<= 1.40",
    );
    figure(
        "Node: ticks of a 10 ms timer meanwhile / those of an idle one",
        stalled("ticks")?,
        ">= 0.95",
    );
    many_calls(
        "Node",
        Asked::start(ours(&["many", url, "100000"]), &token)?,
    )?;
    let bytes = size(&folder.join("node_modules/graph-invalidate"))?
        + size(&folder.join("node_modules/@graph-invalidate"))?;
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let bytes = bytes as f64;
    figure(
        &format!(
            "Node: installed, one platform / Microsoft's packages ({:.1} / 59 MB)",
            bytes / 1e6
        ),
        bytes / SDK_BYTES,
        "<= 0.08",
    );
    Ok(())
}

/// Packs the packages, and installs them beside the programs that are measured; gives the folder.
pub(super) fn build() -> Result<PathBuf, String> {
    node::make()?;
    let folder = root().join("target/node-bench");
    let _ = fs::remove_dir_all(&folder);
    let made = |error: std::io::Error| format!("{} cannot be made: {error}", folder.display());
    for name in ["measure.js", "post.js"] {
        copy(
            &root().join("bindings/node/bench").join(name),
            &folder.join(name),
        )
        .map_err(made)?;
    }
    fs::write(folder.join("package.json"), "{\"type\": \"module\"}\n").map_err(made)?;
    let mut install = npm(&folder, &["install", "--offline"]);
    for entry in fs::read_dir(node::folder()).map_err(made)? {
        install.arg(entry.map_err(made)?.path());
    }
    succeed(&mut install)?;
    Ok(folder)
}

/// One of the programs that are measured.
pub(super) fn program(folder: &Path, name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("node");
    command
        .arg("--expose-gc")
        .arg(folder.join(name))
        .args(arguments);
    command
}

/// The median of what a program says while every answer takes its time.
fn at_once(emulator: &RunningEmulator, mut ours: Asked) -> Result<f64, String> {
    let delays = format!(r#"[{{"kind":"delay","milliseconds":{LATENCY_MS},"times":{AT_ONCE}}}]"#);
    let mut said = Vec::new();
    for _ in 0..ROUNDS {
        emulator.control("POST", "faults", &delays)?;
        said.push(ours.ask()?);
    }
    ours.end()?;
    Ok(median(said))
}

/// The bytes of the files below a folder.
fn size(folder: &Path) -> Result<u64, String> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let metadata = entry.metadata().map_err(|error| error.to_string())?;
        bytes += if metadata.is_dir() {
            size(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(bytes)
}
