//! One request for one or several users: how it is sent, and how it comes back.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::batch;
use super::item::Item;
use super::options::Checked;
use crate::call::headers;
use crate::client::core::ClientCore;
use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::token::AccessToken;
use crate::transport::{ATTEMPT_TIMEOUT, Answer, Departure, Request, Transport, TransportFailure};

/// A request that has come to its end.
pub(super) struct Finished {
    pub(super) items: Vec<Item>,
    pub(super) client_request_id: String,
    pub(super) sent_at: Instant,
    pub(super) token: Arc<AccessToken>,
    pub(super) result: Result<Answer, TransportFailure>,
}

/// What every request of a run is made with.
pub(super) struct Sender {
    pub(super) core: Arc<ClientCore>,
    pub(super) options: Arc<Checked>,
    pub(super) transport: Arc<Transport>,
}

impl Sender {
    /// One user is a plain request; two or more are a batch.
    pub(super) fn prepare(
        &self,
        endpoint: &Endpoint,
        token: &AccessToken,
        items: &[Item],
        client_request_id: &str,
    ) -> Result<Request, Error> {
        let settings = &self.core.settings;
        let api = settings.api;
        let mut headers = headers::of_request(&settings.headers, token, client_request_id);
        if let Some(priority) = &self.options.throttle_priority {
            headers.insert("x-ms-throttle-priority", priority.clone());
        }
        if let [item] = items {
            if item.is_eventual() {
                let (name, value) = headers::EVENTUAL;
                headers.insert(name, value);
            }
            return Ok(Request {
                method: item.method(),
                url: endpoint.join(&format!("/{}{}", api.name(), item.address(api))),
                headers,
                body: Bytes::new(),
            });
        }
        let method = items.first().map_or(Method::GET, Item::method);
        let asked = |item: &Item| batch::Asked {
            address: item.address(api),
            is_eventual: item.is_eventual(),
        };
        let requests: Vec<batch::Asked> = items.iter().map(asked).collect();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Request {
            method: Method::POST,
            url: endpoint.join(&format!("/{}/$batch", api.name())),
            headers,
            body: batch::write(&method, &requests),
        })
    }

    /// Sends it, and gives the users back with the answer. It ends in bounded time.
    pub(super) fn send(
        &self,
        request: Request,
        items: Vec<Item>,
        client_request_id: String,
        token: Arc<AccessToken>,
    ) -> impl Future<Output = Finished> + Send + 'static {
        let transport = Arc::clone(&self.transport);
        let sent_at = Instant::now();
        async move {
            let departure = Departure::default();
            let sending = transport.send(request, &departure);
            let result = match tokio::time::timeout(ATTEMPT_TIMEOUT, sending).await {
                Ok(result) => result,
                Err(_) => Err(TransportFailure::timed_out(ATTEMPT_TIMEOUT.as_secs())),
            };
            Finished {
                items,
                client_request_id,
                sent_at,
                token,
                result,
            }
        }
    }
}
