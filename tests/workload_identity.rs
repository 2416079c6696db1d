//! Signing in without a secret: from files, in pipelines, by a managed identity, in clusters; and who acts in a chain.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use graph_invalidate::{Client, CredentialKind, CredentialOptions, Error, Status};
use graph_invalidate_emulator::{Emulator, Job};
use serde_json::json;
use support::control::Control;
use support::signing_in::{ADELE, TENANT, asked, client, client_with, credential};

const AUTOMATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const IDENTITY: &str = "aaaaaaaa-0000-4000-8000-000000000011";
const CUSTOMER: &str = "c0575000-0000-4000-8000-000000000001";
const SUBJECT: &str = "repo:contoso/incidents:ref:refs/heads/main";

type Variables = Vec<(&'static str, String)>;

fn with(kind: CredentialKind, variables: &Variables) -> CredentialOptions {
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    credential(kind, &variables)
}

fn in_job(emulator: &Emulator, job: Job) -> CredentialOptions {
    with(
        CredentialKind::WorkloadIdentity,
        &emulator.environment_of(job),
    )
}

/// The same without some variables, and with others.
fn changed(
    emulator: &Emulator,
    job: Job,
    change: impl FnOnce(&mut Variables),
) -> Result<Client, Error> {
    let mut variables = emulator.environment_of(job);
    change(&mut variables);
    let credential = with(CredentialKind::WorkloadIdentity, &variables);
    client_with(emulator, credential, Duration::from_secs(5))
}

fn set(variables: &mut Variables, name: &'static str, value: &str) {
    variables.retain(|(present, _)| *present != name);
    if !value.is_empty() {
        variables.push((name, value.to_owned()));
    }
}

fn failure(client: Result<Client, Error>) -> (Status, String) {
    let error = client
        .and_then(|client| client.invalidate(ADELE, None))
        .unwrap_err();
    let hint = error.outcome().hint.clone().unwrap_or_default();
    assert!(!format!("{error:?}").contains("emulated-"), "{error:?}");
    (error.status(), format!("{error} {hint}"))
}

#[test]
fn a_pipelines_job_signs_in_with_the_token_that_it_asks_for() {
    let emulator = Emulator::builder().start().unwrap();
    for (job, name, path) in [
        (Job::GitHubActions, "github-actions", "/idtoken"),
        (Job::AzurePipelines, "azure-pipelines", "/oidctoken"),
    ] {
        emulator.reset();
        let client = client(&emulator, in_job(&emulator, job));
        let signed_in = client.sign_in(None).unwrap();
        let said = signed_in.message.unwrap();
        assert!(
            said.contains(&format!("workload-identity ({name})")),
            "{said}"
        );
        assert_eq!(
            client.access().credential.unwrap(),
            format!("workload-identity ({name})")
        );
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        // The assertion is asked for anew when the token must be renewed.
        emulator.expire_tokens();
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        let paths: Vec<String> = asked(&emulator).into_iter().map(|(path, _)| path).collect();
        let fetched = paths.iter().filter(|asked| asked.ends_with(path)).count();
        assert_eq!(fetched, 2, "{paths:?}");
    }
}

#[test]
fn what_is_named_wins_over_what_is_found_and_the_order_decides_otherwise() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let token = Control::of(emulator.url()).post("federated_tokens", &json!({"subject": SUBJECT}));
    std::fs::write(&file, token["token"].as_str().unwrap()).unwrap();
    let mut variables = emulator.environment_of(Job::GitHubActions);
    variables.extend(emulator.environment_of(Job::AzurePipelines));
    variables.push(("AZURE_FEDERATED_TOKEN_FILE", file.display().to_string()));
    for (named, acting) in [
        (None, "file, before github-actions and azure-pipelines"),
        (Some("github-actions"), "github-actions"),
        (Some("azure-pipelines"), "azure-pipelines"),
        (Some("file"), "file"),
    ] {
        let mut credential = with(CredentialKind::WorkloadIdentity, &variables);
        credential.assertion_from = named.map(str::to_owned);
        let client = client(&emulator, credential);
        client.sign_in(None).unwrap();
        let credential = client.access().credential.unwrap();
        assert_eq!(credential, format!("workload-identity ({acting})"));
    }
    let mut by_connection = with(CredentialKind::WorkloadIdentity, &variables);
    by_connection.service_connection_id = Some("5eed0000-0000-4000-8000-000000000001".to_owned());
    let client = client(&emulator, by_connection);
    client.sign_in(None).unwrap();
    let acting = client.access().credential.unwrap();
    assert!(acting.contains("azure-pipelines"), "{acting}");
}

#[test]
fn what_is_missing_in_a_pipeline_is_said_in_the_pipelines_own_words() {
    let emulator = Emulator::builder().start().unwrap();
    let permission = "permissions: id-token: write";
    let mapped = "env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)";
    use Job::{AzurePipelines, GitHubActions};
    for (job, name, value, said) in [
        (
            GitHubActions,
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "",
            permission,
        ),
        (
            GitHubActions,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "",
            permission,
        ),
        (
            GitHubActions,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "wrong",
            permission,
        ),
        (GitHubActions, "AZURE_CLIENT_ID", "", "AZURE_CLIENT_ID"),
        (AzurePipelines, "SYSTEM_ACCESSTOKEN", "", mapped),
        (AzurePipelines, "SYSTEM_ACCESSTOKEN", "wrong", mapped),
        (
            AzurePipelines,
            "AZURESUBSCRIPTION_CLIENT_ID",
            "",
            "mainly on Windows",
        ),
        (
            AzurePipelines,
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
            "",
            "service_connection_id",
        ),
        (
            AzurePipelines,
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
            "5eed0000-0000-4000-8000-00000000000f",
            "may use the service connection",
        ),
    ] {
        let client = changed(&emulator, job, |variables| set(variables, name, value));
        let (_, text) = failure(client);
        assert!(text.contains(said), "{name}={value}: {text}");
    }
}

/// A server that answers every request in the same way; its address, and how many came.
fn server(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 8192];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}/token?x=1")
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[test]
fn an_answer_that_is_no_token_is_told_as_such() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let over = control.post(
        "federated_tokens",
        &json!({"subject": SUBJECT, "expires_in": -3600}),
    );
    // In the field of each of the two services.
    let over = json!({"value": over["token"], "oidcToken": over["token"]}).to_string();
    let elsewhere = format!("Location: {}/github-actions/x\r\n", emulator.url());
    let huge = format!("{{\"value\": \"{}\"}}", "x".repeat(2 << 20));
    for (answer, expected) in [
        (
            http("200 OK", "", "<html>Sign in</html>"),
            Status::UnexpectedAnswer,
        ),
        (http("200 OK", "", ""), Status::UnexpectedAnswer),
        (
            http("200 OK", "", r#"{"count": 1}"#),
            Status::UnexpectedAnswer,
        ),
        (
            http("200 OK", "", r#"{"value": ["a.b.c"], "oidcToken": null}"#),
            Status::UnexpectedAnswer,
        ),
        (
            http("200 OK", "", r#"{"value": "no token", "oidcToken": ".."}"#),
            Status::UnexpectedAnswer,
        ),
        (http("200 OK", "", &huge), Status::UnexpectedAnswer),
        (http("200 OK", "", &over), Status::SignInRefused),
        (http("302 Found", &elsewhere, ""), Status::RedirectRefused),
        (http("400 Bad Request", "", "no"), Status::UnexpectedAnswer),
        (
            http("401 Unauthorized", "", "emulated-access-token"),
            Status::SignInRefused,
        ),
        (http("403 Forbidden", "", "{}"), Status::SignInRefused),
    ] {
        for (job, address, missing) in [
            (
                Job::GitHubActions,
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                "permissions: id-token: write",
            ),
            (
                Job::AzurePipelines,
                "SYSTEM_OIDCREQUESTURI",
                "env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
            ),
        ] {
            emulator.reset();
            let url = server(answer.clone());
            let client = changed(&emulator, job, |variables| set(variables, address, &url));
            let (found, text) = failure(client);
            let start = String::from_utf8_lossy(&answer[..answer.len().min(200)]).into_owned();
            assert_eq!(found, expected, "{start}: {text}");
            if start.starts_with("HTTP/1.1 40") && expected == Status::SignInRefused {
                assert!(text.contains(missing), "{start}: {text}");
            }
            // No token, and nothing else, has gone anywhere.
            assert_eq!(emulator.requests().len(), 0);
        }
    }
    for (url, status) in [
        ("http://token.example/x", Status::HostRefused),
        ("https://token.example/x", Status::CredentialUnavailable),
        ("nonsense", Status::InvalidCredential),
    ] {
        for (job, address) in [
            (Job::GitHubActions, "ACTIONS_ID_TOKEN_REQUEST_URL"),
            (Job::AzurePipelines, "SYSTEM_OIDCREQUESTURI"),
        ] {
            let client = changed(&emulator, job, |variables| set(variables, address, url));
            assert_eq!(failure(client).0, status, "{address}={url}");
        }
    }
}

#[test]
fn an_assertion_that_the_application_does_not_trust_is_refused_by_what_does_not_fit() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    for (request, code) in [
        (
            json!({"subject": SUBJECT, "issuer": "https://issuer.example"}),
            "AADSTS700211",
        ),
        (
            json!({"subject": SUBJECT, "audience": "https://github.com/contoso"}),
            "AADSTS700212",
        ),
        (
            json!({"subject": "repo:contoso/other:pull_request"}),
            "AADSTS700213",
        ),
    ] {
        let token = control.post("federated_tokens", &request);
        std::fs::write(&file, token["token"].as_str().unwrap()).unwrap();
        let mut credential = credential(
            CredentialKind::WorkloadIdentity,
            &[("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", AUTOMATION)],
        );
        credential.federated_token_file = Some(file.clone());
        let error = client(&emulator, credential).invalidate(ADELE, None);
        let error = error.unwrap_err();
        let outcome = error.outcome();
        assert_eq!(outcome.status, Status::SignInRefused);
        assert_eq!(outcome.code.as_deref(), Some(code));
        let hint = outcome.hint.as_deref().unwrap();
        assert!(hint.contains("federated credential"), "{hint}");
    }
    let mut other_audience = in_job(&emulator, Job::GitHubActions);
    other_audience.audience = Some("https://github.com/contoso".to_owned());
    let error = client(&emulator, other_audience).invalidate(ADELE, None);
    assert_eq!(
        error.unwrap_err().outcome().code.as_deref(),
        Some("AADSTS700212")
    );
}

#[test]
fn a_managed_identity_stands_for_an_application_in_the_tenant_that_is_named() {
    let emulator = Emulator::builder().start().unwrap();
    let here = [
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url()),
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", AUTOMATION),
    ];
    let kind = CredentialKind::ManagedIdentityFederated;
    for (tenant, identity) in [(TENANT, None), (CUSTOMER, None), (CUSTOMER, Some(IDENTITY))] {
        emulator.reset();
        let mut federated = credential(kind, &here);
        federated.tenant = Some(tenant.to_owned());
        federated.client_id = Some(AUTOMATION.to_owned());
        federated.identity_client_id = identity.map(str::to_owned);
        let client = client(&emulator, federated);
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        let access = client.access();
        assert_eq!(access.tenant.as_deref(), Some(tenant));
        assert_eq!(access.application_id.as_deref(), Some(AUTOMATION));
        assert_eq!(access.credential.as_deref(), Some(kind.name()));
        let requests = asked(&emulator);
        let (_, of_identity) = &requests[1];
        assert_eq!(of_identity["resource"], "api://AzureADTokenExchange");
        assert_eq!(of_identity["client_id"].as_str(), identity);
    }
    // Who acts, and where, is named: the environment's tenant is not taken.
    for missing in ["tenant", "client_id"] {
        let mut federated = credential(kind, &here);
        federated.tenant = (missing != "tenant").then(|| CUSTOMER.to_owned());
        federated.client_id = (missing != "client_id").then(|| AUTOMATION.to_owned());
        let error = client_with(&emulator, federated, Duration::from_secs(5)).unwrap_err();
        assert_eq!(error.status(), Status::InvalidCredential);
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_chain_never_acts_as_somebody_whom_the_environment_leaves_out() {
    use std::os::unix::fs::PermissionsExt;
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let until = jiff::Timestamp::now().as_second() + 3000;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("az");
    let script =
        format!("#!/bin/sh\necho '{{\"accessToken\": \"{token}\", \"expires_on\": {until}}}'\n");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = ("PATH", folder.path().display().to_string());
    let secret = vec![
        ("AZURE_TENANT_ID", TENANT.to_owned()),
        ("AZURE_CLIENT_ID", AUTOMATION.to_owned()),
        ("AZURE_CLIENT_SECRET", "emulated-secret".to_owned()),
    ];
    let identity = (
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
        emulator.url().to_owned(),
    );
    let nobody = (
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
        "http://127.0.0.1:9".to_owned(),
    );
    for (said, has_secret, has_identity, acting) in [
        ("", false, false, Some("azure-cli")),
        ("prod", false, false, None),
        ("PROD ", false, true, Some("managed-identity")),
        ("prod", true, true, Some("environment")),
        ("dev", true, true, Some("azure-cli")),
        ("AzureCliCredential", true, true, Some("azure-cli")),
        (
            "ManagedIdentityCredential",
            true,
            true,
            Some("managed-identity"),
        ),
        ("ManagedIdentityCredential", true, false, None),
        ("EnvironmentCredential", false, true, None),
        ("WorkloadIdentityCredential", true, true, None),
    ] {
        let mut variables = vec![path.clone(), ("AZURE_TOKEN_CREDENTIALS", said.to_owned())];
        variables.push(if has_identity {
            identity.clone()
        } else {
            nobody.clone()
        });
        if has_secret {
            variables.extend(secret.clone());
        }
        let mut chain = with(CredentialKind::Chain, &variables);
        if has_identity && has_secret && acting == Some("managed-identity") {
            chain.client_id = Some(IDENTITY.to_owned());
        }
        let client = client(&emulator, chain);
        match (acting, client.sign_in(None)) {
            (Some(acting), Ok(outcome)) => {
                assert_eq!(outcome.status, Status::SignedIn, "{said}");
                assert_eq!(
                    client.access().credential.as_deref(),
                    Some(acting),
                    "{said}"
                );
            }
            (None, Err(error)) => {
                assert_eq!(
                    error.status(),
                    Status::CredentialUnavailable,
                    "{said}: {error}"
                );
                let text = error.to_string();
                assert!(text.contains(&format!("={said} leaves out ")), "{text}");
                assert!(text.contains("azure-cli"), "{text}");
            }
            (_, other) => panic!("{said}: {other:?}"),
        }
    }
    let unknown = vec![
        path.clone(),
        (
            "AZURE_TOKEN_CREDENTIALS",
            "VisualStudioCredential".to_owned(),
        ),
    ];
    let chain = with(CredentialKind::Chain, &unknown);
    let error = client_with(&emulator, chain, Duration::from_secs(5)).unwrap_err();
    assert_eq!(error.status(), Status::InvalidCredential);
    // Whoever names a kind wins, and says so.
    let prod = vec![path, ("AZURE_TOKEN_CREDENTIALS", "prod".to_owned())];
    let named = with(CredentialKind::AzureCli, &prod);
    let said = client(&emulator, named)
        .sign_in(None)
        .unwrap()
        .message
        .unwrap();
    assert!(
        said.contains("AZURE_TOKEN_CREDENTIALS=prod is ignored"),
        "{said}"
    );
}

#[test]
fn a_clusters_token_proxy_is_taken_on_request_and_never_otherwise() {
    let emulator = Emulator::builder().token_proxy(true).start().unwrap();
    let proxy = emulator.token_proxy().unwrap().clone();
    let folder = tempfile::tempdir().unwrap();
    let (file, authority) = (folder.path().join("token"), folder.path().join("ca.pem"));
    let token = Control::of(emulator.url()).post("federated_tokens", &json!({"subject": SUBJECT}));
    std::fs::write(&file, token["token"].as_str().unwrap()).unwrap();
    std::fs::write(&authority, &proxy.authority).unwrap();
    let ca_file = ("AZURE_KUBERNETES_CA_FILE", authority.display().to_string());
    let ca_data = ("AZURE_KUBERNETES_CA_DATA", proxy.authority.clone());
    let address = ("AZURE_KUBERNETES_TOKEN_PROXY", proxy.url.clone());
    let name = (
        "AZURE_KUBERNETES_SNI_NAME",
        "token-proxy.cluster.example".to_owned(),
    );
    let workload = |further: Variables, on: bool| {
        let mut variables = vec![
            ("AZURE_TENANT_ID", TENANT.to_owned()),
            ("AZURE_CLIENT_ID", AUTOMATION.to_owned()),
            ("AZURE_FEDERATED_TOKEN_FILE", file.display().to_string()),
        ];
        variables.extend(further);
        let mut credential = with(CredentialKind::WorkloadIdentity, &variables);
        credential.token_proxy = on;
        client_with(&emulator, credential, Duration::from_secs(5))
    };
    for (further, on, server_name) in [
        (vec![address.clone(), ca_file.clone()], true, None),
        (
            vec![address.clone(), ca_data.clone(), name.clone()],
            true,
            Some("token-proxy.cluster.example"),
        ),
        (vec![address.clone(), ca_file.clone()], false, None),
    ] {
        emulator.reset();
        let client = workload(further, on).unwrap();
        assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
        let request = &emulator.requests()[0];
        assert_eq!(
            request.path.starts_with("/token-proxy/"),
            on,
            "{}",
            request.path
        );
        assert_eq!(request.server_name.as_deref(), server_name);
    }

    // The authority's file is read anew for each sign-in.
    let client = workload(vec![address.clone(), ca_file.clone()], true).unwrap();
    client.sign_in(None).unwrap();
    let other = Emulator::builder().token_proxy(true).start().unwrap();
    std::fs::write(&authority, &other.token_proxy().unwrap().authority).unwrap();
    emulator.expire_tokens();
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert_eq!(error.status(), Status::CertificateRefused, "{error}");
    std::fs::write(&authority, &proxy.authority).unwrap();
    assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);

    let secret = |url: &str| vec![("AZURE_KUBERNETES_TOKEN_PROXY", url.to_owned())];
    for (further, said) in [
        (
            vec![ca_file.clone()],
            "AZURE_KUBERNETES_TOKEN_PROXY is not set",
        ),
        (vec![], "AZURE_KUBERNETES_TOKEN_PROXY is not set"),
        (
            vec![address.clone(), ca_file.clone(), ca_data.clone()],
            "both",
        ),
        (
            vec![address, ("AZURE_KUBERNETES_CA_DATA", "x".to_owned())],
            "holds no certificate",
        ),
        (secret("http://127.0.0.1:1"), "not https"),
        (secret("https://a@127.0.0.1:1"), "user name"),
        (secret("https://127.0.0.1:1/?x"), "query"),
        (secret("https://proxy.example"), "is not contacted"),
    ] {
        let error = workload(further, true).unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
}
