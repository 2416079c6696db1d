//! The report as JSON Lines: a journal in which each user stands once, with one summary at the end.

use std::io::{self, BufWriter, Write};

use graph_invalidate::{EndReason, Line, SummaryLine, rfc3339};
use jiff::Timestamp;

use crate::terminal::Harmless;

use super::gather::{Fate, Gathered};

pub(super) fn print(gathered: &Gathered) -> io::Result<()> {
    let mut output = Harmless::json(BufWriter::new(io::stdout().lock()));
    let mut line = |line: Line| -> io::Result<()> {
        serde_json::to_writer(&mut output, &line).map_err(io::Error::other)?;
        output.write_all(b"\n")
    };
    for run in gathered.journals.iter().flat_map(|journal| &journal.runs) {
        line(Line::Run(run.begin.clone()))?;
    }
    let mut recorded = gathered.lines().map_err(io::Error::other)?;
    for person in gathered.persons() {
        let outcome = recorded.of(person).map_err(io::Error::other)?;
        line(Line::Outcome(outcome))?;
    }
    for exclusion in &gathered.exclusions {
        line(Line::Exclusion(exclusion.clone()))?;
    }
    for excluded in &gathered.excluded {
        line(Line::Excluded(excluded.clone()))?;
    }
    line(Line::Summary(summary(gathered)))?;
    output.flush()
}

fn summary(gathered: &Gathered) -> SummaryLine {
    let mut summary = SummaryLine::default();
    summary.time = rfc3339(Timestamp::now());
    summary.complete = gathered.is_complete();
    summary.reason = reason(gathered);
    summary.excluded = gathered.excluded.len() as u64;
    summary.accepted = gathered.count(|person| person.fate > Fate::NotAccepted);
    summary.verified = gathered.count(|person| person.fate == Fate::Verified);
    summary.unverified = gathered.count(|person| person.fate == Fate::Accepted && person.is_open());
    summary.failed = gathered.count(|person| person.fate == Fate::NotAccepted);
    summary.never_attempted = gathered
        .journals
        .iter()
        .filter_map(|journal| journal.unrecorded())
        .sum();
    summary
}

/// `complete` where everyone is, otherwise what ended the last run that did not come to the end of its list.
fn reason(gathered: &Gathered) -> String {
    if gathered.is_complete() {
        return EndReason::Complete.name().to_owned();
    }
    let runs = gathered.journals.iter().filter_map(|it| it.last_of_list());
    let mut early = runs.filter_map(|run| run.end.as_ref().filter(|end| !end.complete));
    early
        .next_back()
        .map_or_else(String::new, |end| end.reason.clone())
}
