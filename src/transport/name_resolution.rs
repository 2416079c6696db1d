//! Name resolution by the system, with a failure that can be told from a refused connection.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

use crate::ffi::host;
use crate::threads;

use super::shortage::OutOfDescriptors;

/// What finds a host's addresses.
pub(super) trait Resolve: Send + Sync {
    fn resolve(&self, name: &str) -> Resolving;
}

pub(super) type Resolving = Pin<Box<dyn Future<Output = Result<Vec<SocketAddr>, BoxError>> + Send>>;

/// The same, as the maker of connections asks it.
#[derive(Clone)]
pub(super) struct Resolver(pub(super) Arc<dyn Resolve>);

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.0.resolve(name.as_str());
        Box::pin(async { Ok(resolving.await?.into_iter()) })
    }
}

/// The system's resolver. Each name has a thread of its own, since the system waits as long as it likes: nobody waits
/// for the thread, and it is one of ours.
pub(super) struct SystemResolver;

/// The name could not be resolved.
#[derive(Debug)]
pub(super) struct NameResolutionFailed(io::Error);

impl fmt::Display for NameResolutionFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for NameResolutionFailed {}

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Resolving {
        let name = name.to_owned();
        Box::pin(async move { Ok(addresses(name, 0).await?.map_err(NameResolutionFailed)?) })
    }
}

/// The addresses of a host, or why the system knows none. A shortage, in which it cannot even be asked, is an error of
/// its own.
pub(super) async fn addresses(
    host: String,
    port: u16,
) -> Result<io::Result<Vec<SocketAddr>>, BoxError> {
    if let Ok(address) = host.parse() {
        return Ok(Ok(vec![SocketAddr::new(address, port)]));
    }
    let (told, answer) = tokio::sync::oneshot::channel();
    threads::spawn("graph-invalidate name", move || {
        let found = host::opening(|| (host.as_str(), port).to_socket_addrs());
        let _ = told.send(found.map(Iterator::collect));
    })?;
    let ended = || Err(io::Error::other("the resolver's thread ended"));
    match answer.await.unwrap_or_else(|_| ended()) {
        // The system says that the name service failed.
        Err(_) if host::are_exhausted() => Err(OutOfDescriptors.into()),
        found => Ok(found),
    }
}

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;
