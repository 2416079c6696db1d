//! Outcomes on standard output: a line for people, or a JSON object a line, each.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use graph_invalidate::{Line, Outcome, Status, SummaryLine, rfc3339};

use crate::arguments::{Common, Format};
use crate::exit_status::ExitStatus;
use crate::terminal::{Harmless, coloured, harmless, note};
use crate::words::shown;

/// So much is gathered before it is written, as long as more comes without a pause.
const GATHERED: usize = 1 << 16;

/// Writes outcomes; what is added is seen when it is flushed.
pub(crate) struct Printer {
    format: Format,
    failures_only: bool,
    pub(crate) on_terminal: bool,
    gathered: Vec<u8>,
}

impl Printer {
    pub(crate) fn new(common: &Common) -> Printer {
        Printer {
            format: common.output,
            failures_only: common.quiet,
            on_terminal: io::stdout().is_terminal(),
            gathered: Vec::new(),
        }
    }

    /// Adds an outcome, and shows it at once: on standard error where standard output cannot take it, since what was
    /// done to a user must not stay unknown.
    pub(crate) fn print(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.add(outcome)?;
        let written = self.flush();
        if let Err(error) = &written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            let mut said = Vec::new();
            Harmless::text(&mut said).write_all(text(outcome).as_bytes())?;
            note(&String::from_utf8_lossy(&said));
        }
        written
    }

    /// The last line of JSON: how many users came how far, and what ended it.
    pub(crate) fn print_summary(
        &mut self,
        summary: &SummaryLine,
        status: ExitStatus,
    ) -> io::Result<()> {
        if self.format != Format::Json || self.failures_only && status == ExitStatus::AllDone {
            return Ok(());
        }
        let line = Line::Summary(summary.clone());
        serde_json::to_writer(&mut self.gathered, &line).map_err(io::Error::other)?;
        self.gathered.push(b'\n');
        self.flush()
    }

    /// Adds an outcome; whether it is time to flush.
    pub(crate) fn add(&mut self, outcome: &Outcome) -> io::Result<bool> {
        let is_warning = outcome.status == Status::Unprotected;
        if self.failures_only && !outcome.status.is_failure() && !is_warning {
            return Ok(false);
        }
        match self.format {
            Format::Json => {
                let output = Harmless::json(&mut self.gathered);
                serde_json::to_writer(output, outcome).map_err(io::Error::other)?;
            }
            Format::Text => {
                Harmless::text(&mut self.gathered).write_all(text(outcome).as_bytes())?
            }
        }
        self.gathered.push(b'\n');
        Ok(self.gathered.len() >= GATHERED)
    }

    /// Whether anything waits to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.gathered.is_empty()
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let mut output = io::stdout().lock();
        let written = output
            .write_all(&self.gathered)
            .and_then(|()| output.flush());
        self.gathered.clear();
        written
    }
}

/// The user as it was given; an empty key is shown as one.
fn user(outcome: &Outcome) -> Cow<'_, str> {
    match outcome.user.as_str() {
        "" => Cow::Borrowed("\"\""),
        user => harmless(user),
    }
}

/// An outcome for people.
fn text(outcome: &Outcome) -> String {
    let good = !outcome.status.is_failure();
    let mut line = format!(
        "{}: {}",
        user(outcome),
        coloured(outcome.status.name(), good)
    );
    match (good, &outcome.message) {
        (true, None) => {
            if let Some(date) = outcome.server_date {
                line.push_str(&format!(" at {}", rfc3339(date)));
            }
        }
        (_, Some(message)) => line.push_str(&format!(": {}", shown(message))),
        (false, None) => {}
    }
    if let Some(hint) = outcome.hint.as_deref().filter(|_| !good) {
        line.push_str(&format!("\n  {}", shown(hint)));
    }
    if let Some(id) = outcome.request_id.as_deref().filter(|_| !good) {
        line.push_str(&format!(
            "\n  request-id {}, attempts {}",
            harmless(id),
            outcome.attempts
        ));
    }
    line
}
