//! The Rust crates: their own tests, and the examples in their documentation.

use super::{Suite, cargo_test};

const CRATES: [&str; 4] = [
    "--package",
    "graph-invalidate",
    "--package",
    "graph-invalidate-emulator",
];

pub(super) const RUST: Suite = Suite {
    name: "rust",
    needs: &[],
    run: |session| {
        let mut tests = tests_in("tests")?;
        // Those have suites of their own; the judge of the scenarios runs in each language's.
        tests.retain(|name| {
            !name.starts_with("c_") && name != "installation" && name != "conformance"
        });
        tests.extend(tests_in("emulator/tests")?);
        let mut arguments = CRATES.to_vec();
        arguments.extend(["--package", "xtask", "--lib", "--bins"]);
        for test in &tests {
            arguments.extend(["--test", test]);
        }
        cargo_test::run(session, &arguments)
    },
};

pub(super) const DOCUMENTATION: Suite = Suite {
    name: "docs",
    needs: &[],
    run: |session| cargo_test::run(session, &[&CRATES[..], &["--doc"]].concat()),
};

/// The names of the test programs in a folder: a new one cannot be forgotten.
pub(super) fn tests_in(folder: &str) -> Result<Vec<String>, String> {
    let folder = crate::workspace::root().join(folder);
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort_unstable();
    Ok(names)
}
