//! Bursts and rests against a service that closes connections in every way, for seconds here and for minutes with
//! `cargo xtask soak`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::c_program::{GCC, Program};
use support::program::run;
use support::{Server, accepted, token_text};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"value\":true}";
const LAST_ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"value\":true}";

/// How a connection ends, one after another.
const WAYS: usize = 6;

fn serve(mut stream: TcpStream, way: usize) {
    let answers = 1 + way % 5;
    for answered in 1..=answers {
        if !takes_request(&mut stream) {
            return;
        }
        let last = answered == answers;
        let answer = if last && way.is_multiple_of(WAYS) {
            LAST_ANSWER
        } else {
            ANSWER
        };
        if stream.write_all(answer).is_err() {
            return;
        }
    }
    let at_once = || {
        let socket = socket2::SockRef::from(&stream);
        socket.set_linger(Some(Duration::ZERO))
    };
    match way % WAYS {
        // Said in the answer; at once without a word; after a while; its own half only, and after that all of it.
        0 | 1 => {}
        2 => std::thread::sleep(Duration::from_millis(40)),
        3 => {
            let _ = stream.shutdown(Shutdown::Write);
            std::thread::sleep(Duration::from_millis(20));
            let _ = at_once();
        }
        // By a reset, at once and after a while.
        4 => {
            let _ = at_once();
        }
        _ => {
            std::thread::sleep(Duration::from_millis(15));
            let _ = at_once();
        }
    }
}

/// Whether a whole request came.
fn takes_request(stream: &mut TcpStream) -> bool {
    let (mut head, mut part) = (Vec::new(), [0; 2048]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(length) if length > 0 => head.extend_from_slice(&part[..length]),
            _ => return false,
        }
    }
    true
}

#[test]
fn nothing_is_left_of_bursts_and_no_call_fails() {
    let seconds = std::env::var("GRAPH_INVALIDATE_TEST_SOAK_SECONDS");
    let threads = std::env::var("GRAPH_INVALIDATE_TEST_SOAK_THREADS");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);
        for stream in listener.incoming().map_while(Result::ok) {
            let way = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
            std::thread::spawn(move || serve(stream, way));
        }
    });
    let program = Program::build("soak.c", GCC, "");
    let unused = Server::start(vec![accepted()]);
    let output = run(program.command(&[], &unused).args([
        url.as_str(),
        &token_text(),
        seconds.as_deref().unwrap_or("0"),
        threads.as_deref().unwrap_or("32"),
    ]));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
