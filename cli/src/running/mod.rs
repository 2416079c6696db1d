//! A run from its beginning to its end: outcomes are shown as they come, the progress beside them, and signals are
//! obeyed.

mod display;
mod ending;
mod feeding;
mod token_file;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use graph_invalidate::{Client, Error, Next, Outcome, Progress, Run};

pub(crate) use ending::{Purpose, SURVIVORS, finish, place_of};
pub(crate) use feeding::Feeder;
use token_file::Renewal;
pub(crate) use token_file::TokenFile;

use crate::arguments::Common;
use crate::exit_status::ExitStatus;
use crate::input::Fault;
use crate::interruption::{GRACE, Interruption};
use crate::outcomes::Printer;
use crate::table::Table;
use crate::tally::Tally;
use crate::terminal::note;
use display::Display;

/// How long an outcome is awaited before signals and the progress are looked after.
const TICK: Duration = Duration::from_millis(50);

/// A run that has begun, with all that its end depends on.
pub(crate) struct Course<'a> {
    pub(crate) common: &'a Common,
    pub(crate) client: &'a Client,
    pub(crate) run: Arc<Run>,
    /// How many users the list has, where it could be counted.
    pub(crate) total: Option<u64>,
    pub(crate) feeder: Option<Feeder>,
    /// Whether it goes on with a journal, by a list that can be read to its end at once.
    pub(crate) resumes: bool,
    pub(crate) token_file: Option<TokenFile>,
    /// Where outcomes are written besides.
    pub(crate) table: Option<Table>,
}

/// Why a run came to its end before its time.
pub(crate) enum Early {
    Signal(ExitStatus),
    /// The run itself failed.
    Failed(Error),
    TokenNeeded(Box<Outcome>),
    /// The list could not be read any further.
    List(Fault),
    /// Standard output cannot be written.
    Output(io::Error),
}

/// What came of a run.
pub(crate) struct Result {
    pub(crate) tally: Tally,
    pub(crate) progress: Progress,
    pub(crate) early: Option<Early>,
}

/// Reads the run to its end.
pub(crate) fn watch(course: &mut Course<'_>) -> Result {
    let interruption = Interruption::watch();
    let mut display = Display::new(course.common, course.total);
    let mut printer = Printer::new(course.common);
    let mut tally = Tally::default();
    let mut early: Option<Early> = None;
    let mut cancel_at: Option<Instant> = None;
    let mut timeout = TICK;
    loop {
        match interruption.take() {
            None => {}
            Some(status) if cancel_at.is_none() => {
                early = Some(Early::Signal(status));
                display.aside(|| {
                    note("graph-invalidate: stopping; waiting up to 2 s for responses.");
                });
                stop(&course.run, &mut cancel_at);
            }
            // Who asks twice does not want to wait.
            Some(_) => cancel_at = Some(Instant::now()),
        }
        if cancel_at.is_some_and(|at| Instant::now() >= at) {
            course.run.cancel();
        }
        if let Some(fault) = course.feeder.as_ref().and_then(Feeder::fault) {
            // Whom the list named before is signed out anyway.
            early.get_or_insert(Early::List(fault));
        }
        let written = match course.run.next(timeout) {
            Ok(Next::Outcome(outcome)) => {
                tally.count(&outcome);
                timeout = Duration::ZERO;
                let table = course.table.as_mut();
                let tabled = table.map_or(Ok(()), |table| table.add(&outcome));
                match tabled.and_then(|()| printer.add(&outcome)) {
                    Ok(true) => show(&display, &mut printer),
                    Ok(false) => Ok(()),
                    Err(error) => Err(error),
                }
            }
            Ok(Next::TokenNeeded(why)) => {
                let renewal = match &mut course.token_file {
                    Some(file) if early.is_none() => file.renew(course.client, &display),
                    _ => Renewal::InVain,
                };
                // The totals are to tell whom the journal has on record, wherever in the list they stand.
                let knows_list =
                    !course.resumes || course.feeder.as_ref().is_none_or(Feeder::has_read_all);
                if renewal != Renewal::Renewed {
                    if renewal == Renewal::InVain && early.is_none() && knows_list {
                        early = Some(Early::TokenNeeded(why));
                        stop(&course.run, &mut cancel_at);
                    }
                    // The need is told again at once, until the end.
                    std::thread::sleep(TICK);
                }
                show(&display, &mut printer)
            }
            Ok(Next::UsersWanted) => {
                if let Some(feeder) = &course.feeder {
                    feeder.wake();
                }
                Ok(())
            }
            Ok(Next::Done) => break,
            Err(error) => {
                early = Some(Early::Failed(error));
                break;
            }
            // Nothing came meanwhile.
            Ok(_) => {
                timeout = TICK;
                show(&display, &mut printer)
            }
        };
        if let Err(error) = written
            && !matches!(early, Some(Early::Output(_) | Early::Signal(_)))
        {
            early = Some(Early::Output(error));
            stop(&course.run, &mut cancel_at);
        }
        display.show(|| course.run.progress().unwrap_or_default());
    }
    // Whoever hung up, or stopped a whole pipeline, need not be told that nobody reads any more.
    if let Err(error) = show(&display, &mut printer)
        && !matches!(early, Some(Early::Signal(_)))
    {
        early = Some(Early::Output(error));
    }
    display.finish();
    let progress = course.run.progress().unwrap_or_default();
    tally.done |= progress.accepted > 0;
    Result {
        tally,
        progress,
        early,
    }
}

/// Sends nothing new; who is on the way is awaited for a moment.
fn stop(run: &Run, cancel_at: &mut Option<Instant>) {
    run.stop();
    cancel_at.get_or_insert(Instant::now() + GRACE);
}

fn show(display: &Display, printer: &mut Printer) -> io::Result<()> {
    match (printer.is_empty(), printer.on_terminal) {
        (true, _) => Ok(()),
        (false, true) => display.aside(|| printer.flush()),
        (false, false) => printer.flush(),
    }
}
