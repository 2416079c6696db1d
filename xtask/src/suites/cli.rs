//! The command, run as a person or a script runs it.

use super::{Suite, cargo_test};

pub(super) const COMMAND: Suite = Suite {
    name: "cli",
    needs: &[],
    run: |session| cargo_test::run(session, &["--package", "graph-invalidate-cli"]),
};
