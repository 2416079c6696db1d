//! `completions` and `man`: made from the same definitions as the help.

use std::io::Write;

use clap::CommandFactory;

use crate::Ended;
use crate::arguments::Arguments;
use crate::exit_status::ExitStatus;

pub(crate) fn completions(shell: clap_complete::Shell) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut Arguments::command(),
        "graph-invalidate",
        &mut script,
    );
    written(&script)
}

pub(crate) fn manual() -> Ended {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    written(&page)
}

fn written(document: &[u8]) -> Ended {
    std::io::stdout().lock().write_all(document)?;
    Ok(ExitStatus::AllDone)
}
