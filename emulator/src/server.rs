//! The wire: connections in, replies out, with control over how each connection ends.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::fault::Place;
use crate::graph::{self, GraphRequest};
use crate::reply::{Delivery, Reply};
use crate::state::State;
use crate::token::Signer;
use crate::wire::{self, WireBody};
use crate::{batch, control, sign_in};

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

pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: others will be closed soon.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move { connection(stream, tls, shared).await });
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(Notify::new());
    // A second handle on the socket: what TLS wraps cannot be told to linger any more.
    let Ok(stream) = stream.into_std() else {
        return;
    };
    let Ok(socket) = stream.try_clone().map(socket2::Socket::from) else {
        return;
    };
    let Ok(stream) = TcpStream::from_std(stream) else {
        return;
    };
    let was_reset = match tls {
        None => exchange(stream, shared, Arc::clone(&reset)).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => exchange(stream, shared, Arc::clone(&reset)).await,
            Err(_) => false,
        },
    };
    if was_reset {
        // Closing without lingering is a reset.
        let _ = socket.set_linger(Some(Duration::ZERO));
    }
}

/// Serves one connection to its end; true when it is to be reset.
async fn exchange<S>(stream: S, shared: Arc<Shared>, reset: Arc<Notify>) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let wanted = Arc::clone(&reset);
    let service =
        service_fn(move |request| answer(request, Arc::clone(&shared), Arc::clone(&reset)));
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => false,
        () = wanted.notified() => true,
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    reset: Arc<Notify>,
) -> Result<Response<WireBody>, Infallible> {
    let (parts, body) = request.into_parts();
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
    let mut reply = if path.contains("/oauth2/v2.0/") {
        serve_sign_in(state, signer, path, body)
    } else {
        let mut reply = serve_graph(state, signer, parts, body);
        reply.delay += state.latency;
        reply
    };
    add_service_headers(&mut reply, text_of(parts, "client-request-id"));
    reply
}

fn serve_sign_in(state: &mut State, signer: &Signer, path: &str, body: &[u8]) -> Reply {
    let fault = state.take_fault(Place::SignIn, path, None);
    if let Some(instead) = fault.as_ref().and_then(|fault| fault.instead(state)) {
        return instead;
    }
    let mut reply = sign_in::answer(state, signer, path, body);
    if let Some(fault) = fault {
        fault.strike(&mut reply);
    }
    reply
}

fn serve_graph(state: &mut State, signer: &Signer, parts: &Parts, body: &[u8]) -> Reply {
    let path = parts.uri.path();
    let token =
        text_of(parts, AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    if path.ends_with("/$batch") && parts.method == "POST" {
        return batch::answer(state, signer, path, token, body);
    }
    let has_length =
        parts.headers.contains_key(CONTENT_LENGTH) || parts.headers.contains_key(TRANSFER_ENCODING);
    let request = GraphRequest {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or_default(),
        body: &serde_json::from_slice(body).unwrap_or_default(),
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
