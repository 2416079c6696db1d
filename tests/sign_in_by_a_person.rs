//! Signing a person in: a code to enter at a page, in steps that nobody is called back for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::Duration;

use graph_invalidate::{Cancellation, CredentialKind, Status};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind};
use serde_json::json;
use support::control::Control;
use support::signing_in::{ADELE, TENANT, asked, client, client_with, credential};

#[test]
fn a_person_signs_in_with_a_code_in_two_steps() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let client = client(&emulator, credential(CredentialKind::DeviceCode, &[]));

    let error = client.invalidate("me", None).unwrap_err();
    assert_eq!(error.status(), Status::SignInInteractionRequired);
    assert!(
        error
            .outcome()
            .hint
            .as_deref()
            .unwrap()
            .contains("Sign in first")
    );

    let begun = client.sign_in(None).unwrap();
    assert_eq!(begun.status, Status::SignInPending);
    let code = begun.code.unwrap();
    assert!(begun.message.unwrap().contains(&code));
    let approval = json!({"user_code": code, "user": "admin@contoso.example"});
    control.post("approve", &approval);
    let outcome = client.sign_in(None).unwrap();
    assert_eq!(outcome.status, Status::SignedIn);
    let message = outcome.message.unwrap();
    assert!(
        message.contains("admin@contoso.example") && message.contains(TENANT),
        "{message}"
    );
    assert_eq!(client.sign_in(None).unwrap().status, Status::SignedIn);

    let (_, asked) = asked(&emulator).into_iter().next().unwrap();
    assert_eq!(
        asked["scope"],
        "https://graph.microsoft.com/User.RevokeSessions.All https://graph.microsoft.com/User.Read.All offline_access"
    );
    assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
    // Renewed without the person.
    emulator.arm(Fault::once(FaultKind::ClaimsChallenge));
    assert_eq!(client.invalidate(ADELE, None).unwrap().attempts, 2);
    // Until the sign-in itself is over: the person's own sessions are invalidated.
    client.invalidate("me", None).unwrap();
    emulator.arm(Fault::once(FaultKind::TokensExpire));
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::SignInInteractionRequired);
    assert_eq!(error.outcome().code.as_deref(), Some("AADSTS50173"));
    assert_eq!(client.sign_in(None).unwrap().status, Status::SignInPending);
}

#[test]
fn who_waits_for_a_person_in_short_steps_sees_them_sign_in_too() {
    let emulator = Emulator::builder().start().unwrap();
    let device_code = credential(CredentialKind::DeviceCode, &[]);
    // Shorter than the time that the service wants between two questions.
    let client = client_with(&emulator, device_code, Duration::from_millis(300)).unwrap();
    client.sign_in(None).unwrap();
    Control::of(emulator.url()).post("approve", &json!({"user": "admin@contoso.example"}));
    // A code is redeemed once: the answer that comes too late for one step is not lost.
    emulator.arm(Fault::once(FaultKind::Delay { milliseconds: 700 }));
    let statuses = (0..9).map(|_| client.sign_in(None).unwrap().status);
    let statuses: Vec<Status> = statuses.collect();
    assert_eq!(statuses[0], Status::SignInPending);
    assert_eq!(statuses.last(), Some(&Status::SignedIn));
}

#[test]
fn a_device_code_that_is_not_entered_declined_or_too_late_is_told_apart() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let device_code = || credential(CredentialKind::DeviceCode, &[]);
    let patient = client_with(&emulator, device_code(), Duration::from_millis(1500)).unwrap();
    for (fate, status) in [
        (json!({"declined": true}), Status::DeviceCodeDeclined),
        (json!({"expired": true}), Status::DeviceCodeExpired),
    ] {
        assert_eq!(patient.sign_in(None).unwrap().status, Status::SignInPending);
        control.post("approve", &fate);
        assert_eq!(patient.sign_in(None).unwrap_err().status(), status);
    }
    let first = patient.sign_in(None).unwrap();
    // Nobody has entered it when the client's timeout is over: it is still pending, and the same.
    let second = patient.sign_in(None).unwrap();
    assert_eq!(second.status, Status::SignInPending);
    assert_eq!(first.code, second.code);

    let client = client(&emulator, device_code());
    client.sign_in(None).unwrap();
    let cancellation = Cancellation::new();
    let cancelled = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| client.sign_in(Some(&cancellation)));
        std::thread::sleep(Duration::from_millis(100));
        cancellation.cancel();
        waiting.join().unwrap()
    });
    assert_eq!(cancelled.unwrap_err().status(), Status::Cancelled);
}

#[test]
fn a_chain_asks_a_person_at_its_end_and_only_when_told_to_sign_in() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")];
    let client = client(&emulator, credential(CredentialKind::Chain, &variables));
    control.post("approve", &json!({"user": "admin@contoso.example"}));
    assert_eq!(client.sign_in(None).unwrap().status, Status::SignInPending);
    assert_eq!(client.sign_in(None).unwrap().status, Status::SignedIn);
    assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
}
