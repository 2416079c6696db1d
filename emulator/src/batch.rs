//! `POST /$batch`: up to twenty requests in one, each judged on its own.
//!
//! The traps are the service's: a POST item without Content-Type and body fails the whole batch, answers come in another
//! order than the questions, and the outer 200 says nothing about any item
//! (<https://learn.microsoft.com/graph/json-batching>).

use serde_json::{Value, json};

use crate::fault::error_body;
use crate::graph::{self, GraphRequest};
use crate::reply::{Delivery, Reply};
use crate::state::State;
use crate::token::Signer;

const MOST_ITEMS: usize = 20;

pub(crate) fn answer(
    state: &mut State,
    signer: &Signer,
    path: &str,
    token: Option<&str>,
    body: &[u8],
) -> Reply {
    let Some(version) = path
        .strip_prefix('/')
        .and_then(|path| path.strip_suffix("/$batch"))
    else {
        return refusal("Resource not found for the segment.");
    };
    if let Some(instead) = state
        .take_fault_of_path(path)
        .and_then(|fault| fault.instead())
    {
        return instead;
    }
    let items = match read(body) {
        Ok(items) => items,
        Err(reason) => return refusal(&reason),
    };
    let mut answers = Vec::new();
    for item in &items {
        let url = item["url"].as_str().unwrap_or_default();
        let address = format!("/{version}{url}");
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let reply = graph::answer(
            state,
            signer,
            &GraphRequest {
                method: item["method"].as_str().unwrap_or_default(),
                path,
                query,
                token,
                has_length: true,
            },
        );
        if reply.delivery != Delivery::Whole {
            return reply;
        }
        let headers: serde_json::Map<String, Value> = reply
            .headers
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        answers.push(json!({
            "id": item["id"],
            "status": reply.status,
            "headers": headers,
            "body": serde_json::from_slice::<Value>(&reply.body).unwrap_or(Value::Null),
        }));
    }
    // Nobody may rely on an order.
    answers.reverse();
    Reply::json(200, &json!({"responses": answers}))
}

fn read(body: &[u8]) -> Result<Vec<Value>, String> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| "The batch is not valid JSON.".to_owned())?;
    let items = body["requests"].as_array().cloned().unwrap_or_default();
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Err(format!(
            "A batch has 1 to {MOST_ITEMS} requests, not {}.",
            items.len()
        ));
    }
    let mut seen: Vec<String> = Vec::new();
    for item in &items {
        let id = item["id"].as_str().unwrap_or_default().to_lowercase();
        if id.is_empty() || seen.contains(&id) {
            return Err(format!("Request id : {id} is missing or not unique."));
        }
        let url = item["url"].as_str().unwrap_or_default();
        if !url.starts_with('/') || url.contains("$batch") {
            return Err(format!(
                "Request id : {id} has a url that is absolute, nested or missing."
            ));
        }
        let has_type = item["headers"].as_object().is_some_and(|headers| {
            headers
                .keys()
                .any(|name| name.eq_ignore_ascii_case("content-type"))
        });
        if item["method"] != "GET" && !(has_type && item["body"].is_object()) {
            return Err(format!(
                "Write request id : {id} does not contain Content-Type header or body."
            ));
        }
        seen.push(id);
    }
    Ok(items)
}

fn refusal(message: &str) -> Reply {
    Reply::json(400, &error_body("BadRequest", message))
}
