//! The .NET binding: both of its builds, the package, and the build for .NET Standard under mono.

use crate::dotnet::dotnet;
use crate::package::{csharp, platform};
use crate::workspace::{build_command, root};

use super::session::{Counts, Session};
use super::{Suite, cargo_test};

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
        )?;
        conformance(session)
    },
};

/// Every scenario through both builds of the binding: what the tests have compiled, under the runtime of each.
fn conformance(session: &mut Session) -> Result<(), String> {
    let built = root().join("target/csharp");
    let path = |path: &str| built.join(path).display().to_string();
    let library = platform::shared_library().display().to_string();
    let (net10, mono) = (
        path("bin/Driver/release/Driver.dll"),
        path("mono/Driver.exe"),
    );
    let dotnet = dotnet(&[]).get_program().to_string_lossy().into_owned();
    for form in ["blocking", "awaited"] {
        cargo_test::conformance(
            session,
            &[&dotnet, "exec", &net10, "conformance", &library, form],
        )?;
    }
    cargo_test::conformance(
        session,
        &[
            "mono",
            "--debug",
            &mono,
            "conformance",
            &library,
            "blocking",
        ],
    )
}

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
