//! Knowing whether a request has left.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

/// Tells whether the request with the body made from it has begun to leave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Departure(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    has_left: AtomicBool,
    /// What is given back when the request leaves, or never will.
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Departure {
    /// Holds a permit until the request leaves.
    pub(crate) fn holding(permit: Option<OwnedSemaphorePermit>) -> Departure {
        Departure(Arc::new(Watched {
            has_left: AtomicBool::new(false),
            held: Mutex::new(permit),
        }))
    }

    pub(crate) fn has_left(&self) -> bool {
        self.0.has_left.load(Ordering::Acquire)
    }

    /// The body for the request to watch.
    ///
    /// HTTP takes hold of a request's body when it writes the head, and lets go of it when all is written: until then
    /// it rests inside the request. A request dropped before that is no departure of interest: whoever drops it asks
    /// first.
    pub(super) fn body(&self, content: Bytes) -> WatchedBody {
        WatchedBody {
            departure: self.clone(),
            content,
        }
    }

    fn mark(&self) {
        self.0.has_left.store(true, Ordering::Release);
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = None;
    }
}

/// A request's body, which tells when it is taken.
pub(super) struct WatchedBody {
    departure: Departure,
    content: Bytes,
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.departure.mark();
        let content = std::mem::take(&mut self.content);
        Poll::Ready((!content.is_empty()).then(|| Ok(Frame::data(content))))
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.content.len() as u64)
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.departure.mark();
    }
}
