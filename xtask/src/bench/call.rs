//! One call: warm against the bare transport crate, and from start to exit against curl.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use crate::package::platform::shared_library;
use crate::workspace::{build_command, build_libraries, cargo, has_program, root};

use super::emulator::RunningEmulator;
use super::process::{measure, timed_command};
use super::{Group, figure, median};

const ROUNDS: usize = 41;

pub(super) const GROUP: Group = Group { name: "call", take };

fn take() -> Result<(), String> {
    for program in ["curl", "/usr/bin/time"] {
        if !has_program(program) && !Path::new(program).is_file() {
            return Err(format!(
                "{program} is needed: install it (Debian: curl, time)"
            ));
        }
    }
    build_command()?;
    let command = root().join("target/release/graph-invalidate");
    let warm = warm_call()?;
    figure(
        &format!(
            "warm call / bare reqwest::blocking ({} / {} µs)",
            warm.1, warm.2
        ),
        warm.0,
        "<= 1.10",
    );
    for authorities in [None, Some(Authorities::OwnFile), Some(Authorities::System)] {
        start_to_exit(&command, authorities)?;
    }
    build_libraries()?;
    let size = std::fs::metadata(shared_library())
        .map_err(|error| format!("the shared library cannot be found: {error}"))?
        .len();
    let text = format!("shared library, stripped: {size} bytes, in 3 MB");
    figure(&text, size as f64 / 3e6, "<= 1.00");
    Ok(())
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

/// Whom a call over TLS trusts.
#[derive(Clone, Copy, PartialEq)]
enum Authorities {
    /// The server's own authority alone, from a file that the command line names.
    OwnFile,
    /// A bundle as systems have it, all of it, in which the server's own authority stands last.
    System,
}

/// The command and curl doing the same POST, in turns: time from start to exit, and peak memory.
fn start_to_exit(command: &Path, authorities: Option<Authorities>) -> Result<(), String> {
    let folder =
        std::env::temp_dir().join(format!("graph-invalidate-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let own = folder.join("ca.pem");
    let arguments: &[&OsStr] = if authorities.is_some() {
        &["--write-ca".as_ref(), own.as_os_str()]
    } else {
        &[]
    };
    let emulator = RunningEmulator::start(command, arguments)?;
    let url = emulator.url.as_str();
    let bundle = folder.join("bundle.pem");
    if authorities == Some(Authorities::System) {
        make_bundle(&own, &bundle)?;
    }

    // A token that cannot be read: both send it, both get the same 401, and nobody has to mint one.
    let ours = || {
        let mut run = timed_command(command);
        run.args(["me", "--endpoint", url])
            .env("GRAPH_INVALIDATE_TOKEN", "opaque");
        match authorities {
            None => {}
            Some(Authorities::OwnFile) => drop(run.arg("--ca-file").arg(&own)),
            Some(Authorities::System) => drop(run.env("SSL_CERT_FILE", &bundle)),
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
        match authorities {
            None => {}
            Some(Authorities::OwnFile) => drop(run.arg("--cacert").arg(&own)),
            Some(Authorities::System) => drop(run.env("SSL_CERT_FILE", &bundle)),
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
    let kind = match authorities {
        None => "plain",
        Some(Authorities::OwnFile) => "TLS",
        Some(Authorities::System) => "TLS, the system's authorities",
    };
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

/// The system's bundle of authorities, and one more.
fn make_bundle(own: &Path, bundle: &Path) -> Result<(), String> {
    const SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| {
            format!(
                "{} cannot be read: {error} (Debian: ca-certificates)",
                path.display()
            )
        })
    };
    let mut authorities = read(Path::new(SYSTEM))?;
    authorities.extend(read(own)?);
    std::fs::write(bundle, authorities).map_err(|error| error.to_string())
}
