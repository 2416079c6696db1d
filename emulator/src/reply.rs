//! An answer, and how it is delivered.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use serde_json::Value;

/// An answer before it goes on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delivery: Delivery,
    pub(crate) delay: Duration,
}

/// What becomes of an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    /// The body ends in its middle.
    Truncated,
    /// The connection is reset instead.
    Reset,
    /// Nothing is ever said.
    Stalled,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Reply {
        let mut reply = Reply::text(status, &body.to_string());
        reply.header("Content-Type", "application/json");
        reply
    }

    pub(crate) fn text(status: u16, body: &str) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
            delivery: Delivery::Whole,
            delay: Duration::ZERO,
        }
    }

    /// Sets a header, in place of one of the same name.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        self.headers
            .retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

/// The body on the wire: whole, or breaking off after its first half.
pub(crate) struct WireBody {
    data: Option<Bytes>,
    promised: u64,
    breaks_off: bool,
}

impl WireBody {
    pub(crate) fn new(body: Vec<u8>, truncated: bool) -> WireBody {
        let promised = body.len() as u64 + if truncated { 64 } else { 0 };
        WireBody {
            data: (!body.is_empty()).then(|| Bytes::from(body)),
            promised,
            breaks_off: truncated,
        }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        Poll::Ready(
            self.breaks_off
                .then(|| Err(std::io::ErrorKind::ConnectionAborted.into())),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && !self.breaks_off
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
