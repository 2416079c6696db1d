//! The Java binding: its tests and its scenarios, by Java's own way to call C and by JNA, with the packed jar.

use std::path::Path;
use std::process::Command;

use crate::package::java;
use crate::workspace::{build_command, files_with_ending, root, succeed};

use super::session::Counts;
use super::{Suite, cargo_test};

pub(super) const BINDING: Suite = Suite {
    name: "java",
    needs: &[("mvn", "maven"), ("javac", "openjdk-17-jdk-headless")],
    run: |session| {
        java::make()?;
        build_command()?;
        let folder = root().join("target/java");
        let classes = folder.join("tests");
        let dependencies = folder.join("dependencies");
        succeed(
            java::maven()?
                .current_dir(root().join("bindings/java"))
                .arg("org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies")
                .arg(format!("-DoutputDirectory={}", dependencies.display())),
        )?;
        let jdk = java::jdk()?;
        documentation(&jdk)?;
        let tests = format!("{}:{}", java::jar().display(), classes.display());
        succeed(
            Command::new(jdk.join("bin/javac"))
                .args(["--release", "8", "-Xlint:all,-options", "-Werror", "-cp"])
                .arg(java::jar())
                .arg("-d")
                .arg(&classes)
                .args(sources("bindings/java/src/test")?)
                .args(sources("bindings/java/examples")?),
        )?;
        let with_jna = format!("{tests}:{}/*", dependencies.display());
        let native = "--enable-native-access=ALL-UNNAMED";
        let newest = jdk.join("bin/java").display().to_string();
        for java in [
            vec![newest.as_str(), native, "-cp", &tests],
            // Whatever Java is first on PATH, made to know nothing of later releases' classes: it calls through JNA.
            vec!["java", "-Djdk.util.jar.version=17", "-cp", &with_jna],
        ] {
            let mut command = Command::new(java[0]);
            command
                .args(&java[1..])
                .arg("graphinvalidate.tests.Tests")
                .arg(root())
                .env(
                    "GRAPH_INVALIDATE_TEST_COMMAND",
                    root().join("target/release/graph-invalidate"),
                )
                // The Java that Maven runs on.
                .env("JAVA_HOME", &jdk);
            session.test(&mut command, counts)?;
            let driver = [java.as_slice(), &["graphinvalidate.tests.Conformance"]].concat();
            cargo_test::conformance(session, &driver)?;
        }
        Ok(())
    },
};

/// Javadoc without a warning.
fn documentation(jdk: &Path) -> Result<(), String> {
    succeed(
        Command::new(jdk.join("bin/javadoc"))
            .args(["-quiet", "-Xdoclint:all", "-Werror", "--release", "8"])
            .arg("-cp")
            .arg(root().join("target/java/dependencies/*"))
            .arg("-d")
            .arg(root().join("target/java/javadoc"))
            .args(sources("bindings/java/src/main/java/")?),
    )
}

fn sources(folder: &str) -> Result<Vec<std::path::PathBuf>, String> {
    let folder = root().join(folder);
    let mut files = files_with_ending(".java")?;
    files.retain(|file| file.starts_with(&folder));
    Ok(files)
}

/// A line such as `pass: one call`.
fn counts(line: &str) -> Option<Counts> {
    let passed = line.starts_with("pass: ");
    let failed = line.starts_with("FAIL: ");
    (passed || failed).then_some(Counts {
        passed: u64::from(passed),
        failed: u64::from(failed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_line_of_each_test() {
        assert!(counts("pass: one call").is_some_and(|counts| counts.passed == 1));
        assert!(counts("FAIL: one call").is_some_and(|counts| counts.failed == 1));
        assert_eq!(counts("passing"), None);
    }
}
