//! A thread that drives the calls of a lane, while there are any.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::lane::{Begun, Engine, Lane};
use super::link::{Link, Wakers};
use super::transports::Transports;
use crate::ffi::host::opening;
use crate::ffi::panics;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::threads;
use crate::transport::not_opened;

/// How long the thread, and the connections, are kept after the last call: a burst is often followed by another.
const REST: Duration = Duration::from_secs(2);

/// Starts the thread.
pub(super) fn start(lane: Arc<Lane>) -> Result<Engine, Error> {
    let (runtime, link) = opening(open).map_err(|error| not_opened(&error))?;
    let for_callers = Arc::clone(&link);
    let thread = threads::spawn("graph-invalidate calls", move || {
        run(runtime, &lane, &link);
    })?;
    Ok(Engine {
        thread,
        link: for_callers,
    })
}

fn open() -> std::io::Result<(Runtime, Arc<Link>)> {
    let link = Arc::new(Link::new()?);
    let (before, after) = (Arc::clone(&link), Arc::clone(&link));
    let runtime = Builder::new_current_thread()
        .enable_all()
        .on_thread_park(move || before.look())
        .on_thread_unpark(move || after.look())
        .build()?;
    Ok((runtime, link))
}

fn run(runtime: Runtime, lane: &Arc<Lane>, link: &Arc<Link>) {
    link.is_driven_here();
    let mut transports = Transports::default();
    let driving = AssertUnwindSafe(|| runtime.block_on(drive(lane, link, &mut transports)));
    let driven = catch_unwind(driving);
    link.is_driven_nowhere();
    if !link.is_sound() {
        // Nothing of it may be dropped, since that would close numbers which may be others'. With it stay the calls
        // under way.
        std::mem::forget((runtime, transports, driven));
        return lane.lose(link);
    }
    drop(transports);
    // What is still under way ends without an outcome: the queue is gone. An ordinary drop would wait for a name
    // resolution that may be stuck for long.
    runtime.shutdown_background();
    if let Err(panic) = driven {
        resume_unwind(panic);
    }
}

async fn drive(lane: &Arc<Lane>, link: &Arc<Link>, transports: &mut Transports) {
    let mut idle_since = Instant::now();
    loop {
        if !link.is_sound() {
            return;
        }
        let Some(begun) = lane.take(link) else {
            return;
        };
        if !begun.is_empty() {
            idle_since = Instant::now();
        }
        for call in begun {
            begin(call, lane, link, transports);
        }
        if transports.rest(REST) {
            idle_since = Instant::now();
        }
        let rested = idle_since.elapsed() >= REST || lane.is_over();
        if rested && lane.may_rest(link) {
            return;
        }
        tokio::select! {
            biased;
            () = link.woken() => {}
            () = tokio::time::sleep(REST / 2) => {}
        }
    }
}

fn begin(begun: Begun, lane: &Arc<Lane>, link: &Arc<Link>, transports: &mut Transports) {
    let Begun { number, core, call } = begun;
    let delivery = Delivery {
        lane: Arc::clone(lane),
        number: Some(number),
    };
    let transport = match transports.of(&core) {
        Ok(transport) => transport,
        Err(error) => return delivery.deliver(call.failed(error)),
    };
    let mut wakers = Wakers::new(link);
    tokio::spawn(async move {
        let outcome = {
            let mut performed = pin!(call.perform(&core, &transport));
            poll_fn(|context| {
                let waker = wakers.instead_of(context.waker());
                poll_caught(performed.as_mut(), &mut Context::from_waker(waker))
            })
            .await
        };
        delivery.deliver(outcome);
    });
}

/// Polls a call. A panic is its outcome, as for a call that is waited for.
fn poll_caught(
    call: Pin<&mut impl Future<Output = Outcome>>,
    context: &mut Context<'_>,
) -> Poll<Outcome> {
    let polling = AssertUnwindSafe(|| call.poll(context));
    catch_unwind(polling).unwrap_or_else(|panic| {
        let error = panics::error("The call", &*panic);
        // What a panic carries may panic when it is dropped.
        std::mem::forget(panic);
        Poll::Ready(error.into_outcome())
    })
}

/// An outcome that is owed. Where the call panics when it is dropped, it is paid all the same.
struct Delivery {
    lane: Arc<Lane>,
    number: Option<u64>,
}

impl Delivery {
    fn deliver(mut self, outcome: Outcome) {
        if let Some(number) = self.number.take() {
            self.lane.deliver(number, Box::new(outcome));
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some(number) = self.number.take() {
            let error = Error::new(Status::Panic, "The call panicked.")
                .hint("This is a defect of graph-invalidate: please report it.");
            let outcome = Box::new(error.into_outcome());
            self.lane.deliver(number, outcome);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::poll_caught;
    use crate::call::options::CallOptions;
    use crate::call::prepared::PreparedCall;
    use crate::client::Client;
    use crate::client::options::ClientOptions;
    use crate::status::Status;
    use crate::token::AccessToken;

    #[test]
    fn what_a_panic_says_stands_in_the_outcome() {
        let polled = |says: &'static str| {
            let call = pin!(async move { panic!("{says}") });
            let polled = poll_caught(call, &mut Context::from_waker(Waker::noop()));
            let Poll::Ready(outcome) = polled else {
                panic!("it waits")
            };
            (outcome.status, outcome.message.unwrap())
        };
        assert_eq!(
            polled("seven is no number"),
            (
                Status::Panic,
                "The call panicked: seven is no number.".to_owned()
            )
        );
        let (status, _) = polled("failed to generate random data");
        assert_eq!(status, Status::SystemShortage);
    }

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
