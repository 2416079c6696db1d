//! The control interface below `/__emulator/`: how tests arrange a situation and see what came of it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::minting::mint;
use crate::reply::{Content, Reply};
use crate::sign_in::{Approval, FEDERATED_AUDIENCE, FEDERATED_ISSUER, decide, sign_federated};
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
        ("POST", "approve") => read(body).and_then(|approval: Approval| decide(state, &approval)).map(|()| done()),
        ("POST", "federated_tokens") => read(body)
            .and_then(|request: FederatedToken| request.sign(signer))
            .map(|token| Reply::json(200, json!({"token": token}))),
        ("POST", "token_lifetime") => read(body).map(|lifetime: Lifetime| {
            state.lifetime = Some(lifetime.seconds);
            done()
        }),
        ("POST", "quota") => read(body).map(|quota| {
            state.set_quota(&quota);
            done()
        }),
        ("DELETE", "quota") => {
            (state.writes, state.reads) = (None, None);
            Ok(done())
        }
        ("POST", "pages") => read(body).map(|pages| {
            state.pages = pages;
            done()
        }),
        ("POST", "index") => read(body).and_then(|index| lag(state, index)).map(|()| done()),
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

/// A token of a pipeline's own issuer, for workload identity federation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FederatedToken {
    subject: String,
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    audience: Option<String>,
    #[serde(default)]
    expires_in: Option<i64>,
}

impl FederatedToken {
    fn sign(&self, signer: &Signer) -> Result<String, String> {
        let issuer = self.issuer.as_deref().unwrap_or(FEDERATED_ISSUER);
        let audience = self.audience.as_deref().unwrap_or(FEDERATED_AUDIENCE);
        let lifetime = self.expires_in.unwrap_or(600);
        sign_federated(signer, issuer, &self.subject, audience, lifetime)
    }
}

/// What the index of advanced queries does not know yet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    absent: Vec<String>,
}

fn lag(state: &mut State, index: Index) -> Result<(), String> {
    let find = |key: &String| {
        let found = state.directory.find(key);
        found.ok_or_else(|| format!("The tenant has no user {key:?}."))
    };
    state.unindexed = index.absent.iter().map(find).collect::<Result<_, _>>()?;
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifetime {
    seconds: i64,
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
