//! Signing in by itself: from the credential to the action, against the emulator's sign-in service.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use graph_invalidate::{CredentialKind, CredentialOptions, Secret, SecretBytes, Status};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};
use serde_json::{Value, json};
use support::cancelling::cancelled;
use support::control::Control;
use support::signing_in::{ADELE, TENANT, asked, client, client_with, credential};

const AUTOMATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const SECRET: &str = "emulated-secret";
const PASSWORD: &str = "emulated-password";

fn application(kind: CredentialKind) -> CredentialOptions {
    credential(
        kind,
        &[("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", AUTOMATION)],
    )
}

fn client_secret() -> CredentialOptions {
    let mut credential = application(CredentialKind::ClientSecret);
    credential.client_secret = Some(Secret::new(SECRET).unwrap());
    credential
}

fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/certificates")
        .join(name)
}

fn sign_ins(emulator: &Emulator) -> usize {
    let requests = asked(emulator);
    requests
        .iter()
        .filter(|(path, _)| !path.contains("/users/"))
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
    let claims: Vec<Value> = asked(&emulator)
        .iter()
        .filter_map(|(_, asked)| serde_json::from_str(asked["claims"].as_str()?).ok())
        .collect();
    let capable = json!({"values": ["cp1"]});
    assert_eq!(claims[0], json!({"access_token": {"xms_cc": capable}}));
    let demanded = json!({"essential": true, "value": "1795516800"});
    assert_eq!(
        claims[1],
        json!({"access_token": {"nbf": demanded, "xms_cc": capable}})
    );
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
    assert!(hint.contains("was rejected as well"), "{hint}");
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

#[test]
fn a_certificate_signs_in_from_pem_and_pfx_files_and_from_memory() {
    let emulator = Emulator::builder().start().unwrap();
    for (name, password) in [
        ("client.pem", None),
        ("encrypted.pem", Some(PASSWORD)),
        ("client.pfx", Some(PASSWORD)),
        ("rc2.pfx", Some(PASSWORD)),
        ("pbmac1.pfx", Some(PASSWORD)),
        ("version-1.pem", None),
    ] {
        let mut from_file = application(CredentialKind::ClientCertificate);
        from_file.certificate_file = Some(certificate(name));
        from_file.certificate_password = password.map(|it| Secret::new(it).unwrap());
        let mut from_memory = from_file.clone();
        from_memory.certificate_file = None;
        let bytes = std::fs::read(certificate(name)).unwrap();
        from_memory.certificate = Some(SecretBytes::new(bytes));
        from_memory.send_certificate_chain = true;
        for credential in [from_file, from_memory] {
            let outcome = client(&emulator, credential).invalidate(ADELE, None);
            assert_eq!(outcome.unwrap().status, Status::Ok, "{name}");
        }
    }
}

#[test]
fn a_certificate_that_has_expired_or_is_not_registered_is_refused_by_name() {
    let emulator = Emulator::builder().start().unwrap();
    for (name, code, hint) in [
        ("expired.pem", "AADSTS1000502", "has expired"),
        ("unregistered.pem", "AADSTS700027", "Upload"),
    ] {
        let mut credential = application(CredentialKind::ClientCertificate);
        credential.certificate_file = Some(certificate(name));
        let error = client(&emulator, credential)
            .invalidate(ADELE, None)
            .unwrap_err();
        let outcome = error.outcome();
        assert_eq!(outcome.status, Status::SignInRefused, "{name}");
        assert_eq!(outcome.code.as_deref(), Some(code), "{name}");
        let said = outcome.hint.as_deref().unwrap();
        assert!(said.contains(hint), "{name}: {said}");
    }
}

#[test]
fn a_workload_signs_in_with_the_token_that_lies_in_its_file() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let federated = |subject: &str| {
        let token = control.post("federated_tokens", &json!({"subject": subject}));
        token["token"].as_str().unwrap().to_owned()
    };
    let mut credential = application(CredentialKind::WorkloadIdentity);
    credential.federated_token_file = Some(file.clone());
    let client = client(&emulator, credential);

    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::CredentialUnavailable);
    assert!(error.to_string().contains("cannot be read"), "{error}");

    std::fs::write(&file, " \n").unwrap();
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert!(error.to_string().contains("holds no token"), "{error}");

    std::fs::write(&file, federated("repo:somebody/else")).unwrap();
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::SignInRefused);
    assert_eq!(error.outcome().code.as_deref(), Some("AADSTS700213"));

    // Written anew, as those who write it do; with a line break at its end, as echo does.
    let token = federated("repo:contoso/incidents:ref:refs/heads/main");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
}

#[cfg(unix)]
#[test]
fn the_azure_cli_is_looked_for_and_started_in_the_environment_that_was_handed_over() {
    use std::os::unix::fs::PermissionsExt;
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator.mint(&TokenRequest::default()).unwrap();
    let until = jiff::Timestamp::now().as_second() + 3000;
    let answer = format!(
        r#"{{"accessToken": "{}", "expires_on": {until}}}"#,
        token.access_token
    );
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("az");
    // HOME is the process's own, and not handed over.
    let script = format!(
        "#!/bin/sh\n[ \"$AZURE_CONFIG_DIR\" = /srv/responder ] && [ -z \"$HOME\" ] || {{ echo \"ERROR: somebody else's account\" >&2; exit 1; }}\necho '{answer}'\n"
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = ("PATH", folder.path().to_str().unwrap());
    let sign_in = |variables: &[(&str, &str)]| {
        let credential = credential(CredentialKind::AzureCli, variables);
        client(&emulator, credential).sign_in(None)
    };
    let signed_in = sign_in(&[path, ("AZURE_CONFIG_DIR", "/srv/responder")]).unwrap();
    assert_eq!(signed_in.status, Status::SignedIn);
    let error = sign_in(&[path]).unwrap_err();
    assert!(error.to_string().contains("somebody else"), "{error}");
    let error = sign_in(&[("PATH", "/nonexistent")]).unwrap_err();
    assert!(error.to_string().contains("cannot be started"), "{error}");
}

#[test]
fn nothing_leaves_this_machine_when_the_endpoint_is_this_machine() {
    let emulator = Emulator::builder().start().unwrap();
    // Without a variable the metadata service of Azure's network would be asked.
    for kind in [CredentialKind::ManagedIdentity, CredentialKind::Chain] {
        let credential = credential(kind, &[("PATH", "/nonexistent")]);
        let client = client_with(&emulator, credential, Duration::from_secs(20));
        let error = client.and_then(|client| client.invalidate(ADELE, None));
        let error = error.unwrap_err();
        assert_eq!(error.status(), Status::CredentialUnavailable);
        assert!(error.to_string().contains("is not contacted"), "{error}");
    }
}

#[test]
fn a_managed_identity_is_found_in_each_of_its_shapes() {
    let emulator = Emulator::builder().start().unwrap();
    let msi = format!("{}/msi/token", emulator.url());
    let header = "emulated-identity-header";
    let user_assigned = "aaaaaaaa-0000-4000-8000-000000000011";
    for (variables, identity) in [
        (
            vec![("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url())],
            Some(user_assigned),
        ),
        (
            vec![
                ("IDENTITY_ENDPOINT", msi.as_str()),
                ("IDENTITY_HEADER", header),
            ],
            Some(user_assigned),
        ),
        (
            vec![("MSI_ENDPOINT", msi.as_str()), ("MSI_SECRET", header)],
            Some(user_assigned),
        ),
        (vec![("MSI_ENDPOINT", msi.as_str())], None),
    ] {
        for client_id in [None, identity] {
            emulator.reset();
            let mut credential = credential(CredentialKind::ManagedIdentity, &variables);
            credential.client_id = client_id.map(str::to_owned);
            let outcome = client(&emulator, credential).invalidate(ADELE, None);
            assert_eq!(outcome.unwrap().status, Status::Ok, "{variables:?}");
            let asked = asked(&emulator);
            let (_, token_request) = &asked[asked.len() - 2];
            assert_eq!(token_request["resource"], "https://graph.microsoft.com");
        }
    }
}

#[test]
fn a_managed_identity_that_is_not_there_is_said_within_seconds() {
    let emulator = Emulator::builder().start().unwrap();
    // Nobody listens there.
    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")];
    let begun = Instant::now();
    let error = client(
        &emulator,
        credential(CredentialKind::ManagedIdentity, &variables),
    )
    .invalidate(ADELE, None)
    .unwrap_err();
    assert_eq!(error.status(), Status::CredentialUnavailable);
    assert!(error.to_string().contains("nothing answers at 127.0.0.1"));
    assert!(begun.elapsed() < Duration::from_secs(5));

    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url())];
    let mut unknown = credential(CredentialKind::ManagedIdentity, &variables);
    unknown.object_id = Some("00000000-0000-0000-0000-000000000000".to_owned());
    let error = client(&emulator, unknown)
        .invalidate(ADELE, None)
        .unwrap_err();
    assert_eq!(error.status(), Status::CredentialUnavailable);
    assert_eq!(error.to_string(), "Identity not found");
}

#[test]
fn an_environment_cannot_send_a_managed_identitys_secret_away() {
    let emulator = Emulator::builder().start().unwrap();
    for endpoint in [
        "http://token.evil.example/msi",
        "https://127.0.0.1/msi",
        "http://8.8.8.8/msi",
        "http://127.0.0.1.evil.example/msi",
        "http://user@127.0.0.1/msi",
        "nonsense",
    ] {
        let variables = [("IDENTITY_ENDPOINT", endpoint), ("IDENTITY_HEADER", "hush")];
        let credential = credential(CredentialKind::ManagedIdentity, &variables);
        let error = client_with(&emulator, credential, Duration::from_secs(9)).unwrap_err();
        assert_eq!(error.status(), Status::HostRefused, "{endpoint}");
        assert!(!format!("{error:?}").contains("hush"));
    }
}

#[test]
fn the_environment_describes_an_application_by_secret_or_certificate() {
    let emulator = Emulator::builder().start().unwrap();
    let who = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", AUTOMATION)];
    let pfx = certificate("client.pfx");
    let pfx = pfx.to_str().unwrap();
    for proof in [
        vec![("AZURE_CLIENT_SECRET", SECRET)],
        vec![
            ("AZURE_CLIENT_CERTIFICATE_PATH", pfx),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", PASSWORD),
            ("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "true"),
        ],
    ] {
        let variables = [&who[..], &proof].concat();
        for kind in [CredentialKind::Environment, CredentialKind::Chain] {
            let client = client(&emulator, credential(kind, &variables));
            assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        }
    }
    let named = [
        &who[..],
        &[("AZURE_USERNAME", "adele"), ("AZURE_PASSWORD", "hush")],
    ]
    .concat();
    let environment = credential(CredentialKind::Environment, &named);
    let error = client_with(&emulator, environment, Duration::from_secs(9)).unwrap_err();
    assert_eq!(error.status(), Status::InvalidCredential);
    assert!(error.to_string().contains("not supported"), "{error}");
}

#[test]
fn a_chain_says_what_it_tried_and_stays_with_what_worked() {
    let emulator = Emulator::builder().start().unwrap();
    let absent = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")];
    let error = client(&emulator, credential(CredentialKind::Chain, &absent))
        .invalidate(ADELE, None)
        .unwrap_err();
    assert_eq!(error.status(), Status::CredentialUnavailable);
    let said = error.to_string();
    for kind in [
        "environment: ",
        "workload-identity: AZURE_FEDERATED_TOKEN_FILE is not set.",
        "managed-identity: ",
        "azure-cli: ",
        "device-code: ",
    ] {
        assert!(said.contains(kind), "{kind} in {said}");
    }

    emulator.reset();
    let there = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url())];
    let client = client(&emulator, credential(CredentialKind::Chain, &there));
    client.invalidate(ADELE, None).unwrap();
    emulator.arm(Fault::once(FaultKind::TokensExpire));
    let outcome = client.invalidate(ADELE, None).unwrap();
    assert_eq!(outcome.attempts, 2);
    let paths: Vec<String> = asked(&emulator).into_iter().map(|(path, _)| path).collect();
    // A probe and a token, and then a token alone.
    assert_eq!(
        paths
            .iter()
            .filter(|path| path.contains("/metadata/"))
            .count(),
        3
    );
}

#[test]
fn a_chain_does_not_pass_over_what_is_set_up_wrongly() {
    let emulator = Emulator::builder().start().unwrap();
    let variables = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", AUTOMATION),
        ("AZURE_CLIENT_SECRET", "wrong"),
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url()),
    ];
    let error = client(&emulator, credential(CredentialKind::Chain, &variables))
        .invalidate(ADELE, None)
        .unwrap_err();
    assert_eq!(error.status(), Status::SignInRefused);
    assert!(error.to_string().starts_with("environment: "), "{error}");
    let broken = [("AZURE_CLIENT_CERTIFICATE_PATH", "/nonexistent")];
    let variables = [&variables[..2], &broken].concat();
    let chain = credential(CredentialKind::Chain, &variables);
    let error = client_with(&emulator, chain, Duration::from_secs(9)).unwrap_err();
    assert_eq!(error.status(), Status::InvalidCredential);
}

#[test]
fn a_sign_in_that_hangs_is_cut_by_the_deadline_and_by_a_cancellation() {
    let emulator = Emulator::builder().start().unwrap();
    let mut stall = Fault::once(FaultKind::Stall);
    stall.times = 9;
    emulator.arm(stall);
    let hasty = client_with(&emulator, client_secret(), Duration::from_millis(300)).unwrap();
    let error = hasty.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::DeadlineExceeded);
    assert!(
        error
            .to_string()
            .contains("nothing was sent to Microsoft Graph")
    );

    let client = client(&emulator, client_secret());
    let (errors, waited) = cancelled(&client, ADELE);
    for error in errors {
        assert_eq!(error.status(), Status::Cancelled);
    }
    assert!(waited < Duration::from_millis(100), "{waited:?}");
}

#[test]
fn a_renewal_that_takes_too_long_does_not_say_that_nothing_was_sent() {
    let emulator = Emulator::builder().start().unwrap();
    let client = client_with(&emulator, client_secret(), Duration::from_secs(2)).unwrap();
    client.invalidate(ADELE, None).unwrap();
    let mut challenge = Fault::once(FaultKind::ClaimsChallenge);
    challenge.path_contains = Some("/users/".to_owned());
    emulator.arm(challenge);
    let mut stall = Fault::once(FaultKind::Stall);
    stall.path_contains = Some("/token".to_owned());
    stall.times = 9;
    emulator.arm(stall);
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::DeadlineExceeded);
    let said = error.to_string();
    assert!(!said.contains("nothing was sent"), "{said}");
    assert!(said.contains("rejected the token"), "{said}");
}
