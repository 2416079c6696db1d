//! Figures as ratios against a baseline taken in the same run: the bare transport crate, and curl.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::workspace::{build_command, build_shared_library, cargo, has_program, root};

const ROUNDS: usize = 41;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Prints every figure with its goal; true when all could be taken, whether or not they meet it.
pub(crate) fn run() -> Result<bool, String> {
    for program in ["curl", "/usr/bin/time"] {
        if !has_program(program) && !Path::new(program).is_file() {
            return Err(format!(
                "{program} is needed: install it (Debian: curl, time)"
            ));
        }
    }
    build_command()?;
    let command = root().join("target/release/graph-invalidate");
    println!("{:<44} {:>7}  goal", "figure", "ratio");
    let warm = warm_call()?;
    figure(
        &format!(
            "warm call / bare reqwest::blocking ({} / {} µs)",
            warm.1, warm.2
        ),
        warm.0,
        "<= 1.10",
    );
    for encrypted in [false, true] {
        start_to_exit(&command, encrypted)?;
    }
    build_shared_library()?;
    let size = std::fs::metadata(root().join("target/release/libgraph_invalidate.so"))
        .map_err(|error| format!("the shared library cannot be found: {error}"))?
        .len();
    let text = format!("shared library, stripped: {size} bytes, in 3 MB");
    figure(&text, size as f64 / 3e6, "<= 1.00");
    Ok(true)
}

fn figure(name: &str, ratio: f64, goal: &str) {
    println!("{name:<60} {ratio:>7.2}  {goal}");
}

/// The ratio, and both medians in microseconds.
fn warm_call() -> Result<(f64, String, String), String> {
    let output = cargo()
        .args([
            "bench",
            "--locked",
            "--quiet",
            "--package",
            "graph-invalidate",
            "--bench",
            "warm_call",
        ])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = said
        .lines()
        .find_map(|line| line.strip_prefix("warm_call "))
        .unwrap_or_default()
        .split(' ')
        .collect();
    match words.as_slice() {
        [ratio, ours, bare] => {
            let ratio = ratio
                .parse()
                .map_err(|_| format!("no figure in {said:?}"))?;
            Ok((ratio, (*ours).to_owned(), (*bare).to_owned()))
        }
        _ => Err(format!("the benchmark printed no figure: {said:?}")),
    }
}

/// The command and curl doing the same POST, in turns: time from start to exit, and peak memory.
fn start_to_exit(command: &Path, encrypted: bool) -> Result<(), String> {
    let folder =
        std::env::temp_dir().join(format!("graph-invalidate-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let authority = folder.join("ca.pem");
    let mut emulator = Command::new(command);
    emulator.arg("emulator").stdout(Stdio::piped());
    if encrypted {
        emulator.arg("--write-ca").arg(&authority);
    }
    let mut emulator = Running(
        emulator
            .spawn()
            .map_err(|error| format!("the emulator cannot be started: {error}"))?,
    );
    let mut line = String::new();
    let output = emulator
        .0
        .stdout
        .take()
        .ok_or("the emulator says nothing")?;
    BufReader::new(output)
        .read_line(&mut line)
        .map_err(|error| error.to_string())?;
    let url = line
        .trim()
        .strip_prefix("listening on ")
        .ok_or("the emulator did not start")?
        .to_owned();

    // A token that cannot be read: both send it, both get the same 401, and nobody has to mint one.
    let ours = || {
        let mut run = timed_command(command);
        run.args(["me", "--endpoint", &url])
            .env("GRAPH_INVALIDATE_TOKEN", "opaque");
        if encrypted {
            run.arg("--ca-file").arg(&authority);
        }
        run
    };
    let curl = || {
        let mut run = timed_command(Path::new("curl"));
        run.args([
            "--silent",
            "--output",
            "/dev/null",
            "--request",
            "POST",
            "--header",
            "Authorization: Bearer opaque",
        ]);
        run.args(["--header", "Content-Length: 0"])
            .arg(format!("{url}/beta/me/invalidateAllRefreshTokens"));
        if encrypted {
            run.arg("--cacert").arg(&authority);
        }
        run
    };
    let (mut times, mut memories) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (a, b) = (measure(ours())?, measure(curl())?);
        if round > 0 {
            times.push(a.0 / b.0);
            memories.push(a.1 / b.1);
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    let kind = if encrypted { "TLS" } else { "plain" };
    figure(
        &format!("command / curl, start to exit, {kind}"),
        median(times),
        "<= 0.50",
    );
    figure(
        &format!("command / curl, peak memory, {kind}"),
        median(memories),
        "<= 0.50",
    );
    Ok(())
}

fn timed_command(program: &Path) -> Command {
    let mut command = Command::new("/usr/bin/time");
    command
        .args(["--format", "peak %M"])
        .arg(program)
        .stdout(Stdio::null());
    command
}

/// Seconds, and peak memory in KiB.
fn measure(mut command: Command) -> Result<(f64, f64), String> {
    let begin = Instant::now();
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let seconds = begin.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let peak = said
        .lines()
        .find_map(|line| line.strip_prefix("peak "))
        .and_then(|peak| peak.trim().parse().ok())
        .ok_or_else(|| format!("no memory figure in {said:?}"))?;
    Ok((seconds, peak))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
