//! The one thread that drives all calls of a queue, while there are any.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;

use super::exchange::{Exchange, Submitted};
use super::transports::Transports;
use crate::ffi::host::opening;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::threads;
use crate::transport::not_opened;

/// How long the thread, and the connections, are kept after the last call: a burst is often followed by another.
const REST: Duration = Duration::from_secs(2);

/// Starts the thread.
pub(super) fn start(exchange: Arc<Exchange>) -> Result<JoinHandle<()>, Error> {
    let runtime = opening(|| Builder::new_current_thread().enable_all().build())
        .map_err(|error| not_opened(&error))?;
    threads::spawn("graph-invalidate calls", move || {
        runtime.block_on(drive(&exchange));
        // What is still under way ends without an outcome: the queue is gone. An ordinary drop would wait for a name
        // resolution that may be stuck for long.
        runtime.shutdown_background();
    })
}

async fn drive(exchange: &Arc<Exchange>) {
    let mut transports = Transports::default();
    let mut idle_since = Instant::now();
    loop {
        let Some(submitted) = exchange.take() else {
            return;
        };
        if !submitted.is_empty() {
            idle_since = Instant::now();
        }
        for submitted in submitted {
            begin(submitted, exchange, &mut transports);
        }
        if transports.rest(REST) {
            idle_since = Instant::now();
        }
        let rested = idle_since.elapsed() >= REST || exchange.is_over();
        if rested && exchange.may_rest() {
            return;
        }
        tokio::select! {
            biased;
            () = exchange.woken() => {}
            () = tokio::time::sleep(REST / 2) => {}
        }
    }
}

fn begin(submitted: Submitted, exchange: &Arc<Exchange>, transports: &mut Transports) {
    let Submitted { tag, core, call } = submitted;
    let delivery = Delivery {
        exchange: Arc::clone(exchange),
        tag: Some(tag),
    };
    let transport = match transports.of(&core) {
        Ok(transport) => transport,
        Err(error) => return delivery.deliver(call.failed(error)),
    };
    tokio::spawn(async move {
        let outcome = call.perform(&core, &transport).await;
        delivery.deliver(outcome);
    });
}

/// An outcome that is owed. Where the call panics it is paid all the same.
struct Delivery {
    exchange: Arc<Exchange>,
    tag: Option<u64>,
}

impl Delivery {
    fn deliver(mut self, outcome: Outcome) {
        if let Some(tag) = self.tag.take() {
            self.exchange.deliver(tag, Box::new(outcome));
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some(tag) = self.tag.take() {
            let error = Error::new(Status::Panic, "The call panicked.")
                .hint("This is a defect of graph-invalidate: please report it.");
            self.exchange.deliver(tag, Box::new(error.into_outcome()));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::call_options::CallOptions;
    use crate::client::Client;
    use crate::options::ClientOptions;
    use crate::prepared_call::PreparedCall;
    use crate::token::AccessToken;

    #[test]
    fn a_call_that_waits_is_small() {
        let options = ClientOptions {
            token: Some(AccessToken::new("opaque").unwrap()),
            ..ClientOptions::default()
        };
        let core = Client::new(options).unwrap().core;
        let transport = core.transport_of_queue().unwrap();
        let call = PreparedCall::new(&core, "me", CallOptions::default(), None).unwrap();
        let size = size_of_val(&call.perform(&core, &transport));
        assert!(size < 4096, "{size} bytes");
    }
}
