//! `POST /$batch`: up to twenty requests in one, each judged on its own.
//!
//! The traps are the service's: a POST item without Content-Type and body fails the whole batch, answers come in
//! another order than the questions, and the outer 200 says nothing about any item
//! (<https://learn.microsoft.com/graph/json-batching>).

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::authentication::authenticate;
use crate::fault::Place;
use crate::graph;
use crate::reply::{Content, Delivery, ItemFate, Reply};
use crate::state::State;
use crate::target::GraphRequest;
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
    state.totals.batches += 1;
    let claims = match authenticate(state, signer, token) {
        Ok(claims) => claims,
        Err(refusal) => return *refusal,
    };
    // Counted as they come, whatever becomes of the batch.
    let items = read(body);
    state.totals.items += items.as_ref().map_or(0, |items| items.len() as u64);
    let fault = state.take_fault(Place::Batch, path, None);
    if let Some(instead) = fault.as_ref().and_then(|fault| fault.instead(state)) {
        return instead;
    }
    let items = match items {
        Ok(items) => items,
        Err(reason) => return refusal(&reason),
    };
    let mut reply = answer_items(state, version, &claims, &items);
    if let Some(fault) = fault {
        fault.strike(&mut reply);
    }
    reply
}

fn answer_items(state: &mut State, version: &str, claims: &Value, items: &[Item]) -> Reply {
    // What befalls one item's answer on its way befalls them all: they share it.
    let (mut delivery, mut delay) = (Delivery::Whole, Duration::ZERO);
    let mut statuses = HashMap::new();
    let mut answers = Vec::new();
    for item in items {
        let failed = item
            .depends_on
            .iter()
            .any(|id| statuses.get(id).is_none_or(|status| *status >= 400));
        let mut reply = if failed {
            Reply::error(
                424,
                "FailedDependency",
                "A request that this one depends on has failed.",
            )
        } else {
            let address = format!("/{version}{}", item.url);
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            let request = GraphRequest {
                method: &item.method,
                path,
                query,
                body: &item.body,
                base: "https://graph.microsoft.com",
                is_eventual: item.is_eventual,
            };
            graph::serve(state, claims, &request, Place::Item)
        };
        if reply.delivery == Delivery::Stalled {
            return reply;
        }
        if reply.delivery != Delivery::Whole {
            delivery = reply.delivery;
        }
        delay = delay.max(reply.delay);
        statuses.insert(item.id.to_lowercase(), reply.status);
        let request_id = Uuid::new_v4().to_string();
        reply.name_request(&request_id, &request_id);
        let fate = reply.fate;
        match fate {
            ItemFate::Missing => {}
            ItemFate::Answered => answers.push(answer_to(&item.id, reply)),
            ItemFate::UnknownId => answers.push(answer_to(&request_id, reply)),
            ItemFate::Duplicated => {
                let answer = answer_to(&item.id, reply);
                answers.extend([answer.clone(), answer]);
            }
        }
    }
    // Nobody may rely on an order.
    answers.reverse();
    let mut reply = Reply::json(200, json!({"responses": answers}));
    (reply.delivery, reply.delay) = (delivery, delay);
    reply
}

fn answer_to(id: &str, reply: Reply) -> Value {
    let headers: Map<String, Value> = reply
        .headers
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    let body = match reply.content {
        Content::Json(body) => body,
        Content::Bytes(bytes) => serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        Content::Lines(_) => Value::Null,
    };
    json!({"id": id, "status": reply.status, "headers": headers, "body": body})
}

/// One request of a batch.
struct Item {
    id: String,
    method: String,
    url: String,
    body: Value,
    is_eventual: bool,
    /// In lower case, as ids are compared.
    depends_on: Vec<String>,
}

/// The items, each after those that it depends on.
fn read(body: &[u8]) -> Result<Vec<Item>, String> {
    let mut body: Value =
        serde_json::from_slice(body).map_err(|_| "The batch is not valid JSON.".to_owned())?;
    let items = match body["requests"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Err(format!(
            "A batch has 1 to {MOST_ITEMS} requests, not {}.",
            items.len()
        ));
    }
    let items = items
        .into_iter()
        .map(read_item)
        .collect::<Result<Vec<_>, _>>()?;
    let mut waiting = Vec::new();
    for item in items {
        let id = item.id.to_lowercase();
        if waiting
            .iter()
            .any(|other: &Item| other.id.to_lowercase() == id)
        {
            return Err(format!("Request id : {id} is not unique."));
        }
        waiting.push(item);
    }
    in_order(waiting)
}

fn read_item(mut item: Value) -> Result<Item, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let id = text(&item["id"]);
    if id.is_empty() {
        return Err("A request has no id.".to_owned());
    }
    let url = text(&item["url"]);
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
    let is_eventual = item["headers"].as_object().is_some_and(|headers| {
        headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("consistencylevel") && value == "eventual"
        })
    });
    let method = text(&item["method"]);
    if method != "GET" && !(has_type && item["body"].is_object()) {
        return Err(format!(
            "Write request id : {id} does not contain Content-Type header or body."
        ));
    }
    let depends_on = item["dependsOn"].as_array().into_iter().flatten();
    Ok(Item {
        depends_on: depends_on.map(|id| text(id).to_lowercase()).collect(),
        id,
        method,
        url,
        is_eventual,
        body: item["body"].take(),
    })
}

/// Puts each item after those that it depends on, and leaves the others as they stand.
fn in_order(mut waiting: Vec<Item>) -> Result<Vec<Item>, String> {
    let mut ordered: Vec<Item> = Vec::new();
    while !waiting.is_empty() {
        let next = waiting.iter().position(|item| {
            let is_done = |id: &String| ordered.iter().any(|done| done.id.to_lowercase() == *id);
            item.depends_on.iter().all(is_done)
        });
        let Some(next) = next else {
            return Err(format!(
                "Request id : {} depends on one that is missing, or on itself.",
                waiting[0].id
            ));
        };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

fn refusal(message: &str) -> Reply {
    Reply::error(400, "BadRequest", message)
}
