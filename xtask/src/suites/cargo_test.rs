//! Suites that cargo runs, and how its counts are read.

use std::process::Command;

use crate::workspace::{cargo, root};

use super::session::{Counts, Session};

/// One configuration for every suite: another choice of packages or features would compile the dependencies once more.
/// Beside what ships: the second witness of the layouts, and a command that can be killed around a write.
const CONFIGURATION: [&str; 3] = [
    "--workspace",
    "--features",
    "graph-invalidate/ffi-check,graph-invalidate-cli/test-crash",
];

/// Runs `cargo test` for these targets of the workspace.
pub(super) fn run(session: &mut Session, targets: &[&str]) -> Result<(), String> {
    session.test(cargo_test().args(targets), counts)
}

/// Runs the wanted integration tests of these folders, and `also`.
pub(super) fn run_folders(
    session: &mut Session,
    folders: &[&str],
    wanted: fn(&str) -> bool,
    also: &[&str],
) -> Result<(), String> {
    let mut command = cargo_test();
    command.args(also);
    for folder in folders {
        for name in tests_in(folder)?.iter().filter(|name| wanted(name)) {
            command.args(["--test", name]);
        }
    }
    session.test(&mut command, counts)
}

fn cargo_test() -> Command {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--no-fail-fast"])
        .args(CONFIGURATION);
    command
}

/// Has the judge of tests/conformance.rs put every scenario to a language's driver, whose command line these words are.
pub(super) fn conformance(session: &mut Session, driver: &[&str]) -> Result<(), String> {
    println!("\nconformance: {}", driver.join(" "));
    let mut command = cargo_test();
    command
        .args(["--test", "conformance"])
        .env("GRAPH_INVALIDATE_TEST_DRIVER", driver.join("\n"));
    session.test(&mut command, counts)
}

/// The names of the integration tests in a folder.
fn tests_in(folder: &str) -> Result<Vec<String>, String> {
    let folder = root().join(folder);
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter_map(|path| {
            let of_its_own = path.join("main.rs").is_file();
            let source = path.extension().is_some_and(|ending| ending == "rs");
            (source || of_its_own)
                .then(|| path.file_stem())?
                .map(|stem| stem.to_string_lossy().into_owned())
        })
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// The numbers of a line such as `test result: ok. 5 passed; 0 failed; …`.
fn counts(line: &str) -> Option<Counts> {
    let result = line.strip_prefix("test result: ")?;
    let number_before = |word: &str| {
        let (before, _) = result.split_once(word)?;
        before.trim_end().rsplit([' ', '.']).next()?.parse().ok()
    };
    Some(Counts {
        passed: number_before(" passed")?,
        failed: number_before(" failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_line_that_cargo_prints() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        let expected = Counts {
            passed: 12,
            failed: 3,
        };
        assert_eq!(counts(line), Some(expected));
        assert_eq!(counts("test calls::x ... ok"), None);
    }
}
