//! Python's tools, in a virtual environment of their own below target/.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{root, succeed};

/// The interpreter that makes the environment.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// The environment's interpreter, with what bindings/python/requirements.txt pins; the environment is made where it is
/// missing or old.
pub(crate) fn tools() -> Result<PathBuf, String> {
    Ok(programs_of("target/python/tools", "bindings/python/requirements.txt")?.join(PYTHON))
}

/// Where an environment below the root has its programs: it holds what a list pins, and is made where it is missing or
/// old.
pub(crate) fn programs_of(environment: &str, list: &str) -> Result<PathBuf, String> {
    let environment = root().join(environment);
    let programs = programs(&environment);
    let wanted = std::fs::read(root().join(list))
        .map_err(|error| format!("{list} cannot be read: {error}"))?;
    let installed = environment.join("requirements.txt");
    if std::fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(programs);
    }
    succeed(
        Command::new(PYTHON)
            .args(["-m", "venv", "--clear"])
            .arg(&environment),
    )?;
    succeed(
        pip(&programs.join(PYTHON))
            .arg("--requirement")
            .arg(root().join(list)),
    )?;
    std::fs::write(&installed, wanted)
        .map_err(|error| format!("{} cannot be written: {error}", installed.display()))?;
    Ok(programs)
}

/// pip of an environment, about to install something.
pub(crate) fn pip(interpreter: &Path) -> Command {
    let mut command = Command::new(interpreter);
    command.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    command
}

/// Where an environment has its programs.
fn programs(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

/// A module of the tools, run with the other tools on the PATH.
pub(crate) fn module(interpreter: &Path, name: &str) -> Command {
    let mut command = Command::new(interpreter);
    let mut path = interpreter
        .parent()
        .map(|folder| folder.as_os_str().to_owned())
        .unwrap_or_default();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(if cfg!(windows) { ";" } else { ":" });
        path.push(rest);
    }
    command
        .args(["-m", name])
        .env("PATH", path)
        .env(
            "PYRIGHT_PYTHON_CACHE_DIR",
            root().join("target/python/pyright"),
        )
        .env("PYRIGHT_PYTHON_IGNORE_WARNINGS", "1");
    command
}
