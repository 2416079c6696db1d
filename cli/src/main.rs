//! The `graph-invalidate` command.

mod arguments;
mod commands;
mod exit_status;
mod input;
mod interruption;
mod logging;
mod outcomes;
mod private_file;
mod running;
mod shell;
mod signing_in;
mod spreadsheet;
mod table;
mod tally;
mod terminal;
mod words;

use std::io;
use std::process::ExitCode;

use arguments::{Arguments, Command, Retired, RetiredPost};
use exit_status::ExitStatus;

/// How a command ends: a status, or standard output cannot be written any more.
type Ended = io::Result<ExitStatus>;

fn main() -> ExitCode {
    let arguments = arguments::parse();
    if arguments.common.verbose {
        logging::start();
    }
    let status = match run(&arguments) {
        Ok(status) => status,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitStatus::OutputClosed,
        Err(error) => {
            terminal::note(&format!(
                "graph-invalidate: the output cannot be written: {error}."
            ));
            ExitStatus::NothingDone
        }
    };
    status.into()
}

fn run(arguments: &Arguments) -> Ended {
    let common = &arguments.common;
    match &arguments.command {
        Command::Me(acting) => commands::users::sign_out_one(common, acting, "me"),
        Command::Users(users) => match &users.retired {
            Some(Retired::InvalidateAllRefreshTokens {
                post: RetiredPost::Post { user_id },
            }) => commands::users::sign_out_one(common, &users.acting, user_id),
            None => commands::users::run(common, users),
        },
        Command::Who(who) => commands::who::run(common, who),
        Command::Verify(verify) => commands::verify::run(common, verify),
        Command::Report(report) => commands::report::run(common, report),
        Command::Token(token) => commands::token::run(common, token),
        Command::Emulator(emulator) => commands::emulator::run(emulator),
        Command::Demo => commands::demo::run(),
        Command::Completions { shell } => commands::documents::completions(*shell),
        Command::Man(man) => commands::documents::manual(man),
    }
}
