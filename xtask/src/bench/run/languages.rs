//! Runs in every language, each in turns with the command over the same list.

use std::process::Command;

use super::baseline::Baseline;
use crate::bench::{Group, csharp, go, java, node, php};
use crate::dotnet::dotnet;
use crate::package::powershell::{make, pwsh};
use crate::package::python::tools_with_package;
use crate::python::module;
use crate::workspace::root;

pub(in crate::bench) const GROUP: Group = Group {
    name: "languages",
    take,
};

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
