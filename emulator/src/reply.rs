//! An answer, and what is to become of it on its way.

use std::time::Duration;

use serde_json::{Value, json};

use crate::accepted::AcceptedLines;

/// An answer before it goes on the wire.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content: Content,
    pub(crate) delivery: Delivery,
    pub(crate) delay: Duration,
    /// What is to become of it as an item of a batch.
    pub(crate) fate: ItemFate,
}

#[derive(Debug)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Json(Value),
    /// Too much to be held at once.
    Lines(AcceptedLines),
}

/// What becomes of an answer on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Delivery {
    #[default]
    Whole,
    /// The body ends in its middle.
    Truncated,
    /// The connection is reset instead.
    Reset,
    /// Nothing is ever said.
    Stalled,
}

/// What becomes of an item among the answers of its batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ItemFate {
    #[default]
    Answered,
    Missing,
    Duplicated,
    /// Answered under an id that nobody asked with.
    UnknownId,
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Reply {
        let mut reply = Reply::new(status, Content::Json(body));
        reply.header("Content-Type", "application/json");
        reply
    }

    pub(crate) fn text(status: u16, body: &str) -> Reply {
        Reply::new(status, Content::Bytes(body.as_bytes().to_vec()))
    }

    pub(crate) fn new(status: u16, content: Content) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            content,
            delivery: Delivery::Whole,
            delay: Duration::ZERO,
            fate: ItemFate::Answered,
        }
    }

    /// An error as Graph words one; who sends it adds the ids of the request.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Reply {
        Reply::json(status, json!({"error": {"code": code, "message": message}}))
    }

    /// Something else than an answer.
    pub(crate) fn undelivered(delivery: Delivery) -> Reply {
        let mut reply = Reply::text(200, "");
        reply.delivery = delivery;
        reply
    }

    /// Sets a header, in place of one of the same name.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        self.headers
            .retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Adds a header beside those of the same name.
    pub(crate) fn further_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Adds what an error says about its request.
    pub(crate) fn name_request(&mut self, request_id: &str, client_request_id: &str) {
        if let Content::Json(body) = &mut self.content
            && body["error"].is_object()
        {
            body["error"]["innerError"] = json!({
                "date": format!("{:.0}", jiff::Timestamp::now()).trim_end_matches('Z'),
                "request-id": request_id,
                "client-request-id": client_request_id,
            });
        }
    }
}
