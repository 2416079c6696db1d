//! The Rust crates: their own tests, and the examples in their documentation.

use super::{Suite, cargo_test};

pub(super) const RUST: Suite = Suite {
    name: "rust",
    needs: &[],
    run: |session| {
        // The C programs and the installation have suites of their own; the judge of the scenarios runs in each
        // language's.
        let wanted =
            |name: &str| !name.starts_with("c_") && name != "installation" && name != "conformance";
        let units = ["--lib", "--bin", "xtask"];
        cargo_test::run_folders(session, &["tests", "emulator/tests"], wanted, &units)
    },
};

pub(super) const DOCUMENTATION: Suite = Suite {
    name: "docs",
    needs: &[],
    run: |session| cargo_test::run(session, &["--doc"]),
};
