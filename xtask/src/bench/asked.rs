//! Programs that answer with numbers when they are asked, so that two can be measured in turns.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::{figure, median};

/// Measurements taken in turns.
#[derive(Default)]
pub(super) struct Taken {
    ratios: Vec<f64>,
    ours: Vec<f64>,
    baseline: Vec<f64>,
}

impl Taken {
    /// One round.
    pub(super) fn add(&mut self, ours: f64, baseline: f64) {
        self.ratios.push(ours / baseline);
        self.ours.push(ours);
        self.baseline.push(baseline);
    }

    /// Prints the figure.
    pub(super) fn show(self, name: &str, unit: &str, goal: &str) {
        let (ours, baseline) = (median(self.ours), median(self.baseline));
        let name = format!("{name} ({ours:.0} / {baseline:.0} {unit})");
        figure(&name, median(self.ratios), goal);
    }
}

/// A program that is given the token first, and answers with numbers.
pub(super) struct Asked {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    name: String,
}

impl Asked {
    /// Starts it, and gives it the token.
    pub(super) fn start(mut command: Command, token: &str) -> Result<Asked, String> {
        let name = Path::new(command.get_program()).display().to_string();
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name} cannot be run: {error}"))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("{name} cannot be spoken with"));
        };
        let mut asked = Asked {
            process,
            input,
            output: BufReader::new(output),
            name,
        };
        asked.tell(token)?;
        Ok(asked)
    }

    fn tell(&mut self, line: &str) -> Result<(), String> {
        writeln!(self.input, "{line}").map_err(|error| format!("{}: {error}", self.name))
    }

    /// Lets it work once more; gives its next number.
    pub(super) fn ask(&mut self) -> Result<f64, String> {
        self.tell("")?;
        self.number()
    }

    /// Its next number.
    pub(super) fn number(&mut self) -> Result<f64, String> {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .map_err(|error| format!("{}: {error}", self.name))?;
        line.trim()
            .parse()
            .map_err(|_| format!("{} printed no figure: {line:?}", self.name))
    }

    /// Lets it end, to its success.
    pub(super) fn end(self) -> Result<(), String> {
        let Asked {
            mut process,
            input,
            output: _output,
            name,
        } = self;
        drop(input);
        match process.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{name} ended with {status}")),
            Err(error) => Err(format!("{name} was lost: {error}")),
        }
    }
}
