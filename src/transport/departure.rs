//! Knowing whether a request has left.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Tells whether the request with the body made from it has begun to leave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Departure(Arc<AtomicBool>);

impl Departure {
    pub(crate) fn has_left(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// An empty body for the request to watch.
    ///
    /// HTTP takes hold of a request's body when it writes the head, and drops an empty one right there: until then it
    /// rests inside the request. A request dropped before that is no departure of interest: whoever drops it asks first.
    pub(super) fn body(&self) -> reqwest::Body {
        reqwest::Body::wrap(WatchedBody(self.clone()))
    }
}

struct WatchedBody(Departure);

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Release);
    }
}
