//! A proxy on the same port: CONNECT to the clouds' own hosts leads back to the emulator, over TLS in those hosts'
//! names.
//!
//! So a client that knows nothing of any emulator can be brought here by its proxy and its CA file alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::PROXY_AUTHORIZATION;

use crate::reply::Reply;
use crate::state::State;

/// Graph and the sign-in service in every cloud (<https://learn.microsoft.com/graph/deployments>).
pub(crate) const HOSTS: &[&str] = &[
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
];

/// Whether a tunnel is dug; counted either way.
pub(crate) fn answer(state: &mut State, request: &Request<Incoming>) -> Reply {
    let reply = judge(state, request);
    if reply.status == 200 {
        state.totals.tunnels += 1;
    } else {
        state.totals.tunnels_refused += 1;
    }
    reply
}

fn judge(state: &State, request: &Request<Incoming>) -> Reply {
    if let Some(user) = &state.proxy.user {
        let credentials = STANDARD.encode(format!("{user}:{}", state.proxy.password));
        let given = request.headers().get(PROXY_AUTHORIZATION);
        if given.is_none_or(|given| given.as_bytes() != format!("Basic {credentials}").as_bytes()) {
            let mut reply = Reply::text(407, "");
            reply.header("Proxy-Authenticate", "Basic realm=\"emulator\"");
            return reply;
        }
    }
    let known = request.uri().authority().is_some_and(|authority| {
        HOSTS.contains(&authority.host()) && authority.port_u16() == Some(443)
    });
    if known {
        Reply::text(200, "")
    } else {
        Reply::text(403, "")
    }
}
