//! The Python binding: the installed wheel, its documentation, the checks of its source, and its scenarios.

use std::path::Path;

use crate::package::python::tools_with_package;
use crate::package::{platform, python};
use crate::python::{PYTHON, module};
use crate::workspace::{build_command, root};

use super::session::{Counts, Session};
use super::{Suite, cargo_test};

pub(super) const BINDING: Suite = Suite {
    name: "python",
    needs: &[(PYTHON, "python3-venv"), ("gcc", "gcc")],
    run: |session| {
        let interpreter = tools_with_package()?;
        build_command()?;
        session.test(
            module(&interpreter, "pytest")
                .current_dir(root().join("bindings/python"))
                .env("GRAPH_INVALIDATE_TEST_LIBRARY", platform::shared_library())
                .env("GRAPH_INVALIDATE_TEST_PACKAGES", python::folder())
                .env(
                    "GRAPH_INVALIDATE_TEST_COMMAND",
                    root().join("target/release/graph-invalidate"),
                ),
            counts,
        )?;
        conformance(session, &interpreter)
    },
};

/// Every scenario through the installed wheel, with the library that is inside.
fn conformance(session: &mut Session, interpreter: &Path) -> Result<(), String> {
    let driver = root().join("bindings/python/tests/conformance_driver.py");
    let words = [interpreter, driver.as_path()].map(|path| path.display().to_string());
    cargo_test::conformance(session, &[&words[0], &words[1]])
}

/// The numbers of pytest's last line, such as `2 failed, 146 passed, 1 error in 17.32s`.
fn counts(line: &str) -> Option<Counts> {
    let (numbers, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    if !time.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let mut counts = Counts::default();
    for part in numbers.split(", ") {
        let (number, word) = part.split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        match word {
            "passed" => counts.passed += number,
            "failed" | "error" | "errors" => counts.failed += number,
            "skipped" | "deselected" | "xfailed" | "xpassed" | "warning" | "warnings" => {}
            _ => return None,
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_pytests_last_line() {
        let read = |passed, failed| Some(Counts { passed, failed });
        assert_eq!(counts("148 passed in 17.32s"), read(148, 0));
        assert_eq!(
            counts("== 2 failed, 146 passed, 1 skipped, 1 error in 77.10s (0:01:17) =="),
            read(146, 3)
        );
        for line in [
            "..... [ 48%]",
            "1 of them in 3 words",
            "no tests ran in 0.01s",
        ] {
            assert_eq!(counts(line), None, "{line}");
        }
    }
}
