//! A server that says exactly what a test tells it to, byte by byte, and keeps what it was sent.

#![allow(dead_code, unreachable_pub)]

pub mod behind_proxy;
pub mod c_program;
pub mod cancelling;
pub mod control;
pub mod driver;
pub mod identities;
pub mod program;
pub mod run_scenario;
pub mod scenario;
pub mod sign_in_scenario;
pub mod signing_in;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graph_invalidate::{AccessToken, Client, ClientOptions};

/// What the server does with one request.
pub enum Reply {
    /// Sends these bytes and closes.
    Raw(Vec<u8>),
    /// Sends these bytes and keeps the connection for the next request.
    Keep(Vec<u8>),
    /// Accepts, reads, and says nothing.
    Stall,
    /// Sends the first bytes, then the others again and again until the client has had enough.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Closes without an answer.
    Close,
}

pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves the replies in their order, one a request; the last one again and again.
    pub fn start(replies: Vec<Reply>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(replies);
        let served = Arc::new(Mutex::new(0));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (replies, served, seen) =
                    (Arc::clone(&replies), Arc::clone(&served), Arc::clone(&seen));
                std::thread::spawn(move || serve(stream, &replies, &served, &seen));
            }
        });
        Server { url, requests }
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    pub fn client_with(&self, change: impl FnOnce(&mut ClientOptions)) -> Client {
        let mut options = ClientOptions::default();
        options.endpoint = Some(self.url.clone());
        options.token = Some(token());
        options.timeout = Some(Duration::from_secs(20));
        change(&mut options);
        Client::new(options).unwrap()
    }
}

fn serve(
    mut stream: TcpStream,
    replies: &[Reply],
    served: &Mutex<usize>,
    seen: &Mutex<Vec<String>>,
) {
    loop {
        let Some(request) = read_head(&mut stream) else {
            return;
        };
        seen.lock().unwrap().push(request);
        let index = {
            let mut served = served.lock().unwrap();
            *served += 1;
            (*served - 1).min(replies.len() - 1)
        };
        match &replies[index] {
            Reply::Keep(bytes) => {
                if stream.write_all(bytes).is_err() {
                    return;
                }
            }
            Reply::Raw(bytes) => {
                let _ = stream.write_all(bytes);
                return;
            }
            Reply::Stall => {
                let _ = stream.read(&mut [0; 1]);
                return;
            }
            Reply::Endless(first, again, pause) => {
                let _ = stream.write_all(first);
                let end = Instant::now() + Duration::from_secs(60);
                while Instant::now() < end && stream.write_all(again).is_ok() {
                    std::thread::sleep(*pause);
                }
                return;
            }
            Reply::Close => return,
        }
    }
}

fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// An answer with a JSON body and the headers that Graph sends.
pub fn answer(status: &str, headers: &[&str], body: &str) -> Reply {
    let mut text = format!(
        "HTTP/1.1 {status}\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nrequest-id: 11111111-2222-3333-4444-555555555555\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.push_str(body);
    Reply::Keep(text.into_bytes())
}

pub fn accepted() -> Reply {
    answer(
        "200 OK",
        &[],
        r#"{"@odata.context":"https://graph.microsoft.com/beta/$metadata#Edm.Boolean","value":true}"#,
    )
}

pub fn graph_error(status: &str, headers: &[&str], code: &str, message: &str) -> Reply {
    let body = format!(
        r#"{{"error":{{"code":"{code}","message":"{message}","innerError":{{"date":"2026-11-24T10:00:00"}}}}}}"#
    );
    answer(status, headers, &body)
}

/// The part of the test's token that must never be seen anywhere.
pub const SECRET: &str = "aGVyZS1pcy10aGUtc2VjcmV0";

/// A delegated token for Graph with these further claims.
pub fn token_with(claims: &str) -> AccessToken {
    AccessToken::new(&text_of(claims)).unwrap()
}

pub fn token() -> AccessToken {
    token_with(CLAIMS)
}

/// The text of [`token`].
pub fn token_text() -> String {
    text_of(CLAIMS)
}

const CLAIMS: &str =
    r#"{"aud":"https://graph.microsoft.com","scp":"User.RevokeSessions.All","idtyp":"user"}"#;

/// The text of a token with just these claims.
pub fn text_of(claims: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(claims);
    format!("eyJhbGciOiJFUzI1NiJ9.{payload}.{SECRET}")
}
