//! What is measured: the C program, the command, and wrk as the baseline.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::bench::direct;
use crate::bench::emulator::RunningEmulator;
use crate::workspace::root;

/// How many users go into one request.
pub(super) const BATCH: u32 = 20;

/// How many requests are under way at once.
pub(super) const CONNECTIONS: u32 = 16;

pub(super) struct Programs {
    pub(super) command: PathBuf,
    pub(super) engine: PathBuf,
    /// For lists, journals and output: on a disk, as users have them.
    pub(super) folder: PathBuf,
}

/// What the C program does.
#[derive(Clone, Copy)]
pub(super) enum Course {
    Finish,
    Cancel,
}

impl Programs {
    pub(super) fn build() -> Result<Programs, String> {
        Ok(Programs {
            command: root().join("target/release/graph-invalidate"),
            engine: direct::program("run")?,
            folder: root().join("target/bench"),
        })
    }

    /// A list of so many users.
    pub(super) fn list(&self, users: u32) -> Result<PathBuf, String> {
        let path = self.folder.join(format!("users-{users}.txt"));
        let lines: String = (1..=users)
            .map(|number| format!("user{number:06}@contoso.example\n"))
            .collect();
        std::fs::write(&path, lines).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// A journal that is not there yet.
    pub(super) fn journal(&self) -> PathBuf {
        let path = self.folder.join("run.jsonl");
        let _ = std::fs::remove_file(&path);
        path
    }

    /// Seconds that the engine takes through the C ABI.
    pub(super) fn engine(
        &self,
        emulator: &RunningEmulator,
        users: u32,
        journal: Option<&Path>,
        course: Course,
    ) -> Result<f64, String> {
        let course = match course {
            Course::Finish => "finish",
            Course::Cancel => "cancel",
        };
        let mut child = Command::new(&self.engine)
            .args([&emulator.url, &users.to_string()])
            .arg(journal.unwrap_or(Path::new("-")))
            .arg(course)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", self.engine.display()))?;
        let token = emulator.token()?;
        if let Some(mut input) = child.stdin.take() {
            writeln!(input, "{token}").map_err(|error| error.to_string())?;
        }
        let output = child
            .wait_with_output()
            .map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match (output.status.success(), said.trim().parse()) {
            (true, Ok(seconds)) => Ok(seconds),
            _ => Err(format!(
                "the run through the C ABI ended with {}: {said}",
                output.status
            )),
        }
    }

    /// The command over a list, with its token.
    pub(super) fn run_command(
        &self,
        emulator: &RunningEmulator,
        list: &Path,
        arguments: &[&str],
    ) -> Result<Command, String> {
        let mut command = Command::new(&self.command);
        self.arrange(&mut command, emulator, list, arguments)?;
        Ok(command)
    }

    /// Completes a command that runs the command.
    pub(super) fn arrange(
        &self,
        command: &mut Command,
        emulator: &RunningEmulator,
        list: &Path,
        arguments: &[&str],
    ) -> Result<(), String> {
        command
            .args([
                "users",
                "--yes",
                "--quiet",
                "--output",
                "json",
                "--concurrency",
            ])
            .arg(CONNECTIONS.to_string())
            .arg("--from")
            .arg(list)
            .args(arguments)
            .args(["--endpoint", &emulator.url])
            .env("GRAPH_INVALIDATE_TOKEN", emulator.token()?);
        Ok(())
    }

    /// Seconds that the command takes from start to exit, its outcomes written to a file.
    pub(super) fn command(
        &self,
        emulator: &RunningEmulator,
        list: &Path,
        arguments: &[&str],
    ) -> Result<f64, String> {
        let written = self.folder.join("outcomes.jsonl");
        let file = std::fs::File::create(&written).map_err(|error| error.to_string())?;
        let mut command = self.run_command(emulator, list, arguments)?;
        let begin = Instant::now();
        let status = command
            .stdout(file)
            .status()
            .map_err(|error| error.to_string())?;
        match status.success() {
            true => Ok(begin.elapsed().as_secs_f64()),
            false => Err(format!("the command ended with {status}")),
        }
    }
}

/// Users a second that wrk posts, in the engine's own batches.
pub(super) fn wrk(emulator: &RunningEmulator, users: u32, seconds: u32) -> Result<f64, String> {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{seconds}s"), "--script"])
        .arg(root().join("benches/batches.lua"))
        .arg(&emulator.url)
        .env("TOKEN", emulator.token()?)
        .env("USERS", users.to_string())
        .output()
        .map_err(|error| format!("wrk: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if said.contains("Non-2xx") {
        return Err(format!("wrk was refused: {said}"));
    }
    said.lines()
        .find_map(|line| line.trim().strip_prefix("Requests/sec:"))
        .and_then(|number| number.trim().parse::<f64>().ok())
        .map(|requests| requests * f64::from(BATCH))
        .ok_or_else(|| format!("wrk said no figure: {said}"))
}
