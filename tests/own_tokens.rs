//! Calls that bring their own token: it is the one that is judged, sent and never replaced.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, CallKind, CallOptions, CallQueue, Cancellation, Client, ClientOptions,
    CredentialKind, CredentialOptions, Ended, Next, RunOptions, Secret, Status,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};
use support::control::Control;
use support::identities;
use support::signing_in::{ADELE, TENANT, client, credential};
use support::{Reply, Server, accepted, token, token_with};

const OTHER: &str = "c0ffee00-1111-4222-8333-000000000000";

fn own(token: AccessToken) -> CallOptions {
    let mut options = CallOptions::default();
    options.token = Some(token);
    options
}

fn minted(emulator: &Emulator) -> AccessToken {
    let token = emulator.mint(&TokenRequest::default()).unwrap();
    AccessToken::new(&token.access_token).unwrap()
}

fn application() -> CredentialOptions {
    let mut credential = credential(
        CredentialKind::ClientSecret,
        &[
            ("AZURE_TENANT_ID", TENANT),
            ("AZURE_CLIENT_ID", "aaaaaaaa-0000-4000-8000-000000000003"),
        ],
    );
    credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
    credential
}

/// How many requests there were beside the action's.
fn sign_ins(emulator: &Emulator) -> usize {
    let requests = emulator.requests();
    let others = requests
        .iter()
        .filter(|request| !request.path.contains("Tokens"));
    others.count()
}

#[test]
fn beside_a_credential_it_is_sent_without_a_sign_in_and_not_renewed() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, application());
    // The application may act for everybody, and there is no signed-in user to it.
    let error = client.invalidate("me", None).unwrap_err();
    assert_eq!(error.status(), Status::TokenWithoutUser);
    assert_eq!(sign_ins(&emulator), 1);
    let token = minted(&emulator);
    let outcome = client.call("me", own(token.clone()), None).unwrap();
    assert_eq!(outcome.status, Status::Ok);
    assert_eq!(client.access_with(&token).tenant.as_deref(), Some(TENANT));

    emulator.arm(Fault::once(FaultKind::ClaimsChallenge));
    let error = client.call("me", own(token), None).unwrap_err();
    assert_eq!(error.status(), Status::ClaimsChallenge);
    assert_eq!(sign_ins(&emulator), 1);
}

/// What becomes of one user in a run with a token of its own.
fn run_over(client: &Client, user: &str, token: AccessToken) -> Status {
    let mut options = RunOptions::default();
    options.token = Some(token);
    let run = client.run(options).unwrap();
    run.add([user]).unwrap();
    run.finish_input().unwrap();
    match run.next(Duration::from_secs(20)) {
        Ok(Next::Outcome(outcome)) => outcome.status,
        Ok(other) => panic!("{other:?}"),
        Err(error) => error.status(),
    }
}

#[test]
fn identities_that_share_a_client_act_each_for_themselves() {
    for scenario in identities::all() {
        let emulator = Emulator::builder().start().unwrap();
        let control = Control::of(emulator.url());
        let tokens = scenario.arrange(&control);
        let mut options = ClientOptions::default();
        options.endpoint = Some(emulator.url().to_owned());
        let client = Client::new(options).unwrap();
        let observed = std::thread::scope(|scope| {
            let pairs = scenario.identities.iter().zip(&tokens);
            let client = &client;
            let scenario_is_of_runs = scenario.runs;
            let threads: Vec<_> = pairs
                .map(|(identity, token)| {
                    scope.spawn(move || {
                        let call = |_| {
                            let token = AccessToken::new(token).unwrap();
                            let status = match scenario_is_of_runs {
                                true => run_over(client, &identity.user, token),
                                false => client
                                    .call(&identity.user, own(token), None)
                                    .map_or_else(|error| error.status(), |outcome| outcome.status),
                            };
                            match status {
                                Status::Ok => "accepted".to_owned(),
                                status => status.name().to_owned(),
                            }
                        };
                        (0..identity.calls).map(call).collect()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Vec<Vec<String>>>()
        });
        scenario.judge(&observed, &control);
    }
}

#[test]
fn its_tenant_is_held_against_the_expected_one() {
    let server = Server::start(vec![accepted()]);
    let of = |tenant: &str| {
        token_with(&format!(
            r#"{{"aud":"https://graph.microsoft.com","idtyp":"user","tid":"{tenant}"}}"#
        ))
    };
    let client = server.client_with(|options| {
        options.token = Some(of(TENANT));
        options.expect_tenant = Some(TENANT.to_owned());
    });
    let error = client.call(ADELE, own(of(OTHER)), None).unwrap_err();
    assert_eq!(error.status(), Status::TokenWrongTenant);
    assert_eq!(server.requests().len(), 0);
    assert!(client.call(ADELE, own(of(TENANT)), None).is_ok());
}

#[test]
fn its_claims_choose_the_cloud_and_what_is_refused() {
    let client = Client::new(ClientOptions::default()).unwrap();
    for (audience, endpoint) in [
        ("https://graph.microsoft.com", "https://graph.microsoft.com"),
        ("https://graph.microsoft.us", "https://graph.microsoft.us"),
    ] {
        let token = token_with(&format!(r#"{{"aud":"{audience}"}}"#));
        let access = client.access_with(&token);
        assert_eq!(access.endpoint.as_deref(), Some(endpoint));
    }
    let elsewhere = token_with(r#"{"aud":"https://vault.azure.net"}"#);
    let error = client.call(ADELE, own(elsewhere), None).unwrap_err();
    assert_eq!(error.status(), Status::TokenWrongAudience);
    let error = client.call(ADELE, CallOptions::default(), None);
    assert_eq!(error.unwrap_err().status(), Status::TokenMissing);
}

#[test]
fn a_call_may_take_less_time_than_the_clients_others() {
    let server = Server::start(vec![Reply::Stall]);
    let mut options = own(token());
    options.timeout = Some(Duration::from_millis(300));
    let begin = Instant::now();
    let error = server.client().call(ADELE, options, None).unwrap_err();
    assert_eq!(error.status(), Status::DeadlineExceeded);
    assert!(error.to_string().contains("within 0.3 s"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_time_that_no_outcome_can_have_is_refused_and_none_shows_the_cut_off() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, application());
    for time in [
        "0001-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2199-01-01T00:00:00Z",
    ] {
        let error = client.verify(ADELE, time.parse().unwrap(), None);
        assert_eq!(error.unwrap_err().status(), Status::InvalidTime, "{time}");
    }
    assert_eq!(emulator.requests().len(), 0);
    let shown = client.call(ADELE, CallOptions::of_kind(CallKind::Show), None);
    let shown = shown.unwrap();
    assert_eq!(shown.status, Status::Shown);
    assert!(shown.message.unwrap().contains("valid from"));
    assert!(shown.hint.unwrap().contains("proves nothing"));
}

#[test]
fn a_runs_token_is_its_own_until_its_end() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, application());
    let mut options = RunOptions::default();
    options.token = Some(minted(&emulator));
    let run = client.run(options).unwrap();
    client.set_token(token_with(r#"{"aud":"https://vault.azure.net"}"#));
    drop(client);
    emulator.arm(Fault::once(FaultKind::TokensExpire));
    run.add([ADELE]).unwrap();
    run.finish_input().unwrap();
    let needed = run.next(Duration::from_secs(20)).unwrap();
    assert!(matches!(needed, Next::TokenNeeded(_)), "{needed:?}");
    run.set_token(minted(&emulator)).unwrap();
    match run.next(Duration::from_secs(20)).unwrap() {
        Next::Outcome(outcome) => assert_eq!(outcome.status, Status::Ok),
        other => panic!("{other:?}"),
    }
    assert_eq!(sign_ins(&emulator), 0);
}

#[test]
fn until_something_is_asked_of_a_run_another_identity_may_take_its_place() {
    let of = |tenant: &str| {
        token_with(&format!(
            r#"{{"aud":"https://graph.microsoft.com","scp":"User.RevokeSessions.All","idtyp":"user","tid":"{tenant}"}}"#
        ))
    };
    let server = Server::start(vec![accepted()]);
    let mut options = ClientOptions::default();
    options.endpoint = Some(server.url.clone());
    let client = Client::new(options).unwrap();
    let mut options = RunOptions::default();
    options.token = Some(of(TENANT));
    let run = client.run(options).unwrap();
    // Longer than the run needs to look at its token, were it to look.
    std::thread::sleep(Duration::from_millis(300));
    run.set_token(of(OTHER)).unwrap();
    run.add([ADELE]).unwrap();
    let first = run.next(Duration::from_secs(20)).unwrap();
    assert!(
        matches!(&first, Next::Outcome(outcome) if outcome.status == Status::Ok),
        "{first:?}"
    );
    // Now the run is somebody's.
    run.set_token(of(TENANT)).unwrap();
    run.add(["jörg@contoso.example"]).unwrap();
    let second = run.next(Duration::from_secs(20)).unwrap();
    assert!(
        matches!(&second, Next::TokenNeeded(why) if why.message.as_ref().is_some_and(|it| it.contains(OTHER))),
        "{second:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_queue_signs_in_once_for_all_its_calls() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, application());
    let queue = CallQueue::new();
    for tag in 0..200 {
        let options = CallOptions::default();
        queue.submit(&client, ADELE, options, None, tag).unwrap();
    }
    for _ in 0..200 {
        match queue.next(Duration::from_secs(60)).unwrap() {
            Ended::Call { outcome, .. } => assert_eq!(outcome.status, Status::Ok),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sign_ins(&emulator), 1);
}

#[test]
fn a_queued_call_that_waits_for_the_sign_in_is_cancelled() {
    let emulator = Emulator::builder().start().unwrap();
    emulator.arm(Fault::once(FaultKind::Stall));
    let client = client(&emulator, application());
    let queue = CallQueue::new();
    let cancellation = Cancellation::new();
    for tag in 0..20 {
        let options = CallOptions::default();
        queue
            .submit(&client, ADELE, options, Some(&cancellation), tag)
            .unwrap();
    }
    std::thread::sleep(Duration::from_millis(200));
    cancellation.cancel();
    for _ in 0..20 {
        match queue.next(Duration::from_secs(10)).unwrap() {
            Ended::Call { outcome, .. } => assert_eq!(outcome.status, Status::Cancelled),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sign_ins(&emulator), 1);
}
