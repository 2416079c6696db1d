//! The Go binding: its tests under the race detector, its scenarios, and the packed module as a program takes it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::package::{go, platform};
use crate::workspace::{build_command, libraries, root, succeed};

use super::session::{Counts, Session};
use super::{Suite, cargo_test};

pub(super) const BINDING: Suite = Suite {
    name: "go",
    // The race detector and the static tag are the only parts that want a C compiler.
    needs: &[("go", "golang-go 1.25 or later"), ("gcc", "gcc")],
    run: |session| {
        go::make()?;
        build_command()?;
        succeed(go_command().args(["vet", "./..."]))?;
        formatted()?;
        staticcheck()?;
        let mut tests = go_command();
        tests
            .args(["test", "-race", "-count=1", "-v", "./..."])
            .env("CGO_ENABLED", "1")
            .env("GRAPH_INVALIDATE_LIBRARY", platform::shared_library())
            .env("GRAPH_INVALIDATE_TEST_MODULE", go::folder())
            .env("GRAPH_INVALIDATE_TEST_ARCHIVES", libraries())
            .env(
                "GRAPH_INVALIDATE_TEST_COMMAND",
                root().join("target/release/graph-invalidate"),
            );
        session.test(&mut tests, counts)?;
        conformance(session)
    },
};

/// `go`, in the binding's folder; its caches are the user's own.
fn go_command() -> Command {
    tool(Path::new("go"))
}

/// A tool, in the binding's folder.
fn tool(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root().join("bindings/go"));
    command
}

fn formatted() -> Result<(), String> {
    let output = Command::new("gofmt")
        .args(["-l", "."])
        .current_dir(root().join("bindings/go"))
        .output()
        .map_err(|error| format!("gofmt cannot be run: {error}"))?;
    let files = String::from_utf8_lossy(&output.stdout).into_owned();
    if files.is_empty() {
        Ok(())
    } else {
        Err(format!("run gofmt -w on {files}"))
    }
}

/// What staticcheck says of the binding, in one version; nothing where the module proxy does not give it.
fn staticcheck() -> Result<(), String> {
    let tools = root().join("target/go-tools");
    let program = tools.join("staticcheck");
    if !program.is_file() {
        let installed = go_command()
            .args(["install", "honnef.co/go/tools/cmd/staticcheck@v0.8.2"])
            .env("GOBIN", &tools)
            .status();
        if !installed.is_ok_and(|status| status.success()) {
            println!("staticcheck cannot be had here: it is left out");
            return Ok(());
        }
    }
    succeed(tool(&program).arg("./..."))
}

/// Every scenario through a program that takes the packed module from its folder: without a C compiler, and with the
/// library that is inside.
fn conformance(session: &mut Session) -> Result<(), String> {
    let program = root().join("target/go/conformance");
    fs::create_dir_all(root().join("target/go")).map_err(|error| error.to_string())?;
    succeed(
        go_command()
            .current_dir(go::folder())
            .args(["build", "-o"])
            .arg(&program)
            .arg("./internal/conformance")
            .env("CGO_ENABLED", "0"),
    )?;
    cargo_test::conformance(session, &[&program.display().to_string()])
}

/// A line such as `--- PASS: TestX (0.10s)`.
fn counts(line: &str) -> Option<Counts> {
    let (word, _) = line.strip_prefix("--- ")?.split_once(": Test")?;
    match word {
        "PASS" => Some(Counts {
            passed: 1,
            failed: 0,
        }),
        "FAIL" => Some(Counts {
            passed: 0,
            failed: 1,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_line_of_each_test() {
        let passed = Counts {
            passed: 1,
            failed: 0,
        };
        assert_eq!(counts("--- PASS: TestOneCall (0.02s)"), Some(passed));
        assert!(counts("--- FAIL: TestOneCall (0.02s)").is_some_and(|counts| counts.failed == 1));
        for line in ["=== RUN   TestOneCall", "ok  	example.test	0.1s", "PASS"] {
            assert_eq!(counts(line), None);
        }
    }
}
