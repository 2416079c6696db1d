//! Suites that cargo runs, and how its counts are read.

use crate::workspace::cargo;

use super::session::{Counts, Session};

/// Runs `cargo test` with these arguments.
pub(super) fn run(session: &mut Session, arguments: &[&str]) -> Result<(), String> {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--no-fail-fast"])
        .args(arguments);
    session.test(&mut command, counts)
}

/// Has the judge of tests/conformance.rs put every scenario to a language's driver, whose command line these words are.
pub(super) fn conformance(session: &mut Session, driver: &[&str]) -> Result<(), String> {
    println!("\nconformance: {}", driver.join(" "));
    let mut command = cargo();
    command
        .args(["test", "--locked", "--package", "graph-invalidate"])
        .args(["--test", "conformance"])
        .env("GRAPH_INVALIDATE_TEST_DRIVER", driver.join("\n"));
    session.test(&mut command, counts)
}

/// The numbers of a line such as `test result: ok. 5 passed; 0 failed; …`.
fn counts(line: &str) -> Option<Counts> {
    let result = line.strip_prefix("test result: ")?;
    let number_before = |word: &str| {
        let (before, _) = result.split_once(word)?;
        before.trim_end().rsplit([' ', '.']).next()?.parse().ok()
    };
    Some(Counts {
        passed: number_before(" passed")?,
        failed: number_before(" failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_line_that_cargo_prints() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        let expected = Counts {
            passed: 12,
            failed: 3,
        };
        assert_eq!(counts(line), Some(expected));
        assert_eq!(counts("test calls::x ... ok"), None);
    }
}
