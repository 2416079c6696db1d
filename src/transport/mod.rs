//! HTTP: one runtime, one connection pool, no surprise.
//!
//! Every request is a future on a current-thread runtime that the calling thread itself drives: no thread of ours, no
//! hand-over, and any wait (name resolution, connecting, TLS, the answer) ends when the caller's signal comes.
//! Several threads may drive one transport at once; the runtime lets one of them turn it for all.

pub(crate) mod challenge;
mod connection;
mod departure;
mod failure;
mod kept;
mod name_resolution;
mod no_answer;
#[cfg(feature = "credentials")]
mod one_server;
mod opening;
mod per_process;
mod places;
pub(crate) mod proxies;
mod roots;
mod shared_resolution;
pub(crate) mod shortage;
mod tls;
mod tls_failure;
mod tunnel;
mod ways;

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue,
    TRANSFER_ENCODING,
};
use http::{Method, StatusCode};
use http_body::Body as _;
use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Runtime};
use url::Url;

pub(crate) use departure::Departure;
pub(crate) use kept::Kept;
pub(crate) use no_answer::{MAY_HAVE_ACTED, TransportFailure};
pub(crate) use per_process::PerProcess;
pub(crate) use places::Place;
use places::Places;
pub(crate) use places::{forget_places, most_places};
pub(crate) use roots::{ExtraAuthorities, NamedAuthorities};

use crate::ffi::host::{self, BrokenPipesHeld, Witness};
use crate::ffi::panics;
use crate::outcome::Error;
use crate::status::Status;
use crate::threads;
use departure::WatchedBody;
use failure::not_set_up;
use name_resolution::{Resolver, SystemResolver};
use proxies::Proxies;
use roots::Roots;
use shared_resolution::SharedResolver;
use ways::{Http, Ways};

/// One attempt's limit, all its waits for the network included.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long connecting may take. A host's addresses share it, so that a dead one leaves time for the next.
const CONNECTING: Duration = Duration::from_secs(10);

/// Graph's answers are small; what is longer is none of them and is not read to its end.
const LONGEST_BODY: usize = 1 << 20;

/// Graph sends about twenty headers. Beyond a hundred, the place for them would be allocated, and wiped, for every
/// answer.
const MOST_HEADERS: usize = 100;

/// How long an unused connection is kept: below the idle time after which load balancers drop it in silence.
const IDLE_CONNECTION: Duration = Duration::from_secs(50);

/// How requests leave: all that is fixed when a client is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct TransportOptions {
    pub(crate) proxies: Option<Arc<Proxies>>,
    pub(crate) encrypted: bool,
    pub(crate) extra_authorities: Option<ExtraAuthorities>,
    pub(crate) named_authorities: NamedAuthorities,
}

/// A request as it goes on the wire. Its headers may hold a token: it has no `Debug`.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// Empty for a request without content.
    pub(crate) body: Bytes,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// The body of an answer, as far as it was read.
#[derive(Debug)]
pub(crate) enum Body {
    Whole(Vec<u8>),
    /// Longer than any answer of Graph; dropped.
    TooLong,
    /// In this coding, which was not asked for; dropped.
    Encoded(String),
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread<'a> {
    TooLong,
    Encoded(&'a str),
}

impl Body {
    /// The body where it was read to its end; otherwise why not.
    pub(crate) fn whole(&self) -> Result<&[u8], Unread<'_>> {
        match self {
            Body::Whole(bytes) => Ok(bytes),
            Body::TooLong => Err(Unread::TooLong),
            Body::Encoded(coding) => Err(Unread::Encoded(coding)),
        }
    }
}

/// In a sentence that goes on.
impl fmt::Display for Unread<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::TooLong => {
                formatter.write_str("its content is longer than any response of the service")
            }
            Unread::Encoded(coding) => write!(
                formatter,
                "its content is encoded as {coding}, although the request asks for none"
            ),
        }
    }
}

/// The coding in which a body comes, other than as it is.
fn coding_of(headers: &HeaderMap) -> Option<String> {
    let listed = |name: HeaderName, plain: &'static [&'static str]| {
        let values = headers.get_all(name).iter();
        let codings: Vec<String> = values
            .flat_map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
                let codings = text.split(',').map(|it| it.trim().to_ascii_lowercase());
                codings.collect::<Vec<_>>()
            })
            .collect();
        let mut codings = codings.into_iter();
        codings.find(|coding| !coding.is_empty() && !plain.contains(&coding.as_str()))
    };
    let coding = listed(CONTENT_ENCODING, &["identity"])
        .or_else(|| listed(TRANSFER_ENCODING, &["identity", "chunked"]))?;
    // It is shown: nothing but what names a coding.
    let name: String = coding
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || "-_.".contains(*it))
        .take(30)
        .collect();
    Some(match name.is_empty() {
        true => "something unknown".to_owned(),
        false => name,
    })
}

pub(crate) struct Transport {
    tls: rustls::ClientConfig,
    proxies: Option<Arc<Proxies>>,
    /// Made for the first request.
    http: OnceCell<Http>,
    /// How many unused connections to one host are kept.
    most_idle: usize,
    /// None where another runtime drives all that is sent: that of a queue.
    runtime: Option<Runtime>,
    /// Goes with the runtime.
    witness: Option<Witness>,
    /// Where each request takes a place, of which there are only so many.
    places: Option<Places>,
    made: Instant,
    /// When the last call ended, in milliseconds since it was made.
    used_until: AtomicU64,
    calls: AtomicUsize,
    most_calls: AtomicUsize,
}

impl Transport {
    pub(crate) fn new(
        options: &TransportOptions,
        tls: rustls::ClientConfig,
        runtimes: &mut Builder,
        most_idle: usize,
    ) -> Result<Transport, Error> {
        let opened = host::opening(|| Ok((runtimes.enable_all().build()?, Witness::new()?)));
        let (runtime, witness) = opened.map_err(|error| not_opened(&error))?;
        let mut transport = Transport::of_queue(options, tls);
        transport.most_idle = most_idle;
        transport.runtime = Some(runtime);
        transport.witness = Some(witness);
        transport.places = None;
        Ok(transport)
    }

    /// One that is driven by the runtime in which its requests are made, and takes places.
    pub(crate) fn of_queue(options: &TransportOptions, tls: rustls::ClientConfig) -> Transport {
        Transport {
            tls,
            proxies: options.proxies.clone(),
            http: OnceCell::new(),
            most_idle: usize::MAX,
            runtime: None,
            witness: None,
            places: Some(Places::new()),
            made: Instant::now(),
            used_until: AtomicU64::new(0),
            calls: AtomicUsize::new(0),
            most_calls: AtomicUsize::new(0),
        }
    }

    /// What TLS rests on: made once for all transports of a client.
    pub(crate) fn tls(options: &TransportOptions) -> Result<rustls::ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = Roots::new(
            Arc::clone(&provider),
            options.extra_authorities.as_ref(),
            &options.named_authorities,
        )?;
        if options.encrypted {
            roots.load_in_background();
        }
        tls::config(provider, roots)
    }

    /// Whether its descriptors are still its own. Where the host closed them, as a daemon does with all that it finds,
    /// their numbers may be others' by now: nothing is written to them or closed any more.
    pub(crate) fn is_sound(&self) -> bool {
        self.witness.as_ref().is_none_or(Witness::is_there)
    }

    /// Since when nobody calls.
    fn unused_since(&self) -> Instant {
        self.made + Duration::from_millis(self.used_until.load(Ordering::Acquire))
    }

    /// Whether there were more calls at once than these.
    fn had_burst_of(&self, calls: usize) -> bool {
        self.most_calls.load(Ordering::Acquire) > calls
    }

    fn http(&self) -> &Http {
        self.http.get_or_init(|| {
            let resolver = Resolver(Arc::new(SharedResolver::new(SystemResolver)));
            Ways::new(resolver, &self.tls, self.proxies.as_ref()).http(self.most_idle)
        })
    }

    /// Sends a request, and comes back when the head of its answer is there.
    async fn begin(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: WatchedBody,
    ) -> Result<
        http::Response<impl http_body::Body<Data = Bytes, Error: StdError> + use<>>,
        TransportFailure,
    > {
        let mut request = http::Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = url.as_str().parse().map_err(|error| not_set_up(&error))?;
        *request.headers_mut() = headers;
        Ok(self.http().0.request(request).await?)
    }

    /// Drives a future to its end on the calling thread.
    pub(crate) fn block_on<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: Future + Send,
        F::Output: Send,
    {
        let _broken_pipes = BrokenPipesHeld::new();
        let runtime = self.runtime.as_ref().ok_or_else(descriptors_closed)?;
        let _counted = Counted::new(self);
        // Pinned here, since a future that moves into another one takes its place twice.
        let mut future = std::pin::pin!(future);
        let driving = async {
            let output = future.as_mut().await;
            if self.had_burst_of(self.most_idle) {
                self.close_surplus().await;
            }
            output
        };
        let driven = || {
            let driving = AssertUnwindSafe(|| runtime.block_on(driving));
            catch_unwind(driving).map_err(|panic| {
                if self.is_sound() {
                    resume_unwind(panic);
                }
                descriptors_closed()
            })
        };
        if tokio::runtime::Handle::try_current().is_err() {
            return driven();
        }
        // The caller is inside a runtime of its own, where ours must not be driven: it waits for a thread instead.
        std::thread::scope(|scope| {
            let thread = threads::spawn_scoped(scope, "graph-invalidate call", driven)?;
            thread.join().unwrap_or_else(|panic| {
                Err(panics::error("The thread that drives the network", &*panic))
            })
        })
    }

    /// What was given back beyond what is kept ends in these turns, and not when somebody calls next.
    async fn close_surplus(&self) {
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a request may use a connection, for ever if need be. `None` where any number may.
    pub(crate) async fn place(&self) -> Option<Place> {
        match &self.places {
            Some(places) => Some(places.place().await),
            None => None,
        }
    }

    /// Sends one request and reads its answer. It counts as one attempt, whatever becomes of it.
    pub(crate) async fn send(
        &self,
        request: Request,
        departure: &Departure,
    ) -> Result<Answer, TransportFailure> {
        let mut headers = request.headers;
        // Where nothing is said, a gateway may compress what comes back (RFC 9110, section 12.5.3).
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if request.method == Method::POST {
            // Without a length the service answers 411.
            headers.insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
        }
        let body = departure.body(request.body);
        let response = self
            .begin(request.method, &request.url, headers, body)
            .await?;
        let (head, body) = response.into_parts();
        let mut body = std::pin::pin!(body);
        let mut read = Vec::new();
        let mut too_long = false;
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            let frame = frame.map_err(|error| TransportFailure::of(&error, false))?;
            let Ok(chunk) = frame.into_data() else {
                continue;
            };
            if read.len() + chunk.len() > LONGEST_BODY {
                too_long = true;
                break;
            }
            read.extend_from_slice(&chunk);
        }
        let body = match coding_of(&head.headers) {
            // Nothing is nothing in every coding.
            Some(coding) if too_long || !read.is_empty() => Body::Encoded(coding),
            _ if too_long => Body::TooLong,
            _ => Body::Whole(read),
        };
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }
}

fn broken(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::new(
        Status::InternalError,
        format!("{what} could not be set up: {error}."),
    )
}

impl Drop for Transport {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if self.is_sound() {
            // An ordinary drop would wait for what may be stuck for long.
            runtime.shutdown_background();
        } else {
            std::mem::forget((runtime, self.http.take()));
        }
    }
}

/// A call in progress.
struct Counted<'a>(&'a Transport);

impl Counted<'_> {
    fn new(transport: &Transport) -> Counted<'_> {
        let calls = transport.calls.fetch_add(1, Ordering::AcqRel) + 1;
        let most = transport.most_calls.fetch_max(calls, Ordering::AcqRel);
        if calls > most && calls == kept::FEW + 1 {
            kept::look_again();
        }
        Counted(transport)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let transport = self.0;
        transport.calls.fetch_sub(1, Ordering::AcqRel);
        let now = transport.made.elapsed().as_millis();
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        transport.used_until.fetch_max(now, Ordering::AcqRel);
    }
}

/// Why a runtime could not be made.
pub(crate) fn not_opened(error: &std::io::Error) -> Error {
    if shortage::is_of_descriptors(error) {
        return shortage::of_descriptors("A connection");
    }
    if shortage::is_of_memory(error) {
        return shortage::of_memory("A connection", error);
    }
    Error::new(
        Status::ConnectFailed,
        format!("The system denies what a connection needs: {error}."),
    )
    .hint("Allow sockets and waiting for them (on Linux: epoll and eventfd) in this program's sandbox or container.")
}

pub(crate) fn descriptors_closed() -> Error {
    Error::new(
        Status::DescriptorsClosed,
        "The program closed file descriptors of the library.",
    )
    .hint("A program must close only what it opened itself; after closing everything, as a daemon does, call again.")
}
