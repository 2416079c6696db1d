//! Running what was built for Windows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::{cargo, has_program, root, succeed};

use super::COMPILER_FOR_C;
use super::build::folder;

/// Debian keeps its Wine here.
const WINE: &str = "/usr/lib/wine";

/// The tests of C programs that know how to run in Wine: everything that the library promises of a call, a run and a
/// sign-in.
const TESTS: [&str; 2] = ["c_programs", "c_sign_in"];
const NAMES: [&str; 6] = [
    "every_scenario",
    "every_sign_in",
    "answers_every_argument",
    "the_examples",
    "a_stalled_call",
    "under_each_clouds_own_names",
];

/// Runs the tests against the library in this folder; true when all passed.
pub(super) fn test(built: &Path) -> Result<bool, String> {
    let wine = Wine::start()?;
    let mut demonstration = wine.command("wine64");
    succeed(
        demonstration
            .arg(built.join("graph-invalidate.exe"))
            .arg("demo"),
    )?;
    let mut tests = cargo();
    tests.args(["test", "--locked", "--package", "graph-invalidate"]);
    for name in TESTS {
        tests.args(["--test", name]);
    }
    tests.arg("--").args(NAMES);
    wine.prepare(&mut tests);
    tests.env("GRAPH_INVALIDATE_TEST_WINDOWS", built);
    Ok(succeed(&mut tests).is_ok())
}

/// A Windows of its own, thrown away at the end.
pub(crate) struct Wine {
    prefix: PathBuf,
    /// Libraries of our own for what it lacks.
    libraries: PathBuf,
}

impl Wine {
    pub(crate) fn start() -> Result<Wine, String> {
        if !has_program("wine64") && !Path::new(WINE).join("wine64").is_file() {
            return Err(
                "running programs for Windows needs wine64 (or say --build-only)".to_owned(),
            );
        }
        let wine = Wine {
            prefix: folder().join("wine"),
            libraries: folder().join("wine-libraries"),
        };
        let _ = fs::remove_dir_all(&wine.prefix);
        for folder in [&wine.prefix, &wine.libraries] {
            fs::create_dir_all(folder)
                .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        }
        // The server stays between programs, which start the quicker for it, and with it the services, which keep the
        // streams of whoever starts them: a pipe would never end.
        let version = "reg add HKCU\\Software\\Wine /v Version /d win10 /f";
        for (program, arguments) in [
            ("wineserver64", "-p"),
            ("wine64", "wineboot -i"),
            ("wine64", version),
        ] {
            let mut command = wine.command(program);
            command
                .args(arguments.split(' '))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            succeed(&mut command)?;
        }
        stand_in_for_random_numbers(&wine.libraries)?;
        Ok(wine)
    }

    /// One of its programs.
    pub(crate) fn command(&self, program: &str) -> Command {
        let place = Path::new(WINE).join(program);
        let mut command = if place.is_file() {
            Command::new(place)
        } else {
            Command::new(program)
        };
        self.prepare(&mut command);
        command
    }

    fn prepare(&self, command: &mut Command) {
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env("PATH", format!("{path}:{WINE}"))
            .env("WINEPREFIX", &self.prefix)
            .env("WINEPATH", format!("Z:{}", self.libraries.display()))
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            // With mscoree away no managed program would load.
            .env("WINEDLLOVERRIDES", "mshtml=")
            // Otherwise .NET's runtime dies in it now and then.
            .env("DOTNET_EnableWriteXorExecute", "0")
            .env_remove("DISPLAY");
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let _ = self.command("wineserver64").arg("-k").status();
        let _ = fs::remove_dir_all(&self.prefix);
    }
}

/// Wine 8 lacks the library that Rust's standard library has its random numbers from.
fn stand_in_for_random_numbers(libraries: &Path) -> Result<(), String> {
    succeed(
        Command::new(COMPILER_FOR_C)
            .args(["-shared", "-o"])
            .arg(libraries.join("bcryptprimitives.dll"))
            .arg(root().join("tests/windows/random.c"))
            .arg("-ladvapi32"),
    )
}
