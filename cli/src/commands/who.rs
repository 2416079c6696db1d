//! `who`: whom the directory chooses, by name, before anybody is signed out.

use std::sync::Arc;

use graph_invalidate::{RunMode, RunOptions};

use super::users::selection::exclusions;
use super::{Connected, begin, connect, select};
use crate::Ended;
use crate::arguments::{Common, Who};
use crate::exit_status::ExitStatus;
use crate::running::{self, Course, Purpose, TokenFile};
use crate::table::Table;
use crate::terminal::note;

pub(crate) fn run(common: &Common, who: &Who) -> Ended {
    let criteria = who.choosing.criteria(who.allow_empty);
    if !criteria.select() {
        note(
            "graph-invalidate: nobody is asked for. Give --group, --filter or --everyone; --exclude and --exclude-group leave users out.",
        );
        return Ok(ExitStatus::Usage);
    }
    let excluded = match exclusions(&who.exclude, who.exclude_column.as_deref(), common) {
        Ok(excluded) => excluded,
        Err(fault) => {
            note(&format!("graph-invalidate: {fault}"));
            return Ok(ExitStatus::Usage);
        }
    };
    let Connected { client, token } = match connect(common) {
        Ok(connected) => connected,
        Err(status) => return Ok(status),
    };
    let mut token_file = TokenFile::of(&common.signing_in, token, common.timeout);
    let selection = match select(common, &client, &criteria, &mut token_file) {
        Ok(selection) => selection,
        Err(status) => return Ok(status),
    };
    let no_table = |error: std::io::Error| {
        note(&format!(
            "graph-invalidate: the file of --csv cannot be written: {error}."
        ));
        Ok(ExitStatus::NothingDone)
    };
    let table = match who.csv.as_deref().map(Table::create).transpose() {
        Ok(table) => table,
        Err(error) => return no_table(error),
    };
    let total = Some(selection.len() as u64);
    let mut options = RunOptions::default();
    options.mode = RunMode::Select;
    options.exclude = excluded;
    options.select = criteria;
    options.selection = Some(selection);
    let run = match begin(common, &client, options) {
        Ok(run) => Arc::new(run),
        Err(status) => return Ok(status),
    };
    // Nobody is added: all are chosen.
    let _ = run.finish_input();
    let mut course = Course {
        common,
        client: &client,
        run,
        total,
        feeder: None,
        resumes: false,
        token_file,
        table,
    };
    let result = running::watch(&mut course);
    if let Some(Err(error)) = course.table.take().map(Table::finish) {
        return no_table(error);
    }
    let purpose = Purpose {
        signs_out: false,
        names: true,
        verifies: false,
        total,
        place: running::place_of(&client),
        resume: None,
    };
    running::finish(common, result, &purpose)
}
