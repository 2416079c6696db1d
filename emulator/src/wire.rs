//! A reply as HTTP: its body whole, breaking off after its first half, or written while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};

use crate::accepted::AcceptedLines;
use crate::reply::{Content, Delivery, Reply};

pub(crate) enum WireBody {
    Whole {
        data: Option<Bytes>,
        length: u64,
    },
    /// Sends less than it promises.
    Broken {
        data: Option<Bytes>,
        promised: u64,
        sent: bool,
    },
    Lines(AcceptedLines),
}

pub(crate) fn response(reply: Reply) -> Response<WireBody> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    let bytes = match reply.content {
        Content::Bytes(bytes) => bytes,
        Content::Json(value) => value.to_string().into_bytes(),
        Content::Lines(lines) => {
            let response = builder.body(WireBody::Lines(lines));
            return response.unwrap_or_default();
        }
    };
    let body = match reply.delivery {
        Delivery::Truncated => broken(bytes),
        _ => whole(bytes),
    };
    builder.body(body).unwrap_or_default()
}

fn whole(bytes: Vec<u8>) -> WireBody {
    WireBody::Whole {
        length: bytes.len() as u64,
        data: (!bytes.is_empty()).then(|| bytes.into()),
    }
}

fn broken(mut bytes: Vec<u8>) -> WireBody {
    // Something must be missing, even of an empty body.
    let promised = bytes.len() as u64 + 1;
    bytes.truncate(bytes.len() / 2);
    WireBody::Broken {
        data: (!bytes.is_empty()).then(|| bytes.into()),
        promised,
        sent: false,
    }
}

impl Default for WireBody {
    fn default() -> WireBody {
        whole(Vec::new())
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match &mut *self {
            WireBody::Whole { data, .. } => {
                Poll::Ready(data.take().map(|data| Ok(Frame::data(data))))
            }
            WireBody::Broken { data, sent, .. } => match data.take() {
                Some(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
                None if *sent => {
                    Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())))
                }
                None => {
                    // What was written so far leaves before the connection ends.
                    *sent = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            },
            WireBody::Lines(lines) => Poll::Ready(lines.next().map(|lines| Ok(Frame::data(lines)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, WireBody::Whole { data: None, .. })
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            WireBody::Whole { length, .. } => SizeHint::with_exact(*length),
            WireBody::Broken { promised, .. } => SizeHint::with_exact(*promised),
            WireBody::Lines(_) => SizeHint::default(),
        }
    }
}
