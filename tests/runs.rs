//! Runs over many users, against the emulator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, Client, ClientOptions, Next, Outcome, Run, RunOptions, Status,
};
use graph_invalidate_emulator::{Emulator, TokenRequest};

fn client(emulator: &Emulator) -> Client {
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token).unwrap());
    Client::new(options).unwrap()
}

/// Reads the run to its end.
fn outcomes(run: &Run) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        match run.next(Duration::from_secs(5)).unwrap() {
            Next::Outcome(outcome) => outcomes.push(*outcome),
            Next::Done => return outcomes,
            other => panic!("{other:?}"),
        }
    }
    panic!("the run does not end: {:?}", run.progress().unwrap());
}

fn status_of<'a>(outcomes: &'a [Outcome], user: &str) -> Option<&'a Outcome> {
    outcomes.iter().find(|outcome| outcome.user == user)
}

#[test]
fn everyone_is_signed_out_and_those_who_cannot_be_are_named() {
    let emulator = Emulator::builder().start().unwrap();
    let run = client(&emulator).run(RunOptions::default()).unwrap();
    run.add([
        "adele.vance@contoso.example",
        "nobody@contoso.example",
        "o'brien@contoso.example",
        "$ales@contoso.example",
        "a b",
    ])
    .unwrap();
    run.add(["ADELE.VANCE@contoso.example", "me"]).unwrap();
    run.finish_input().unwrap();
    let outcomes = outcomes(&run);
    let fate = |user| status_of(&outcomes, user).map(|outcome| outcome.status);
    assert_eq!(fate("adele.vance@contoso.example"), Some(Status::Ok));
    assert_eq!(fate("nobody@contoso.example"), Some(Status::UserNotFound));
    assert_eq!(fate("o'brien@contoso.example"), Some(Status::Ok));
    assert_eq!(fate("$ales@contoso.example"), Some(Status::Ok));
    assert_eq!(fate("a b"), Some(Status::InvalidUser));
    assert_eq!(
        outcomes.last().map(|outcome| outcome.user.as_str()),
        Some("me")
    );
    assert_eq!(outcomes.len(), 6);
    let progress = run.progress().unwrap();
    assert_eq!(
        (
            progress.added,
            progress.duplicates,
            progress.accepted,
            progress.failed
        ),
        (7, 1, 4, 2)
    );
}
