//! The lines of docs/install.md, run as people would run them, and the trials of xtask/trials/: from the files alone,
//! in a folder with a name that is not easy.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::bench::emulator::RunningEmulator;
use crate::cross::{PLATFORMS, Platform};
use crate::package::java;
use crate::workspace::{has_program, root};

/// A block of lines, under the heading that it stands under.
struct Block {
    heading: String,
    language: String,
    needs: Vec<String>,
    text: String,
}

/// What is wanted of the blocks.
pub(super) struct Wanted<'a> {
    /// Of which platforms there are files; what is for another one is no part of it.
    pub(super) platforms: &'a [&'static Platform],
    /// Those alone that have this in their name.
    pub(super) only: Option<&'a str>,
    /// Tools that need not be there.
    pub(super) without: &'a [String],
}

/// Runs the blocks; true when all that are wanted were run and ended well, and each signed somebody out that was to.
pub(super) fn run(
    files: &Path,
    programs: &Path,
    emulator: &RunningEmulator,
    wanted: &Wanted<'_>,
) -> Result<bool, String> {
    let page = fs::read_to_string(root().join("docs/install.md"))
        .map_err(|error| format!("docs/install.md cannot be read: {error}"))?;
    let mut all = blocks(&page);
    all.extend(trials()?);
    let mut well = true;
    for block in all {
        let first = block.text.lines().next().unwrap_or_default();
        let name = format!("{}: {first}", block.heading);
        let is_for_others = |need: &String| {
            let is_it = |platform: &&Platform| platform.rid == need;
            PLATFORMS.iter().any(|platform| is_it(&platform)) && !wanted.platforms.iter().any(is_it)
        };
        if wanted.only.is_some_and(|only| !name.contains(only))
            || block.needs.iter().any(is_for_others)
        {
            continue;
        }
        let missing: Vec<&String> = block
            .needs
            .iter()
            .filter(|need| !is_there(need, programs))
            .collect();
        if !missing.is_empty() {
            println!("NOT RUN {name}: needs {missing:?}");
            well &= missing.iter().all(|need| wanted.without.contains(need));
            continue;
        }
        match run_block(&block, files, programs, emulator) {
            Ok(()) => println!("ok      {name}"),
            Err(reason) => {
                println!("FAILED  {name}: {reason}");
                well = false;
            }
        }
    }
    Ok(well)
}

/// What is tried beside the page: each file is a block, whose second line says what it needs.
fn trials() -> Result<Vec<Block>, String> {
    let folder = root().join("xtask/trials");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sh"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file)
                .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
            let needs = text
                .lines()
                .find_map(|line| line.strip_prefix("# needs="))
                .unwrap_or_default();
            Ok(Block {
                heading: file
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                language: "sh".to_owned(),
                needs: words(needs),
                text,
            })
        })
        .collect()
}

fn words(needs: &str) -> Vec<String> {
    needs
        .split(',')
        .filter(|need| !need.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_there(need: &str, programs: &Path) -> bool {
    match need {
        // Of its files there are some.
        rid if PLATFORMS.iter().any(|platform| platform.rid == rid) => true,
        "root" => Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|output| output.stdout.starts_with(b"0\n")),
        "fsi" => Command::new("dotnet")
            .args(["fsi", "--version"])
            .output()
            .is_ok_and(|output| output.status.success()),
        program => programs.join(program).is_file() || has_program(program),
    }
}

fn run_block(
    block: &Block,
    files: &Path,
    programs: &Path,
    emulator: &RunningEmulator,
) -> Result<(), String> {
    let folder = root().join("target/release-test/Zoë's Dateien (für alle)");
    let home = root().join("target/release-test/home");
    for folder in [&folder, &home] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    let entries = fs::read_dir(files)
        .map_err(|error| format!("{} cannot be read: {error}", files.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| error.to_string())?;
        symlink(entry.path(), folder.join(entry.file_name())).map_err(|error| error.to_string())?;
    }
    emulator.control("POST", "reset", "")?;
    let mut command = match block.language.as_str() {
        "powershell" => {
            let text = format!(
                "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'\n{}",
                block.text
            );
            let mut command = Command::new("pwsh");
            command.args(["-NoProfile", "-NonInteractive", "-Command", &text]);
            command.env("PSModulePath", "");
            command
        }
        _ => {
            let mut command = Command::new("bash");
            // Whoever is root already has no need of sudo.
            let text = format!("sudo() {{ \"$@\"; }}\n{}", block.text);
            command.args(["-euo", "pipefail", "-c", &text]);
            command
        }
    };
    let mut path = programs.as_os_str().to_owned();
    if block.needs.iter().any(|need| need == "java") {
        // Whichever Java comes first on the PATH, the line is for one of the newer ones.
        path.push(":");
        path.push(java::jdk()?.join("bin"));
    }
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = command
        .current_dir(&folder)
        .env("PATH", path)
        .env("VERSION", env!("CARGO_PKG_VERSION"))
        .env("CHECKOUT", root())
        .env("HOME", &home)
        .env("NUGET_PACKAGES", home.join("packages"))
        .env("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
        .env("DOTNET_NOLOGO", "1")
        .env("GRAPH_INVALIDATE_ENDPOINT", &emulator.url)
        .env("GRAPH_INVALIDATE_TOKEN", emulator.token()?)
        .output()
        .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{}:\n{said}", output.status));
    }
    let asked = emulator.control("GET", "requests", "")?;
    if block.text.contains("adele") && !asked.contains("invalidateAllRefreshTokens") {
        return Err(format!("nobody was signed out:\n{said}"));
    }
    Ok(())
}

/// The blocks of a page that are to be run.
fn blocks(page: &str) -> Vec<Block> {
    let mut heading = String::new();
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        if let Some(block) = &mut open {
            if line == "```" {
                found.extend(open.take());
            } else {
                block.text += line;
                block.text.push('\n');
            }
        } else if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut heading);
        } else if let Some(words) = line.strip_prefix("```") {
            let mut words = words.split(' ');
            open = Some(Block {
                heading: heading.clone(),
                language: words.next().unwrap_or_default().to_owned(),
                needs: words
                    .filter_map(|word| word.strip_prefix("needs="))
                    .flat_map(self::words)
                    .collect(),
                text: String::new(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn a_block_has_its_heading_its_needs_and_all_its_lines() {
        let found = blocks(
            "# A\n## B\n```sh needs=cc,root\none\ntwo\n```\n## C\n```powershell\nthree\n```\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].heading.as_str(), found[0].text.as_str()),
            ("B", "one\ntwo\n")
        );
        assert_eq!(found[0].needs, ["cc", "root"]);
        assert_eq!(found[1].language, "powershell");
    }
}
