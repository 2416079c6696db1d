//! Runs in every language, each in turns with the command over the same list.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use super::emulator;
use super::programs::Programs;
use crate::bench::asked::Asked;
use crate::bench::emulator::RunningEmulator;
use crate::bench::{Group, csharp, figure, go, java, median, node, php};
use crate::dotnet::dotnet;
use crate::package::powershell::{make, pwsh};
use crate::python::{module, tools_with_package};
use crate::workspace::{build_command, root};

pub(in crate::bench) const GROUP: Group = Group {
    name: "languages",
    take,
};

/// Rounds in turns, after one that only warms up.
const ROUNDS: usize = 7;

/// Enough for a second or two of the command.
const USERS: u32 = 100_000;

/// What a language's run is held against: the command, over a list, with an emulator that knows everybody on it.
pub(in crate::bench) struct Baseline {
    programs: Programs,
    emulator: RunningEmulator,
    list: PathBuf,
}

impl Baseline {
    pub(in crate::bench) fn new() -> Result<Baseline, String> {
        build_command()?;
        let programs = Programs::build()?;
        Ok(Baseline {
            emulator: emulator(&programs, &[])?,
            list: programs.list(USERS)?,
            programs,
        })
    }

    /// The arguments of a language's program: what it does, where, and for whom.
    pub(in crate::bench) fn arguments(&self) -> [&OsStr; 3] {
        [
            "run".as_ref(),
            self.emulator.url.as_ref(),
            self.list.as_ref(),
        ]
    }

    /// Takes the time of a language's program and of the command, in turns.
    pub(in crate::bench) fn compare(
        &self,
        name: &str,
        program: Command,
        goal: &str,
    ) -> Result<(), String> {
        let mut asked = Asked::start(program, &self.emulator.token()?)?;
        let mut ratios = Vec::new();
        let mut rates = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let ours = asked.ask()?;
            let unlimited = ["--rate", "unlimited"];
            let command = self
                .programs
                .command(&self.emulator, &self.list, &unlimited)?;
            if round > 0 {
                ratios.push(command / ours);
                rates.0.push(f64::from(USERS) / ours);
                rates.1.push(f64::from(USERS) / command);
            }
        }
        asked.end()?;
        let (ours, command) = (median(rates.0), median(rates.1));
        let text = format!("{name} / the command, users a second ({ours:.0} / {command:.0})");
        figure(&text, median(ratios), goal);
        Ok(())
    }
}

fn take() -> Result<(), String> {
    let baseline = Baseline::new()?;
    let (url, list) = (&baseline.emulator.url, &baseline.list);
    let interpreter = tools_with_package()?;
    let csharp_program = csharp::build()?;
    let powershell_module = make()?;

    let mut python = module(&interpreter, "run");
    python
        .current_dir(root().join("bindings/python/benchmarks"))
        .arg(url)
        .arg(list);
    let mut csharp = dotnet(&[]);
    csharp.arg(csharp_program).args(baseline.arguments());
    let mut powershell = pwsh();
    powershell
        .args(["-File", "powershell/bench/Measure.ps1", "run"])
        .arg(powershell_module)
        .arg(list)
        .env("GRAPH_INVALIDATE_ENDPOINT", url);

    crate::package::go::make()?;
    let mut go = Command::new(go::build_program("measure")?);
    go.args(baseline.arguments());
    let mut java = java::program(&java::build()?, &[])?;
    java.args(baseline.arguments());
    crate::package::php::make()?;
    let mut php = php::program("run", &[url]);
    php.arg(list);

    let mut node = node::program(&node::build()?, "measure.js", &["run", url]);
    node.arg(list);

    let languages: [(&str, Command, &str); 7] = [
        ("Python generator", python, ">= 0.80"),
        ("C# enumerable", csharp, ">= 0.90"),
        ("Go iterator", go, ">= 0.90"),
        ("Java iterator", java, ">= 0.90"),
        ("Node async iterator", node, ">= 0.80"),
        ("PHP generator", php, ">= 0.80"),
        ("PowerShell pipeline", powershell, ">= 0.50"),
    ];
    for (name, program, goal) in languages {
        baseline.compare(name, program, goal)?;
    }
    Ok(())
}
