//! The scenarios of signing in, through the Rust interface; and no secret in whatever they show.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use graph_invalidate::{
    Client, ClientOptions, Cloud, CredentialKind, CredentialOptions, Environment, Error, Outcome,
    Secret, SecretBytes,
};
use graph_invalidate_emulator::Emulator;
use support::control::Control;
use support::scenario::Observed;
use support::sign_in_scenario::{Arranged, Call, SignInScenario, USER, all};

fn credential(arranged: &Arranged) -> Result<CredentialOptions, Error> {
    let given = &arranged.credential;
    let mut credential = CredentialOptions::new(CredentialKind::from_name(&given["kind"])?);
    credential.environment = Environment::of(arranged.environment.clone());
    for (name, value) in given {
        let text = || Some(value.clone());
        match name.as_str() {
            "kind" => {}
            "tenant" => credential.tenant = text(),
            "client_id" => credential.client_id = text(),
            "client_secret" => credential.client_secret = Some(Secret::new(value)?),
            "certificate_file" => credential.certificate_file = Some(value.into()),
            "certificate" => {
                credential.certificate = Some(SecretBytes::new(STANDARD.decode(value).unwrap()));
            }
            "certificate_password" => credential.certificate_password = Some(Secret::new(value)?),
            "send_certificate_chain" => credential.send_certificate_chain = value == "1",
            "federated_token_file" => credential.federated_token_file = Some(value.into()),
            "assertion_from" => credential.assertion_from = text(),
            "audience" => credential.audience = text(),
            "service_connection_id" => credential.service_connection_id = text(),
            "identity_client_id" => credential.identity_client_id = text(),
            "token_proxy" => credential.token_proxy = value == "1",
            "object_id" => credential.object_id = text(),
            "resource_id" => credential.resource_id = text(),
            "scopes" => credential.scopes = text(),
            "authority" => credential.authority = text(),
            other => panic!("there is no option {other}"),
        }
    }
    Ok(credential)
}

fn perform(
    scenario: &SignInScenario,
    arranged: &Arranged,
    emulator: &Emulator,
) -> Result<Outcome, Error> {
    let mut options = ClientOptions::default();
    if scenario.options.endpoint {
        options.endpoint = Some(emulator.url().to_owned());
    }
    let cloud = scenario.options.cloud.as_deref();
    options.cloud = cloud.map(Cloud::from_name).transpose()?;
    options.timeout = Some(Duration::from_millis(scenario.options.timeout_ms.into()));
    options.credential = Some(credential(arranged)?);
    let client = Client::new(options)?;
    let mut last = None;
    for call in &scenario.calls {
        last = Some(match call {
            Call::SignIn => client.sign_in(None)?,
            Call::Invalidate => client.invalidate(USER, None)?,
        });
    }
    Ok(last.unwrap())
}

#[test]
fn every_sign_in_ends_as_its_scenario_says() {
    let emulator = Emulator::builder().token_proxy(true).start().unwrap();
    let control = Control::of(emulator.url());
    let scenarios = all();
    assert!(scenarios.len() >= 80);
    for scenario in &scenarios {
        let arranged = scenario.arrange(&control, &emulator);
        let result = perform(scenario, &arranged, &emulator);
        let outcome = match &result {
            Ok(outcome) => outcome,
            Err(error) => error.outcome(),
        };
        let observed = Observed {
            status: outcome.status.name().to_owned(),
            http_status: outcome.http_status.unwrap_or(0),
            attempts: outcome.attempts,
            user: outcome.user.clone(),
            code: outcome.code.clone().unwrap_or_default(),
            message: outcome.message.clone().unwrap_or_default(),
            hint: outcome.hint.clone().unwrap_or_default(),
            sessions_valid_from: String::new(),
        };
        let shown = format!("{result:?} {}", serde_json::to_string(outcome).unwrap());
        scenario.judge(&observed, &shown, &control);
    }
}
