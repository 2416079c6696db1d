//! The test suites: what each needs, what it runs, and the table at the end.

mod c;
mod cargo_test;
mod cli;
mod csharp;
mod failures;
mod go;
mod java;
mod node;
mod page;
mod php;
mod powershell;
mod python;
mod rust;
mod session;

use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::workspace::{command_build, has_program, libraries_build};
use session::Session;

/// One suite: a name, the programs it needs with the Debian package of each, and what it does.
struct Suite {
    name: &'static str,
    needs: &'static [(&'static str, &'static str)],
    run: fn(&mut Session) -> Result<(), String>,
}

const SUITES: &[Suite] = &[
    rust::RUST,
    rust::DOCUMENTATION,
    c::PROGRAMS,
    c::INSTALLATION,
    cli::COMMAND,
    page::REPORT,
    csharp::BINDING,
    go::BINDING,
    java::BINDING,
    node::BINDING,
    php::BINDING,
    powershell::MODULE,
    python::BINDING,
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
    session: Session,
    missing: Option<String>,
    took: Duration,
}

impl Report {
    /// The suite's line in the table.
    fn line(&self, required: bool) -> String {
        let counts = self.session.counts;
        let result = match &self.missing {
            Some(missing) if required => {
                format!("FAILED: required, but not run: install {missing}")
            }
            Some(missing) => format!("not run: install {missing}"),
            None if self.session.broke_off && counts.failed == 0 => {
                format!("FAILED: {} passed, then it broke off", counts.passed)
            }
            None => format!("{} passed, {} failed", counts.passed, counts.failed),
        };
        format!("{:<12} {:>5} s  {result}", self.name, self.took.as_secs())
    }

    fn failures(&self, required: bool) -> u64 {
        let not_run = self.missing.is_some() && required;
        let broken = self.session.broke_off || not_run;
        self.session.counts.failed.max(u64::from(broken))
    }
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
    let wanted = |name: &str| {
        arguments.suites.is_empty() || arguments.suites.iter().any(|wanted| wanted == name)
    };
    let required = |name: &str| {
        let mut names = arguments.require.iter();
        names.any(|required| required == "all" || required == name)
    };
    let chosen = || SUITES.iter().filter(|suite| wanted(suite.name));
    let ahead = builds_ahead(chosen().map(|suite| suite.name));
    let reports: Vec<Report> = chosen().map(run_suite).collect();
    let _ = ahead.map(JoinHandle::join);

    for report in reports
        .iter()
        .filter(|report| report.failures(required(report.name)) > 0)
    {
        println!("\n=== what {} said where it failed ===", report.name);
        for line in report.session.failures.lines() {
            println!("{line}");
        }
    }
    println!("\nsuite           time  result");
    for report in &reports {
        println!("{}", report.line(required(report.name)));
    }
    let passed: u64 = reports
        .iter()
        .map(|report| report.session.counts.passed)
        .sum();
    let failed: u64 = reports
        .iter()
        .map(|report| report.failures(required(report.name)))
        .sum();
    println!("\n{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Suites that run without the release builds, and mostly wait.
const WITHOUT_RELEASE: [&str; 4] = ["rust", "docs", "c", "cli"];

/// Makes the release builds beside the suites that do without them, where others follow. Those find them made, or make
/// them and tell what is wrong.
fn builds_ahead(mut suites: impl Iterator<Item = &'static str>) -> Option<JoinHandle<()>> {
    let first = suites.next()?;
    let is_worth_it =
        WITHOUT_RELEASE.contains(&first) && suites.any(|suite| !WITHOUT_RELEASE.contains(&suite));
    is_worth_it.then(|| {
        std::thread::spawn(|| {
            for mut build in [libraries_build(), command_build()] {
                let _ = build.stdout(Stdio::null()).stderr(Stdio::null()).status();
            }
        })
    })
}

fn run_suite(suite: &Suite) -> Report {
    let mut missing: Vec<&str> = suite
        .needs
        .iter()
        .filter(|(program, _)| !has_program(program))
        .map(|(_, package)| *package)
        .collect();
    missing.dedup();
    let mut report = Report {
        name: suite.name,
        session: Session::default(),
        missing: (!missing.is_empty()).then(|| missing.join(", ")),
        took: Duration::ZERO,
    };
    let begin = Instant::now();
    if report.missing.is_none() {
        println!("\n=== {} ===", suite.name);
        if let Err(reason) = (suite.run)(&mut report.session) {
            println!("{}: {reason}", suite.name);
            report.session.broke_off = true;
        }
        // A suite in which no test ran proves nothing.
        let counts = report.session.counts;
        report.session.broke_off |= counts.passed + counts.failed == 0;
    }
    report.took = begin.elapsed();
    report
}
