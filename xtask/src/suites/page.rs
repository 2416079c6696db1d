//! The report's page, in a browser.

use std::process::Command;

use crate::node::{copy, install};
use crate::workspace::{build_command, program, root};

use super::{Suite, node};

pub(super) const REPORT: Suite = Suite {
    name: "page",
    needs: &[
        ("node", "nodejs 20.19 or later"),
        ("npm", "npm"),
        ("chromium", "chromium"),
    ],
    run: |session| {
        build_command()?;
        let place = root().join("target/report-page");
        for name in [
            ".npmrc",
            "package.json",
            "package-lock.json",
            "journals.js",
            "report_page.test.js",
        ] {
            copy(
                &root().join("tests/report_page").join(name),
                &place.join(name),
            )
            .map_err(|error| format!("{} cannot be made: {error}", place.display()))?;
        }
        install(&place)?;
        let mut tests = Command::new("node");
        tests
            .current_dir(&place)
            .args(["--test", "--test-reporter=tap", "report_page.test.js"])
            .env(
                "GRAPH_INVALIDATE_TEST_BROWSER",
                program("chromium").unwrap_or_default(),
            )
            .env(
                "GRAPH_INVALIDATE_TEST_COMMAND",
                root().join("target/release/graph-invalidate"),
            );
        session.test(&mut tests, node::counts)
    },
};
