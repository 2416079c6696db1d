//! What is published: every package for every platform, with sums and bills of materials.

mod archive;
mod command;
mod judged;
mod lines;
mod packages;
mod programs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::emulator::RunningEmulator;
use crate::components::{self, Component};
use crate::cross::{self, PLATFORMS, Platform};
use crate::workspace::{cargo, root, succeed};

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The platforms to build for; all of them if none is named
    #[arg(long = "platform", value_name = "RID")]
    platforms: Vec<String>,
    /// Build for the platforms, and make no packages
    #[arg(long)]
    build_only: bool,
    /// Make the packages of what was built before
    #[arg(long, conflicts_with = "build_only")]
    packages_only: bool,
    /// Judge what was made before, and run every line of docs/install.md with it
    #[arg(long, conflicts_with_all = ["build_only", "packages_only", "check"])]
    test: bool,
    /// Of the lines and the trials, run those alone that have this in their name
    #[arg(long, value_name = "TEXT", requires = "test")]
    only: Option<String>,
    /// What may be missing: the lines and the trials that need it are not run, and nothing is said against that
    #[arg(long, value_name = "TOOL", value_delimiter = ',', requires = "test")]
    without: Vec<String>,
    /// Make everything twice, and compare the bytes; with --packages-only, the packages of what was built before
    #[arg(long, conflicts_with = "build_only")]
    check: bool,
}

/// The folder of the bills of materials: beside a package of NuGet's kind PowerShell would take them for packages.
const BILLS: &str = "bills-of-materials";

/// One file that is published.
struct Artefact {
    file: PathBuf,
    /// What is linked into it.
    components: Vec<Component>,
}

/// Where everything lies in the end.
fn folder() -> PathBuf {
    root().join("target/release-files")
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let platforms = wanted(&arguments.platforms)?;
    if arguments.test {
        let wanted = lines::Wanted {
            platforms: &platforms,
            only: arguments.only.as_deref(),
            without: &arguments.without,
        };
        return test(&wanted);
    }
    if arguments.build_only {
        return build(&platforms).map(|_| true);
    }
    let sums = make(&platforms, arguments.packages_only)?;
    print!("{sums}");
    println!("{}", folder().display());
    if !arguments.check {
        return Ok(true);
    }
    if !arguments.packages_only {
        // In the same place, from nothing: a build of another folder would be another one.
        for folder in platforms
            .iter()
            .flat_map(|platform| cross::folders(platform))
        {
            fs::remove_dir_all(&folder)
                .map_err(|error| format!("{} cannot be removed: {error}", folder.display()))?;
        }
    }
    let again = make(&platforms, arguments.packages_only)?;
    let other: Vec<&str> = again
        .lines()
        .filter(|line| !sums.lines().any(|first| first == *line))
        .collect();
    for line in &other {
        println!("not the same bytes twice: {line}");
    }
    println!(
        "{} files, {} of them other the second time",
        again.lines().count(),
        other.len()
    );
    Ok(other.is_empty())
}

/// Judges everything, and tries it as people would.
fn test(wanted: &lines::Wanted<'_>) -> Result<bool, String> {
    let emulator = RunningEmulator::start(&speaker(wanted.platforms)?, &[])?;
    let programs = programs::make(wanted.platforms)?;
    if wanted.only.is_some() {
        return lines::run(&folder(), &programs.folder, &emulator, wanted);
    }
    let mut faults = judged::weigh(&folder().join(format!("GraphInvalidate.{VERSION}.nupkg")));
    for platform in wanted.platforms {
        let found = cross::built(platform, &cross::folder())
            .and_then(|built| judged::judge(&built, &emulator))
            .unwrap_or_else(|reason| vec![reason]);
        println!(
            "{:<8}{}",
            if found.is_empty() { "ok" } else { "FAILED" },
            platform.rid
        );
        faults.extend(found);
    }
    for fault in &faults {
        println!("{fault}");
    }
    Ok(lines::run(&folder(), &programs.folder, &emulator, wanted)? && faults.is_empty())
}

fn build(platforms: &[&'static Platform]) -> Result<Vec<cross::Built>, String> {
    let mut built = Vec::new();
    for platform in platforms {
        println!("building for {}", platform.rid);
        built.push(cross::build(platform, &cross::folder())?);
    }
    Ok(built)
}

/// Makes everything; gives the sums.
fn make(platforms: &[&'static Platform], packages_only: bool) -> Result<String, String> {
    let (to, work) = (folder(), root().join("target/release-work"));
    for folder in [&to, &work] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    let built = if packages_only {
        platforms
            .iter()
            .map(|platform| cross::built(platform, &cross::folder()))
            .collect::<Result<_, _>>()?
    } else {
        build(platforms)?
    };
    let speaker = speaker(platforms)?;
    let mut artefacts = Vec::new();
    for built in &built {
        artefacts.push(command::archive(built, &speaker, &work, &to)?);
        artefacts.push(command::tree(built, &work, &to)?);
        if let Some(architecture) = built.platform.debian {
            artefacts.push(command::debian(built, architecture, &speaker, &work, &to)?);
        }
    }
    artefacts.extend(packages::make(&built, &work, &to)?);
    for artefact in &artefacts {
        let name = artefact
            .file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let bill = components::bill(&name, VERSION, &artefact.components);
        let text = serde_json::to_string_pretty(&bill).map_err(|error| error.to_string())?;
        crate::install::write(
            &to.join(BILLS).join(format!("{name}.cdx.json")),
            (text + "\n").as_bytes(),
        )?;
    }
    sums(&to)
}

/// A command that this machine runs, and that writes its manual and completions: the same for every platform. That of a
/// platform that was built, where this machine is one.
fn speaker(platforms: &[&'static Platform]) -> Result<PathBuf, String> {
    let own = platforms
        .iter()
        .find(|platform| platform.rid == crate::package::platform::runtime_identifier());
    if let Some(built) = own.and_then(|own| cross::built(own, &cross::folder()).ok()) {
        return Ok(built.command());
    }
    succeed(cargo().args([
        "build",
        "--locked",
        "--quiet",
        "--package",
        "graph-invalidate-cli",
    ]))?;
    Ok(root().join("target/debug/graph-invalidate"))
}

/// Writes SHA256SUMS, in the form that sha256sum checks.
fn sums(folder: &Path) -> Result<String, String> {
    let names = archive::files_below(folder)?;
    let output = Command::new("sha256sum")
        .current_dir(folder)
        .args(
            names
                .iter()
                .filter_map(|file| file.strip_prefix(folder).ok()),
        )
        .output()
        .map_err(|error| format!("sha256sum cannot be run: {error}"))?;
    crate::install::write(&folder.join("SHA256SUMS"), &output.stdout)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn wanted(names: &[String]) -> Result<Vec<&'static Platform>, String> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !PLATFORMS.iter().any(|platform| platform.rid == **name))
    {
        let known: Vec<&str> = PLATFORMS.iter().map(|platform| platform.rid).collect();
        return Err(format!(
            "{unknown} is no platform that packages are made for: {}",
            known.join(", ")
        ));
    }
    Ok(PLATFORMS
        .iter()
        .filter(|platform| names.is_empty() || names.iter().any(|name| name == platform.rid))
        .collect())
}
