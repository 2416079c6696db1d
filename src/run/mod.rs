//! Many users: streamed in, sent in batches at the pace that the service allows, judged one by one, recorded, verified.
//!
//! A [`Run`] is read like a statement is stepped: the caller adds users and asks for the next outcome, in any mixture.
//! One thread of the run's own does the work, so that it goes on while the caller is busy.

mod batch;
mod described;
mod engine;
mod exchange;
mod exclusions;
mod feed;
mod intake;
mod item;
mod journal;
mod keys;
mod next_step;
mod options;
mod pacing;
mod pick;
mod progress;
mod queue;
mod reading;
mod reason;
mod recorder;
mod request;
mod run_token;
mod sign_in;
mod silence;
mod state;
mod token_watch;
mod verdict;
mod whom;
mod window;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

pub use exchange::Next;
pub use journal::{
    ExcludedLine, ExclusionLine, JournalReader, Line, OutcomeLine, RunLine, SelectedLine,
    SummaryLine,
};
pub use options::{DEFAULT_RESUME_WITHIN, DEFAULT_WAIT, RunMode, RunOptions};
pub use pacing::Rate;
pub use progress::Progress;
pub use reason::EndReason;

use crate::client::Client;
use crate::client::core::ClientCore;
use crate::ffi::panics;
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, now, rfc3339};
use crate::status::Status;
use crate::threads;
use crate::token::AccessToken;
use crate::transport::{Transport, descriptors_closed};
use engine::Engine;
use exchange::{Ending, Exchange};
use intake::Intake;
pub(crate) use item::Key;
use journal::{Journal, Opening};
pub use keys::{Fingerprint, Fingerprints};
use options::Checked;
use request::Sender;
use run_token::RunToken;
use whom::Whom;

/// Many users on their way. Any number of threads may use it at once; dropping it cancels it.
///
/// ```no_run
/// # use graph_invalidate::{Client, ClientOptions, Error, Next, RunOptions};
/// # fn main() -> Result<(), Error> {
/// # let client = Client::new(ClientOptions::default())?;
/// let run = client.run(RunOptions::default())?;
/// run.add(["adele@contoso.com", "87d349ed-44d7-43e1-9a83-5f2406dee5bd"])?;
/// run.finish_input()?;
/// loop {
///     match run.next(std::time::Duration::from_secs(1))? {
///         Next::Outcome(outcome) => println!("{}: {}", outcome.user, outcome.status),
///         Next::TokenNeeded(_) => break, // or run.set_token(…), and go on
///         Next::Done => break,
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Run {
    token: Arc<RunToken>,
    exchange: Arc<Exchange>,
    transport: Arc<Transport>,
    thread: Option<JoinHandle<()>>,
    process: u32,
    notice: Option<String>,
}

impl Client {
    /// Begins a run. It takes users from now on, and sends them as soon as the client has a token.
    ///
    /// The client may be dropped before the run.
    ///
    /// # Errors
    ///
    /// Options that cannot be used (statuses 100 to 109); a journal that cannot ([`Status::JournalExists`],
    /// [`Status::JournalUnusable`], [`Status::JournalLocked`], [`Status::JournalMismatch`], [`Status::JournalTooOld`],
    /// [`Status::JournalEmpty`]).
    pub fn run(&self, mut options: RunOptions) -> Result<Run, Error> {
        let token = Arc::new(RunToken::new(Arc::clone(&self.core), options.token.take()));
        let listed = options.selection.clone();
        let options = Arc::new(Checked::check(options)?);
        let prints = Fingerprints::default();
        // Before the journal is opened for writing, which would make one where there is none.
        let old_journal = match (&options.journal, options.mode) {
            (Some(path), RunMode::VerifyJournal) => Some(JournalReader::open(path)?),
            _ => None,
        };
        let mut journal = match &options.journal {
            Some(path) if options.mode == RunMode::DryRun => {
                Journal::rehearse(path, &prints)?;
                None
            }
            Some(path) => Some(Journal::open(path, opening(&options), &prints)?),
            None => None,
        };
        if let (Some(journal), Some(token)) = (&journal, token.given()) {
            let endpoint = self.core.destination(&token)?;
            journal.check(&run_line(&self.core, &options, &token, &endpoint))?;
        }
        let notice = journal.as_ref().and_then(Journal::notice);
        let mut history = journal
            .as_mut()
            .map(Journal::take_history)
            .unwrap_or_default();
        let recorded = match &journal {
            Some(journal) if options.mode == RunMode::Invalidate && !journal.is_fresh() => {
                journal.check_selection(&options.select)?;
                history.take_selection()
            }
            _ => None,
        };
        let selection = Whom::of(&options.select, listed, recorded);
        let exchange = Arc::new(Exchange::default());
        if options.tell_users_wanted {
            exchange.tell_wanted();
        }
        let transport = Arc::new(self.core.transport_of_run(options.concurrency)?);
        let intake = Intake::new(options.mode, options.verify, prints, history);
        let sender = Sender {
            core: Arc::clone(&self.core),
            options,
            transport: Arc::clone(&transport),
        };
        let engine = Engine::new(
            sender,
            Arc::clone(&token),
            Arc::clone(&exchange),
            intake,
            journal,
            old_journal,
            selection,
        );
        let thread = threads::spawn("graph-invalidate run", {
            let (transport, exchange) = (Arc::clone(&transport), Arc::clone(&exchange));
            move || {
                // A caller that waits must hear of the end even when the engine panicked.
                let driven = catch_unwind(AssertUnwindSafe(|| transport.block_on(engine.run())));
                let panicked = |panic: Box<_>| Err(panics::error("The run's thread", &*panic));
                exchange.finish(driven.unwrap_or_else(panicked).err());
            }
        })?;
        Ok(Run {
            token,
            exchange,
            transport,
            thread: Some(thread),
            process: std::process::id(),
            notice,
        })
    }
}

impl Run {
    /// Adds users by their keys, in any number. Never waits for the network.
    ///
    /// What is added is held until it is sent. To stream a long list in little memory, add as many as
    /// [`Progress::wanted`] says. A key that cannot be one becomes a failed outcome; the others go on.
    ///
    /// # Errors
    ///
    /// [`Status::RunClosed`] after [`Run::finish_input`]. After an early end they are taken and never attempted:
    /// [`Run::next`] says why.
    pub fn add<S: AsRef<str>>(&self, users: impl IntoIterator<Item = S>) -> Result<(), Error> {
        let text = |user: S| Key::Text(Box::from(user.as_ref()));
        self.add_keys(users.into_iter().map(text))
    }

    /// Adds users of whom some may have no key that is a text.
    pub(crate) fn add_keys(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), Error> {
        self.check_process()?;
        self.exchange.add(keys)
    }

    /// Says that no more users will come: the run ends when the last one has its outcome.
    ///
    /// # Errors
    ///
    /// [`Status::RunForked`] in another process than the run's own.
    pub fn finish_input(&self) -> Result<(), Error> {
        self.check_process()?;
        self.exchange.finish_input();
        Ok(())
    }

    /// Says that no more users will come although the list is not at its end, because it cannot be read any further.
    /// Those who were added have their outcomes all the same; the record says that the list was not gone through, and
    /// why.
    ///
    /// # Errors
    ///
    /// [`Status::RunForked`] in another process than the run's own.
    pub fn fail_input(&self) -> Result<(), Error> {
        self.check_process()?;
        self.exchange.fail_input();
        Ok(())
    }

    /// The next outcome, or what the run needs instead. Waits no longer than the timeout; zero only looks.
    ///
    /// An outcome that is handed out is on disk already, where there is a journal.
    ///
    /// # Errors
    ///
    /// Why the whole run ended early: the journal could not be written any more, an exclusion could not be looked up,
    /// the service could not be reached, and the like. It comes when the outcomes have been handed out, and again
    /// whenever it is asked for.
    pub fn next(&self, timeout: Duration) -> Result<Next, Error> {
        self.check_process()?;
        self.exchange.next(timeout, |needed| {
            let token = self.token.given();
            match (token.as_ref(), &needed.instead_of) {
                (Some(token), Some(refused)) => !Arc::ptr_eq(token, refused),
                (token, _) => token.is_some(),
            }
        })
    }

    /// Gives the run a token of its own, instead of the one that it has. From now on the client's token and credential
    /// are none of the run's, and the client does not come to know this one. A token of another tenant or another
    /// identity than the run's is not used, and [`Next::TokenNeeded`] says so. Whose the run is, the token decides that
    /// it has when users are first added, its input is finished, or it is first read.
    ///
    /// # Errors
    ///
    /// [`Status::RunForked`] in another process than the run's own.
    pub fn set_token(&self, token: AccessToken) -> Result<(), Error> {
        self.check_process()?;
        self.token.give(token);
        Ok(())
    }

    /// How far the run is.
    ///
    /// # Errors
    ///
    /// [`Status::RunForked`] in another process than the run's own.
    pub fn progress(&self) -> Result<Progress, Error> {
        self.check_process()?;
        Ok(self.exchange.progress())
    }

    /// What there is to know before the run begins: what a resumed journal holds, how old its run is, and whether its
    /// last line was torn.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Ends the run without waiting for anything: outcomes that are known can still be read, then it is done.
    /// Who was on the way stays unrecorded, and is sent again when the run is resumed.
    pub fn cancel(&self) {
        if self.check_process().is_ok() {
            self.exchange.end(Ending::Cancel);
        }
    }

    /// Sends nothing new, waits for the answers on their way, then ends as [`Run::cancel`] does.
    pub fn stop(&self) {
        if self.check_process().is_ok() {
            self.exchange.end(Ending::Stop);
        }
    }

    /// Threads, sockets and locks of another process are not to be touched, nor descriptors that are others' by now.
    fn check_process(&self) -> Result<(), Error> {
        if self.process == std::process::id() {
            return match self.transport.is_sound() {
                true => Ok(()),
                false => Err(descriptors_closed()),
            };
        }
        Err(Error::new(
            Status::RunForked,
            "The run was begun in another process; a run cannot be used after a fork.",
        )
        .hint("Begin the run in the process that reads it."))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        if self.check_process().is_err() {
            std::mem::forget(thread);
            std::mem::forget(Arc::clone(&self.exchange));
            std::mem::forget(Arc::clone(&self.token));
            std::mem::forget(Arc::clone(&self.transport));
            return;
        }
        self.exchange.end(Ending::Cancel);
        let _ = thread.join();
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Run").finish_non_exhaustive()
    }
}

/// The line with which a run begins its journal.
fn run_line(
    core: &ClientCore,
    options: &Checked,
    token: &AccessToken,
    endpoint: &Endpoint,
) -> RunLine {
    let claims = token.claims().cloned().unwrap_or_default();
    RunLine {
        version: journal::VERSION,
        time: rfc3339(now()),
        tool: concat!("graph-invalidate/", env!("CARGO_PKG_VERSION")).to_owned(),
        endpoint: endpoint.origin(),
        api: core.settings.api.name().to_owned(),
        tenant: claims.tenant_id,
        application: claims.application_id,
        application_name: claims.application_name,
        credential: token.credential().map(str::to_owned),
        caller: claims.object_id,
        caller_name: claims.user_principal_name,
        mode: options.mode.name().to_owned(),
        verify: options.verify,
        ..RunLine::default()
    }
}

/// What a run's options open its journal for.
fn opening(options: &Checked) -> Opening {
    match options.mode {
        RunMode::VerifyJournal => Opening::Verify,
        _ if options.resume => Opening::Resume {
            within: options.resume_within,
        },
        _ => Opening::Begin,
    }
}
