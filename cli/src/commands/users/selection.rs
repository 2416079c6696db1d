//! Who is signed out and who never: keys, lists and exclusions of the command line, and the question for many.

use std::io::{self, IsTerminal};
use std::path::Path;

use graph_invalidate::UserColumns;

use crate::arguments::{Common, Users};
use crate::input::{self, Asked, Entries, Entry, Fault, STANDARD_INPUT};
use crate::terminal::{count_of, note};

/// From more users than these on a person is asked first.
pub(super) const MANY: u64 = 100;

/// What to do where nobody can be asked.
const ADD_YES: &str = "There is no terminal to ask for confirmation, so nothing was sent. Add --yes to continue without asking.";

/// So many lines without a user are named.
const NAMED_BLANKS: usize = 3;

/// The users of the command line, in its order and then in the list's.
pub(super) struct Selection {
    pub(super) entries: Entries,
    /// Where the list can be read twice it was counted, and every line of it judged.
    pub(super) total: Option<u64>,
    /// The list can be read but once.
    pub(super) is_stream: bool,
    /// Where the list says "me", as far as it was read: that is whoever runs the command.
    pub(super) own: Option<Own>,
}

impl Selection {
    /// Whether a person must answer, or --yes.
    fn needs_an_answer(&self) -> bool {
        self.total.is_none_or(|total| total > MANY) || self.own.is_some()
    }
}

/// A line of a list that names the caller.
#[derive(Clone, Debug)]
pub(super) struct Own {
    file: String,
    line: u64,
}

impl Own {
    fn of(entry: &Entry, file: &str) -> Option<Own> {
        entry.key.trim().eq_ignore_ascii_case("me").then(|| Own {
            file: file.to_owned(),
            line: entry.line,
        })
    }

    fn sentence(&self) -> String {
        format!(
            "Line {} of {} says \"me\", which is the account that you signed in with.",
            self.line, self.file
        )
    }
}

/// Refuses files in the place of users, before anything else.
pub(super) fn refuse_files(users: &Users) -> Result<(), Fault> {
    match users.keys.iter().find_map(|key| named_file(key)) {
        Some(file) => Err(Fault::new(format!(
            "{file} is a file, not a user. Nothing was sent. To sign out the users in the file, use --from {file}"
        ))),
        None => Ok(()),
    }
}

/// Reads the list through, or as far as must be known before anything is sent.
pub(super) fn select(common: &Common, users: &Users) -> Result<Selection, Fault> {
    let keys: Vec<Entry> = users
        .keys
        .iter()
        .map(|key| Entry {
            key: key.clone(),
            line: 0,
        })
        .collect();
    let given = keys.len() as u64;
    let keys = keys.into_iter().map(Ok);
    let Some(path) = &users.from else {
        return Ok(Selection {
            entries: Box::new(keys),
            total: Some(given),
            is_stream: false,
            own: None,
        });
    };
    let asked = Asked::of_users(users.column.as_deref());
    let is_stream = input::is_read_once(path);
    let mut list = input::open(path, asked)?;
    if let Some(guessed) = list.guessed.take().filter(|_| !common.quiet) {
        note(&format!("graph-invalidate: {guessed}"));
    }
    if is_stream {
        return ahead(keys.collect(), list.entries, users);
    }
    let (counted, own) = count(list.entries, path, common)?;
    Ok(Selection {
        entries: Box::new(keys.chain(input::open(path, asked)?.entries)),
        total: Some(given + counted),
        is_stream,
        own,
    })
}

/// A file of this name, where it cannot be a user: `users.csv`, `@users.csv`.
fn named_file(key: &str) -> Option<&str> {
    let path = key.strip_prefix('@').unwrap_or(key);
    let is_file = !path.is_empty() && !UserColumns::is_user(key) && Path::new(path).is_file();
    is_file.then_some(path)
}

/// Reads a stream as far as the question needs it: more than a hundred users, or one.
fn ahead(
    keys: Vec<Result<Entry, Fault>>,
    entries: Entries,
    users: &Users,
) -> Result<Selection, Fault> {
    const FILE: &str = "standard input";
    let is_confirmed = users.yes || users.dry_run;
    // Who is read after the question cannot be asked about.
    let mut entries = entries.map(move |entry| match entry {
        Ok(entry) if !is_confirmed => match Own::of(&entry, FILE) {
            Some(own) => Err(Fault::new(format!("{} {ADD_YES}", own.sentence()))),
            None => Ok(entry),
        },
        entry => entry,
    });
    let enough = if is_confirmed { 1 } else { MANY + 1 };
    let mut read = keys;
    let mut ended = false;
    while (read.len() as u64) < enough && !ended {
        match entries.next() {
            Some(entry) => read.push(Ok(entry?)),
            None => ended = true,
        }
    }
    Ok(Selection {
        total: ended.then_some(read.len() as u64),
        entries: Box::new(read.into_iter().chain(entries)),
        is_stream: true,
        own: None,
    })
}

/// How many users a list has, and whether it says "me"; lines that lack theirs are named.
fn count(entries: Entries, path: &Path, common: &Common) -> Result<(u64, Option<Own>), Fault> {
    let (mut users, mut blank, mut named, mut own) = (0, 0_u64, Vec::new(), None);
    let file = path.display().to_string();
    for entry in entries {
        let entry = entry?;
        own = own.or_else(|| Own::of(&entry, &file));
        let Entry { key, line } = entry;
        users += 1;
        if key.is_empty() {
            blank += 1;
            if named.len() < NAMED_BLANKS {
                named.push(line.to_string());
            }
        }
    }
    if blank > 0 && !common.quiet {
        let lines = if blank == 1 { "line" } else { "lines" };
        let more = if blank > named.len() as u64 {
            ", …"
        } else {
            ""
        };
        note(&format!(
            "graph-invalidate: {} of {} without a user ({lines} {}{more}) will be reported as failed.",
            count_of(blank, "row", "rows"),
            path.display(),
            named.join(", ")
        ));
    }
    Ok((users, own))
}

/// Whether it is said in which tenant alone the command may act.
fn names_tenant(common: &Common) -> bool {
    let by_variable = || {
        let tenant = std::env::var("GRAPH_INVALIDATE_EXPECT_TENANT");
        tenant.is_ok_and(|tenant| !tenant.trim().is_empty())
    };
    common.expect_tenant.is_some() || by_variable()
}

/// The exclusions: keys, and the users of files.
pub(in crate::commands) fn exclusions(
    given: &[String],
    column: Option<&str>,
    common: &Common,
) -> Result<Vec<String>, Fault> {
    let mut keys = Vec::new();
    for exclusion in given {
        let Some(path) = exclusion.strip_prefix('@') else {
            if let Some(file) = named_file(exclusion) {
                return Err(Fault::new(format!(
                    "{file} is a file, not a user. Nothing was sent. To exclude the users in the file, use --exclude @{file}"
                )));
            }
            keys.push(exclusion.clone());
            continue;
        };
        let list = input::open(Path::new(path), Asked::of_exclusions(column))?;
        if let Some(guessed) = list.guessed.filter(|_| !common.quiet) {
            note(&format!("graph-invalidate: {guessed}"));
        }
        let before = keys.len();
        for entry in list.entries {
            let Entry { key, line } = entry?;
            if key.is_empty() {
                return Err(Fault::new(format!(
                    "Line {line} of {path} has no user in the column of the exclusions, so that account would not be protected. Nothing was sent. Complete or delete the line, or choose another column with --exclude-column."
                )));
            }
            keys.push(key);
        }
        if keys.len() == before {
            return Err(Fault::new(format!(
                "{path} has no users, so nobody would be excluded. Give the file with the accounts that must never be signed out."
            )));
        }
    }
    Ok(keys)
}

/// What would read standard input, besides each other.
pub(super) fn refuse_two_readers(common: &Common, users: &Users) -> Result<(), Fault> {
    let is_standard = |path: &Path| path == Path::new(STANDARD_INPUT);
    let lists = [
        users.from.as_deref().is_some_and(is_standard),
        users.exclude.iter().any(|exclusion| exclusion == "@-"),
    ];
    let secrets = common.signing_in.readers_of_standard_input();
    match secrets + lists.into_iter().filter(|reads| *reads).count() {
        0 | 1 => Ok(()),
        _ => Err(Fault::new(
            "Standard input can be used for only one of the token, the secret, the list and the exclusions. Put the others into files.",
        )),
    }
}

/// Whether so many users may be signed out: by `--yes`, or by a person's answer.
pub(super) fn confirmed(
    common: &Common,
    users: &Users,
    selection: &Selection,
    place: Option<&str>,
) -> io::Result<bool> {
    if users.dry_run {
        return Ok(true);
    }
    let everyone = users.choosing.everyone;
    if everyone && users.yes && !names_tenant(common) {
        note(
            "graph-invalidate: --everyone with --yes wants --expect-tenant ID, too: nobody is asked which directory it is. Nothing was sent.",
        );
        return Ok(false);
    }
    if users.yes || !selection.needs_an_answer() && !everyone {
        return Ok(true);
    }
    let from_standard = users.from.as_deref() == Some(Path::new(STANDARD_INPUT));
    if from_standard || !io::stdin().is_terminal() {
        let why = match &selection.own {
            Some(own) => own.sentence(),
            None if everyone => "This would sign out everyone in the directory.".to_owned(),
            None => format!("This would sign out more than {MANY} users."),
        };
        let what_to_do = match everyone {
            true => {
                "Nobody can be asked here, so nothing was sent. Add --yes and --expect-tenant ID to go on without asking."
            }
            false => ADD_YES,
        };
        note(&format!("graph-invalidate: {why} {what_to_do}"));
        return Ok(false);
    }
    if let Some(own) = &selection.own {
        note(&own.sentence());
    }
    let how_many = match selection.total {
        Some(total) => count_of(total, "user", "users"),
        None => "more than 100 users".to_owned(),
    };
    if let Some(place) = place {
        note(place);
    }
    // Everyone is more than a slip of the finger may do.
    let number = selection.total.filter(|_| everyone);
    note(&match number {
        Some(number) => format!(
            "This signs out {how_many} everywhere. To continue, type the number of users: {number}"
        ),
        None => format!("This signs out {how_many} everywhere. Continue? [y/N]"),
    });
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let yes = match number {
        Some(number) => answer.trim() == number.to_string(),
        None => matches!(answer.trim(), "y" | "Y" | "yes"),
    };
    if !yes {
        note("graph-invalidate: nothing was sent.");
    }
    Ok(yes)
}
