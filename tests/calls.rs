//! One call over real HTTP: what is sent, what each answer means, what is retried.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::{Duration, Instant};

use graph_invalidate::{Api, CallKind, CallOptions, Client, ClientOptions, Error, Status};
use support::{Reply, SECRET, Server, accepted, answer, graph_error, token_with};

fn status_of(replies: Vec<Reply>) -> Status {
    match Server::start(replies)
        .client()
        .invalidate("adele@contoso.com", None)
    {
        Ok(outcome) => outcome.status,
        Err(error) => error.status(),
    }
}

#[test]
fn the_request_is_exactly_what_the_service_expects() {
    let server = Server::start(vec![accepted()]);
    server
        .client()
        .invalidate("adele@contoso.com", None)
        .unwrap();
    let request = server.requests().remove(0);
    let mut lines: Vec<String> = request.trim_end().lines().map(str::to_owned).collect();
    assert_eq!(
        lines.remove(0),
        "POST /beta/users/adele%40contoso.com/invalidateAllRefreshTokens HTTP/1.1"
    );
    let mut names: Vec<&str> = lines
        .iter()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "authorization",
            "client-request-id",
            "content-length",
            "host",
            "user-agent"
        ],
        "{request}"
    );
    assert!(lines.contains(&"content-length: 0".to_owned()), "{request}");
    for line in ["accept: application/json", "accept-encoding: identity"] {
        assert!(lines.contains(&line.to_owned()), "{request}");
    }
    assert!(
        lines.contains(&format!(
            "user-agent: graph-invalidate/{}",
            env!("CARGO_PKG_VERSION")
        )),
        "{request}"
    );
    assert!(request.contains(&format!(".{SECRET}\r\n")));
}

#[test]
fn both_apis_and_every_awkward_key_reach_their_own_path() {
    for (api, user, path) in [
        (Api::Beta, "me", "/beta/me/invalidateAllRefreshTokens"),
        (Api::V1, "ME", "/v1.0/me/revokeSignInSessions"),
        (
            Api::V1,
            "x_y#EXT#@c.com",
            "/v1.0/users/x_y%23EXT%23%40c.com/revokeSignInSessions",
        ),
        (
            Api::Beta,
            "$ales@c.com",
            "/beta/users('%24ales%40c.com')/invalidateAllRefreshTokens",
        ),
        (
            Api::Beta,
            "o'brien@c.com",
            "/beta/users/o%27brien%40c.com/invalidateAllRefreshTokens",
        ),
    ] {
        let server = Server::start(vec![accepted()]);
        server
            .client_with(|options| options.api = api)
            .invalidate(user, None)
            .unwrap();
        let request = server.requests().remove(0);
        assert!(
            request.starts_with(&format!("POST {path} HTTP/1.1\r\n")),
            "{request}"
        );
    }
}

#[test]
fn any_2xx_that_is_understood_or_empty_is_acceptance_but_an_explicit_false_is_not() {
    for (status, body) in [
        ("200 OK", r#"{"value":true}"#),
        (
            "200 OK",
            "\u{feff} {\"@odata.context\":\"x\",\"value\":true}\r\n",
        ),
        ("204 No Content", ""),
        ("200 OK", ""),
        ("202 Accepted", " \r\n"),
        ("200 OK", r#"{"value":null}"#),
        ("200 OK", r#"{"@odata.context":"x"}"#),
    ] {
        assert_eq!(
            status_of(vec![answer(status, &[], body)]),
            Status::Ok,
            "{status} {body}"
        );
    }
    assert_eq!(
        status_of(vec![answer("200 OK", &[], r#"{"value":false}"#)]),
        Status::Unconfirmed
    );
}

#[test]
fn a_success_that_cannot_be_understood_is_none() {
    for (headers, body) in [
        // A sign-in page, a gateway's own answer, another service.
        (
            &["Content-Type: text/html"][..],
            "<html><title>Sign in</title>",
        ),
        (&[], "OK"),
        (&[], "true"),
        (&[], "[true]"),
        (&[], r#"[{"value":true}]"#),
        (&[], r#"{"status":"sign in first"}"#),
        (&[], r#"{"value":true,"error":{"code":"x"}}"#),
        (&[], r#"{"value":"true"}"#),
        (&[], r#"{"value":1}"#),
        (&[], r#"{"value":[]}"#),
        (&[], r#"{"value":false,"value":true}"#),
        (&[], r#"{"value":true} and more"#),
        (&[], "\u{1f}\u{8b}\u{8}"),
    ] {
        let server = Server::start(vec![answer("200 OK", headers, body)]);
        let error = server.client().invalidate("adele@contoso.com", None);
        let outcome = error.unwrap_err().into_outcome();
        assert_eq!(outcome.status, Status::UnexpectedAnswer, "{body}");
        let message = outcome.message.unwrap();
        assert!(message.contains("answered 200 OK, but"), "{message}");
        assert!(outcome.hint.unwrap().contains("repeating is safe"));
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

#[test]
fn an_encoding_that_nobody_asked_for_is_refused_by_its_name() {
    for (header, name) in [
        ("Content-Encoding: gzip", "gzip"),
        ("Content-Encoding: identity, BR", "br"),
        (
            "Content-Encoding: identity\r\nContent-Encoding: zstd",
            "zstd",
        ),
        ("Content-Encoding: <x>", "x"),
        ("Content-Encoding: ?", "something unknown"),
    ] {
        for (status, expected) in [
            ("200 OK", Status::UnexpectedAnswer),
            ("404 Not Found", Status::UnexpectedAnswer),
            ("403 Forbidden", Status::PermissionDenied),
        ] {
            let server = Server::start(vec![answer(status, &[header], r#"{"value":false}"#)]);
            let error = server.client().invalidate("adele@contoso.com", None);
            let outcome = error.unwrap_err().into_outcome();
            assert_eq!(outcome.status, expected, "{header}");
            let message = outcome.message.unwrap();
            assert!(
                message.contains(&format!("encoded as {name},")),
                "{message}"
            );
        }
    }
    for harmless in [
        "Content-Encoding: identity",
        "Content-Encoding:",
        "Vary: Accept-Encoding",
    ] {
        let answered = answer("200 OK", &[harmless], r#"{"value":true}"#);
        assert_eq!(status_of(vec![answered]), Status::Ok, "{harmless}");
    }
    // Nothing is nothing in every encoding.
    let nothing = answer("200 OK", &["Content-Encoding: gzip"], "");
    assert_eq!(status_of(vec![nothing]), Status::Ok);
}

#[test]
fn a_body_without_a_length_that_breaks_off_is_asked_for_again() {
    let broken = Reply::Raw(b"HTTP/1.0 200 OK\r\n\r\n{\"value\":tr".to_vec());
    let server = Server::start(vec![broken, accepted()]);
    let outcome = server
        .client()
        .invalidate("adele@contoso.com", None)
        .unwrap();
    assert_eq!(outcome.attempts, 2);
}

#[test]
fn claims_are_found_in_every_challenge_of_every_header() {
    let claims = "eyJhY2Nlc3NfdG9rZW4iOnt9fQ==";
    let pop = "PoP realm=\"\", nonce=\"a, b\"";
    let bearer = format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{claims}\"");
    let [first, second] = [pop, &bearer].map(|it| format!("WWW-Authenticate: {it}"));
    let both = format!("WWW-Authenticate: {pop}, {bearer}");
    for headers in [&[first.as_str(), &second][..], &[&second, &first], &[&both]] {
        let answered = graph_error(
            "401 Unauthorized",
            headers,
            "InvalidAuthenticationToken",
            "x",
        );
        assert_eq!(
            status_of(vec![answered]),
            Status::ClaimsChallenge,
            "{headers:?}"
        );
    }
}

#[test]
fn a_clock_that_is_wrong_is_said_where_a_token_is_refused() {
    // The server's answers are of a day in the past, or of the far future.
    let refused = |date: &str| {
        let body = r#"{"error":{"code":"InvalidAuthenticationToken","message":"Lifetime validation failed, the token is expired."}}"#;
        let text = format!(
            "HTTP/1.1 401 Unauthorized\r\nDate: {date}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let server = Server::start(vec![Reply::Keep(text.into_bytes())]);
        let error = server
            .client()
            .invalidate("adele@contoso.com", None)
            .unwrap_err();
        assert_eq!(error.status(), Status::TokenExpired);
        error.into_outcome().hint.unwrap()
    };
    let hint = refused("Tue, 24 Nov 2020 10:00:00 GMT");
    assert!(
        hint.contains("clock is wrong") && hint.contains(" fast"),
        "{hint}"
    );
    let hint = refused("Tue, 24 Nov 2099 10:00:00 GMT");
    assert!(hint.contains(" slow"), "{hint}");
    let now = httpdate::fmt_http_date(std::time::SystemTime::now());
    assert!(!refused(&now).contains("clock"));
}

#[test]
fn a_read_that_times_out_has_changed_nothing() {
    let not_before = "2026-11-24T10:00:00Z".parse().unwrap();
    for reply in [Reply::Stall, Reply::Close] {
        let server = Server::start(vec![reply]);
        let client = server.client_with(|options| options.timeout = Some(Duration::from_secs(1)));
        let error = client
            .verify("adele@contoso.com", not_before, None)
            .unwrap_err();
        let outcome = error.into_outcome();
        let said = format!("{:?} {:?}", outcome.message, outcome.hint);
        assert!(
            !said.contains("acted") && said.contains("only reads"),
            "{said}"
        );
        let error = client.invalidate("adele@contoso.com", None).unwrap_err();
        let outcome = error.into_outcome();
        let said = format!("{:?} {:?}", outcome.message, outcome.hint);
        assert!(said.contains("may have acted"), "{said}");
    }
}

#[test]
fn an_outcome_carries_what_support_asks_for() {
    let server = Server::start(vec![accepted()]);
    let outcome = server
        .client()
        .invalidate("87D349ED-44D7-43E1-9A83-5F2406DEE5BD", None)
        .unwrap();
    let sent = server.requests().remove(0);
    assert_eq!(outcome.http_status, Some(200));
    assert_eq!(outcome.attempts, 1);
    assert_eq!(
        outcome.id.as_deref(),
        Some("87d349ed-44d7-43e1-9a83-5f2406dee5bd")
    );
    assert_eq!(
        outcome.request_id.as_deref(),
        Some("11111111-2222-3333-4444-555555555555")
    );
    let id = outcome.client_request_id.clone().unwrap();
    assert!(sent.contains(&format!("client-request-id: {id}\r\n")));
    let json = serde_json::to_value(&outcome).unwrap();
    assert_eq!(json["status"], "accepted");
    assert_eq!(json["server_date"], "2026-11-24T10:00:00.000Z");
    assert!(json.get("headers").is_none() && json.get("code").is_none());
}

#[test]
fn every_refusal_has_its_own_status_and_says_what_to_do_next() {
    let challenge = r#"WWW-Authenticate: Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ==""#;
    let nonsense = r#"WWW-Authenticate: Bearer error="insufficient_claims", claims="%%%""#;
    for (reply, status, hinted) in [
        (
            graph_error(
                "401 Unauthorized",
                &[],
                "InvalidAuthenticationToken",
                "Lifetime validation failed, the token is expired.",
            ),
            Status::TokenExpired,
            "new token",
        ),
        (
            graph_error(
                "401 Unauthorized",
                &[],
                "InvalidAuthenticationToken",
                "Access token validation failure. Invalid audience.",
            ),
            Status::TokenWrongAudience,
            "Microsoft Graph",
        ),
        (
            graph_error("401 Unauthorized", &[challenge], "x", "y"),
            Status::ClaimsChallenge,
            "sign in again",
        ),
        (
            graph_error("401 Unauthorized", &[nonsense], "x", "y"),
            Status::UnexpectedAnswer,
            "sign in again",
        ),
        (
            graph_error("401 Unauthorized", &[], "x", "y"),
            Status::TokenRejected,
            "new token",
        ),
        (
            graph_error(
                "403 Forbidden",
                &[],
                "Authorization_RequestDenied",
                "Insufficient privileges",
            ),
            Status::PermissionDenied,
            "Helpdesk or User Administrator",
        ),
        (
            graph_error(
                "404 Not Found",
                &[],
                "Request_ResourceNotFound",
                "Resource does not exist",
            ),
            Status::UserNotFound,
            "tenant",
        ),
        (
            answer("404 Not Found", &[], "<html>"),
            Status::UnexpectedAnswer,
            "endpoint",
        ),
        (
            graph_error("400 Bad Request", &[], "Request_BadRequest", "no"),
            Status::UserKeyRefused,
            "object id",
        ),
        (
            graph_error("405 Method Not Allowed", &[], "Request_BadRequest", "no"),
            Status::RequestRefused,
            "beta",
        ),
        (
            answer("302 Found", &["Location: https://evil.example/"], ""),
            Status::RedirectRefused,
            "never followed",
        ),
        (
            answer("418 I'm a teapot", &[], ""),
            Status::UnexpectedAnswer,
            "endpoint",
        ),
    ] {
        let server = Server::start(vec![reply]);
        let error = server
            .client()
            .invalidate("adele@contoso.com", None)
            .unwrap_err();
        let hint = error.outcome().hint.clone().unwrap_or_default();
        assert_eq!(error.status(), status, "{error:?}");
        assert!(hint.contains(hinted), "{status}: {hint}");
        assert_eq!(server.requests().len(), 1, "{status} must not be retried");
        assert_eq!(error.outcome().user, "adele@contoso.com");
    }
}

#[test]
fn a_403_names_the_scope_and_the_role_by_what_the_token_lacks() {
    let hint = |claims: &str| {
        let server = Server::start(vec![graph_error(
            "403 Forbidden",
            &[],
            "Authorization_RequestDenied",
            "no",
        )]);
        let client = server.client_with(|options| options.token = Some(token_with(claims)));
        client
            .invalidate("adele@contoso.com", None)
            .unwrap_err()
            .outcome()
            .hint
            .clone()
            .unwrap()
    };
    let lacking = hint(r#"{"aud":"https://graph.microsoft.com","scp":"User.Read"}"#);
    assert!(
        lacking.contains("lacks User.RevokeSessions.All") && lacking.contains("role"),
        "{lacking}"
    );
    let having = hint(r#"{"aud":"https://graph.microsoft.com","scp":"User.RevokeSessions.All"}"#);
    assert!(
        having.contains("give the signed-in user a directory role"),
        "{having}"
    );
}

#[test]
fn what_may_pass_is_retried_and_every_attempt_counted() {
    let server = Server::start(vec![
        graph_error(
            "429 Too Many Requests",
            &["Retry-After: 0.2"],
            "TooManyRequests",
            "slow down",
        ),
        answer(
            "503 Service Unavailable",
            &["Retry-After: Tue, 24 Nov 2026 10:00:00 GMT"],
            "",
        ),
        Reply::Close,
        Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"val".to_vec()),
        accepted(),
    ]);
    let begin = Instant::now();
    let outcome = server
        .client()
        .invalidate("adele@contoso.com", None)
        .unwrap();
    assert_eq!(outcome.attempts, 5);
    assert_eq!(server.requests().len(), 5);
    assert!(begin.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_wait_past_the_deadline_is_known_at_once() {
    let server = Server::start(vec![graph_error(
        "429 Too Many Requests",
        &["Retry-After: 600"],
        "TooManyRequests",
        "slow down",
    )]);
    let begin = Instant::now();
    let error = server
        .client()
        .invalidate("adele@contoso.com", None)
        .unwrap_err();
    assert_eq!(error.status(), Status::Throttled);
    assert_eq!(error.outcome().retry_after, Some(Duration::from_secs(600)));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn verification_waits_until_the_cut_off_has_moved() {
    let user = |time: &str| {
        answer(
            "200 OK",
            &[],
            &format!(
                r#"{{"id":"87d349ed-44d7-43e1-9a83-5f2406dee5bd","signInSessionsValidFromDateTime":"{time}"}}"#
            ),
        )
    };
    let server = Server::start(vec![
        user("2026-01-01T00:00:00Z"),
        user("2026-11-24T10:00:00Z"),
    ]);
    let accepted_at = "2026-11-24T10:00:00.700Z".parse().unwrap();
    let outcome = server
        .client()
        .verify("adele@contoso.com", accepted_at, None)
        .unwrap();
    assert_eq!(outcome.status, Status::Verified);
    assert_eq!(
        outcome.id.as_deref(),
        Some("87d349ed-44d7-43e1-9a83-5f2406dee5bd")
    );
    assert_eq!(server.requests().len(), 2);
    assert!(server.requests()[0].starts_with(
        "GET /beta/users/adele%40contoso.com?$select=id,signInSessionsValidFromDateTime,refreshTokensValidFromDateTime HTTP/1.1"
    ));

    let server = Server::start(vec![user("2026-01-01T00:00:00Z")]);
    let client = server.client_with(|options| options.timeout = Some(Duration::from_millis(700)));
    let error = client
        .verify("adele@contoso.com", accepted_at, None)
        .unwrap_err();
    assert_eq!(error.status(), Status::NotVerified);

    let server = Server::start(vec![answer(
        "200 OK",
        &[],
        r#"{"refreshTokensValidFromDateTime":"2026-11-24T10:00:01Z"}"#,
    )]);
    assert!(server.client().verify("me", accepted_at, None).is_ok());
}

#[test]
fn one_connection_serves_many_calls() {
    let server = Server::start(vec![accepted()]);
    let client = server.client();
    for _ in 0..10 {
        client.invalidate("adele@contoso.com", None).unwrap();
    }
    assert_eq!(server.requests().len(), 10);
}

#[test]
fn thirty_two_threads_share_one_client() {
    let server = Server::start(vec![accepted()]);
    let client = server.client();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                for _ in 0..20 {
                    client.invalidate("adele@contoso.com", None).unwrap();
                }
            });
        }
    });
    assert_eq!(server.requests().len(), 32 * 20);
}

#[test]
fn a_client_works_inside_a_callers_own_runtime() {
    let server = Server::start(vec![accepted()]);
    let client = server.client();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async { client.invalidate("me", None).unwrap() });
    runtime.block_on(async move { drop(client) });
}

#[test]
fn a_service_is_reached_over_ipv6() {
    let emulator = graph_invalidate_emulator::Emulator::builder()
        .listen("[::1]:0".parse().unwrap())
        .start()
        .unwrap();
    assert!(emulator.url().starts_with("http://[::1]:"));
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let mut options = graph_invalidate::ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(graph_invalidate::AccessToken::new(&token).unwrap());
    let client = graph_invalidate::Client::new(options).unwrap();
    let outcome = client
        .invalidate("adele.vance@contoso.example", None)
        .unwrap();
    assert_eq!(outcome.status, Status::Ok);
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn a_time_beyond_49_days_is_refused_and_one_without_end_is_the_longest() {
    let server = Server::start(vec![accepted()]);
    let endless = server.client_with(|options| options.timeout = Some(Duration::MAX));
    let status = |result: Result<_, Error>| result.map(drop).map_err(|error| error.status());
    assert_eq!(
        status(endless.invalidate("adele@contoso.com", None)),
        Ok(())
    );

    let century = Duration::from_secs(100 * 365 * 86_400);
    let mut options = ClientOptions::default();
    options.timeout = Some(century);
    let refused = Client::new(options).err().map(|error| error.status());
    assert_eq!(refused, Some(Status::InvalidOption));
    let mut call = CallOptions::of_kind(CallKind::Invalidate);
    call.timeout = Some(century);
    assert_eq!(
        status(endless.call("adele@contoso.com", call, None)),
        Err(Status::InvalidOption)
    );
    assert_eq!(server.requests().len(), 1);
}
