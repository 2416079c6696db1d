//! The Node binding: its tests and its scenarios with the packed packages as a program installs them, and the checks of
//! its source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::node::{folder, npm, others, tool};
use crate::package::node;
use crate::workspace::{build_command, root, succeed};

use super::session::Counts;
use super::{Suite, cargo_test};

pub(super) const BINDING: Suite = Suite {
    name: "node",
    needs: &[
        ("node", "nodejs 20.19 or later"),
        ("npm", "npm"),
        ("gcc", "gcc"),
    ],
    run: |session| {
        node::make()?;
        build_command()?;
        succeed(tool("biome").args(["ci", "--error-on-warnings"]))?;
        let installed = install()?;
        let mut tests = Command::new("node");
        tests
            .current_dir(&installed)
            .args(["--test", "--test-reporter=tap", "--expose-gc"])
            .args(test_files(&installed)?)
            .env("GRAPH_INVALIDATE_TEST_ROOT", root())
            .env("GRAPH_INVALIDATE_TEST_PACKAGES", node::folder())
            .env("GRAPH_INVALIDATE_TEST_TOOLS", folder())
            .env("GRAPH_INVALIDATE_TEST_OTHERS", others()?)
            .env(
                "GRAPH_INVALIDATE_TEST_COMMAND",
                root().join("target/release/graph-invalidate"),
            );
        session.test(&mut tests, counts)?;
        let driver = installed.join("test/driver.js").display().to_string();
        cargo_test::conformance(session, &["node", &driver])
    },
};

/// A folder in which the packed packages are installed as a program's dependencies, with the tests beside them.
fn install() -> Result<PathBuf, String> {
    let place = root().join("target/node-installed");
    let _ = fs::remove_dir_all(&place);
    copy_folder(&folder().join("test"), &place.join("test"))
        .and_then(|()| copy_folder(&folder().join("examples"), &place.join("examples")))
        .and_then(|()| fs::write(place.join("package.json"), "{\"type\": \"module\"}\n"))
        .map_err(|error| format!("{} cannot be made: {error}", place.display()))?;
    let mut command = npm(&place, &["install", "--offline"]);
    for entry in fs::read_dir(node::folder()).map_err(|error| error.to_string())? {
        command.arg(entry.map_err(|error| error.to_string())?.path());
    }
    succeed(&mut command)?;
    Ok(place)
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let place = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &place)?;
        } else {
            fs::copy(&path, &place)?;
        }
    }
    Ok(())
}

/// The files whose names end as those of tests do.
fn test_files(installed: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(installed.join("test")).map_err(|error| error.to_string())?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.js"));
    files.sort();
    Ok(files)
}

/// The lines of TAP's end: `# pass 12` and `# fail 0`.
pub(super) fn counts(line: &str) -> Option<Counts> {
    let number = |word: &str| line.strip_prefix(word)?.parse().ok();
    match (number("# pass "), number("# fail ")) {
        (None, None) => None,
        (passed, failed) => Some(Counts {
            passed: passed.unwrap_or(0),
            failed: failed.unwrap_or(0),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_end_of_tap() {
        assert!(counts("# pass 12").is_some_and(|counts| counts.passed == 12));
        assert!(counts("# fail 1").is_some_and(|counts| counts.failed == 1));
        for line in ["# tests 13", "ok 1 - one call", "# Subtest: # pass"] {
            assert_eq!(counts(line), None);
        }
    }
}
