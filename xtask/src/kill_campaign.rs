//! `cargo xtask kill-campaign`: the long form of the test that kills runs again and again.

use crate::workspace::cargo;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many runs over 2,000 users to kill and resume.
    #[arg(long, default_value_t = 50)]
    runs: u32,
    /// The seed of an earlier campaign, to have its moments and faults again.
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs the campaign; true when every run came to its good end.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--package", "graph-invalidate-cli"])
        .args(["--features", "test-crash", "--test", "kill_campaign"])
        .args(["--", "--nocapture"])
        .env(
            "GRAPH_INVALIDATE_TEST_KILL_RUNS",
            arguments.runs.to_string(),
        );
    if let Some(seed) = arguments.seed {
        command.env("GRAPH_INVALIDATE_TEST_SEED", seed.to_string());
    }
    let status = command
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(status.success())
}
