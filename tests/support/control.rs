//! The emulator's control interface, over HTTP as every language's runner uses it.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

pub struct Control {
    address: String,
}

impl Control {
    pub fn of(url: &str) -> Control {
        Control {
            address: url.strip_prefix("http://").unwrap().to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> Value {
        self.send("GET", path, "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.send("POST", path, &body.to_string())
    }

    pub fn text(&self, path: &str) -> String {
        self.send_text("GET", path, "")
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Value {
        serde_json::from_str(&self.send_text(method, path, body)).unwrap()
    }

    fn send_text(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} /__emulator/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200"),
            "{method} {path} {body}: {answer}"
        );
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }
}
