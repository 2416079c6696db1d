//! The PowerShell module, as the folder that would be published.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::dotnet::dotnet;
use crate::workspace::{root, succeed};

use super::{Package, platform};

pub(super) const PACKAGE: Package = Package {
    language: "powershell",
    make: || make().map(|_| ()),
};

/// Lays the module out; gives its folder.
pub(crate) fn make() -> Result<PathBuf, String> {
    build("powershell/src")?;
    let built = built("GraphInvalidate.PowerShell");
    let module = root().join("target/package/powershell/GraphInvalidate");
    // What other platforms have laid there stays.
    remove_all_but(&module, "runtimes")?;
    copy_folder(&root().join("powershell/module"), &module)?;
    let assembly = "GraphInvalidate.PowerShell.dll";
    copy(&built.join(assembly), &module.join(assembly))?;
    platform::place_shared_libraries(&module)?;
    let help = module.join("en-US").join(format!("{assembly}-Help.xml"));
    let mut make_help = pwsh();
    make_help.arg("-File").arg("powershell/help/Build-Help.ps1");
    succeed(make_help.arg(built.join(assembly)).arg(help))?;
    println!("{}", module.display());
    Ok(module)
}

/// PowerShell without a profile, and with nobody to ask.
pub(crate) fn pwsh() -> Command {
    let mut command = Command::new("pwsh");
    command.current_dir(root());
    command.args(["-NoProfile", "-NonInteractive"]);
    command
}

/// Builds a .NET project of the module.
pub(crate) fn build(project: &str) -> Result<(), String> {
    succeed(
        dotnet(&["build", project, "--configuration", "Release"]).args([
            "--verbosity",
            "quiet",
            "-consoleLoggerParameters:NoSummary",
        ]),
    )
}

/// Where a project's build output lies.
pub(crate) fn built(project: &str) -> PathBuf {
    root()
        .join("target/powershell/bin")
        .join(project)
        .join("release")
}

fn remove_all_but(folder: &Path, kept: &str) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.ends_with(kept) {
            continue;
        }
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        removed.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    std::fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} cannot be copied: {error}", from.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    let entries =
        std::fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| error.to_string())?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}
