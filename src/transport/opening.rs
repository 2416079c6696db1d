//! Connections are opened above the standard streams' descriptors, even while those are closed.

use std::pin::Pin;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use crate::ffi::host;

/// Wraps the making of connections.
#[derive(Clone)]
pub(super) struct AboveStandardStreams;

impl<S> Layer<S> for AboveStandardStreams {
    type Service = Opening<S>;

    fn layer(&self, inner: S) -> Opening<S> {
        Opening(inner)
    }
}

#[derive(Clone)]
pub(super) struct Opening<S>(S);

impl<S, R> Service<R> for Opening<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = OpeningFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        OpeningFuture(Box::pin(self.0.call(request)))
    }
}

/// The sockets are made in between two waits: each step is one in which something may be opened.
pub(super) struct OpeningFuture<F>(Pin<Box<F>>);

impl<F: Future> Future for OpeningFuture<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        host::opening(|| self.0.as_mut().poll(context))
    }
}
