//! What the tenant was asked. Kept as it came, since every request is kept and few are ever looked at.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use hyper::{Method, Uri};
use jiff::Timestamp;
use serde::Serialize;

use crate::reply::{Delivery, Reply};

/// Headers that are not shown: tokens, and what proves a managed identity.
const SECRET_HEADERS: &[&str] = &["authorization", "x-identity-header", "secret"];

/// The transcript keeps the newest requests; the counters count all.
const LONGEST: usize = 10_000;

/// One request, without its secrets.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// When it was answered.
    pub time: String,
    /// The method.
    pub method: String,
    /// The path as received, still encoded.
    pub path: String,
    /// The HTTP status of the answer; 0 where there was none.
    pub status: u16,
    /// The headers, all but those that hold secrets.
    pub headers: BTreeMap<String, String>,
    /// What a sign-in request asked for, without its secrets.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, String>,
    /// The name by which TLS was asked for (SNI), for requests that came over TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
}

/// What a request's own parts do not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted {
    pub(crate) asked: BTreeMap<String, String>,
    pub(crate) server_name: Option<Arc<str>>,
}

impl Noted {
    pub(crate) fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.server_name.is_none()
    }
}

#[derive(Default)]
pub(crate) struct Transcript(VecDeque<Kept>);

struct Kept {
    time: Timestamp,
    method: Method,
    uri: Uri,
    status: u16,
    headers: HeaderMap,
    noted: Option<Arc<Noted>>,
}

impl Transcript {
    pub(crate) fn keep(&mut self, parts: Parts, reply: &Reply) {
        if self.0.len() >= LONGEST {
            self.0.pop_front();
        }
        let was_answered = matches!(reply.delivery, Delivery::Whole | Delivery::Truncated);
        let mut headers = parts.headers;
        for secret in SECRET_HEADERS {
            headers.remove(*secret);
        }
        self.0.push_back(Kept {
            time: Timestamp::now(),
            method: parts.method,
            uri: parts.uri,
            status: if was_answered { reply.status } else { 0 },
            headers,
            noted: parts.extensions.get().cloned(),
        });
    }

    /// The newest requests, at most so many, the oldest of them first.
    pub(crate) fn newest(&self, count: usize) -> Vec<RequestRecord> {
        let skipped = self.0.len().saturating_sub(count);
        self.0.iter().skip(skipped).map(Kept::record).collect()
    }
}

impl Kept {
    fn record(&self) -> RequestRecord {
        let headers = self.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        });
        let noted = self.noted.as_deref().cloned().unwrap_or_default();
        RequestRecord {
            asked: noted.asked,
            server_name: noted.server_name.map(|name| name.to_string()),
            time: format!("{:.3}", self.time),
            method: self.method.to_string(),
            path: self
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            status: self.status,
            headers: headers.collect(),
        }
    }
}
