//! The report as a table for spreadsheets: everyone, one line each.

use std::fs::File;
use std::io;

use super::gather::{Gathered, State};
use crate::spreadsheet::Spreadsheet;

const COLUMNS: [&str; 9] = [
    "user",
    "id",
    "state",
    "status",
    "accepted_at",
    "known_at",
    "request_id",
    "message",
    "hint",
];

pub(super) fn write(file: File, gathered: &Gathered) -> io::Result<()> {
    let mut table = Spreadsheet::begin(file, COLUMNS)?;
    let mut lines = gathered.lines().map_err(io::Error::other)?;
    for person in gathered.persons() {
        let accepted_at = lines.accepted_at(person).map_err(io::Error::other)?;
        let line = match person.is_open() {
            true => lines.wrong(person),
            false => lines.of(person),
        };
        let line = line.map_err(io::Error::other)?;
        table.add([
            &line.user,
            line.id.as_deref().unwrap_or_default(),
            person.state().name(),
            &line.status,
            accepted_at.as_deref().unwrap_or_default(),
            &line.time,
            line.request_id.as_deref().unwrap_or_default(),
            line.message.as_deref().unwrap_or_default(),
            line.hint.as_deref().unwrap_or_default(),
        ])?;
    }
    let excluded = State::Excluded.name();
    for line in &gathered.excluded {
        let said = format!("the exclusion {} protects this user", line.exclusion);
        table.add([&line.user, "", excluded, "", "", &line.time, "", &said, ""])?;
    }
    table.finish()
}
