//! The command, run as a person or a script runs it.

use super::{Suite, cargo_test};

pub(super) const COMMAND: Suite = Suite {
    name: "cli",
    // A terminal for the tests that need one: script.
    needs: &[
        ("gcc", "gcc"),
        ("script", "bsdutils"),
        ("tinyproxy", "tinyproxy-bin"),
    ],
    run: |session| {
        let units = ["--bin", "graph-invalidate"];
        cargo_test::run_folders(session, &["cli/tests"], |_| true, &units)
    },
};
