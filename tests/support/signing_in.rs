//! Clients that sign in by themselves to the emulator, and what it was asked then.

use std::time::Duration;

use graph_invalidate::{
    Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Error,
};
use graph_invalidate_emulator::Emulator;
use serde_json::{Value, json};

pub const ADELE: &str = "adele.vance@contoso.example";
pub const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";

/// A credential that sees nothing of this machine's own environment.
pub fn credential(kind: CredentialKind, variables: &[(&str, &str)]) -> CredentialOptions {
    let mut credential = CredentialOptions::new(kind);
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    credential.environment = Environment::of(variables.collect());
    credential
}

pub fn client(emulator: &Emulator, credential: CredentialOptions) -> Client {
    client_with(emulator, credential, Duration::from_secs(20)).unwrap()
}

pub fn client_with(
    emulator: &Emulator,
    credential: CredentialOptions,
    timeout: Duration,
) -> Result<Client, Error> {
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.credential = Some(credential);
    options.timeout = Some(timeout);
    Client::new(options)
}

/// The paths of the requests, and what the sign-in requests among them asked for.
pub fn asked(emulator: &Emulator) -> Vec<(String, Value)> {
    let requests = emulator.requests();
    requests
        .iter()
        .map(|request| {
            let path = request.path.split('?').next().unwrap_or_default();
            (path.to_owned(), json!(request.asked))
        })
        .collect()
}
