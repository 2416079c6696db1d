//! Users whom the directory chooses, through the Rust interface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, Cancellation, Client, ClientOptions, Criteria, Next, RunMode, RunOptions, Status,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};

const ALL: &[&str] = &[
    "User.RevokeSessions.All",
    "User.Read.All",
    "GroupMember.Read.All",
];

fn client(emulator: &Emulator, permissions: &[&str]) -> Client {
    let mut request = TokenRequest::default();
    request.permissions = Some(permissions.iter().map(|&it| it.to_owned()).collect());
    let token = emulator.mint(&request).unwrap().access_token;
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token).unwrap());
    options.timeout = Some(Duration::from_secs(20));
    Client::new(options).unwrap()
}

fn group(name: &str) -> Criteria {
    let mut criteria = Criteria::default();
    criteria.group = vec![name.to_owned()];
    criteria
}

fn filter(condition: &str) -> Criteria {
    let mut criteria = Criteria::default();
    criteria.filter = Some(condition.to_owned());
    criteria
}

fn stalled(path: &str, times: u32) -> Fault {
    let mut fault = Fault::once(FaultKind::Stall);
    fault.path_contains = Some(path.to_owned());
    fault.times = times;
    fault
}

#[test]
fn a_selection_says_what_it_came_to_and_who_they_are() {
    let emulator = Emulator::builder().start().unwrap();
    let selection = client(&emulator, ALL)
        .select(&group("Finance"), None)
        .unwrap();
    let summary = &selection.summary;
    assert_eq!(summary.words, "group \"Finance\"");
    assert_eq!((summary.users, summary.guests_passed_over), (3, 1));
    assert_eq!((summary.others_passed_over, summary.index_view), (5, false));
    let adele = selection.users().next().unwrap();
    assert_eq!(
        adele.user_principal_name.as_deref(),
        Some("adele.vance@contoso.example")
    );
    assert_eq!(adele.id, "87d349ed-44d7-43e1-9a83-5f2406dee5bd");
    assert!(
        selection
            .remarks
            .iter()
            .any(|it| it.starts_with("1 guest was passed over"))
    );
    let paused = client(&emulator, ALL)
        .select(&group("Sales by rule"), None)
        .unwrap();
    assert!(
        paused.remarks[0].contains("is not followed at the moment (Paused)"),
        "{:?}",
        paused.remarks
    );
}

#[test]
fn a_group_is_asked_for_in_the_way_that_does_not_lag_and_a_filter_only_where_it_must_be() {
    let emulator = Emulator::builder().users(3000).start().unwrap();
    let client = client(&emulator, ALL);
    let eventual = || {
        let requests = emulator.requests();
        let lagging = requests
            .iter()
            .filter(|it| it.headers.contains_key("consistencylevel"));
        (requests.len(), lagging.count())
    };
    client.select(&group("All generated"), None).unwrap();
    assert_eq!(eventual(), (1 + 4, 0), "one to find it, four pages");
    emulator.reset();
    let selection = client
        .select(&filter("department ne 'Legal'"), None)
        .unwrap();
    assert!(selection.summary.index_view);
    assert!(
        selection
            .remarks
            .iter()
            .any(|it| it.contains("index, which lags"))
    );
    // Refused once, and then asked with the header on every page.
    let (requests, lagging) = eventual();
    assert_eq!(requests, lagging + 1);
    assert!(lagging >= 3, "{lagging}");
}

#[test]
fn a_filter_that_was_passed_over_is_noticed() {
    let emulator = Emulator::builder().start().unwrap();
    let body = r#"{"value": [{"id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd", "userPrincipalName": "adele.vance@contoso.example", "accountEnabled": true}]}"#;
    let mut fault = Fault::once(FaultKind::Status {
        status: 200,
        code: None,
        message: None,
        headers: Vec::new(),
        body: Some(body.to_owned()),
    });
    fault.path_contains = Some("/users".to_owned());
    emulator.arm(fault);
    let refused = client(&emulator, ALL).select(&filter("accountEnabled eq false"), None);
    let error = refused.unwrap_err();
    assert_eq!(error.status(), Status::UnexpectedAnswer);
    assert!(
        error
            .to_string()
            .contains("for whom the filter does not hold"),
        "{error}"
    );
}

#[test]
fn a_missing_permission_is_told_before_anything_is_sent_and_which_one_would_do() {
    let emulator = Emulator::builder().start().unwrap();
    for (permissions, criteria, least) in [
        (
            &["User.RevokeSessions.All"][..],
            group("Finance"),
            "Group.ReadBasic.All",
        ),
        (
            &["User.RevokeSessions.All", "Group.ReadBasic.All"],
            group("Finance"),
            "GroupMember.ReadBasic.All",
        ),
        (
            &["User.RevokeSessions.All"],
            filter("accountEnabled eq false"),
            "User.Read.All",
        ),
    ] {
        let error = client(&emulator, permissions)
            .select(&criteria, None)
            .unwrap_err();
        assert_eq!(error.status(), Status::PermissionDenied, "{error}");
        let hint = error.outcome().hint.as_deref().unwrap();
        assert!(
            hint.starts_with(&format!("The token lacks {least}:")),
            "{hint}"
        );
    }
    assert_eq!(emulator.totals().accepted, 0);
}

#[test]
fn a_listing_ends_within_a_moment_of_its_cancellation() {
    let emulator = Emulator::builder().start().unwrap();
    emulator.arm(stalled("groups", 2));
    let client = client(&emulator, ALL);
    let cancellation = Cancellation::new();
    let cancelling = std::thread::spawn({
        let cancellation = cancellation.clone();
        move || {
            std::thread::sleep(Duration::from_millis(200));
            cancellation.cancel();
            Instant::now()
        }
    });
    let error = client
        .select(&group("Finance"), Some(&cancellation))
        .unwrap_err();
    let since = cancelling.join().unwrap().elapsed();
    assert_eq!(error.status(), Status::Cancelled);
    assert!(since < Duration::from_millis(100), "{since:?}");

    let mut options = RunOptions::default();
    options.select = group("Finance");
    let run = client.run(options).unwrap();
    run.finish_input().unwrap();
    assert!(matches!(
        run.next(Duration::from_millis(200)),
        Ok(Next::Timeout)
    ));
    let begun = Instant::now();
    run.cancel();
    assert!(matches!(run.next(Duration::from_secs(5)), Ok(Next::Done)));
    assert!(
        begun.elapsed() < Duration::from_millis(100),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_run_keeps_its_deadline_while_it_lists() {
    let emulator = Emulator::builder().start().unwrap();
    emulator.arm(stalled("groups", 9));
    let mut options = RunOptions::default();
    options.select = group("Finance");
    options.deadline = Some(Duration::from_millis(300));
    let run = client(&emulator, ALL).run(options).unwrap();
    let begun = Instant::now();
    let error = run.next(Duration::from_secs(10)).unwrap_err();
    assert_eq!(error.status(), Status::DeadlineExceeded);
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_run_acts_on_exactly_the_selection_that_it_is_given() {
    let emulator = Emulator::builder().users(50).start().unwrap();
    let client = client(&emulator, ALL);
    let criteria = filter("startsWith(userPrincipalName,'user')");
    let selection = Arc::new(client.select(&criteria, None).unwrap());
    emulator.reset();
    let mut options = RunOptions::default();
    options.select = filter("accountEnabled eq false");
    options.selection = Some(Arc::clone(&selection));
    let refused = client.run(options.clone()).unwrap_err();
    assert_eq!(refused.status(), Status::InvalidOption, "{refused}");
    options.select = criteria;
    let run = client.run(options).unwrap();
    run.finish_input().unwrap();
    let mut accepted = 0;
    loop {
        match run.next(Duration::from_secs(5)).unwrap() {
            Next::Outcome(outcome) => {
                assert_eq!(outcome.status, Status::Ok);
                assert!(outcome.id.is_some_and(|id| id.starts_with("9e000000-")));
                accepted += 1;
            }
            Next::Done => break,
            _ => {}
        }
    }
    assert_eq!(accepted, 50);
    let listed = emulator
        .requests()
        .iter()
        .any(|it| it.path.starts_with("/v1.0/users?"));
    assert!(!listed, "it was not listed again");
}

#[test]
fn remarks_come_before_anybody_is_sent() {
    let emulator = Emulator::builder().start().unwrap();
    let mut options = RunOptions::default();
    options.select = group("Finance");
    options.mode = RunMode::Select;
    let run = client(&emulator, ALL).run(options).unwrap();
    run.finish_input().unwrap();
    let Next::Outcome(first) = run.next(Duration::from_secs(5)).unwrap() else {
        panic!("a remark comes first");
    };
    assert_eq!(first.status, Status::SelectionRemark);
    assert!(
        first
            .message
            .is_some_and(|it| it.starts_with("1 guest was passed over"))
    );
}
