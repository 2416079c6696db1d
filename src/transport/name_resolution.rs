//! Name resolution by the system, with a failure that can be told from a refused connection.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::ffi::host;
use crate::threads;

use super::shortage::OutOfDescriptors;

/// The system's resolver, as reqwest's own default is. Each name has a thread of its own, since the system waits as
/// long as it likes: nobody waits for the thread, and it is one of ours.
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
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = addresses(name.as_str().to_owned(), 0).await?;
            let addresses = addresses.map_err(NameResolutionFailed)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
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

type BoxError = Box<dyn std::error::Error + Send + Sync>;
