//! Name resolution by the system, with a failure that can be told from a refused connection.

use std::fmt;
use std::io;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver, as reqwest's own default is.
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
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(addresses) => Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(error) => Err(NameResolutionFailed(error).into()),
            }
        })
    }
}
