//! Under a quota: how near the whole time comes to the bound, and whether the service had to refuse anything.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::emulator;
use super::programs::Programs;
use crate::bench::figure;

/// The quota that the service publishes, which the command knows.
pub(super) fn published(programs: &Programs) -> Result<(), String> {
    under(programs, "the published quota", (3_000.0, 20.0), 4_000, &[])
}

/// A smaller quota that the command has to find out.
pub(super) fn unknown(programs: &Programs) -> Result<(), String> {
    let rate = ["--rate", "10000"];
    under(programs, "an unknown quota", (500.0, 100.0), 8_500, &rate)
}

fn under(
    programs: &Programs,
    name: &str,
    (capacity, per_second): (f64, f64),
    users: u32,
    arguments: &[&str],
) -> Result<(), String> {
    let emulator = emulator(programs, &[])?;
    let quota = json!({"capacity": capacity, "per_second": per_second, "refusals_cost": true});
    emulator.control("POST", "quota", &quota.to_string())?;
    let list = programs.list(users)?;
    let bound = (f64::from(users) - capacity) / per_second;
    let mut command = programs.run_command(&emulator, &list, arguments)?;
    let begin = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (mut refusals, mut last_refusal, mut last_accepted) = (0, 0.0, 0);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(100));
        let totals: Value =
            serde_json::from_str(&emulator.control("GET", "requests?newest=0", "")?)
                .map_err(|error| error.to_string())?;
        let now = totals["throttled"].as_u64().unwrap_or_default();
        if now > refusals {
            (refusals, last_refusal) = (now, begin.elapsed().as_secs_f64());
            last_accepted = totals["accepted"].as_u64().unwrap_or_default();
        }
    };
    let seconds = begin.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("the command ended with {status}"));
    }
    figure(
        &format!("{users} users under {name}: {seconds:.1} s / {bound:.1} s"),
        seconds / bound,
        "<= 1.01",
    );
    println!(
        "  {refusals} users were refused, the last after {last_refusal:.1} s, when {last_accepted} were accepted"
    );
    Ok(())
}
