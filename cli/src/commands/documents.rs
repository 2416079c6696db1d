//! `completions` and `man`: made from the same definitions as the help.

use std::io::Write;
use std::path::Path;

use crate::Ended;
use crate::arguments::{Man, command, command_of_manual};
use crate::exit_status::ExitStatus;
use crate::terminal::{harmless, note};

pub(crate) fn completions(shell: clap_complete::Shell) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "graph-invalidate", &mut script);
    written(&script)
}

pub(crate) fn manual(man: &Man) -> Ended {
    if let Some(directory) = &man.directory {
        return all_pages(directory);
    }
    let mut command = command_of_manual();
    if let Some(name) = &man.command {
        let Some(found) = command.find_subcommand(name) else {
            note(&format!(
                "graph-invalidate: there is no command {}. See graph-invalidate --help for the commands.",
                harmless(name)
            ));
            return Ok(ExitStatus::Usage);
        };
        command = found.clone();
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    written(&page)
}

/// A page for the command and one for each of its own, named as man looks for them.
fn all_pages(directory: &Path) -> Ended {
    let made = std::fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(command_of_manual(), directory));
    Ok(match made {
        Ok(()) => ExitStatus::AllDone,
        Err(error) => {
            note(&format!(
                "graph-invalidate: the pages cannot be written into {}: {error}.",
                directory.display()
            ));
            ExitStatus::NothingDone
        }
    })
}

fn written(document: &[u8]) -> Ended {
    std::io::stdout().lock().write_all(document)?;
    Ok(ExitStatus::AllDone)
}
