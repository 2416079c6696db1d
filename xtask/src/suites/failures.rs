//! What a suite printed about its failures, kept so that the end of a long log tells it again.

/// What the runners print where a test fails: cargo and the judge, Go, pytest, Pester, .NET, Maven, node, PHPUnit.
const MARKS: &[&str] = &[
    "... FAILED",
    " panicked at ",
    "--- FAIL: ",
    "FAILED ",
    "E   ",
    "[-] ",
    "failed GraphInvalidate.",
    "[ERROR] ",
    "not ok ",
    "There was ",
];

/// Lines kept after one with a mark: the message stands there.
const AFTER: usize = 12;

/// Lines kept of one suite.
const MOST: usize = 120;

/// The lines of a suite that tell of failures.
#[derive(Debug, Default)]
pub(super) struct Failures {
    lines: Vec<String>,
    wanted: usize,
}

impl Failures {
    pub(super) fn read(&mut self, line: &str) {
        if MARKS.iter().any(|mark| line.contains(mark)) {
            self.wanted = AFTER;
        } else {
            self.wanted = self.wanted.saturating_sub(1);
        }
        if self.wanted > 0 && self.lines.len() < MOST {
            self.lines.push(line.to_owned());
        }
    }

    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_kept_with_what_follows_it_and_nothing_else() {
        let mut failures = Failures::default();
        failures.read("test good ... ok");
        failures.read("thread 'bad' (1) panicked at tests/bad.rs:1:2:");
        failures.read("left: 1");
        (0..2 * AFTER).for_each(|_| failures.read("test good ... ok"));
        assert_eq!(failures.lines().len(), AFTER);
        assert_eq!(failures.lines()[1], "left: 1");
    }

    #[test]
    fn a_storm_of_failures_is_cut() {
        let mut failures = Failures::default();
        (0..2 * MOST).for_each(|_| failures.read("--- FAIL: TestOneCall (0.02s)"));
        assert_eq!(failures.lines().len(), MOST);
    }
}
