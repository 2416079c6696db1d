//! The .NET binding: both of its builds, the package, and the build for .NET Standard under mono.

use crate::dotnet::dotnet;
use crate::package::{csharp, platform};
use crate::workspace::{build_command, root};

use super::Suite;
use super::session::Counts;

pub(super) const BINDING: Suite = Suite {
    name: "csharp",
    needs: &[
        ("dotnet", "the .NET SDK 10"),
        ("gcc", "gcc"),
        ("mono", "mono-runtime"),
        ("mcs", "mono-mcs"),
    ],
    run: |session| {
        csharp::make()?;
        build_command()?;
        let folder = root().join("bindings/csharp");
        session.test(
            dotnet(&["test", "--solution", "GraphInvalidate.slnx"])
                .args(["--configuration", "Release", "--no-progress"])
                // Two at once would fight for the processor, and cancelling has 100 ms.
                .args(["--max-parallel-test-modules", "1"])
                .current_dir(folder)
                .env("GRAPH_INVALIDATE_TEST_LIBRARY", platform::shared_library())
                .env(
                    "GRAPH_INVALIDATE_TEST_COMMAND",
                    root().join("target/release/graph-invalidate"),
                ),
            counts,
        )
    },
};

/// The numbers of the summary: a line each, `failed: 0` and `succeeded: 12`.
fn counts(line: &str) -> Option<Counts> {
    let (word, number) = line.trim().split_once(": ")?;
    let number = number.parse().ok()?;
    match word {
        "succeeded" => Some(Counts {
            passed: number,
            failed: 0,
        }),
        "failed" => Some(Counts {
            passed: 0,
            failed: number,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_summary_of_the_testing_platform() {
        let passed = |passed| Counts { passed, failed: 0 };
        assert_eq!(counts("  succeeded: 213"), Some(passed(213)));
        assert_eq!(
            counts("  failed: 2"),
            Some(Counts {
                passed: 0,
                failed: 2
            })
        );
        for line in ["  total: 213", "  skipped: 0", "failed Some.Test (2ms)"] {
            assert_eq!(counts(line), None);
        }
    }
}
