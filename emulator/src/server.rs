//! The wire: connections in, replies out, with control over how each connection ends.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::envelope::{Envelope, envelope_of};
use crate::fault::Place;
use crate::graph;
use crate::held_stream::HeldStream;
use crate::reply::{Delivery, Reply};
use crate::state::State;
use crate::target::GraphRequest;
use crate::token::Signer;
use crate::transcript::Noted;
use crate::wire::{self, WireBody};
use crate::{authentication, batch, control, sign_in, tunnel};

/// Larger than anything that is sent to us on purpose.
const LONGEST_BODY: usize = 4 << 20;

pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    pub(crate) signer: Signer,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is spoken on a connection.
#[derive(Clone, Default)]
pub(crate) struct Speaking {
    /// TLS from the start.
    pub(crate) outside: Option<TlsAcceptor>,
    /// TLS inside the tunnels that are dug; none are dug otherwise.
    pub(crate) in_tunnels: Option<TlsAcceptor>,
}

/// What the requests of one connection share.
struct Line {
    shared: Arc<Shared>,
    /// The connection below HTTP and TLS, to be told how to end.
    socket: Arc<TcpStream>,
    in_tunnels: Option<TlsAcceptor>,
}

pub(crate) async fn serve(listener: TcpListener, speaking: Speaking, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: others will be closed soon.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (speaking, shared) = (speaking.clone(), Arc::clone(&shared));
        tokio::spawn(async move { connection(stream, speaking, shared).await });
    }
}

async fn connection(stream: TcpStream, speaking: Speaking, shared: Arc<Shared>) -> Option<()> {
    let _ = stream.set_nodelay(true);
    let socket = Arc::new(stream);
    let stream = HeldStream(Arc::clone(&socket));
    let line = Arc::new(Line {
        shared,
        socket,
        in_tunnels: speaking.in_tunnels,
    });
    match speaking.outside {
        None => exchange(stream, line, Envelope::default()).await,
        Some(tls) => {
            let stream = tls.accept(stream).await.ok()?;
            let envelope = Envelope::of_tls(stream.get_ref().1);
            exchange(stream, line, envelope).await;
        }
    }
    Some(())
}

/// Serves one connection, or one tunnel, to its end.
async fn exchange<S>(stream: S, line: Arc<Line>, envelope: Envelope)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let reset = Arc::new(Notify::new());
    let wanted = Arc::clone(&reset);
    let of_service = Arc::clone(&line);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(envelope.clone());
        answer(request, Arc::clone(&of_service), Arc::clone(&reset))
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => {}
        () = wanted.notified() => {
            // Closing without lingering is a reset.
            let _ = SockRef::from(&*line.socket).set_linger(Some(Duration::ZERO));
        }
    }
}

/// Speaks TLS, and then HTTP again, through the connection that the request came by.
fn dig_tunnel(request: Request<Incoming>, tls: TlsAcceptor, line: Arc<Line>) {
    tokio::spawn(async move {
        let upgraded = hyper::upgrade::on(request).await.ok()?;
        let stream = tls.accept(TokioIo::new(upgraded)).await.ok()?;
        // A tunnel inside a tunnel would make the compiler's types endless, and nobody asks for one.
        let envelope = Envelope::of_tls(stream.get_ref().1);
        let inside: Pin<Box<dyn Future<Output = ()> + Send>> =
            Box::pin(exchange(stream, line, envelope));
        inside.await;
        Some(())
    });
}

async fn answer(
    request: Request<Incoming>,
    line: Arc<Line>,
    reset: Arc<Notify>,
) -> Result<Response<WireBody>, Infallible> {
    let shared = &line.shared;
    if let (&Method::CONNECT, Some(tls)) = (request.method(), &line.in_tunnels) {
        let reply = tunnel::answer(&mut shared.state(), &request);
        if reply.status == 200 {
            dig_tunnel(request, tls.clone(), Arc::clone(&line));
        }
        return Ok(wire::response(reply));
    }
    let (mut parts, body) = request.into_parts();
    let body = match Limited::new(body, LONGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(wire::response(Reply::text(413, ""))),
    };
    let mut reply = match parts.uri.path().strip_prefix("/__emulator/") {
        Some(path) => control::answer(
            &mut shared.state(),
            &shared.signer,
            parts.method.as_str(),
            path,
            parts.uri.query().unwrap_or_default(),
            &body,
        ),
        None => {
            let mut state = shared.state();
            let noted = Noted {
                asked: sign_in::asked(&parts, &body),
                server_name: envelope_of(&parts).server_name.clone(),
            };
            if !noted.is_empty() {
                parts.extensions.insert(Arc::new(noted));
            }
            let reply = serve_request(&mut state, &shared.signer, &parts, &body);
            state.totals.requests += 1;
            state.transcript.keep(parts, &reply);
            reply
        }
    };
    if !reply.delay.is_zero() {
        tokio::time::sleep(std::mem::take(&mut reply.delay)).await;
    }
    match reply.delivery {
        Delivery::Stalled => std::future::pending::<()>().await,
        Delivery::Reset => {
            reset.notify_one();
            std::future::pending::<()>().await;
        }
        Delivery::Whole | Delivery::Truncated => {}
    }
    Ok(wire::response(reply))
}

/// A request to one of the tenant's services.
fn serve_request(state: &mut State, signer: &Signer, parts: &Parts, body: &[u8]) -> Reply {
    let path = parts.uri.path();
    let mut reply = if sign_in::is_for(path) {
        serve_sign_in(state, signer, parts, body)
    } else {
        let mut reply = serve_graph(state, signer, parts, body);
        reply.delay += state.latency;
        reply
    };
    add_service_headers(&mut reply, text_of(parts, "client-request-id"));
    reply
}

fn serve_sign_in(state: &mut State, signer: &Signer, parts: &Parts, body: &[u8]) -> Reply {
    let fault = state.take_fault(Place::SignIn, parts.uri.path(), None);
    if let Some(instead) = fault.as_ref().and_then(|fault| fault.instead(state)) {
        return instead;
    }
    let mut reply = sign_in::answer(state, signer, parts, body);
    if let Some(fault) = fault {
        fault.strike(&mut reply);
    }
    reply
}

fn serve_graph(state: &mut State, signer: &Signer, parts: &Parts, body: &[u8]) -> Reply {
    let path = parts.uri.path();
    let token =
        text_of(parts, AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    // A cloud's Graph takes that cloud's tokens alone.
    if let Some(name) = envelope_of(parts).server_name.as_deref()
        && !authentication::is_for(signer, token, name)
    {
        return authentication::wrong_audience();
    }
    if path.ends_with("/$batch") && parts.method == "POST" {
        return batch::answer(state, signer, path, token, body);
    }
    let has_length =
        parts.headers.contains_key(CONTENT_LENGTH) || parts.headers.contains_key(TRANSFER_ENCODING);
    let envelope = envelope_of(parts);
    let scheme = if envelope.is_encrypted {
        "https"
    } else {
        "http"
    };
    let base = format!("{scheme}://{}", text_of(parts, "host").unwrap_or_default());
    let request = GraphRequest {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or_default(),
        body: &serde_json::from_slice(body).unwrap_or_default(),
        base: &base,
        is_eventual: text_of(parts, "consistencylevel")
            .is_some_and(|level| level.eq_ignore_ascii_case("eventual")),
    };
    graph::answer(state, signer, token, has_length, &request)
}

fn text_of<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let value = parts.headers.get(name)?;
    value.to_str().ok()
}

fn add_service_headers(reply: &mut Reply, client_request_id: Option<&str>) {
    let request_id = uuid::Uuid::new_v4().to_string();
    let client_request_id = client_request_id.unwrap_or(&request_id);
    reply.name_request(&request_id, client_request_id);
    reply.header("request-id", &request_id);
    reply.header("client-request-id", client_request_id);
    reply.header("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"EMULATOR"}}"#);
    reply.header("x-ms-resource-unit", "1");
}
