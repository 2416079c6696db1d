//! Every cloud, for real: an unchanged client signs in and acts under the clouds' own names, which its proxy and its CA
//! file alone bring to the emulator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::path::Path;

use graph_invalidate::{
    Client, ClientOptions, Cloud, CredentialKind, CredentialOptions, Environment, Secret, Status,
};
use graph_invalidate_emulator::RequestRecord;
use serde_json::json;
use support::behind_proxy::Situation;
use support::control::Control;

const ADELE: &str = "adele.vance@contoso.example";
const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";

/// Each cloud with its hosts, written out once more: the table in the source is not its own proof.
const CLOUDS: &[(Cloud, &str, &str)] = &[
    (
        Cloud::Global,
        "login.microsoftonline.com",
        "graph.microsoft.com",
    ),
    (
        Cloud::UsGovernment,
        "login.microsoftonline.us",
        "graph.microsoft.us",
    ),
    (
        Cloud::UsGovernmentDod,
        "login.microsoftonline.us",
        "dod-graph.microsoft.us",
    ),
    (
        Cloud::China,
        "login.chinacloudapi.cn",
        "microsoftgraph.chinacloudapi.cn",
    ),
];

impl Situation {
    fn client(&self, cloud: Option<Cloud>, credential: CredentialOptions) -> Client {
        let mut options = ClientOptions::default();
        options.cloud = cloud;
        options.credential = Some(credential);
        options.proxy = Some(self.emulator.url().to_owned());
        options.ca_file = Some(self.authority.path().to_owned());
        Client::new(options).unwrap()
    }

    /// The requests since the last reset; every one of them came under this name, in TLS and in HTTP.
    fn requests(&self, names: &[&str]) -> Vec<RequestRecord> {
        let requests = self.emulator.requests();
        let received: Vec<_> = requests
            .iter()
            .map(|request| {
                let host = request.headers["host"].clone();
                assert_eq!(request.server_name.as_deref(), Some(host.as_str()));
                host
            })
            .collect();
        assert_eq!(received, names);
        requests
    }
}

fn credential(kind: CredentialKind, variables: &[(&str, &str)]) -> CredentialOptions {
    let mut credential = CredentialOptions::new(kind);
    let application = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", "aaaaaaaa-0000-4000-8000-000000000003"),
    ];
    let variables = application.iter().chain(variables);
    let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    credential.environment = Environment::of(variables.collect());
    credential
}

fn client_secret() -> CredentialOptions {
    let mut credential = credential(CredentialKind::ClientSecret, &[]);
    credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
    credential
}

#[test]
fn an_application_signs_in_and_acts_under_each_clouds_own_names() {
    let situation = Situation::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates");
    for (cloud, login, graph) in CLOUDS {
        let mut with_certificate = credential(CredentialKind::ClientCertificate, &[]);
        with_certificate.certificate_file = Some(folder.join("client.pem"));
        for credential in [client_secret(), with_certificate] {
            situation.emulator.reset();
            let client = situation.client(Some(*cloud), credential);
            assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
            let requests = situation.requests(&[login, graph]);
            assert_eq!(
                requests[0].asked["scope"],
                format!("https://{graph}/.default")
            );
            assert_eq!(requests[0].path, format!("/{TENANT}/oauth2/v2.0/token"));
            assert!(!requests[0].headers.contains_key("authorization"));
        }
    }
}

#[test]
fn a_person_signs_in_under_each_clouds_own_names() {
    let situation = Situation::new();
    let control = Control::of(situation.emulator.url());
    for (cloud, login, graph) in CLOUDS {
        control.post("reset", &json!({}));
        control.post("approve", &json!({"user": "admin@contoso.example"}));
        let client = situation.client(
            Some(*cloud),
            CredentialOptions::new(CredentialKind::DeviceCode),
        );
        assert_eq!(client.sign_in(None).unwrap().status, Status::SignInPending);
        assert_eq!(client.sign_in(None).unwrap().status, Status::SignedIn);
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        let requests = situation.requests(&[login, login, graph]);
        assert_eq!(
            requests[0].asked["scope"],
            format!(
                "https://{graph}/User.RevokeSessions.All https://{graph}/User.Read.All offline_access"
            )
        );
    }
}

#[test]
fn without_a_cloud_the_sign_in_service_chooses_it_or_the_global_one_is_meant() {
    let situation = Situation::new();
    for (variables, login, graph) in [
        (vec![], "login.microsoftonline.com", "graph.microsoft.com"),
        (
            vec![(
                "AZURE_AUTHORITY_HOST",
                "https://login.partner.microsoftonline.cn/",
            )],
            "login.partner.microsoftonline.cn",
            "microsoftgraph.chinacloudapi.cn",
        ),
    ] {
        situation.emulator.reset();
        let mut credential = credential(CredentialKind::ClientSecret, &variables);
        credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
        let client = situation.client(None, credential);
        assert_eq!(client.scope(), format!("https://{graph}/.default"));
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        situation.requests(&[login, graph]);
    }
}

#[test]
fn a_clouds_graph_takes_no_token_of_another_cloud() {
    let situation = Situation::new();
    let mut request = graph_invalidate_emulator::TokenRequest::default();
    request.audience = Some("https://graph.microsoft.us".to_owned());
    let token = situation.emulator.mint(&request).unwrap().access_token;
    let mut options = ClientOptions::default();
    options.cloud = Some(Cloud::UsGovernmentDod);
    options.token = Some(graph_invalidate::AccessToken::new(&token).unwrap());
    options.proxy = Some(situation.emulator.url().to_owned());
    options.ca_file = Some(situation.authority.path().to_owned());
    let error = Client::new(options)
        .unwrap()
        .invalidate(ADELE, None)
        .unwrap_err();
    assert_eq!(error.status(), Status::TokenWrongCloud);
    assert_eq!(situation.emulator.totals().tunnels, 0);
}

#[test]
fn an_environment_that_is_handed_over_serves_the_client_and_its_credential() {
    let situation = Situation::new();
    let client = |variables: &[(&str, &str)], credential: CredentialOptions| {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut options = ClientOptions::default();
        options.credential = Some(credential);
        options.ca_file = Some(situation.authority.path().to_owned());
        options.environment = Environment::of(variables.collect());
        Client::new(options)
    };
    let variables = &[
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", "aaaaaaaa-0000-4000-8000-000000000003"),
        ("AZURE_CLIENT_SECRET", "emulated-secret"),
        (
            "GRAPH_INVALIDATE_ENDPOINT",
            "https://dod-graph.microsoft.us",
        ),
        ("GRAPH_INVALIDATE_EXPECT_TENANT", TENANT),
        ("HTTPS_PROXY", situation.emulator.url()),
    ];
    let described = || CredentialOptions::new(CredentialKind::Environment);
    let client_of_all = client(variables, described()).unwrap();
    let outcome = client_of_all.invalidate(ADELE, None).unwrap();
    assert_eq!(outcome.status, Status::Ok);
    situation.requests(&["login.microsoftonline.us", "dod-graph.microsoft.us"]);

    let mut blind = described();
    blind.environment = Environment::of(Vec::new());
    let error = client(variables, blind).unwrap_err();
    assert_eq!(error.status(), Status::InvalidCredential);

    for (name, value, status) in [
        (
            "GRAPH_INVALIDATE_ENDPOINT",
            "https://gateway.contoso.example",
            Status::HostRefused,
        ),
        (
            "GRAPH_INVALIDATE_EXPECT_TENANT",
            "contoso.example",
            Status::InvalidOption,
        ),
    ] {
        let error = client(&[(name, value)], client_secret()).unwrap_err();
        assert_eq!(error.status(), status, "{name}");
        assert!(error.to_string().contains(name), "{error}");
    }
}
