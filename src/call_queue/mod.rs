//! Calls that are submitted and pulled: any number under way at once, on few threads of ours, and none of the caller's.
//!
//! A [`CallQueue`] is what awaited calls rest on. Whoever submits does not wait, and whoever pulls gets what has ended,
//! in the order in which it ended. One thread drives them, which is there while there are calls; many hundreds of them
//! have a thread for each processor, up to four.

mod engine;
mod exchange;
mod lane;
mod link;
mod outbox;
mod transports;

use std::sync::Arc;
use std::time::Duration;

pub use outbox::Ended;

use crate::call::options::CallOptions;
use crate::call::prepared::PreparedCall;
use crate::cancellation::Cancellation;
use crate::client::Client;
use crate::outcome::Error;
use crate::status::Status;
use exchange::Exchange;
use lane::Submitted;

/// Calls under way, which end whenever they do. Any number of threads may use it at once; dropping it cancels what is
/// under way.
///
/// ```no_run
/// # use graph_invalidate::{CallOptions, CallQueue, Client, ClientOptions, Ended, Error};
/// # fn main() -> Result<(), Error> {
/// # let client = Client::new(ClientOptions::default())?;
/// let queue = CallQueue::new();
/// for (tag, user) in ["adele@contoso.com", "87d349ed-44d7-43e1-9a83-5f2406dee5bd"].iter().enumerate() {
///     queue.submit(&client, user, CallOptions::default(), None, tag as u64)?;
/// }
/// queue.close()?;
/// loop {
///     match queue.next(std::time::Duration::from_secs(1))? {
///         Ended::Call { tag, outcome } => println!("{tag}: {}", outcome.status),
///         Ended::Timeout => {}
///         _ => break,
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct CallQueue {
    exchange: Arc<Exchange>,
    process: u32,
}

impl CallQueue {
    /// A queue without calls. No thread is started until one comes.
    pub fn new() -> CallQueue {
        CallQueue {
            exchange: Arc::new(Exchange::default()),
            process: std::process::id(),
        }
    }

    /// Submits a call, whose outcome [`CallQueue::next`] will hand out with this tag. Never waits for the network.
    ///
    /// The call's time begins now. So many are under way at once as this process's descriptors allow; the others wait
    /// for their turn, and are cancelled, or too late, in the same way. The client may be dropped before its calls have
    /// ended.
    ///
    /// # Errors
    ///
    /// All that can be refused before anything is sent: no outcome is handed out then. [`Status::QueueClosed`] after
    /// [`CallQueue::close`]; [`Status::QueueForked`] in another process than the queue's own.
    pub fn submit(
        &self,
        client: &Client,
        user: &str,
        options: CallOptions,
        cancellation: Option<&Cancellation>,
        tag: u64,
    ) -> Result<(), Error> {
        self.check_process()?;
        let core = Arc::clone(&client.core);
        let call = PreparedCall::new(&core, user, options, cancellation)?;
        self.exchange.submit(Submitted { tag, core, call })
    }

    /// The next call that has ended. Waits no longer than the timeout; zero only looks.
    ///
    /// # Errors
    ///
    /// [`Status::QueueForked`] in another process than the queue's own. How a call failed is told by its outcome.
    pub fn next(&self, timeout: Duration) -> Result<Ended, Error> {
        self.check_process()?;
        Ok(self.exchange.next(timeout))
    }

    /// Takes no more calls. Those that are under way end as they do, and then [`CallQueue::next`] says [`Ended::Done`].
    ///
    /// # Errors
    ///
    /// [`Status::QueueForked`] in another process than the queue's own.
    pub fn close(&self) -> Result<(), Error> {
        self.check_process()?;
        self.exchange.close();
        Ok(())
    }

    /// Threads, sockets and locks of another process are not to be touched.
    fn check_process(&self) -> Result<(), Error> {
        if self.process == std::process::id() {
            return Ok(());
        }
        Err(Error::new(
            Status::QueueForked,
            "The queue was made in another process; a queue cannot be used after a fork.",
        )
        .hint("Create a queue in the process that uses it."))
    }
}

impl Default for CallQueue {
    fn default() -> CallQueue {
        CallQueue::new()
    }
}

impl Drop for CallQueue {
    fn drop(&mut self) {
        if self.check_process().is_ok() {
            self.exchange.abandon();
        } else {
            std::mem::forget(Arc::clone(&self.exchange));
        }
    }
}

impl std::fmt::Debug for CallQueue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CallQueue").finish_non_exhaustive()
    }
}
