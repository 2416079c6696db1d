//! Many users, or what only a run can do: a journal, exclusions, a dry run.

use std::sync::Arc;
use std::time::Duration;

use graph_invalidate::{Progress, Rate};

use super::super::{Connected, begin, connect, select as select_users};
use super::selection::{MANY, Selection, confirmed, exclusions, refuse_two_readers, select};
use crate::Ended;
use crate::arguments::{Common, Users};
use crate::exit_status::ExitStatus;
use crate::input::Fault;
use crate::running::{self, Course, Feeder, Purpose, TokenFile};
use crate::shell::resume_line;
use crate::terminal::{count_of, note, spoken};

pub(super) fn run(common: &Common, users: &Users) -> Ended {
    let (mut selection, excluded) = match read_lists(common, users) {
        Ok(lists) => lists,
        Err(fault) => {
            note(&format!("graph-invalidate: {fault}"));
            return Ok(ExitStatus::Usage);
        }
    };
    let criteria = users.choosing.criteria(users.allow_empty);
    let may_be_empty = users.from.is_none() || users.allow_empty && criteria.select();
    if selection.total == Some(0) && !may_be_empty {
        let from = users.from.as_deref().unwrap_or("-".as_ref()).display();
        return Ok(match users.allow_empty {
            true => {
                if !common.quiet {
                    note(&format!(
                        "graph-invalidate: the list {from} has no users. There was nothing to do."
                    ));
                }
                ExitStatus::AllDone
            }
            false => {
                note(&format!(
                    "graph-invalidate: the list {from} has no users. Nothing was sent. Check the file, or add --allow-empty if the list may be empty."
                ));
                ExitStatus::Usage
            }
        });
    }
    let Connected { client, token } = match connect(common) {
        Ok(connected) => connected,
        Err(status) => return Ok(status),
    };
    let mut token_file = TokenFile::of(&common.signing_in, token, common.timeout);
    let mut listed = None;
    // A run that goes on does so with those whom the journal has on record.
    let goes_on = users.resume && users.journal.as_ref().is_some_and(|path| path.exists());
    if criteria.select() && !goes_on {
        let chosen = match select_users(common, &client, &criteria, &mut token_file) {
            Ok(chosen) => chosen,
            Err(status) => return Ok(status),
        };
        selection.total = selection.total.map(|total| total + chosen.len() as u64);
        if let Some(time) = long_by_quota(chosen.len()).filter(|_| !common.quiet) {
            note(&format!(
                "  Signing them out takes about {} by the published quota.",
                spoken(time)
            ));
        }
        listed = Some(chosen);
    }
    let place = running::place_of(&client);
    let says_me = selection.own.is_some();
    if goes_on && criteria.select() {
        selection.total = None;
    }
    if !confirmed(common, users, &selection, place.as_deref())? {
        return Ok(ExitStatus::Usage);
    }
    let mut options = users.run_options(excluded);
    options.selection = listed;
    let run = match begin(common, &client, options) {
        Ok(run) => Arc::new(run),
        Err(status) => return Ok(status),
    };
    let Selection {
        entries,
        total,
        is_stream,
        own: _,
    } = selection;
    let feeder = Feeder::start(Arc::clone(&run), entries, is_stream);
    let mut course = Course {
        common,
        client: &client,
        run: Arc::clone(&run),
        total,
        feeder: Some(feeder),
        resumes: users.resume && !is_stream,
        token_file,
        table: None,
    };
    let result = running::watch(&mut course);
    let forecast = (users.dry_run && result.early.is_none() && !common.quiet)
        .then(|| forecast(users, &result.progress, says_me));
    let purpose = Purpose {
        signs_out: !users.dry_run,
        names: false,
        verifies: users.acting.verify && !users.dry_run,
        total,
        place: running::place_of(&client),
        resume: resume_line(),
    };
    let ended = running::finish(common, result, &purpose);
    if let Some(forecast) = forecast {
        note(&forecast);
    }
    ended
}

fn read_lists(common: &Common, users: &Users) -> Result<(Selection, Vec<String>), Fault> {
    refuse_two_readers(common, users)?;
    let column = users.exclude_column.as_deref();
    let excluded = exclusions(&users.exclude, column, common)?;
    Ok((select(common, users)?, excluded))
}

/// How long so many users take by the published quota, where they do not go at once.
fn long_by_quota(users: usize) -> Option<Duration> {
    const AT_ONCE: usize = 3_000;
    const A_SECOND: f64 = 20.0;
    let later = users.checked_sub(AT_ONCE).filter(|later| *later > 0)?;
    Some(Duration::from_secs_f64(later as f64 / A_SECOND))
}

/// What the dry run was for: what would be done, and how long it would take.
fn forecast(users: &Users, progress: &Progress, says_me: bool) -> String {
    let whom = count_of(progress.planned, "user", "users");
    let time = match users.running.rate {
        Some(Rate::Unlimited) => "as long as the service takes".to_owned(),
        Some(Rate::PerSecond(rate)) => {
            format!("about {} at {rate} a second", spoken(progress.time_left))
        }
        _ => format!(
            "about {} under the published quota, 3,000 at once and then 20 per second",
            spoken(progress.time_left)
        ),
    };
    let question = match (says_me || progress.planned > MANY) && !users.yes {
        true => " The run itself asks for confirmation; with --yes it does not.",
        false => "",
    };
    format!("No write request was sent. Signing out {whom} takes {time}.{question}")
}
