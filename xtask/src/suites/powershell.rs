//! The PowerShell module: script tests under Pester, against the packaged folder and the emulator.

use std::path::Path;

use crate::package::powershell::{build, make, pwsh};
use crate::workspace::{build_command, root};

use super::session::{Counts, Session};
use super::{Suite, cargo_test};

pub(super) const MODULE: Suite = Suite {
    name: "powershell",
    needs: &[
        ("dotnet", "the .NET SDK 10"),
        ("pwsh", "PowerShell 7.5 or later, with Pester 5.5 or later"),
        ("tmux", "tmux"),
        ("cc", "gcc"),
    ],
    run: |session| {
        let module = make()?;
        build_command()?;
        build("powershell/tests/neighbours")?;
        let mut tests = pwsh();
        tests
            .arg("-File")
            .arg("powershell/tests/Invoke-Tests.ps1")
            .env("GRAPH_INVALIDATE_TEST_MODULE", &module)
            .env(
                "GRAPH_INVALIDATE_TEST_COMMAND",
                root().join("target/release/graph-invalidate"),
            );
        session.test(&mut tests, counts)?;
        conformance(session, &module)
    },
};

/// Every scenario through the cmdlets, in the same PowerShell as the tests.
fn conformance(session: &mut Session, module: &Path) -> Result<(), String> {
    let mut driver = pwsh();
    driver
        .arg("-File")
        .arg(root().join("powershell/tests/Driver.ps1"))
        .arg(module);
    let words = std::iter::once(driver.get_program()).chain(driver.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    cargo_test::conformance(session, &words)
}

/// Reads `12 passed, 0 failed`, which stands alone on the last line.
fn counts(line: &str) -> Option<Counts> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some(Counts {
        passed: passed.parse().ok()?,
        failed: failed.strip_suffix(" failed")?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_last_line_alone() {
        let both = Counts {
            passed: 12,
            failed: 3,
        };
        assert_eq!(counts("12 passed, 3 failed"), Some(both));
        for line in [
            "    [+] passed, 3 failed",
            "12 passed",
            "a 12 passed, 3 failed",
        ] {
            assert_eq!(counts(line), None);
        }
    }
}
