//! `report`: who was signed out when and by whom, what failed and why, and what is still open.

mod activity;
mod gather;
mod lines;
mod names;
mod page;
mod spreadsheet;
mod text;

use std::io;
use std::path::{Path, PathBuf};

use graph_invalidate::Error;

use crate::Ended;
use crate::arguments::{Common, Format, Report};
use crate::commands::with_hint;
use crate::exit_status::ExitStatus;
use crate::private_file;
use crate::terminal::note;

pub(crate) fn run(common: &Common, arguments: &Report) -> Ended {
    let gathered = match gather::gather(&arguments.journals) {
        Ok(gathered) => gathered,
        Err(error) => {
            note(&format!("graph-invalidate: {}", with_hint(&error)));
            return Ok(ExitStatus::NothingDone);
        }
    };
    let empty = gathered
        .journals
        .iter()
        .find(|journal| journal.runs.is_empty());
    if let Some(journal) = empty {
        note(&format!(
            "graph-invalidate: {} holds no run: nothing was recorded in it.",
            journal.path.display()
        ));
        return Ok(ExitStatus::NothingDone);
    }
    let files: [(&Option<PathBuf>, Written); 2] = [
        (&arguments.html, page::write),
        (&arguments.csv, spreadsheet::write),
    ];
    for (path, written) in files {
        if let Some(path) = path
            && let Err(reason) = write_file(path, &arguments.journals, &gathered, written)
        {
            note(&format!("graph-invalidate: {reason}"));
            return Ok(ExitStatus::NothingDone);
        }
    }
    let printed = match common.output {
        Format::Json => lines::print(&gathered),
        Format::Text => text::print(&gathered, common.quiet),
    };
    if let Err(error) = printed {
        // Lines are read once more when they are shown.
        let Some(reason) = error.get_ref().and_then(|it| it.downcast_ref::<Error>()) else {
            return Err(error);
        };
        note(&format!("graph-invalidate: {}", with_hint(reason)));
        return Ok(ExitStatus::NothingDone);
    }
    Ok(match gathered.is_complete() {
        true => ExitStatus::AllDone,
        false => ExitStatus::SomeFailed,
    })
}

/// Writes what was gathered into a file.
type Written = fn(std::fs::File, &gather::Gathered) -> io::Result<()>;

fn write_file(
    path: &Path,
    journals: &[PathBuf],
    gathered: &gather::Gathered,
    written: Written,
) -> Result<(), String> {
    let same = |a: &Path, b: &Path| {
        a.canonicalize()
            .ok()
            .is_some_and(|a| b.canonicalize().ok() == Some(a))
    };
    if journals.iter().any(|journal| same(journal, path)) {
        return Err(format!(
            "{} is a journal: it is not overwritten. Give another file for the report.",
            path.display()
        ));
    }
    let written = private_file::create(path).and_then(|file| written(file, gathered));
    written.map_err(|error| format!("{} cannot be written: {error}.", path.display()))
}
