//! What journals say, gathered: their runs, and for each user the place of the line that counts.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use graph_invalidate::{
    Error, ExcludedLine, ExclusionLine, JournalReader, Line, OutcomeLine, RunLine, RunMode,
    SelectedLine, Status, SummaryLine,
};

use super::activity::Activity;
use super::names::Names;

/// Everything that the journals say together. What grows with the list is small: lines are read again when they are
/// shown.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) journals: Vec<Recorded>,
    pub(super) people: Vec<Person>,
    /// Who must not be signed out, by the runs.
    pub(super) exclusions: Vec<ExclusionLine>,
    /// Who of the lists was left out.
    pub(super) excluded: Vec<ExcludedLine>,
    /// The names of the statuses that people refer to.
    statuses: Vec<String>,
}

/// One journal.
pub(super) struct Recorded {
    pub(super) path: PathBuf,
    pub(super) runs: Vec<Recording>,
    pub(super) torn: bool,
    /// Where its lines begin among those of all journals.
    begin: u64,
}

/// One run, or one part of a run that was resumed.
pub(super) struct Recording {
    pub(super) begin: RunLine,
    /// Missing where the run was killed, or still goes on.
    pub(super) end: Option<SummaryLine>,
    /// When it recorded something last.
    pub(super) last: String,
    /// What it did when.
    pub(super) activity: Activity,
}

/// How far a user came, for good: what was accepted stays accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    NotAccepted,
    Accepted,
    Verified,
}

/// How far a user is, in the words of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Verified,
    /// Nobody asked for proof.
    Accepted,
    Unverified,
    NotAccepted,
    Excluded,
}

impl State {
    /// The states of whoever was to be signed out.
    pub(super) const OF_PEOPLE: [State; 4] = [
        State::Verified,
        State::Accepted,
        State::Unverified,
        State::NotAccepted,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            State::Verified => "verified",
            State::Accepted => "accepted",
            State::Unverified => "not verified yet",
            State::NotAccepted => "not accepted",
            State::Excluded => "excluded",
        }
    }

    pub(super) fn meaning(self) -> &'static str {
        match self {
            State::Verified => "signed out, and the service shows it",
            State::Accepted => "the service took the request; nobody asked for proof",
            State::Unverified => "accepted, but the service does not show it yet",
            State::NotAccepted => "still signed in",
            State::Excluded => "left out, as was asked",
        }
    }
}

/// Where a line stands: a byte of all journals, one after the other.
type Place = u64;

/// No line.
const NOWHERE: Place = Place::MAX;

/// One user, under whichever name.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) fate: Fate,
    /// Whether a run wanted this user's acceptance verified.
    pub(super) to_verify: bool,
    /// The status of the line that tells what is wrong, among all statuses.
    status: u16,
    /// The line that says how far the user came.
    line: Place,
    /// The line of the acceptance.
    accepted: Place,
    /// What went wrong after the acceptance.
    trouble: Place,
    /// It turned out to be another one, under another name.
    is_another: bool,
}

impl Person {
    fn new() -> Person {
        Person {
            fate: Fate::NotAccepted,
            to_verify: false,
            status: 0,
            line: NOWHERE,
            accepted: NOWHERE,
            trouble: NOWHERE,
            is_another: false,
        }
    }

    /// Somebody of whom nothing but the selection is known.
    fn selected(line: Place, status: u16, to_verify: bool) -> Person {
        Person {
            line,
            status,
            to_verify,
            ..Person::new()
        }
    }

    /// Takes over what is known under another name.
    fn absorb(&mut self, other: &Person) {
        self.to_verify |= other.to_verify;
        if other.fate > self.fate {
            self.status = other.status;
            self.line = other.line;
            self.trouble = other.trouble;
        }
        self.fate = self.fate.max(other.fate);
        if self.accepted == NOWHERE || other.accepted != NOWHERE && other.accepted > self.accepted {
            self.accepted = other.accepted;
        }
    }

    fn take(&mut self, run: &RunLine, line: &OutcomeLine, place: Place, status: u16) {
        self.to_verify |= run.verify || !signs_out(run);
        self.status = status;
        if line.status == Status::Ok.name() {
            // It moved the cut-off: what was verified before says nothing of it.
            self.fate = Fate::Accepted;
            self.accepted = place;
        } else if line.status == Status::Verified.name() {
            self.fate = Fate::Verified;
        } else if self.fate > Fate::NotAccepted {
            self.trouble = place;
            return;
        }
        self.trouble = NOWHERE;
        self.line = place;
    }

    pub(super) fn state(&self) -> State {
        match (self.fate, self.to_verify) {
            (Fate::Verified, _) => State::Verified,
            (Fate::Accepted, true) => State::Unverified,
            (Fate::Accepted, false) => State::Accepted,
            (Fate::NotAccepted, _) => State::NotAccepted,
        }
    }

    /// Whether something is left to be done, or to be proved.
    pub(super) fn is_open(&self) -> bool {
        match self.fate {
            Fate::NotAccepted => true,
            Fate::Accepted => self.to_verify,
            Fate::Verified => false,
        }
    }
}

fn signs_out(run: &RunLine) -> bool {
    run.mode != RunMode::VerifyJournal.name()
}

impl Recording {
    pub(super) fn signs_out(&self) -> bool {
        signs_out(&self.begin)
    }
}

impl Recorded {
    /// The last run that signed users out: only it can tell whether the list was gone through.
    pub(super) fn last_of_list(&self) -> Option<&Recording> {
        self.runs.iter().rev().find(|run| run.signs_out())
    }

    /// How many users of its list the last run had not come to; `None` where the journal cannot know.
    pub(super) fn unrecorded(&self) -> Option<u64> {
        let end = self.last_of_list()?.end.as_ref()?;
        match end.complete {
            true => Some(0),
            false => Some(end.never_attempted + end.in_flight),
        }
    }
}

impl Gathered {
    /// Whether everyone was accepted, and verified where that was wanted, and nobody of a list is missing.
    pub(super) fn is_complete(&self) -> bool {
        let all_told = |journal: &Recorded| journal.unrecorded() == Some(0);
        self.journals.iter().all(all_told) && !self.persons().any(Person::is_open)
    }

    /// Whether any run verified, or was to.
    pub(super) fn verifies(&self) -> bool {
        self.persons()
            .any(|person| person.to_verify || person.fate == Fate::Verified)
    }

    /// Everyone, each once.
    pub(super) fn persons(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| !person.is_another)
    }

    pub(super) fn count(&self, holds: impl Fn(&Person) -> bool) -> u64 {
        self.persons().filter(|person| holds(person)).count() as u64
    }

    /// Who is open, by what is wrong, the most frequent first.
    pub(super) fn by_reason(&self) -> Vec<(&str, u64)> {
        let mut reasons: Vec<(&str, u64)> =
            self.statuses.iter().map(|it| (it.as_str(), 0)).collect();
        for person in self.persons().filter(|person| person.is_open()) {
            if let Some(reason) = reasons.get_mut(usize::from(person.status)) {
                reason.1 += 1;
            }
        }
        reasons.retain(|(_, users)| *users > 0);
        reasons.sort();
        reasons.sort_by_key(|(_, users)| std::cmp::Reverse(*users));
        reasons
    }

    /// Whoever is open for this reason.
    pub(super) fn open_for(&self, reason: &str) -> impl Iterator<Item = &Person> {
        let status = self.statuses.iter().position(|it| it == reason);
        let is_it = move |person: &&Person| Some(usize::from(person.status)) == status;
        self.persons()
            .filter(|person| person.is_open())
            .filter(is_it)
    }

    /// Opens the journals once more, for the lines that are to be shown.
    pub(super) fn lines(&self) -> Result<Lines, Error> {
        let open = |journal: &Recorded| {
            let reader = JournalReader::open(&journal.path)?;
            Ok((journal.begin, reader))
        };
        let readers = || -> Result<Readers, Error> { self.journals.iter().map(open).collect() };
        Ok(Lines {
            of_ends: readers()?,
            of_acceptances: readers()?,
        })
    }

    fn add_exclusion(&mut self, line: ExclusionLine) {
        let is_same = |known: &ExclusionLine| {
            known.user.eq_ignore_ascii_case(&line.user) && known.status == line.status
        };
        if !self.exclusions.iter().any(is_same) {
            self.exclusions.push(line);
        }
    }

    fn add_excluded(&mut self, line: ExcludedLine, known: &mut HashSet<String>) {
        if known.insert(line.user.to_lowercase()) {
            self.excluded.push(line);
        }
    }

    fn status(&mut self, name: &str) -> u16 {
        let known = self.statuses.iter().position(|status| status == name);
        let index = known.unwrap_or_else(|| {
            self.statuses.push(name.to_owned());
            self.statuses.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }
}

/// The journals, for reading a line here and there. Each kind of line has readers of its own, since a reader is quick
/// where it goes forwards.
pub(super) struct Lines {
    of_ends: Readers,
    of_acceptances: Readers,
}

type Readers = Vec<(Place, JournalReader)>;

impl Lines {
    /// The line that says how far a user came.
    pub(super) fn of(&mut self, person: &Person) -> Result<OutcomeLine, Error> {
        at(&mut self.of_ends, person.line)
    }

    /// The line that tells what is wrong.
    pub(super) fn wrong(&mut self, person: &Person) -> Result<OutcomeLine, Error> {
        match person.trouble {
            NOWHERE => at(&mut self.of_ends, person.line),
            trouble => at(&mut self.of_ends, trouble),
        }
    }

    /// When the service accepted, by its own clock where it told.
    pub(super) fn accepted_at(&mut self, person: &Person) -> Result<Option<String>, Error> {
        if person.accepted == NOWHERE {
            return Ok(None);
        }
        let line = at(&mut self.of_acceptances, person.accepted)?;
        Ok(Some(line.server_date.unwrap_or(line.time)))
    }
}

fn at(readers: &mut Readers, place: Place) -> Result<OutcomeLine, Error> {
    let reader = readers.iter_mut().rev().find(|(begin, _)| *begin <= place);
    match reader {
        Some((begin, reader)) => reader.outcome_at(place - *begin),
        None => Ok(OutcomeLine::default()),
    }
}

/// Reads the journals, the oldest first.
pub(super) fn gather(paths: &[PathBuf]) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let mut names = Names::default();
    let mut left_out = HashSet::new();
    let mut begin = 0;
    for path in in_order(paths)? {
        let mut runs: Vec<Recording> = Vec::new();
        let mut reader = JournalReader::open(path)?;
        loop {
            let place = begin + reader.position();
            let Some(line) = reader.next().transpose()? else {
                break;
            };
            match line {
                Line::Run(line) => runs.push(Recording {
                    activity: Activity::since(&line.time),
                    last: line.time.clone(),
                    begin: line,
                    end: None,
                }),
                Line::Outcome(line) => {
                    let Some(run) = runs.last_mut() else {
                        continue;
                    };
                    run.activity.take(&line);
                    let status = gathered.status(&line.status);
                    let (index, absorbed) = names.find(&run.begin, &line, gathered.people.len());
                    if index == gathered.people.len() {
                        gathered.people.push(Person::new());
                    }
                    let absorbed = absorbed.and_then(|it| gathered.people.get_mut(it));
                    let absorbed = absorbed.map(|other| {
                        other.is_another = true;
                        *other
                    });
                    if let Some(person) = gathered.people.get_mut(index) {
                        if let Some(other) = &absorbed {
                            person.absorb(other);
                        }
                        person.is_another = false;
                        person.take(&run.begin, &line, place, status);
                    }
                    run.last = line.time;
                }
                Line::Exclusion(line) => gathered.add_exclusion(line),
                Line::Selected(line) => {
                    let Some(run) = runs.last() else {
                        continue;
                    };
                    let status = gathered.status(SelectedLine::NEVER_ATTEMPTED);
                    let line = OutcomeLine::from(line);
                    let (index, _) = names.find(&run.begin, &line, gathered.people.len());
                    if index == gathered.people.len() {
                        let to_verify = run.begin.verify;
                        gathered
                            .people
                            .push(Person::selected(place, status, to_verify));
                    }
                }
                Line::Excluded(line) => {
                    let known = runs
                        .last()
                        .and_then(|run| names.known(&run.begin, &line.user));
                    if let Some(person) = known.and_then(|index| gathered.people.get_mut(index)) {
                        // Selected, and not to be attempted: nothing is open.
                        person.is_another |= person.fate == Fate::NotAccepted;
                    }
                    gathered.add_excluded(line, &mut left_out);
                }
                Line::Summary(summary) => {
                    if let Some(run) = runs.last_mut() {
                        run.last.clone_from(&summary.time);
                        run.end = Some(summary);
                    }
                }
                _ => {}
            }
        }
        gathered.journals.push(Recorded {
            path: path.to_owned(),
            runs,
            torn: reader.is_torn(),
            begin,
        });
        begin += reader.position();
    }
    Ok(gathered)
}

/// The journals by the time of their first line, whatever the order of the command line.
fn in_order(paths: &[PathBuf]) -> Result<Vec<&Path>, Error> {
    let mut begun = Vec::new();
    for path in paths {
        let first = JournalReader::open(path)?.next().transpose()?;
        let time = match first {
            Some(Line::Run(line)) => line.time,
            _ => String::new(),
        };
        begun.push((time, path.as_path()));
    }
    begun.sort();
    begun.dedup_by(|a, b| a.1 == b.1);
    Ok(begun.into_iter().map(|(_, path)| path).collect())
}
