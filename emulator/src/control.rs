//! The control interface below `/__emulator/`: how tests arrange a situation and see what came of it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::minting::mint;
use crate::reply::{Content, Reply};
use crate::state::State;
use crate::token::Signer;

/// How many requests a report shows that does not say how many it wants.
const NEWEST: usize = 100;

pub(crate) fn answer(
    state: &mut State,
    signer: &Signer,
    method: &str,
    path: &str,
    query: &str,
    body: &[u8],
) -> Reply {
    let done = || Reply::json(200, json!({}));
    let result = match (method, path) {
        ("GET", "health") => Ok(done()),
        ("POST", "reset") => {
            state.reset();
            Ok(done())
        }
        ("POST", "tokens") => read(body)
            .and_then(|request| mint(state, signer, &request))
            .map(|tokens| Reply::json(200, json!({"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}))),
        ("POST", "expire_tokens") => {
            state.expire_tokens();
            Ok(done())
        }
        ("POST", "faults") => read(body).and_then(|faults| arm(state, faults)).map(|()| done()),
        ("DELETE", "faults") => {
            state.disarm();
            Ok(done())
        }
        ("POST", "approve") => read(body).and_then(|approval| approve(state, &approval)).map(|()| done()),
        ("POST", "quota") => read(body).map(|quota| {
            state.set_quota(&quota);
            done()
        }),
        ("DELETE", "quota") => {
            (state.writes, state.reads) = (None, None);
            Ok(done())
        }
        ("POST", "proxy") => read(body).map(|proxy| {
            state.proxy = proxy;
            done()
        }),
        ("GET", "requests") => requests(state, query),
        ("GET", "accepted") => accepted(state, query),
        ("GET", "transcript") => Ok(Reply::text(200, &transcript(state))),
        _ => Err(format!("The control interface has no {method} /__emulator/{path}.")),
    };
    result.unwrap_or_else(|reason| Reply::json(400, json!({"error": reason})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    user_code: String,
    user: String,
}

fn approve(state: &mut State, approval: &Approval) -> Result<(), String> {
    let user = state.directory.find(&approval.user);
    let user = user.ok_or_else(|| format!("The tenant has no user {:?}.", approval.user))?;
    let pending = state
        .pending
        .values_mut()
        .find(|pending| pending.user_code == approval.user_code)
        .ok_or_else(|| format!("Nobody waits with the code {:?}.", approval.user_code))?;
    pending.approved_by = Some(user);
    Ok(())
}

fn arm(state: &mut State, faults: Value) -> Result<(), String> {
    let faults = match faults {
        Value::Array(faults) => faults,
        fault => vec![fault],
    };
    let faults = faults
        .into_iter()
        .map(Fault::from_json)
        .collect::<Result<Vec<_>, _>>()?;
    faults.into_iter().try_for_each(|fault| state.arm(fault))
}

/// The totals and the newest requests: `?newest=N` says how many.
fn requests(state: &State, query: &str) -> Result<Reply, String> {
    let newest = match parameter(query, "newest") {
        None => NEWEST,
        Some(text) => text
            .parse()
            .map_err(|_| "newest is not a whole number.".to_owned())?,
    };
    let mut report = json!(state.totals);
    report["requests"] = json!(state.transcript.newest(newest));
    Ok(Reply::json(200, report))
}

/// How often the action took effect for whom: everybody, or `?user=KEY`.
fn accepted(state: &State, query: &str) -> Result<Reply, String> {
    let user = match parameter(query, "user") {
        None => None,
        Some(key) => {
            let found = state.directory.find(&key);
            Some(found.ok_or_else(|| format!("The tenant has no user {key:?}."))?)
        }
    };
    let mut reply = Reply::new(200, Content::Lines(state.accepted_lines(user)));
    reply.header("Content-Type", "application/jsonl");
    Ok(reply)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find_map(|(key, value)| {
        let value = || percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        (key == name).then(|| value().into_owned())
    })
}

fn transcript(state: &State) -> String {
    let requests = state.transcript.newest(usize::MAX);
    requests
        .iter()
        .map(|record| {
            format!(
                "{} {} {} -> {}\n",
                record.time, record.method, record.path, record.status
            )
        })
        .collect()
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| format!("The body is wrong: {error}."))
}
