//! The way to a host: directly, or through the proxy that leads there; and HTTP on what it leads to.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::connection::{Io, Owned, Stream};
use super::departure::WatchedBody;
use super::name_resolution::{BoxError, Resolver};
use super::opening::Opening;
use super::tls;
use super::tunnel::Tunnels;
use super::{CONNECTING, IDLE_CONNECTION, MOST_HEADERS};
use crate::graph::endpoint::is_out_of_reach_of_proxies;
use crate::transport::proxies::Proxies;

/// How long a connection may be silent before the system asks whether the other side is still there.
const SILENCE: Duration = Duration::from_secs(15);

/// How often it asks before it takes the connection for gone.
const QUESTIONS: u32 = 3;

/// How long what was sent may stay without the other side's word that it came.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// HTTP, with connections that are kept.
pub(super) struct Http(pub(super) legacy::Client<Ways, WatchedBody>);

/// Makes connections to hosts.
#[derive(Clone)]
pub(super) struct Ways(Arc<Means>);

struct Means {
    tcp: HttpConnector<Resolver>,
    tls: TlsConnector,
    tunnels: Option<Tunnels>,
}

impl Ways {
    pub(super) fn new(
        resolver: Resolver,
        tls: &ClientConfig,
        proxies: Option<&Arc<Proxies>>,
    ) -> Ways {
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // A host's addresses share it, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(Some(CONNECTING));
        tcp.set_keepalive(Some(SILENCE));
        tcp.set_keepalive_interval(Some(SILENCE));
        tcp.set_keepalive_retries(Some(QUESTIONS));
        #[cfg(any(target_os = "linux", target_os = "android"))]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        let mut to_host = tls.clone();
        to_host.alpn_protocols = vec![b"http/1.1".to_vec()];
        let to_host = TlsConnector::from(Arc::new(to_host));
        let tunnels = proxies.map(|proxies| Tunnels::new(proxies, &to_host, tls));
        Ways(Arc::new(Means {
            tcp,
            tls: to_host,
            tunnels,
        }))
    }

    /// HTTP by these ways. So many unused connections to one host are kept.
    pub(super) fn http(self, most_idle: usize) -> Http {
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(most_idle)
            .http1_max_headers(MOST_HEADERS)
            .build(self);
        Http(client)
    }

    async fn connect(self, host: Uri) -> Result<TokioIo<Stream>, BoxError> {
        let encrypted = host.scheme() == Some(&Scheme::HTTPS);
        let near = is_out_of_reach_of_proxies(host.host().unwrap_or_default());
        // What is not encrypted, or near, is no proxy's business.
        let tunnels = self.0.tunnels.as_ref().filter(|_| encrypted && !near);
        if let Some(proxy) = tunnels.and_then(|tunnels| tunnels.to(&host)) {
            return Ok(TokioIo::new(proxy.connect(&host).await?));
        }
        let reaching = self.reach(host, encrypted);
        let reached = tokio::time::timeout(CONNECTING, reaching).await;
        Ok(TokioIo::new(
            reached.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??,
        ))
    }

    async fn reach(self, host: Uri, encrypted: bool) -> Result<Stream, BoxError> {
        let name = match encrypted {
            true => Some(tls::name(host.host().unwrap_or_default())?),
            false => None,
        };
        let stream = self.0.tcp.clone().call(host).await?;
        let stream: Box<dyn Io> = Box::new(Owned::new(stream.into_inner()));
        Ok(Stream(match name {
            Some(name) => Box::new(self.0.tls.connect(name, stream).await?),
            None => stream,
        }))
    }
}

impl Service<Uri> for Ways {
    type Response = TokioIo<Stream>;
    type Error = BoxError;
    type Future = Opening<Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, host: Uri) -> Self::Future {
        Opening(Box::pin(self.clone().connect(host)) as Pin<Box<_>>)
    }
}
