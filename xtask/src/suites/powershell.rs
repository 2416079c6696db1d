//! The PowerShell module: script tests in the real engine, against the packaged folder and the emulator.

use crate::package::powershell::{build, engine, make};
use crate::workspace::{build_command, root};

use super::Suite;
use super::session::Counts;

pub(super) const MODULE: Suite = Suite {
    name: "powershell",
    needs: &[("dotnet", "the .NET SDK 10"), ("cc", "gcc")],
    run: |session| {
        let module = make()?;
        build_command()?;
        build("powershell/tests/neighbours")?;
        let mut tests = engine();
        tests
            .arg("-File")
            .arg("powershell/tests/Invoke-Tests.ps1")
            .env("GRAPH_INVALIDATE_TEST_MODULE", module)
            .env(
                "GRAPH_INVALIDATE_TEST_COMMAND",
                root().join("target/release/graph-invalidate"),
            );
        session.test(&mut tests, counts)
    },
};

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
