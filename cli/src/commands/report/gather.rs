//! What journals say, gathered: their runs, and for each user the line that counts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use graph_invalidate::{
    Error, JournalReader, Line, OutcomeLine, RunLine, RunMode, Status, SummaryLine,
};

/// Everything that the journals say together.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) journals: Vec<Recorded>,
    pub(super) people: Vec<Person>,
}

/// One journal.
pub(super) struct Recorded {
    pub(super) path: PathBuf,
    pub(super) runs: Vec<Recording>,
    pub(super) torn: bool,
}

/// One run, or one part of a run that was resumed.
pub(super) struct Recording {
    pub(super) begin: RunLine,
    /// Missing where the run was killed, or still goes on.
    pub(super) end: Option<SummaryLine>,
    /// When it recorded something last.
    pub(super) last: String,
}

/// How far a user came, for good: what was accepted stays accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    NotAccepted,
    Accepted,
    Verified,
}

/// One user, under whichever name.
pub(super) struct Person {
    pub(super) fate: Fate,
    /// The line that says so.
    pub(super) line: OutcomeLine,
    /// When the service accepted, by its own clock where it told.
    pub(super) accepted_at: Option<String>,
    /// What went wrong after the acceptance.
    pub(super) trouble: Option<OutcomeLine>,
    /// Whether a run wanted this user's acceptance verified.
    pub(super) to_verify: bool,
}

impl Person {
    fn new(line: OutcomeLine) -> Person {
        Person {
            fate: Fate::NotAccepted,
            line,
            accepted_at: None,
            trouble: None,
            to_verify: false,
        }
    }

    fn take(&mut self, run: &RunLine, line: OutcomeLine) {
        self.to_verify |= run.verify || !signs_out(run);
        if line.status == Status::Ok.name() {
            // It moved the cut-off: what was verified before says nothing of it.
            self.fate = Fate::Accepted;
            let date = line.server_date.as_ref().unwrap_or(&line.time);
            self.accepted_at = Some(date.clone());
        } else if line.status == Status::Verified.name() {
            self.fate = Fate::Verified;
        } else if self.fate > Fate::NotAccepted {
            self.trouble = Some(line);
            return;
        }
        self.trouble = None;
        self.line = line;
    }

    /// Whether something is left to be done, or to be proved.
    pub(super) fn is_open(&self) -> bool {
        match self.fate {
            Fate::NotAccepted => true,
            Fate::Accepted => self.to_verify,
            Fate::Verified => false,
        }
    }

    /// The line that tells what is wrong.
    pub(super) fn wrong(&self) -> &OutcomeLine {
        self.trouble.as_ref().unwrap_or(&self.line)
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
        self.journals.iter().all(all_told) && !self.people.iter().any(Person::is_open)
    }

    /// Whether any run verified, or was to.
    pub(super) fn verifies(&self) -> bool {
        self.people
            .iter()
            .any(|person| person.to_verify || person.fate == Fate::Verified)
    }

    pub(super) fn count(&self, holds: impl Fn(&Person) -> bool) -> u64 {
        self.people.iter().filter(|person| holds(person)).count() as u64
    }
}

/// Reads the journals, the oldest first.
pub(super) fn gather(paths: &[PathBuf]) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let mut names = Names::default();
    for path in in_order(paths)? {
        let mut journal = Recorded {
            path: path.to_owned(),
            runs: Vec::new(),
            torn: false,
        };
        let mut reader = JournalReader::open(path)?;
        for line in reader.by_ref() {
            match line? {
                Line::Run(begin) => journal.runs.push(Recording {
                    last: begin.time.clone(),
                    begin,
                    end: None,
                }),
                Line::Outcome(line) => {
                    let Some(run) = journal.runs.last_mut() else {
                        continue;
                    };
                    run.last.clone_from(&line.time);
                    names.note(&mut gathered.people, &run.begin, line);
                }
                Line::Summary(summary) => {
                    if let Some(run) = journal.runs.last_mut() {
                        run.last.clone_from(&summary.time);
                        run.end = Some(summary);
                    }
                }
                _ => {}
            }
        }
        journal.torn = reader.is_torn();
        gathered.journals.push(journal);
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

/// Finds people again by what they are called in a tenant: a key in any letter case, or the object id.
#[derive(Default)]
struct Names {
    people: HashMap<String, usize>,
}

impl Names {
    fn note(&mut self, people: &mut Vec<Person>, run: &RunLine, line: OutcomeLine) {
        let tenant = run.tenant.as_deref().unwrap_or_default();
        let name = |text: &str| format!("{tenant}/{}", text.to_lowercase());
        let key = match (line.user.as_str(), &run.caller) {
            ("me", Some(caller)) => name(caller),
            (user, _) => name(user),
        };
        let id = line.id.as_deref().map(name);
        let known = self.people.get(&key).copied();
        let known = known.or_else(|| self.people.get(id.as_ref()?).copied());
        let index = known.unwrap_or(people.len());
        self.people.entry(key).or_insert(index);
        if let Some(id) = id {
            self.people.entry(id).or_insert(index);
        }
        if known.is_none() {
            people.push(Person::new(line.clone()));
        }
        if let Some(person) = people.get_mut(index) {
            person.take(run, line);
        }
    }
}
