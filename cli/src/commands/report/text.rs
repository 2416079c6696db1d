//! The report for people, on standard output.

use std::io::{self, BufWriter, Write};

use graph_invalidate::{ExclusionLine, Status};

use super::gather::{Fate, Gathered, Lines, Recorded, Recording};
use crate::terminal::{Harmless, count_of, harmless, number};

pub(super) fn print(gathered: &Gathered, failures_only: bool) -> io::Result<()> {
    let mut output = Harmless::text(BufWriter::new(io::stdout().lock()));
    for journal in &gathered.journals {
        write_journal(&mut output, journal)?;
    }
    writeln!(output)?;
    for (name, users) in totals(gathered) {
        writeln!(output, "{name:<20}{:>9}", number(users))?;
    }
    let mut lines = gathered.lines().map_err(io::Error::other)?;
    if !failures_only {
        for person in gathered.persons().filter(|it| !it.is_open()) {
            let line = lines.of(person).map_err(io::Error::other)?;
            let accepted_at = lines.accepted_at(person).map_err(io::Error::other)?;
            writeln!(
                output,
                "  {}: {} at {}",
                harmless(&line.user),
                harmless(&line.status),
                harmless(accepted_at.as_deref().unwrap_or(&line.time))
            )?;
        }
    }
    if !failures_only {
        write_exclusions(&mut output, gathered)?;
    }
    write_open(&mut output, gathered, &mut lines)?;
    for journal in &gathered.journals {
        for sentence in unknown(journal) {
            writeln!(output, "{sentence}")?;
        }
    }
    output.flush()
}

/// How many users came how far.
pub(super) fn totals(gathered: &Gathered) -> Vec<(&'static str, u64)> {
    let mut totals = vec![(
        "accepted",
        gathered.count(|person| person.fate > Fate::NotAccepted),
    )];
    if gathered.verifies() {
        let verified = gathered.count(|person| person.fate == Fate::Verified);
        let unverified = gathered.count(|it| it.fate == Fate::Accepted && it.is_open());
        totals.push(("verified", verified));
        totals.push(("not verified yet", unverified));
    }
    if !gathered.excluded.is_empty() {
        totals.push(("excluded", gathered.excluded.len() as u64));
    }
    totals.push((
        "not accepted",
        gathered.count(|person| person.fate == Fate::NotAccepted),
    ));
    totals
}

fn write_journal(output: &mut impl Write, journal: &Recorded) -> io::Result<()> {
    writeln!(output, "{}", harmless(&journal.path.display().to_string()))?;
    for run in &journal.runs {
        writeln!(output, "  {}", harmless(&sentence_of(run)))?;
    }
    Ok(())
}

/// Who did it when and where, and how it ended.
pub(super) fn sentence_of(run: &Recording) -> String {
    let begin = &run.begin;
    let what = match (run.signs_out(), begin.resumed) {
        (true, false) => "run",
        (true, true) => "resumed run",
        (false, _) => "verification",
    };
    let end = match &run.end {
        None => "killed, or still running".to_owned(),
        Some(end) if end.complete => "complete".to_owned(),
        Some(end) => match &end.status {
            Some(status) => format!("ended early: {} ({status})", end.reason),
            None => format!("ended early: {}", end.reason),
        },
    };
    format!(
        "{} to {}: {what} {} by {}, {} at {}: {end}",
        begin.time,
        run.last,
        begin.run,
        caller_of(run),
        begin.api,
        begin.endpoint,
    )
}

/// By whom: the person or the application, and the tenant.
pub(super) fn caller_of(run: &Recording) -> String {
    let begin = &run.begin;
    let named = |name: &Option<String>, id: &Option<String>| match (name, id) {
        (Some(name), Some(id)) => Some(format!("{name} ({id})")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let who = named(&begin.caller_name, &begin.caller);
    let with = named(&begin.application_name, &begin.application);
    let mut text = match (&begin.caller_name, who, with) {
        // An application's own service principal has no name of its own.
        (None, _, Some(application)) => format!("application {application}"),
        (_, Some(who), Some(application)) => format!("{who} with application {application}"),
        (_, Some(who), None) => who,
        (_, None, None) => "a caller whose token did not say".to_owned(),
        (Some(_), None, Some(application)) => format!("application {application}"),
    };
    if let Some(tenant) = &begin.tenant {
        text.push_str(&format!(" in tenant {tenant}"));
    }
    if let Some(credential) = &begin.credential {
        text.push_str(&format!(", signed in by {credential}"));
    }
    text
}

/// Who was left out of the lists, and who was never to be signed out.
fn write_exclusions(output: &mut impl Write, gathered: &Gathered) -> io::Result<()> {
    for line in &gathered.excluded {
        writeln!(
            output,
            "  {}: excluded at {} by the exclusion {}",
            harmless(&line.user),
            harmless(&line.time),
            harmless(&line.exclusion)
        )?;
    }
    if !gathered.exclusions.is_empty() {
        writeln!(output, "\nNever to be signed out:")?;
    }
    for line in &gathered.exclusions {
        writeln!(output, "  {}", harmless(&protected(line)))?;
    }
    Ok(())
}

/// What an exclusion protects.
pub(super) fn protected(line: &ExclusionLine) -> String {
    match (&line.status, &line.user_principal_name, &line.id) {
        (Some(status), _, _) => format!(
            "{}: could not be looked up ({status}), so only this exact key was protected",
            line.user
        ),
        (None, Some(name), Some(id)) => format!("{}: {name}, {id}", line.user),
        _ => line.user.clone(),
    }
}

fn write_open(output: &mut impl Write, gathered: &Gathered, lines: &mut Lines) -> io::Result<()> {
    for (reason, users) in gathered.by_reason() {
        writeln!(
            output,
            "\n{}: {}",
            harmless(reason),
            count_of(users, "user", "users")
        )?;
        if let Some(hint) = hint_of(gathered, reason, lines)? {
            writeln!(output, "  {}", harmless(&hint))?;
        }
        for person in gathered.open_for(reason) {
            let line = lines.wrong(person).map_err(io::Error::other)?;
            write!(
                output,
                "    {} at {}",
                harmless(&line.user),
                harmless(&line.time)
            )?;
            if let Some(message) = &line.message {
                write!(output, ": {}", harmless(message))?;
            }
            if let Some(id) = &line.request_id {
                write!(output, " (request-id {})", harmless(id))?;
            }
            writeln!(output)?;
        }
    }
    Ok(())
}

/// What to do about whoever was accepted and was to be verified, and was not.
const TO_VERIFY: &str = "Nothing is wrong, but nothing is proved either. Verify it: graph-invalidate verify --journal FILE.";

/// What to do about a reason, by the first of its lines.
pub(super) fn hint_of(
    gathered: &Gathered,
    reason: &str,
    lines: &mut Lines,
) -> io::Result<Option<String>> {
    match gathered.open_for(reason).next() {
        Some(_) if reason == Status::Ok.name() => Ok(Some(TO_VERIFY.to_owned())),
        Some(person) => Ok(lines.wrong(person).map_err(io::Error::other)?.hint),
        None => Ok(None),
    }
}

/// What a journal does not know, said so that nobody takes it for done.
pub(super) fn unknown(journal: &Recorded) -> Vec<String> {
    let path = journal.path.display();
    let mut sentences = Vec::new();
    if journal.torn {
        sentences.push(format!(
            "The last line of {path} is incomplete, as after a crash: that user is not counted. Resuming sends it again."
        ));
    }
    match journal.unrecorded() {
        Some(0) => {}
        Some(users) => sentences.push(format!(
            "The last run of {path} ended before its list did: {} not attempted, or in flight at its end. Resume it with the whole list.",
            count_of(users, "user was", "users were")
        )),
        None => sentences.push(format!(
            "The last run of {path} has no end: whoever it had not recorded is missing here. Resume it with the whole list."
        )),
    }
    sentences
}
