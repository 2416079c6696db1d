//! One suite while it runs: its commands, what they print, and what they counted.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::failures::Failures;

/// Tests that passed, and tests that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

/// What the commands of a suite have counted so far.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) counts: Counts,
    /// A command ended badly: something failed that no count tells.
    pub(super) broke_off: bool,
    pub(super) failures: Failures,
}

impl Session {
    /// Runs a command that runs tests; `counts` reads the numbers from the lines that tell them.
    pub(super) fn test(
        &mut self,
        command: &mut Command,
        counts: fn(&str) -> Option<Counts>,
    ) -> Result<(), String> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                println!("{line}");
                self.failures.read(&line);
                if let Some(counts) = counts(&line) {
                    self.counts.passed += counts.passed;
                    self.counts.failed += counts.failed;
                }
            }
        }
        let status = child
            .wait()
            .map_err(|error| format!("{command:?} was lost: {error}"))?;
        self.broke_off |= !status.success();
        Ok(())
    }
}
