//! A dry run: everyone is named with what is known of them, and nothing is sent that writes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, Client, ClientOptions, Next, Outcome, RunMode, RunOptions, Status,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};

const ADMINISTRATOR: &str = "admin@contoso.example";
const ADELE: &str = "adele.vance@contoso.example";

fn client(emulator: &Emulator, permissions: Option<&str>) -> Client {
    let mut request = TokenRequest::default();
    request.permissions = permissions.map(|permission| vec![permission.to_owned()]);
    let token = emulator.mint(&request).unwrap();
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token.access_token).unwrap());
    Client::new(options).unwrap()
}

/// The outcomes by their users.
fn dry_run(client: &Client, users: &[&str], batch_size: u32) -> BTreeMap<String, Outcome> {
    let mut options = RunOptions::default();
    options.mode = RunMode::DryRun;
    options.batch_size = Some(batch_size);
    let run = client.run(options).unwrap();
    run.add(users).unwrap();
    run.finish_input().unwrap();
    let mut outcomes = BTreeMap::new();
    loop {
        match run.next(Duration::from_secs(20)).unwrap() {
            Next::Outcome(outcome) => {
                outcomes.insert(outcome.user.clone(), *outcome);
            }
            Next::Done => return outcomes,
            other => panic!("{other:?}"),
        }
    }
}

fn said(outcome: &Outcome) -> &str {
    outcome.message.as_deref().unwrap_or_default()
}

/// A fault of the requests for directory roles.
fn roles_meet(kind: FaultKind, times: u32) -> Fault {
    let mut fault = Fault::once(kind);
    fault.path_contains = Some("directoryRole".to_owned());
    fault.times = times;
    fault
}

fn status(status: u16, code: &str) -> FaultKind {
    FaultKind::Status {
        status,
        code: Some(code.to_owned()),
        message: None,
        headers: Vec::new(),
        body: None,
    }
}

#[test]
fn an_administrator_is_named_with_the_roles_and_others_without() {
    let emulator = Emulator::builder().users(40).start().unwrap();
    for batch_size in [20, 1] {
        let crowd: Vec<String> = (1..=30)
            .map(|n| format!("user{n:06}@contoso.example"))
            .collect();
        let mut users: Vec<&str> = crowd.iter().map(String::as_str).collect();
        users.extend([ADMINISTRATOR, ADELE]);
        let named = dry_run(&client(&emulator, None), &users, batch_size);
        assert_eq!(named.len(), 32);
        assert!(
            said(&named[ADMINISTRATOR]).ends_with(
                "the caller's own account: it is signed out last; an administrator: User Administrator."
            ),
            "{}",
            said(&named[ADMINISTRATOR])
        );
        assert_eq!(
            said(&named[ADELE]),
            "Adele Vance <adele.vance@contoso.example>."
        );
        for outcome in named.values() {
            assert_eq!(outcome.status, Status::Planned, "{outcome:?}");
            assert!(outcome.id.is_some(), "{outcome:?}");
        }
    }
    assert_eq!(emulator.totals().accepted, 0);
}

#[test]
fn where_roles_cannot_be_read_they_are_unknown_and_everyone_is_named_at_once() {
    for (kind, times, requests) in [
        // Refused once, nobody else is asked about beyond those on the way.
        (status(403, "Authorization_RequestDenied"), 1_000, 60),
        (status(503, "ServiceUnavailable"), 1_000, 100),
        (status(500, "InternalServerError"), 1_000, 100),
    ] {
        let emulator = Emulator::builder().users(3_000).start().unwrap();
        emulator.arm(roles_meet(kind, times));
        let users: Vec<String> = (1..=40)
            .map(|n| format!("user{n:06}@contoso.example"))
            .collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let begin = Instant::now();
        let named = dry_run(&client(&emulator, None), &users, 20);
        assert!(begin.elapsed() < Duration::from_secs(8));
        assert_eq!(named.len(), 40);
        for outcome in named.values() {
            assert_eq!(outcome.status, Status::Planned);
            assert!(
                said(outcome).ends_with("; whether an administrator is unknown."),
                "{}",
                said(outcome)
            );
        }
        assert!(emulator.totals().items <= requests * 2);
    }
}

#[test]
fn a_short_refusal_for_the_quota_is_waited_for() {
    let emulator = Emulator::builder().start().unwrap();
    let FaultKind::Status {
        status,
        code,
        message,
        body,
        ..
    } = status(429, "TooManyRequests")
    else {
        panic!();
    };
    let headers = vec![("Retry-After".to_owned(), "0.1".to_owned())];
    let throttled = FaultKind::Status {
        status,
        code,
        message,
        headers,
        body,
    };
    emulator.arm(roles_meet(throttled, 1));
    let named = dry_run(&client(&emulator, None), &[ADMINISTRATOR, ADELE], 20);
    assert!(said(&named[ADMINISTRATOR]).contains("an administrator: User Administrator"));
    assert!(said(&named[ADELE]).ends_with("<adele.vance@contoso.example>."));
}

#[test]
fn a_token_that_may_not_read_users_plans_them_by_their_keys() {
    let emulator = Emulator::builder().start().unwrap();
    let named = dry_run(
        &client(&emulator, Some("User.RevokeSessions.All")),
        &[ADMINISTRATOR, ADELE],
        20,
    );
    assert!(said(&named[ADELE]).contains("nothing but the key is known"));
    assert_eq!(named[ADELE].status, Status::Planned);
}
