//! The test suites: what each needs, what it runs, and the table at the end.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::workspace::{cargo, has_program};

/// One suite: a name, the programs it needs (and the Debian package of each), and the arguments for cargo.
struct Suite {
    name: &'static str,
    needs: &'static [(&'static str, &'static str)],
    cargo: &'static [&'static str],
}

const SUITES: &[Suite] = &[
    Suite {
        name: "rust",
        needs: &[],
        cargo: &[
            "test",
            "--locked",
            "--package",
            "graph-invalidate",
            "--package",
            "graph-invalidate-emulator",
            "--package",
            "xtask",
            "--lib",
            "--bins",
            "--test",
            "calls",
            "--test",
            "hostile",
            "--test",
            "emulator",
            "--test",
            "scenarios",
        ],
    },
    Suite {
        name: "docs",
        needs: &[],
        cargo: &[
            "test",
            "--locked",
            "--package",
            "graph-invalidate",
            "--package",
            "graph-invalidate-emulator",
            "--doc",
        ],
    },
    Suite {
        name: "c",
        needs: &[
            ("gcc", "gcc"),
            ("g++", "g++"),
            ("clang", "clang"),
            ("clang++", "clang"),
            ("valgrind", "valgrind"),
            ("nm", "binutils"),
            ("readelf", "binutils"),
        ],
        cargo: &[
            "test",
            "--locked",
            "--package",
            "graph-invalidate",
            "--features",
            "ffi-check",
            "--test",
            "c_programs",
            "--test",
            "c_layout",
        ],
    },
    Suite {
        name: "install",
        needs: &[
            ("gcc", "gcc"),
            ("cmake", "cmake"),
            ("pkg-config", "pkg-config"),
        ],
        cargo: &[
            "test",
            "--locked",
            "--package",
            "graph-invalidate",
            "--test",
            "installation",
        ],
    },
    Suite {
        name: "cli",
        needs: &[],
        cargo: &["test", "--locked", "--package", "graph-invalidate-cli"],
    },
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Suites that must run: all, or names separated by commas. One that cannot run then counts as failed.
    #[arg(long, value_delimiter = ',', value_name = "all|SUITE,…")]
    require: Vec<String>,
    /// The suites to run; all of them if none is named.
    suites: Vec<String>,
}

struct Report {
    name: &'static str,
    passed: u64,
    failed: u64,
    missing: Option<String>,
    broken: bool,
}

/// Runs the suites; true when everything that ran passed and everything required ran.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
    for name in arguments.suites.iter().chain(&arguments.require) {
        if name != "all" && !known.contains(&name.as_str()) {
            return Err(format!(
                "there is no suite {name:?}; the suites are {}",
                known.join(", ")
            ));
        }
    }
    let mut reports = Vec::new();
    for suite in SUITES {
        if arguments.suites.is_empty() || arguments.suites.iter().any(|name| name == suite.name) {
            reports.push(run_suite(suite)?);
        }
    }
    let required = |name: &str| {
        arguments
            .require
            .iter()
            .any(|required| required == "all" || required == name)
    };
    println!("\nsuite      result");
    for report in &reports {
        match &report.missing {
            Some(missing) if required(report.name) => {
                println!(
                    "{:<10} FAILED: required, but not run: install {missing}",
                    report.name
                );
            }
            Some(missing) => println!("{:<10} not run: install {missing}", report.name),
            None if report.broken && report.failed == 0 => {
                println!(
                    "{:<10} FAILED: {} passed, then it broke off",
                    report.name, report.passed
                );
            }
            None => println!(
                "{:<10} {} passed, {} failed",
                report.name, report.passed, report.failed
            ),
        }
    }
    let passed: u64 = reports.iter().map(|report| report.passed).sum();
    let failures = |report: &Report| {
        let not_run = report.missing.is_some() && required(report.name);
        report.failed.max(u64::from(report.broken || not_run))
    };
    let failed: u64 = reports.iter().map(failures).sum();
    println!("\n{passed} passed, {failed} failed");
    Ok(failed == 0)
}

fn run_suite(suite: &Suite) -> Result<Report, String> {
    let mut missing: Vec<&str> = suite
        .needs
        .iter()
        .filter(|(program, _)| !has_program(program))
        .map(|(_, package)| *package)
        .collect();
    missing.dedup();
    let mut report = Report {
        name: suite.name,
        passed: 0,
        failed: 0,
        missing: (!missing.is_empty()).then(|| missing.join(", ")),
        broken: false,
    };
    if report.missing.is_some() {
        return Ok(report);
    }
    println!("\n=== {} ===", suite.name);
    let mut child = cargo()
        .args(suite.cargo)
        .arg("--no-fail-fast")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            if let Some((passed, failed)) = counts(&line) {
                report.passed += passed;
                report.failed += failed;
            }
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cargo was lost: {error}"))?;
    // A suite in which no test ran proves nothing.
    report.broken = !status.success() || report.passed + report.failed == 0;
    Ok(report)
}

/// The numbers of a line such as `test result: ok. 5 passed; 0 failed; …`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let result = line.strip_prefix("test result: ")?;
    let number_before = |word: &str| {
        let (before, _) = result.split_once(word)?;
        before.trim_end().rsplit([' ', '.']).next()?.parse().ok()
    };
    Some((number_before(" passed")?, number_before(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_counts_are_read_from_the_line_that_cargo_prints() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test calls::x ... ok"), None);
    }
}
