//! How far everyone is, as parts of one bar.

use super::super::gather::{Gathered, State};
use crate::terminal::number;

/// The width of the bar.
const WIDTH: f64 = 1_000.0;

/// One part of the bar, with its words.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) meaning: &'static str,
    pub(super) users: String,
    pub(super) x: String,
    pub(super) width: String,
    /// Whether the table of everyone has such rows.
    pub(super) is_listed: bool,
}

/// The states that somebody is in, each with its share.
pub(super) fn parts(gathered: &Gathered) -> Vec<Part> {
    let of = |state: State| (state, gathered.count(|person| person.state() == state));
    let mut counted: Vec<(State, u64)> = State::OF_PEOPLE.into_iter().map(of).collect();
    counted.push((State::Excluded, gathered.excluded.len() as u64));
    counted.retain(|(_, users)| *users > 0);
    let all: u64 = counted.iter().map(|(_, users)| users).sum();
    let mut x = 0.0;
    let part = |(state, users): (State, u64)| {
        let width = users as f64 / all as f64 * WIDTH;
        let part = Part {
            name: state.name(),
            class: class_of(state),
            meaning: state.meaning(),
            users: number(users),
            x: format!("{x:.2}"),
            // A single one of many is seen, too.
            width: format!("{:.2}", width.max(2.0)),
            is_listed: state != State::Excluded,
        };
        x += width;
        part
    };
    counted.into_iter().map(part).collect()
}

/// The class of a state in the page's style.
pub(super) fn class_of(state: State) -> &'static str {
    match state {
        State::Verified => "verified",
        State::Accepted => "accepted",
        State::Unverified => "open",
        State::NotAccepted => "failed",
        State::Excluded => "excluded",
    }
}

/// The same for whoever does not see it.
pub(super) fn in_words(parts: &[Part]) -> String {
    let words: Vec<String> = parts
        .iter()
        .map(|part| format!("{} {}", part.users, part.name))
        .collect();
    match words.is_empty() {
        true => "nobody".to_owned(),
        false => words.join(", "),
    }
}
