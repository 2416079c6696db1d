//! Servers that misbehave, networks that are dead: a sentence in bounded time and memory, never a crash, never the
//! token.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use graph_invalidate::{Cancellation, ClientOptions, Error, Status};
use support::cancelling::cancelled;
use support::{Reply, SECRET, Server, answer, graph_error};

/// Calls with a short timeout, checks that it held and that nothing shows the token; gives the error.
fn failure(reply: Reply) -> Error {
    let server = Server::start(vec![reply]);
    let client = server.client_with(|options| options.timeout = Some(Duration::from_secs(3)));
    let begin = Instant::now();
    let error = client.invalidate("adele@contoso.com", None).unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(4), "{error:?}");
    assert_no_secret(&error);
    error
}

fn assert_no_secret(error: &Error) {
    let shown = format!(
        "{error} {error:?} {}",
        serde_json::to_string(error.outcome()).unwrap()
    );
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn a_server_that_says_nothing_costs_the_timeout_and_no_more() {
    let error = failure(Reply::Stall);
    assert_eq!(error.status(), Status::DeadlineExceeded);
    assert!(error.to_string().contains("had been sent"), "{error}");
}

#[test]
fn an_endless_drip_costs_the_timeout_and_no_more() {
    let drip = Reply::Endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
        b"1\r\n \r\n".to_vec(),
        Duration::from_millis(50),
    );
    assert_eq!(failure(drip).status(), Status::DeadlineExceeded);
}

/// Whatever was sent, little of it was kept.
fn assert_memory_stayed_small() {
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes: u64 = peak
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        assert!(kilobytes < 80_000, "{kilobytes} kB");
    }
}

#[test]
fn an_answer_of_a_hundred_megabytes_is_not_read() {
    let flood = Reply::Endless(
        b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n".to_vec(),
        vec![b' '; 65536],
        Duration::ZERO,
    );
    assert_eq!(failure(flood).status(), Status::UnexpectedAnswer);
    assert_memory_stayed_small();
}

#[test]
fn what_comes_after_an_answer_is_not_taken_for_the_next_one() {
    let longer_than_it_says = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"value\":true}HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(vec![
        Reply::Keep(longer_than_it_says.to_vec()),
        support::accepted(),
    ]);
    let client = server.client();
    for attempts in [1, 1] {
        let outcome = client.invalidate("adele@contoso.com", None).unwrap();
        assert_eq!((outcome.status, outcome.attempts), (Status::Ok, attempts));
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn endless_headers_are_not_read() {
    let flood = Reply::Endless(
        b"HTTP/1.1 200 OK\r\n".to_vec(),
        format!("x-filler: {}\r\n", "x".repeat(8000)).into_bytes(),
        Duration::ZERO,
    );
    let status = failure(flood).status();
    assert!(
        matches!(status, Status::ConnectionBroken | Status::DeadlineExceeded),
        "{status}"
    );
    assert_memory_stayed_small();
}

#[test]
fn nonsense_instead_of_http_is_a_broken_connection() {
    for nonsense in [
        &b"<html>hello from 1993</html>"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    ] {
        let status = failure(Reply::Raw(nonsense.to_vec())).status();
        assert_eq!(status, Status::ConnectionBroken, "{nonsense:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    let reply = Reply::Raw(
        b"HTTP/1.1 403 Forbidden\r\nx-odd: \xff\xfe\r\nrequest-id: \xe9\r\nContent-Length: 4\r\n\r\n\xff\xfe\x00{".to_vec(),
    );
    let error = failure(reply);
    assert_eq!(error.status(), Status::PermissionDenied);
    assert_eq!(error.outcome().request_id.as_deref(), Some("\u{fffd}"));
}

#[test]
fn a_server_that_repeats_the_token_does_not_get_it_into_the_errors() {
    let echo = format!("Bearer {} is not welcome", support::token_text());
    let error = failure(graph_error(
        "401 Unauthorized",
        &[&format!("x-echo: {echo}")],
        &support::token_text(),
        &echo,
    ));
    assert!(error.to_string().contains("is not welcome"), "{error}");
    let headers = format!("{:?}", error.outcome().headers);
    assert!(
        headers.contains("is not welcome") && !headers.contains(SECRET),
        "{headers}"
    );
}

#[test]
fn no_listener_is_known_within_seconds() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut options = ClientOptions::default();
    options.endpoint = Some(format!("http://127.0.0.1:{port}"));
    options.token = Some(support::token());
    let client = graph_invalidate::Client::new(options).unwrap();
    let begin = Instant::now();
    let error = client.invalidate("me", None).unwrap_err();
    assert_eq!(error.status(), Status::ConnectFailed, "{error:?}");
    assert_eq!(error.outcome().attempts, 3);
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert_no_secret(&error);
}

#[test]
fn a_name_that_does_not_exist_is_told_from_a_refused_connection() {
    let mut options = ClientOptions::default();
    options.endpoint = Some("https://no-such-host.invalid".to_owned());
    options.token = Some(support::token());
    options.timeout = Some(Duration::from_secs(30));
    let error = graph_invalidate::Client::new(options)
        .unwrap()
        .invalidate("me", None)
        .unwrap_err();
    assert_eq!(error.status(), Status::NameResolutionFailed, "{error:?}");
}

#[test]
fn a_stalled_call_ends_within_a_tenth_of_a_second_of_the_signal() {
    for (reply, left) in [
        (Reply::Stall, true),
        (
            answer("503 Service Unavailable", &["Retry-After: 15"], ""),
            true,
        ),
    ] {
        let server = Server::start(vec![reply]);
        let (errors, late) = cancelled(&server.client(), "adele@contoso.com");
        assert!(late < Duration::from_millis(100), "{late:?}");
        for error in errors {
            assert_eq!(error.status(), Status::Cancelled, "{error:?}");
            assert_eq!(error.to_string().contains("had been sent"), left, "{error}");
        }
    }
}

#[test]
fn a_call_cancelled_before_it_began_sends_nothing() {
    let server = Server::start(vec![support::accepted()]);
    let cancellation = Cancellation::new();
    cancellation.cancel();
    let error = server
        .client()
        .invalidate("me", Some(&cancellation))
        .unwrap_err();
    assert_eq!(error.status(), Status::Cancelled);
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert!(server.requests().is_empty());
}

#[test]
fn a_call_cancelled_while_shaking_hands_had_not_left() {
    // A listener that never answers the TLS greeting: the connection stands, the request waits.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut options = ClientOptions::default();
    options.endpoint = Some(format!("https://{}", listener.local_addr().unwrap()));
    options.token = Some(support::token());
    let client = graph_invalidate::Client::new(options).unwrap();
    let cancellation = Cancellation::new();
    let error = std::thread::scope(|scope| {
        let call = scope.spawn(|| client.invalidate("me", Some(&cancellation)).unwrap_err());
        std::thread::sleep(Duration::from_millis(200));
        cancellation.cancel();
        call.join().unwrap()
    });
    assert_eq!(error.status(), Status::Cancelled);
    assert!(error.to_string().contains("nothing was sent"), "{error}");
}

#[test]
fn a_call_cancelled_while_connecting_had_not_left() {
    // A queue that is full: the system drops further greetings, and whoever connects waits.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any_port: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any_port.into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let waiting: Vec<_> = (0..4)
        .map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)))
        .collect();
    assert!(waiting.iter().any(Result::is_err), "the queue never filled");

    let mut options = ClientOptions::default();
    options.endpoint = Some(format!("http://{address}"));
    options.token = Some(support::token());
    let client = graph_invalidate::Client::new(options).unwrap();
    let (errors, late) = cancelled(&client, "me");
    for error in errors {
        assert_eq!(error.status(), Status::Cancelled, "{error:?}");
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
    assert!(late < Duration::from_millis(100), "{late:?}");
}
