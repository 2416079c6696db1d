//! Where the project lies, and how its commands are run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // What cargo says to the program, or the test, that it runs: build scripts that look at it would run again whenever
    // someone else builds.
    let said_by_cargo = std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name == "OUT_DIR" || name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")
    });
    for name in said_by_cargo {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its success; what it prints is seen.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} failed"))
    }
}

/// What is built to be loaded by other programs wipes the memory that it frees.
pub(crate) const LIBRARY_FEATURES: &str = "wipe-freed-memory";

/// Builds the shared and the static library, as they are installed and packaged, in `libraries()`; cargo also says
/// which system libraries the static one needs.
///
/// Without the Rust library beside them: with it they would not be optimised across crates. In a folder of their own:
/// there no other build replaces them, so that they are built once.
pub(crate) fn libraries_build() -> Command {
    let mut command = cargo();
    command
        .args(["rustc", "--locked", "--release", "--lib"])
        .args(["--package", "graph-invalidate"])
        .args(["--features", LIBRARY_FEATURES])
        .args(["--crate-type", "cdylib,staticlib"])
        .arg("--target-dir")
        .arg(root().join("target/libraries"))
        .args(["--", "--print", "native-static-libs"]);
    command
}

/// Builds the shared and the static library.
pub(crate) fn build_libraries() -> Result<(), String> {
    succeed(&mut libraries_build())
}

/// Where the libraries of a release lie.
pub(crate) fn libraries() -> PathBuf {
    root().join("target/libraries/release")
}

/// Builds the command, as it is published.
pub(crate) fn command_build() -> Command {
    let mut command = cargo();
    command
        .args(["build", "--locked", "--release"])
        .args(["--package", "graph-invalidate-cli"]);
    command
}

/// Builds the command.
pub(crate) fn build_command() -> Result<(), String> {
    succeed(&mut command_build())
}

/// Whether a program of this name is on the PATH.
pub(crate) fn has_program(name: &str) -> bool {
    program(name).is_some()
}

/// Where the program of this name lies, on the PATH.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_folder = |folder: PathBuf| {
        let file = folder.join(name);
        let with_ending = file.with_extension("exe");
        [file, with_ending].into_iter().find(|file| file.is_file())
    };
    std::env::split_paths(&path).find_map(in_folder)
}

/// The files that git knows, below the root, with this ending.
pub(crate) fn files_with_ending(ending: &str) -> Result<Vec<PathBuf>, String> {
    let output = Command::new("git")
        .current_dir(root())
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        return Err("git ls-files failed: is this a checkout?".to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .split('\0')
        .filter(|name| name.ends_with(ending))
        .map(|name| root().join(name))
        .filter(|path| path.is_file())
        .collect())
}
