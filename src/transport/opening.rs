//! Connections are opened above the standard streams' descriptors, even while those are closed.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::ffi::host;

/// The making of a connection. Its sockets are made in between two waits: each step is one in which something may be
/// opened.
pub(super) struct Opening<T>(pub(super) Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Future for Opening<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        host::opening(|| self.0.as_mut().poll(context))
    }
}
