//! How fast users go through, and how soon a run ends that is cancelled.

use super::emulator;
use super::programs::{BATCH, CONNECTIONS, Course, Programs, wrk};
use crate::bench::{figure, median};

const ROUNDS: usize = 5;

/// Enough for a second or two without latency.
const USERS: u32 = 100_000;

/// Ten seconds' worth with 50 ms of latency: as many as the connections can carry in 200 turns.
const USERS_WITH_LATENCY: u32 = 200 * BATCH * CONNECTIONS;
const LATENCY: &str = "50ms";

/// The engine, the command and wrk in turns, with the journal and without.
pub(super) fn without_latency(programs: &Programs) -> Result<(), String> {
    let emulator = emulator(programs, &[])?;
    let list = programs.list(USERS)?;
    let unlimited = ["--rate", "unlimited"];
    let (mut engine, mut command, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    let (mut baselines, mut rates) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let baseline = wrk(&emulator, USERS, 2)?;
        let users = f64::from(USERS);
        let by_engine = users / programs.engine(&emulator, USERS, None, Course::Finish)?;
        let by_command = users / programs.command(&emulator, &list, &unlimited)?;
        let journal = programs.journal();
        let with_journal =
            users / programs.engine(&emulator, USERS, Some(&journal), Course::Finish)?;
        if round > 0 {
            engine.push(by_engine / baseline);
            command.push(by_command / baseline);
            recorded.push(with_journal / by_engine);
            baselines.push(baseline);
            rates.push(by_engine);
        }
    }
    let absolute = format!(
        "engine through the C ABI / wrk, users a second ({:.0} / {:.0})",
        median(rates),
        median(baselines)
    );
    figure(&absolute, median(engine), ">= 0.60");
    figure(
        "command with --output json into a file / wrk",
        median(command),
        ">= 0.40",
    );
    figure(
        "journal / none, users a second, no latency",
        median(recorded),
        ">= 0.50",
    );
    Ok(())
}

/// Against what 16 connections can carry at all when every answer takes 50 ms.
pub(super) fn with_latency(programs: &Programs) -> Result<(), String> {
    let emulator = emulator(programs, &["--latency", LATENCY])?;
    let bound = f64::from(USERS_WITH_LATENCY / (BATCH * CONNECTIONS)) * 0.050;
    let list = programs.list(USERS_WITH_LATENCY)?;
    let unlimited = ["--rate", "unlimited"];
    let (mut engine, mut command, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        let by_engine = programs.engine(&emulator, USERS_WITH_LATENCY, None, Course::Finish)?;
        let journal = programs.journal();
        let with_journal = programs.engine(
            &emulator,
            USERS_WITH_LATENCY,
            Some(&journal),
            Course::Finish,
        )?;
        engine.push(bound / by_engine);
        command.push(bound / programs.command(&emulator, &list, &unlimited)?);
        recorded.push(with_journal / by_engine);
    }
    let name = |what: &str| format!("arithmetic bound / {what}, {LATENCY} of latency");
    figure(&name("engine"), median(engine), ">= 0.95");
    figure(&name("command"), median(command), "");
    figure(
        "journal / none, time, 50 ms of latency",
        median(recorded),
        "<= 1.10",
    );
    Ok(())
}

/// Sixteen requests that are never answered, and a cancel.
pub(super) fn cancelling(programs: &Programs) -> Result<(), String> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let emulator = emulator(programs, &[])?;
        let stall =
            format!(r#"[{{"kind": "stall", "times": {CONNECTIONS}, "path_contains": "$batch"}}]"#);
        emulator.control("POST", "faults", &stall)?;
        times.push(programs.engine(&emulator, BATCH * CONNECTIONS, None, Course::Cancel)?);
    }
    let milliseconds = median(times) * 1e3;
    let name = format!("cancel to the end, 16 stalled requests: {milliseconds:.1} ms, in 100 ms");
    figure(&name, milliseconds / 100.0, "<= 1.00");
    Ok(())
}
