//! The Rust crates: their own tests, and the examples in their documentation.

use super::{Suite, cargo_test};

const CRATES: [&str; 4] = [
    "--package",
    "graph-invalidate",
    "--package",
    "graph-invalidate-emulator",
];

/// Test programs that a suite of their own runs.
const ELSEWHERE: [&str; 3] = ["c_programs", "c_layout", "installation"];

pub(super) const RUST: Suite = Suite {
    name: "rust",
    needs: &[],
    run: |session| {
        let tests = tests_of_the_library()?;
        let mut arguments = CRATES.to_vec();
        arguments.extend([
            "--package",
            "xtask",
            "--lib",
            "--bins",
            "--test",
            "emulator",
        ]);
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

/// The names of the test programs in tests/: a new one cannot be forgotten here.
fn tests_of_the_library() -> Result<Vec<String>, String> {
    let folder = crate::workspace::root().join("tests");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .filter(|name| !ELSEWHERE.contains(&name.as_str()))
        .collect();
    names.sort_unstable();
    Ok(names)
}
