//! The way through a proxy: a connection to it, CONNECT, and TLS with the host inside.
//!
//! The HTTP library's own way tells of a refusal no more than that there was one. What the proxy answered decides what
//! to do next, and a password that it refused must not be sent again: too often, and it locks the account.

use std::fmt;
use std::io;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE};
use http::{StatusCode, Uri};
use hyper_util::client::proxy::matcher::Intercept;
use rustls::ClientConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::connection::{Io, Owned, Stream};
use super::name_resolution::{BoxError, addresses};
use super::proxies::{Password, Proxies};
use super::tls;
use super::{CONNECTING, MOST_HEADERS};
use crate::transport::challenge;

/// Longer than any head of a proxy's answer.
const LONGEST_HEAD: usize = 64 * 1024;

/// Makes connections to hosts that a proxy leads to.
pub(super) struct Tunnels {
    proxies: Arc<Proxies>,
    to_host: TlsConnector,
    to_proxy: TlsConnector,
}

/// The way through one proxy.
pub(super) struct Tunnel<'a> {
    tunnels: &'a Tunnels,
    proxy: Intercept,
}

/// Why there is no way through the proxy.
#[derive(Debug)]
pub(super) struct ProxyFailed {
    /// The proxy's host and port, without what it is to be told.
    pub(super) proxy: String,
    pub(super) why: Why,
}

#[derive(Debug)]
pub(super) enum Why {
    /// Its name is not known.
    UnknownName(io::Error),
    /// No connection to it.
    Unreachable(io::Error),
    /// It does not answer in time.
    Silent,
    /// TLS with the proxy itself failed.
    Tls(rustls::Error),
    /// What it answers is not HTTP, or breaks off.
    NotHttp { authorized: bool },
    /// It answers something else than that the way is free.
    Answered {
        status: StatusCode,
        /// What it wants to know callers by.
        schemes: Vec<String>,
        /// Whether it was given a user name and password.
        authorized: bool,
    },
}

impl fmt::Display for ProxyFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = &self.proxy;
        match &self.why {
            Why::UnknownName(error) => {
                write!(
                    formatter,
                    "the name of the proxy {proxy} is unknown: {error}"
                )
            }
            Why::Unreachable(error) => {
                write!(formatter, "the proxy {proxy} cannot be reached: {error}")
            }
            Why::Tls(_) => write!(formatter, "TLS with the proxy {proxy} failed"),
            Why::Silent => write!(
                formatter,
                "the proxy {proxy} did not open the tunnel within {} s",
                CONNECTING.as_secs()
            ),
            Why::NotHttp { .. } => {
                write!(formatter, "the proxy {proxy} does not respond like a proxy")
            }
            Why::Answered {
                status, schemes, ..
            } => {
                write!(formatter, "the proxy {proxy} answered {status}")?;
                match schemes.as_slice() {
                    [] => Ok(()),
                    schemes => write!(formatter, " and wants {}", schemes.join(" or ")),
                }
            }
        }
    }
}

impl std::error::Error for ProxyFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.why {
            Why::UnknownName(error) | Why::Unreachable(error) => Some(error),
            _ => None,
        }
    }
}

impl Why {
    fn of_tls(error: io::Error) -> Why {
        let inner = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner {
            Some(inner) => Why::Tls(inner.clone()),
            None => Why::Unreachable(error),
        }
    }
}

impl ProxyFailed {
    /// Whether it is of no use to try again: what was refused is refused again.
    pub(super) fn is_final(&self) -> bool {
        match &self.why {
            Why::Answered { status, .. } => !status.is_server_error(),
            // It may have been its way to refuse them.
            Why::NotHttp { authorized } => *authorized,
            _ => false,
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> &'static str {
        match &self.why {
            Why::Answered {
                status,
                schemes,
                authorized,
            } if *status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                let takes_passwords =
                    schemes.is_empty() || schemes.iter().any(|it| it.eq_ignore_ascii_case("Basic"));
                match (takes_passwords, authorized) {
                    (false, _) => {
                        "Only user name and password (Basic) are supported for proxies. Run a local proxy that signs in for you, such as Px or Cntlm, and give its address; or configure the proxy to allow these hosts without authentication."
                    }
                    (true, true) => {
                        "Check the user name and password in the proxy's address. They were sent once and are not sent again."
                    }
                    (true, false) => {
                        "Give the proxy's user name and password with its address: http://user:password@host:port."
                    }
                }
            }
            Why::Answered { status, .. } if status.is_server_error() => {
                "The proxy does not reach the host, or is down: check the endpoint, and try again in a few minutes."
            }
            Why::Answered { .. } => {
                "Configure the proxy to allow HTTPS connections to this host, or use another proxy."
            }
            Why::UnknownName(_) | Why::Unreachable(_) | Why::Silent | Why::Tls(_) => {
                "Check the proxy's address and the network."
            }
            Why::NotHttp { .. } => {
                "Check the proxy's address, and whether it is an HTTP proxy; SOCKS proxies are not supported."
            }
        }
    }
}

impl Tunnels {
    pub(super) fn new(
        proxies: &Arc<Proxies>,
        to_host: &TlsConnector,
        tls: &ClientConfig,
    ) -> Tunnels {
        Tunnels {
            proxies: Arc::clone(proxies),
            to_host: to_host.clone(),
            to_proxy: Arc::new(tls.clone()).into(),
        }
    }

    /// The way to a host, where a proxy leads there.
    pub(super) fn to(&self, host: &Uri) -> Option<Tunnel<'_>> {
        let proxy = self.proxies.intercept(host)?;
        Some(Tunnel {
            tunnels: self,
            proxy,
        })
    }
}

impl Tunnel<'_> {
    pub(super) async fn connect(&self, destination: &Uri) -> Result<Stream, BoxError> {
        let host = destination.host().unwrap_or_default();
        let port = destination.port_u16().unwrap_or(443);
        let named = named(&self.proxy);
        let opening = self.open_once_known(&named, host, port);
        let stream = match tokio::time::timeout(CONNECTING, opening).await {
            Ok(opened) => opened?,
            Err(_) => {
                return Err(ProxyFailed {
                    proxy: named,
                    why: Why::Silent,
                }
                .into());
            }
        };
        let shaking_hands = self.tunnels.to_host.connect(tls::name(host)?, stream);
        let stream = tokio::time::timeout(CONNECTING, shaking_hands)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(Stream(Box::new(stream)))
    }

    /// Opens the way, but for a password that the proxy has refused.
    async fn open_once_known(
        &self,
        named: &str,
        host: &str,
        port: u16,
    ) -> Result<Box<dyn Io>, BoxError> {
        if self.proxy.basic_auth().is_none() {
            return Ok(self.open(named, host, port).await?);
        }
        let mut password = self.tunnels.proxies.password().lock().await;
        match &*password {
            Password::Good => {
                drop(password);
                return Ok(self.open(named, host, port).await?);
            }
            Password::Refused(status, schemes) => {
                return Err(ProxyFailed {
                    proxy: named.to_owned(),
                    why: Why::Answered {
                        status: *status,
                        schemes: schemes.clone(),
                        authorized: true,
                    },
                }
                .into());
            }
            Password::Untried => {}
        }
        let opened = self.open(named, host, port).await;
        match &opened {
            Ok(_) => *password = Password::Good,
            Err(failure) => {
                if let Why::Answered {
                    status, schemes, ..
                } = &failure.why
                    && *status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
                {
                    *password = Password::Refused(*status, schemes.clone());
                }
            }
        }
        Ok(opened?)
    }

    async fn open(&self, named: &str, host: &str, port: u16) -> Result<Box<dyn Io>, ProxyFailed> {
        let failed = |why: Why| ProxyFailed {
            proxy: named.to_owned(),
            why,
        };
        let at = self.proxy.uri();
        let encrypted = at.scheme_str() == Some("https");
        let own_host = at.host().unwrap_or_default();
        let own_port = at.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let stream = reach(own_host, own_port).await.map_err(failed)?;
        let stream: Box<dyn Io> = Box::new(Owned::new(stream));
        let mut stream: Box<dyn Io> = match encrypted {
            true => {
                let own_name = tls::name(own_host).map_err(|error| failed(Why::Tls(error)))?;
                let shaking_hands = self.tunnels.to_proxy.connect(own_name, stream).await;
                Box::new(shaking_hands.map_err(|error| failed(Why::of_tls(error)))?)
            }
            false => stream,
        };
        let authorization = self.proxy.basic_auth();
        let authorized = authorization.is_some();
        let broke_off = |_: io::Error| failed(Why::NotHttp { authorized });
        let request = request(host, port, authorization);
        stream.write_all(&request).await.map_err(broke_off)?;
        stream.flush().await.map_err(broke_off)?;
        let (status, headers) = answer(&mut stream)
            .await
            .ok_or_else(|| failed(Why::NotHttp { authorized }))?;
        if status.is_success() {
            return Ok(stream);
        }
        let challenges = challenge::all(&headers, PROXY_AUTHENTICATE).into_iter();
        Err(failed(Why::Answered {
            status,
            schemes: challenges
                .map(|challenge| shown(&challenge.scheme))
                .collect(),
            authorized,
        }))
    }
}

/// The proxy's host and port.
fn named(proxy: &Intercept) -> String {
    let authority = proxy.uri().authority();
    authority.map_or_else(String::new, |authority| authority.as_str().to_owned())
}

/// A scheme as it may be shown: it comes from outside.
fn shown(scheme: &str) -> String {
    let characters = scheme
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '-');
    characters.take(20).collect()
}

/// A connection to the first of the host's addresses that answers; they share the time.
async fn reach(host: &str, port: u16) -> Result<TcpStream, Why> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let addresses = addresses(bare.to_owned(), port).await;
    let addresses = addresses.unwrap_or_else(|shortage| Err(io::Error::other(shortage)));
    let addresses = addresses.map_err(Why::UnknownName)?;
    let share = CONNECTING / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses {
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Without it small requests may wait for each other's acknowledgement.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::from(io::ErrorKind::TimedOut),
        }
    }
    Err(Why::Unreachable(last))
}

/// What is asked of the proxy. It may hold a password: it is wiped.
fn request(host: &str, port: u16, authorization: Option<&HeaderValue>) -> Zeroizing<Vec<u8>> {
    let head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    let mut request = Zeroizing::new(Vec::with_capacity(512));
    request.extend_from_slice(head.as_bytes());
    if let Some(value) = authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// The head of the proxy's answer; nothing where it is not HTTP or breaks off.
async fn answer(stream: &mut Box<dyn Io>) -> Option<(StatusCode, HeaderMap)> {
    let mut head = Vec::new();
    loop {
        // Byte by byte: what follows the head belongs to the host.
        head.push(stream.read_u8().await.ok()?);
        if head.ends_with(b"\r\n\r\n") || head.ends_with(b"\n\n") {
            break;
        }
        if head.len() > LONGEST_HEAD {
            return None;
        }
    }
    let mut lines = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut lines);
    response.parse(&head).ok()?;
    let mut headers = HeaderMap::new();
    for line in response.headers.iter() {
        let name = HeaderName::from_bytes(line.name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(line.value)) {
            headers.append(name, value);
        }
    }
    Some((StatusCode::from_u16(response.code?).ok()?, headers))
}
