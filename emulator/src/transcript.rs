//! What the tenant was asked. Kept as it came, since every request is kept and few are ever looked at.

use std::collections::{BTreeMap, VecDeque};

use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::http::request::Parts;
use hyper::{Method, Uri};
use jiff::Timestamp;
use serde::Serialize;

use crate::reply::{Delivery, Reply};

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
    /// The headers, all but Authorization.
    pub headers: BTreeMap<String, String>,
}

#[derive(Default)]
pub(crate) struct Transcript(VecDeque<Kept>);

struct Kept {
    time: Timestamp,
    method: Method,
    uri: Uri,
    status: u16,
    headers: HeaderMap,
}

impl Transcript {
    pub(crate) fn keep(&mut self, parts: Parts, reply: &Reply) {
        if self.0.len() >= LONGEST {
            self.0.pop_front();
        }
        let was_answered = matches!(reply.delivery, Delivery::Whole | Delivery::Truncated);
        let mut headers = parts.headers;
        headers.remove(AUTHORIZATION);
        self.0.push_back(Kept {
            time: Timestamp::now(),
            method: parts.method,
            uri: parts.uri,
            status: if was_answered { reply.status } else { 0 },
            headers,
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
        RequestRecord {
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
