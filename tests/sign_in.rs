//! Signing in by itself: from the credential to the action, against the emulator's sign-in service.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use graph_invalidate::{
    Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Secret, Status,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind};

const ADELE: &str = "adele.vance@contoso.example";
const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";
const AUTOMATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const SECRET: &str = "emulated-secret";

fn client_secret() -> CredentialOptions {
    let mut credential = CredentialOptions::new(CredentialKind::ClientSecret);
    credential.tenant = Some(TENANT.to_owned());
    credential.client_id = Some(AUTOMATION.to_owned());
    credential.client_secret = Some(Secret::new(SECRET).unwrap());
    credential.environment = Environment::of(Vec::new());
    credential
}

fn client(emulator: &Emulator, credential: CredentialOptions) -> Client {
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.credential = Some(credential);
    Client::new(options).unwrap()
}

fn sign_ins(emulator: &Emulator) -> usize {
    let requests = emulator.requests();
    requests
        .iter()
        .filter(|request| request.path.contains("/oauth2/"))
        .count()
}

#[test]
fn an_application_signs_in_once_for_many_calls() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, client_secret());
    for _ in 0..5 {
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
    }
    assert_eq!(sign_ins(&emulator), 1);
    assert_eq!(emulator.requests().len(), 6);
}

#[test]
fn threads_that_call_at_once_sign_in_once() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, client_secret());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| client.invalidate(ADELE, None).unwrap());
        }
    });
    assert_eq!(sign_ins(&emulator), 1);
}

#[test]
fn a_claims_challenge_is_answered_once_with_a_new_sign_in() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, client_secret());
    client.invalidate(ADELE, None).unwrap();
    emulator.arm(Fault::once(FaultKind::ClaimsChallenge));
    let outcome = client.invalidate(ADELE, None).unwrap();
    assert_eq!(outcome.attempts, 2);
    assert_eq!(sign_ins(&emulator), 2);
}

#[test]
fn a_challenge_that_a_new_token_does_not_satisfy_is_an_error_that_says_so() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, client_secret());
    client.invalidate(ADELE, None).unwrap();
    let mut challenge = Fault::once(FaultKind::ClaimsChallenge);
    challenge.times = 9;
    challenge.path_contains = Some("/users/".to_owned());
    emulator.arm(challenge);
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::ClaimsChallenge);
    let hint = error.outcome().hint.as_deref().unwrap();
    assert!(hint.contains("was tried already"), "{hint}");
    assert_eq!(sign_ins(&emulator), 2);
}

#[test]
fn a_wrong_secret_is_refused_and_not_repeated() {
    let emulator = Emulator::builder().start().unwrap();
    let mut credential = client_secret();
    credential.client_secret = Some(Secret::new("hush-hush-hush").unwrap());
    let error = client(&emulator, credential)
        .invalidate(ADELE, None)
        .unwrap_err();
    let outcome = error.outcome();
    assert_eq!(outcome.status, Status::SignInRefused);
    assert_eq!(outcome.code.as_deref(), Some("AADSTS7000215"));
    assert_eq!(outcome.http_status, Some(401));
    assert_eq!(outcome.user, ADELE);
    assert!(outcome.request_id.is_some() && outcome.client_request_id.is_some());
    assert!(outcome.hint.as_deref().unwrap().contains("not its id"));
    assert!(!format!("{error:?}").contains("hush"));
    assert_eq!(emulator.requests().len(), 1);
}
