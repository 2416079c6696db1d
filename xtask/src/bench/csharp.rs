//! The .NET binding: its first call against the framework's own HTTP client, its warm call against the C ABI, and what
//! 100,000 calls leave.

use std::path::PathBuf;
use std::process::Command;

use crate::dotnet::dotnet;
use crate::package::platform::shared_library;
use crate::workspace::{build_command, root, succeed};

use super::asked::{self, Asked, Taken};
use super::emulator::RunningEmulator;
use super::{Group, direct, figure};

pub(super) const GROUP: Group = Group {
    name: "csharp",
    take,
};

/// Rounds in turns; those of the warm calls come after as many that only warm up.
const ROUNDS: usize = 21;
const WARM_CALLS: &str = "500";
/// As many at once as half of 20,000 descriptors allow, each answered after 300 ms; in turns.
const AWAITED_CALLS: &str = "10000";
const AWAITED_ROUNDS: usize = 3;

fn take() -> Result<(), String> {
    build_command()?;
    let direct_call = direct::program("direct_call")?;
    let program = build()?;
    let emulator = RunningEmulator::start(&root().join("target/release/graph-invalidate"), &[])?;
    let token = emulator.token()?;
    let url = emulator.url.as_str();
    let binding = |arguments: &[&str]| {
        let mut command = dotnet(&[]);
        command.arg(&program).args(arguments);
        // A small budget: what only waits for the collector is not to count as memory.
        command.env("DOTNET_GCgen0size", "400000");
        command
    };

    asked::first_call(
        "C#: one call, start to exit / an HttpClient program",
        "<= 0.80",
        ROUNDS,
        || Asked::start(binding(&["first", url]), &token)?.end(),
        || Asked::start(binding(&["http", url]), &token)?.end(),
    )?;

    let mut direct = Command::new(direct_call);
    direct.args([url, WARM_CALLS]);
    asked::warm_call(
        "C#: warm call / the C ABI called directly",
        "<= 1.20",
        (ROUNDS, WARM_CALLS),
        &emulator,
        Asked::start(binding(&["warm", url, WARM_CALLS]), &token)?,
        Asked::start(direct, &token)?,
    )?;

    awaited_calls(
        &emulator,
        Asked::start(binding(&["awaited", url, AWAITED_CALLS]), &token)?,
        Asked::start(binding(&["awaited-http", url, AWAITED_CALLS]), &token)?,
    )?;

    let mut many = Asked::start(binding(&["many", url, "100000"]), &token)?;
    let (managed, resident) = (many.number()?, many.number()?);
    let (managed_after, resident_after) = (many.number()?, many.number()?);
    many.end()?;
    figure(
        "C#: managed heap, growth in bytes a call, over 100,000 calls",
        (managed_after - managed) / 100_000.0,
        "<= 1.00",
    );
    figure(
        &format!(
            "C#: resident memory after 100,000 calls / before ({:.1} MB)",
            resident_after / 1e6
        ),
        resident_after / resident,
        "<= 1.05",
    );
    Ok(())
}

/// Builds the program that is measured, and lays the native library beside it.
pub(super) fn build() -> Result<PathBuf, String> {
    succeed(
        dotnet(&["build", "bindings/csharp/bench", "--verbosity", "quiet"])
            .args(["--configuration", "Release"]),
    )?;
    let folder = root().join("target/csharp/bin/Bench/release");
    let library = shared_library();
    let beside = folder.join(library.file_name().unwrap_or_default());
    std::fs::copy(library, &beside)
        .map_err(|error| format!("{} cannot be made: {error}", beside.display()))?;
    Ok(folder.join("Bench.dll"))
}

fn awaited_calls(
    emulator: &RunningEmulator,
    mut ours: Asked,
    mut baseline: Asked,
) -> Result<(), String> {
    let delays = format!(r#"[{{"kind":"delay","milliseconds":300,"times":{AWAITED_CALLS}}}]"#);
    let measure = |program: &mut Asked| {
        emulator.control("POST", "faults", &delays)?;
        Ok::<_, String>([program.ask()?, program.number()?, program.number()?])
    };
    let (mut seconds, mut memory, mut threads) = (Taken::default(), Taken::default(), 0.0_f64);
    for _ in 0..AWAITED_ROUNDS {
        let [time, peak, more] = measure(&mut ours)?;
        let [http_time, http_peak, _] = measure(&mut baseline)?;
        seconds.add(time * 1e3, http_time * 1e3);
        memory.add(peak / 1e6, http_peak / 1e6);
        threads = threads.max(more);
    }
    ours.end()?;
    baseline.end()?;
    let many = "C#: 10,000 awaited calls of 300 ms at once";
    seconds.show(&format!("{many} / HttpClient, time"), "ms", "<= 1.20");
    memory.show(
        &format!("{many} / HttpClient, most memory"),
        "MB",
        "<= 1.50",
    );
    figure(&format!("{many}, threads"), threads, "<= 16.00");
    Ok(())
}
