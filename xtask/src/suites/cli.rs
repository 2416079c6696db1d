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
        // The kill campaign wants a command that can be killed around a write.
        let arguments = [
            "--package",
            "graph-invalidate-cli",
            "--features",
            "test-crash",
        ];
        cargo_test::run(session, &arguments)
    },
};
