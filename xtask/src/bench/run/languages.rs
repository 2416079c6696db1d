//! Runs in every language, each in turns with the command over the same list.

use std::process::Command;

use super::emulator;
use super::programs::Programs;
use crate::bench::asked::Asked;
use crate::bench::{Group, csharp, figure, go, java, median, php};
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

fn take() -> Result<(), String> {
    build_command()?;
    let programs = Programs::build()?;
    let list = programs.list(USERS)?;
    let emulator = emulator(&programs, &[])?;
    let interpreter = tools_with_package()?;
    let csharp_program = csharp::build()?;
    let powershell_module = make()?;

    let mut python = module(&interpreter, "run");
    python
        .current_dir(root().join("bindings/python/benchmarks"))
        .args([&emulator.url])
        .arg(&list);
    let mut csharp = dotnet(&[]);
    csharp
        .arg(csharp_program)
        .args(["run", &emulator.url])
        .arg(&list);
    let mut powershell = pwsh();
    powershell
        .args(["-File", "powershell/bench/Measure.ps1", "run"])
        .arg(powershell_module)
        .arg(&list)
        .env("GRAPH_INVALIDATE_ENDPOINT", &emulator.url);

    crate::package::go::make()?;
    let mut go = Command::new(go::build_program("measure")?);
    go.args(["run", &emulator.url]).arg(&list);
    let mut java = java::program(&java::build()?, &["run", &emulator.url])?;
    java.arg(&list);
    crate::package::php::make()?;
    let mut php = php::program("run", &[&emulator.url]);
    php.arg(&list);

    let languages: [(&str, Command, &str); 6] = [
        ("Python generator", python, ">= 0.80"),
        ("C# enumerable", csharp, ">= 0.90"),
        ("Go iterator", go, ">= 0.90"),
        ("Java iterator", java, ">= 0.90"),
        ("PHP generator", php, ">= 0.80"),
        ("PowerShell pipeline", powershell, ">= 0.50"),
    ];
    for (name, program, goal) in languages {
        let mut asked = Asked::start(program, &emulator.token()?)?;
        let mut ratios = Vec::new();
        let mut rates = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let ours = asked.ask()?;
            let command = programs.command(&emulator, &list, &["--rate", "unlimited"])?;
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
    }
    Ok(())
}
