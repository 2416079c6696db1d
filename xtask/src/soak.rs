//! `cargo xtask soak`: the long form of the test that calls in bursts, rests, and looks at what is left.

use crate::workspace::cargo;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// For how long.
    #[arg(long, default_value_t = 10)]
    minutes: u32,
    /// How many threads call at once.
    #[arg(long, default_value_t = 64)]
    threads: u32,
}

/// Runs the soak; true when no call failed, and nothing was left at any rest.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let seconds = u64::from(arguments.minutes) * 60;
    let status = cargo()
        .args(["test", "--locked", "--package", "graph-invalidate"])
        .args(["--test", "soak", "--", "--nocapture"])
        .env("GRAPH_INVALIDATE_TEST_SOAK_SECONDS", seconds.to_string())
        .env(
            "GRAPH_INVALIDATE_TEST_SOAK_THREADS",
            arguments.threads.to_string(),
        )
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(status.success())
}
