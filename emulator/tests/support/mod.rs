//! Speaking to an emulator over plain sockets.

#![allow(dead_code, unreachable_pub)]

use std::io::{Read, Write};
use std::net::TcpStream;

use graph_invalidate_emulator::{Emulator, TokenRequest};
use serde_json::{Value, json};

pub const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub fn send(emulator: &Emulator, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    try_send(emulator, method, path, headers, body).unwrap()
}

/// The answer as far as it came; nothing where the connection broke before its head.
pub fn try_send(
    emulator: &Emulator,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Option<Answer> {
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n{body}"
    )
    .unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    })
}

pub fn form(emulator: &Emulator, path: &str, body: &str) -> Answer {
    let length = format!("Content-Length: {}\r\n", body.len());
    send(emulator, "POST", path, &length, body)
}

pub fn redeem(emulator: &Emulator, refresh_token: &str) -> Answer {
    form(
        emulator,
        &format!("/{TENANT}/oauth2/v2.0/token"),
        &format!(
            "client_id=aaaaaaaa-0000-4000-8000-000000000002&grant_type=refresh_token&refresh_token={refresh_token}"
        ),
    )
}

pub fn sign_in(emulator: &Emulator, user: &str) -> (String, String) {
    let mut request = TokenRequest::default();
    request.user = Some(user.to_owned());
    let tokens = emulator.mint(&request).unwrap();
    (tokens.access_token, tokens.refresh_token.unwrap())
}

pub fn invalidate(emulator: &Emulator, token: &str, path: &str) -> Answer {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Length: 0\r\n");
    send(emulator, "POST", path, &headers, "")
}

/// A request to the control interface.
pub fn control(emulator: &Emulator, method: &str, path: &str, body: &str) -> Answer {
    let length = format!("Content-Length: {}\r\n", body.len());
    send(
        emulator,
        method,
        &format!("/__emulator/{path}"),
        &length,
        body,
    )
}

/// Arms faults.
pub fn arm(emulator: &Emulator, faults: &Value) {
    let answer = control(emulator, "POST", "faults", &faults.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// The action of the beta version on a user whose key needs no encoding.
pub fn action_on(user: &str) -> String {
    format!("/users/{user}/invalidateAllRefreshTokens")
}

/// The action on this user as an item of a batch.
pub fn item(id: &str, user: &str) -> Value {
    json!({
        "id": id,
        "method": "POST",
        "url": action_on(user),
        "headers": {"Content-Type": "application/json"},
        "body": {},
    })
}

/// Everything that came back for a batch, or nothing where the connection broke first.
pub fn try_batch(emulator: &Emulator, token: &str, items: &Value) -> Option<Answer> {
    let body = json!({"requests": items}).to_string();
    let headers = format!(
        "Authorization: Bearer {token}\r\nContent-Length: {}\r\n",
        body.len()
    );
    try_send(emulator, "POST", "/beta/$batch", &headers, &body)
}

pub fn batch(emulator: &Emulator, token: &str, items: &Value) -> Answer {
    try_batch(emulator, token, items).unwrap()
}

/// The answer to one item of a batch.
pub fn answer_to(answer: &Answer, id: &str) -> Value {
    let responses = answer.json()["responses"].clone();
    let responses = responses.as_array().unwrap();
    let found = responses.iter().find(|response| response["id"] == id);
    found
        .unwrap_or_else(|| panic!("no {id} in {responses:?}"))
        .clone()
}
