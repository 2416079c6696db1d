//! The PHP binding: its style, its tests with the packed package, and its scenarios.

use std::process::Command;

use crate::package::php;
use crate::workspace::{build_command, root, succeed};

use super::session::{Counts, Session};
use super::{Suite, cargo_test};

pub(super) const BINDING: Suite = Suite {
    name: "php",
    needs: &[
        ("php", "php-cli"),
        ("phpunit", "phpunit"),
        ("phpcs", "php-codesniffer"),
        ("composer", "composer"),
        ("cgi-fcgi", "libfcgi-bin"),
        ("gcc", "gcc"),
    ],
    run: |session| {
        php::make()?;
        build_command()?;
        let source = root().join("bindings/php");
        succeed(Command::new("phpcs").current_dir(&source).arg("-q"))?;
        session.test(
            Command::new("phpunit")
                .current_dir(&source)
                .env("GRAPH_INVALIDATE_TEST_PACKAGE", php::folder())
                .env(
                    "GRAPH_INVALIDATE_TEST_COMMAND",
                    root().join("target/release/graph-invalidate"),
                ),
            counts,
        )?;
        conformance(session)
    },
};

/// Every scenario through the packed package. Traces show arguments, as they do where PHP has no settings.
fn conformance(session: &mut Session) -> Result<(), String> {
    let driver = root().join("bindings/php/tests/conformance.php");
    cargo_test::conformance(
        session,
        &[
            "php",
            "-d",
            "zend.exception_ignore_args=0",
            &driver.display().to_string(),
            &php::folder().display().to_string(),
        ],
    )
}

/// The numbers of phpunit's last line: `OK (12 tests, 34 assertions)`, or
/// `Tests: 12, Assertions: 34, Errors: 1, Failures: 2.`.
fn counts(line: &str) -> Option<Counts> {
    if let Some(rest) = line.strip_prefix("OK (") {
        let (passed, _) = rest.split_once(" test")?;
        return Some(Counts {
            passed: passed.parse().ok()?,
            failed: 0,
        });
    }
    let numbers = line.strip_prefix("Tests: ")?;
    let number_after = |word: &str| -> u64 {
        numbers
            .split(", ")
            .filter_map(|part| part.trim_end_matches('.').strip_prefix(word))
            .filter_map(|number| number.parse::<u64>().ok())
            .sum()
    };
    let all: u64 = numbers.split(',').next()?.parse().ok()?;
    let failed = ["Errors: ", "Failures: ", "Warnings: ", "Risky: "]
        .map(number_after)
        .iter()
        .sum::<u64>();
    let skipped = number_after("Skipped: ");
    Some(Counts {
        passed: all.saturating_sub(failed + skipped),
        failed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_phpunits_last_line() {
        let read = |passed, failed| Some(Counts { passed, failed });
        assert_eq!(counts("OK (34 tests, 210 assertions)"), read(34, 0));
        assert_eq!(
            counts("Tests: 34, Assertions: 200, Errors: 1, Failures: 2, Skipped: 3."),
            read(28, 3)
        );
        assert_eq!(counts("......F..  34 / 34 (100%)"), None);
    }
}
