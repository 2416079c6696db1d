//! How a request reached us, below HTTP.

use std::sync::Arc;

use hyper::http::request::Parts;

/// How a request reached us.
#[derive(Clone, Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) is_encrypted: bool,
    /// The name by which TLS was asked for.
    pub(crate) server_name: Option<Arc<str>>,
}

impl Envelope {
    pub(crate) fn of_tls(connection: &rustls::ServerConnection) -> Envelope {
        Envelope {
            is_encrypted: true,
            server_name: connection.server_name().map(Into::into),
        }
    }
}

/// How this request reached us.
pub(crate) fn envelope_of(parts: &Parts) -> &Envelope {
    static PLAIN: Envelope = Envelope {
        is_encrypted: false,
        server_name: None,
    };
    parts.extensions.get().unwrap_or(&PLAIN)
}
