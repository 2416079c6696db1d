//! The one tenant in which a client may act.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::Duration;

use graph_invalidate::{
    AccessToken, Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Next,
    RunOptions, Secret, Status,
};
use graph_invalidate_emulator::{Emulator, TokenRequest};

const ADELE: &str = "adele.vance@contoso.example";
const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";
const OTHER: &str = "c0ffee00-1111-4222-8333-000000000000";

fn client(emulator: &Emulator, expected: &str) -> Client {
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token).unwrap());
    options.expect_tenant = Some(expected.to_owned());
    Client::new(options).unwrap()
}

#[test]
fn in_the_expected_tenant_everything_goes_on() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, &TENANT.to_uppercase());
    assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
    assert_eq!(client.access().status, Status::Ok);
}

#[test]
fn in_another_tenant_nothing_is_sent() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client(&emulator, OTHER);
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::TokenWrongTenant);
    assert!(error.to_string().contains(TENANT) && error.to_string().contains(OTHER));
    let error = client.verify(ADELE, "2026-01-01T00:00:00Z".parse().unwrap(), None);
    assert_eq!(error.unwrap_err().status(), Status::TokenWrongTenant);
    assert_eq!(client.access().status, Status::TokenWrongTenant);

    let run = client.run(RunOptions::default()).unwrap();
    run.add([ADELE]).unwrap();
    run.finish_input().unwrap();
    match run.next(Duration::from_secs(20)).unwrap() {
        Next::TokenNeeded(outcome) => assert_eq!(outcome.status, Status::TokenWrongTenant),
        other => panic!("{other:?}"),
    }
    assert_eq!(emulator.requests().len(), 0);
}

#[test]
fn a_credential_of_another_tenant_signs_in_and_goes_no_further() {
    let emulator = Emulator::builder().start().unwrap();
    let mut credential = CredentialOptions::new(CredentialKind::ClientSecret);
    credential.tenant = Some("contoso.example".to_owned());
    credential.client_id = Some("aaaaaaaa-0000-4000-8000-000000000003".to_owned());
    credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
    credential.environment = Environment::of(Vec::new());
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.credential = Some(credential);
    options.expect_tenant = Some(OTHER.to_owned());
    let client = Client::new(options).unwrap();
    let error = client.sign_in(None).unwrap_err();
    assert_eq!(error.status(), Status::TokenWrongTenant);
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::TokenWrongTenant);
    assert_eq!(emulator.requests().len(), 1);
}
