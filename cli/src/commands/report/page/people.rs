//! The tables of users: who is open by reason, and everyone.

use std::io;

use graph_invalidate::OutcomeLine;

use super::super::gather::{Gathered, Lines, Person};
use super::super::text::hint_of;
use super::share::class_of;
use super::{WORTH, count_of, number, readable, rest_of};

/// Why users are open, and who.
pub(super) struct Reason {
    pub(super) name: String,
    pub(super) users: String,
    pub(super) of_users: String,
    pub(super) hint: String,
    pub(super) rows: Vec<Open>,
    pub(super) rest: Option<String>,
}

/// Somebody who is open.
pub(super) struct Open {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) time: String,
    pub(super) said: String,
    pub(super) request_id: String,
}

/// Somebody, however far.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    /// What is wrong, where something is.
    pub(super) status: String,
    pub(super) accepted_at: String,
    pub(super) request_id: String,
}

pub(super) fn by_reason(gathered: &Gathered, lines: &mut Lines) -> io::Result<Vec<Reason>> {
    let mut reasons = Vec::new();
    for (name, users) in gathered.by_reason() {
        let mut rows = Vec::new();
        for person in gathered.open_for(name).take(WORTH) {
            rows.push(open(lines.wrong(person).map_err(io::Error::other)?));
        }
        reasons.push(Reason {
            name: name.to_owned(),
            users: number(users),
            of_users: count_of(users, "user", "users"),
            hint: hint_of(gathered, name, lines)?.unwrap_or_default(),
            rows,
            rest: rest_of(usize::try_from(users).unwrap_or(usize::MAX), "users"),
        });
    }
    Ok(reasons)
}

fn open(line: OutcomeLine) -> Open {
    Open {
        time: readable(&line.time),
        name: line.user,
        id: line.id.unwrap_or_default(),
        said: line.message.unwrap_or_default(),
        request_id: line.request_id.unwrap_or_default(),
    }
}

/// Everyone, whoever is open first; of a long list the beginning.
pub(super) fn everyone(gathered: &Gathered, lines: &mut Lines) -> io::Result<Vec<Row>> {
    let is_open = |person: &&Person| person.is_open();
    let open = gathered.persons().filter(is_open);
    let others = gathered.persons().filter(|person| !is_open(person));
    open.chain(others)
        .take(WORTH)
        .map(|person| row(person, lines))
        .collect()
}

fn row(person: &Person, lines: &mut Lines) -> io::Result<Row> {
    let line = lines.of(person).map_err(io::Error::other)?;
    let accepted_at = lines.accepted_at(person).map_err(io::Error::other)?;
    let state = person.state();
    let status = match person.is_open() {
        true => lines.wrong(person).map_err(io::Error::other)?.status,
        false => String::new(),
    };
    Ok(Row {
        name: line.user,
        id: line.id.unwrap_or_default(),
        state: state.name(),
        class: class_of(state),
        status,
        accepted_at: accepted_at.as_deref().map(readable).unwrap_or_default(),
        request_id: line.request_id.unwrap_or_default(),
    })
}
