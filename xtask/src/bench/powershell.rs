//! The PowerShell module: import and first call against an empty module and against Invoke-RestMethod, the warm cmdlet
//! against the C# call, the folder's size.

use std::path::Path;
use std::process::Command;

use crate::dotnet::dotnet;
use crate::package::powershell::{build, built, make, pwsh};
use crate::workspace::{build_command, root, succeed};

use super::asked::{self, Asked, Taken};
use super::emulator::RunningEmulator;
use super::{Group, csharp, figure};

pub(super) const GROUP: Group = Group {
    name: "powershell",
    take,
};

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";

fn take() -> Result<(), String> {
    let module = make()?;
    build("powershell/bench/empty")?;
    let empty = built("Empty").join("Empty.psd1");
    build_command()?;
    let program = csharp::build()?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;
    let script = |what: &str, module: &Path, more: &[&str]| -> Result<Command, String> {
        let mut command = pwsh();
        command.args(["-File", "powershell/bench/Measure.ps1", what]);
        command.arg(module).args(more);
        command.env("GRAPH_INVALIDATE_ENDPOINT", &emulator.url);
        Ok(command)
    };

    let imported = |module: &Path, more: &[&str]| -> Result<f64, String> {
        let mut run = Asked::start(script("import", module, more)?, &token)?;
        let milliseconds = run.number()?;
        run.end()?;
        Ok(milliseconds)
    };
    let mut taken = Taken::default();
    for round in 0..=ROUNDS {
        let (ours, empty) = (imported(&module, &["me"])?, imported(&empty, &[])?);
        if round > 0 {
            taken.add(ours, empty);
        }
    }
    taken.show(
        "PowerShell: import and first call / importing an empty module",
        "ms",
        "<= 3.00",
    );

    let session = |text: String| -> Result<(), String> {
        let mut command = pwsh();
        command
            .args([
                "-Command",
                &format!("$ErrorActionPreference = 'Stop'; {text}"),
            ])
            .env("GRAPH_INVALIDATE_ENDPOINT", &emulator.url)
            .env("GRAPH_INVALIDATE_TOKEN", &token);
        succeed(&mut command)
    };
    let ours = || {
        session(format!(
            "Import-Module '{}'; $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me",
            module.display()
        ))
    };
    asked::first_call(
        "PowerShell: a session with import and first call / with an empty module's cmdlet",
        "<= 1.08",
        ROUNDS,
        ours,
        || session(format!("Import-Module '{}'; Invoke-Empty", empty.display())),
    )?;
    asked::first_call(
        "PowerShell: a session with import and first call / with the same by Invoke-RestMethod",
        "<= 0.75",
        ROUNDS,
        ours,
        || {
            let address = "$env:GRAPH_INVALIDATE_ENDPOINT/beta/me/invalidateAllRefreshTokens";
            let headers = "@{ Authorization = \"Bearer $env:GRAPH_INVALIDATE_TOKEN\" }";
            session(format!(
                "$null = Invoke-RestMethod -Method Post -Uri \"{address}\" -Headers {headers}"
            ))
        },
    )?;

    for (what, name, goal) in [
        ("warm", "PowerShell: warm cmdlet / C# call", "<= 1.50"),
        (
            "pipeline",
            "PowerShell: a user of a pipeline / C# call",
            "none",
        ),
    ] {
        let mut direct = dotnet(&[]);
        direct
            .arg(&program)
            .args(["warm", &emulator.url, WARM_CALLS]);
        warm_call(
            (name, goal),
            Asked::start(script(what, &module, &["me", WARM_CALLS])?, &token)?,
            Asked::start(direct, &token)?,
        )?;
    }

    let size = size_of(&module)?;
    let text = format!("PowerShell: module folder: {size} bytes, in 4 MB");
    figure(&text, size as f64 / 4e6, "<= 1.00");
    Ok(())
}

fn warm_call(
    (name, goal): (&str, &str),
    mut cmdlet: Asked,
    mut direct: Asked,
) -> Result<(), String> {
    let calls: f64 = WARM_CALLS.parse().unwrap_or(f64::NAN);
    let mut taken = Taken::default();
    for round in 0..2 * ROUNDS {
        let (cmdlet, direct) = (cmdlet.ask()?, direct.ask()?);
        if round >= ROUNDS {
            taken.add(cmdlet * 1e6 / calls, direct * 1e6 / calls);
        }
    }
    cmdlet.end()?;
    direct.end()?;
    taken.show(name, "µs", goal);
    Ok(())
}

/// The bytes of all files in a folder.
fn size_of(folder: &Path) -> Result<u64, String> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        size += if path.is_dir() {
            size_of(&path)?
        } else {
            std::fs::metadata(&path)
                .map_err(|error| error.to_string())?
                .len()
        };
    }
    Ok(size)
}
