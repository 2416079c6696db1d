//! What a language's run is held against.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use super::emulator;
use super::programs::Programs;
use crate::bench::asked::Asked;
use crate::bench::emulator::RunningEmulator;
use crate::bench::{figure, median};
use crate::workspace::build_command;

/// Rounds in turns, after one that only warms up.
const ROUNDS: usize = 7;

/// Enough for a second or two of the command.
const USERS: u32 = 100_000;

/// The command, over a list, with an emulator that knows everybody on it.
pub(in crate::bench) struct Baseline {
    programs: Programs,
    pub(super) emulator: RunningEmulator,
    pub(super) list: PathBuf,
}

impl Baseline {
    pub(in crate::bench) fn new() -> Result<Baseline, String> {
        build_command()?;
        let programs = Programs::build()?;
        Ok(Baseline {
            emulator: emulator(&programs, &[])?,
            list: programs.list(USERS)?,
            programs,
        })
    }

    /// The arguments of a language's program: what it does, where, and for whom.
    pub(in crate::bench) fn arguments(&self) -> [&OsStr; 3] {
        [
            "run".as_ref(),
            self.emulator.url.as_ref(),
            self.list.as_ref(),
        ]
    }

    /// Takes the time of a language's program and of the command, in turns.
    pub(in crate::bench) fn compare(
        &self,
        name: &str,
        program: Command,
        goal: &str,
    ) -> Result<(), String> {
        let mut asked = Asked::start(program, &self.emulator.token()?)?;
        let mut ratios = Vec::new();
        let mut rates = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let ours = asked.ask()?;
            let unlimited = ["--rate", "unlimited"];
            let command = self
                .programs
                .command(&self.emulator, &self.list, &unlimited)?;
            if round > 0 {
                ratios.push(command / ours);
                rates.0.push(f64::from(USERS) / ours);
                rates.1.push(f64::from(USERS) / command);
            }
        }
        asked.end()?;
        let (ours, command) = (median(rates.0), median(rates.1));
        let text = format!("{name} / the command, users a second ({ours:.0} / {command:.0})");
        figure(&text, median(ratios), goal);
        Ok(())
    }
}
