//! The wire: connections in, replies out, with control over how each connection ends.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::graph::{self, GraphRequest};
use crate::reply::{Delivery, Reply, WireBody};
use crate::state::{RequestRecord, State};
use crate::token::Signer;
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
        Err(_) => return Ok(wire(Reply::text(413, ""))),
    };
    let path = parts.uri.path();
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let mut reply = if let Some(control_path) = path.strip_prefix("/__emulator/") {
        control::answer(
            &mut shared.state(),
            &shared.signer,
            parts.method.as_str(),
            control_path,
            &body,
        )
    } else {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let mut state = shared.state();
        let mut reply = if path.contains("/oauth2/v2.0/") {
            match state.take_fault(path, None) {
                Some(fault) => fault.instead().unwrap_or_else(|| Reply::text(500, "")),
                None => sign_in::answer(&mut state, &shared.signer, path, &body),
            }
        } else if path.ends_with("/$batch") && parts.method == "POST" {
            batch::answer(&mut state, &shared.signer, path, token, &body)
        } else {
            graph::answer(
                &mut state,
                &shared.signer,
                &GraphRequest {
                    method: parts.method.as_str(),
                    path,
                    query: parts.uri.query().unwrap_or_default(),
                    token,
                    has_length: parts.headers.contains_key(CONTENT_LENGTH)
                        || parts.headers.contains_key(TRANSFER_ENCODING),
                },
            )
        };
        add_service_headers(&mut reply, header("client-request-id"));
        state.record(RequestRecord {
            time: format!("{:.3}", jiff::Timestamp::now()),
            method: parts.method.to_string(),
            path: parts
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            status: if matches!(reply.delivery, Delivery::Whole | Delivery::Truncated) {
                reply.status
            } else {
                0
            },
            headers: parts
                .headers
                .iter()
                .filter(|(name, _)| *name != AUTHORIZATION)
                .map(|(name, value)| {
                    (
                        name.to_string(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect::<BTreeMap<_, _>>(),
        });
        reply
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
    Ok(wire(reply))
}

fn add_service_headers(reply: &mut Reply, client_request_id: Option<&str>) {
    let request_id = uuid::Uuid::new_v4().to_string();
    let client_request_id = client_request_id.unwrap_or(&request_id).to_owned();
    if let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(&reply.body)
        && body["error"].is_object()
    {
        body["error"]["innerError"] = serde_json::json!({
            "date": format!("{:.0}", jiff::Timestamp::now()).trim_end_matches('Z'),
            "request-id": request_id,
            "client-request-id": client_request_id,
        });
        reply.body = body.to_string().into_bytes();
    }
    reply.header("request-id", &request_id);
    reply.header("client-request-id", &client_request_id);
    reply.header("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"EMULATOR"}}"#);
    reply.header("x-ms-resource-unit", "1");
}

fn wire(reply: Reply) -> Response<WireBody> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    let body = WireBody::new(reply.body, reply.delivery == Delivery::Truncated);
    builder
        .body(body)
        .unwrap_or_else(|_| Response::new(WireBody::new(Vec::new(), false)))
}
