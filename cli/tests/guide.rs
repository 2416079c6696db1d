//! The lines of docs/sign-in.md, as they stand there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::process::Command;

use graph_invalidate_emulator::{Emulator, Job};

const GUIDE: &str = include_str!("../../docs/sign-in.md");

/// Decides over the next device code, or gets a federated token: the body of the answer.
fn control(emulator: &Emulator, path: &str, body: &str) -> String {
    use std::io::{Read, Write};
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /__emulator/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The files that the guide's lines name, in a folder.
fn prepare(folder: &Path, emulator: &Emulator) {
    let certificates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/certificates");
    std::fs::write(folder.join("secret.txt"), "emulated-secret\n").unwrap();
    std::fs::write(folder.join("password.txt"), "emulated-password\n").unwrap();
    std::fs::copy(certificates.join("client.pfx"), folder.join("client.pfx")).unwrap();
    let subject = r#"{"subject": "repo:contoso/incidents:ref:refs/heads/main"}"#;
    let answer = control(emulator, "federated_tokens", subject);
    let token: serde_json::Value = serde_json::from_str(&answer).unwrap();
    std::fs::write(folder.join("token.jwt"), token["token"].as_str().unwrap()).unwrap();
}

#[test]
fn every_line_of_the_guide_signs_a_user_out() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path(), &emulator);
    let lines: Vec<&str> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("$ graph-invalidate "))
        .collect();
    assert_eq!(lines.len(), 6);
    for line in lines {
        control(&emulator, "approve", r#"{"user": "admin@contoso.example"}"#);
        let line = line
            .replace("adele@contoso.com", "adele.vance@contoso.example")
            .replace("contoso.com", "contoso.example")
            .replace(
                "11111111-2222-3333-4444-555555555555",
                "aaaaaaaa-0000-4000-8000-000000000003",
            );
        let output = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"))
            .args(line.split(' '))
            .current_dir(folder.path())
            .env_clear()
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
    }
}

/// The text between the fences of the first block below this heading; of the one after it with `skip` 1.
fn block(heading: &str, skip: usize) -> String {
    let section = GUIDE.split_once(&format!("### {heading}\n")).unwrap().1;
    let section = section.split("\n## ").next().unwrap();
    let block = section.split("```").skip(1).step_by(2).nth(skip).unwrap();
    let (_, text) = block.split_once('\n').unwrap();
    text.replace("adele@contoso.com", "adele.vance@contoso.example")
        .replace("contoso.com", "contoso.example")
        .replace(
            "11111111-2222-3333-4444-555555555555",
            "aaaaaaaa-0000-4000-8000-000000000003",
        )
}

/// What stands behind a name in a block.
fn value<'a>(block: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = block
        .lines()
        .map(|line| line.trim().trim_start_matches("- "));
    lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
}

type Variables = Vec<(String, String)>;

fn program(emulator: &Emulator, words: &[&str], variables: &Variables) -> std::process::Output {
    assert_eq!(words[0], "graph-invalidate");
    Command::new(env!("CARGO_BIN_EXE_graph-invalidate"))
        .args(&words[1..])
        .env_clear()
        .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
        .envs(variables.iter().cloned())
        .output()
        .unwrap()
}

fn owned(variables: Vec<(&'static str, String)>) -> Variables {
    let variables = variables.into_iter();
    variables
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[test]
fn the_guides_job_of_github_actions_signs_a_user_out() {
    let emulator = Emulator::builder().start().unwrap();
    let job = block("GitHub Actions", 0);
    // What the job has of its own, and what GitHub gives it for the permission that it has.
    let mut variables = Variables::new();
    for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"] {
        variables.push((name.to_owned(), value(&job, name).unwrap().to_owned()));
    }
    if value(&job, "id-token") == Some("write") {
        let given = owned(emulator.environment_of(Job::GitHubActions));
        variables.extend(
            given
                .into_iter()
                .filter(|(name, _)| name.starts_with("ACTIONS_")),
        );
    }
    let line: Vec<&str> = value(&job, "run").unwrap().split(' ').collect();
    let output = program(&emulator, &line, &variables);
    assert!(output.status.success(), "{output:?}");
    variables.retain(|(name, _)| !name.starts_with("ACTIONS_"));
    variables.push(("GITHUB_ACTIONS".to_owned(), "true".to_owned()));
    let output = program(&emulator, &line, &variables);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("permissions: id-token: write"), "{said}");
}

#[test]
fn the_guides_step_of_azure_pipelines_signs_a_user_out() {
    let emulator = Emulator::builder().start().unwrap();
    let step = block("Azure Pipelines", 0);
    assert_eq!(value(&step, "task"), Some("AzureCLI@2"));
    let mut variables = owned(emulator.environment_of(Job::AzurePipelines));
    let mapped = value(&step, "SYSTEM_ACCESSTOKEN") == Some("$(System.AccessToken)");
    variables.retain(|(name, _)| mapped || name != "SYSTEM_ACCESSTOKEN");
    let line: Vec<&str> = value(&step, "inlineScript").unwrap().split(' ').collect();
    let output = program(&emulator, &line, &variables);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_guides_pods_sign_a_user_out_by_the_token_proxy_as_well() {
    let emulator = Emulator::builder().token_proxy(true).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let variables = owned(emulator.environment_of_pod(folder.path()).unwrap());
    let tenant = &variables.iter().find(|(name, _)| name == "AZURE_TENANT_ID");
    let direct = format!("/{}/", tenant.unwrap().1);
    for (skip, path) in [(0, direct.as_str()), (1, "/token-proxy/")] {
        emulator.reset();
        let pod = block("Azure Kubernetes Service", skip);
        let words: Vec<String> = serde_json::from_str(value(&pod, "command").unwrap()).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = program(&emulator, &words, &variables);
        assert!(output.status.success(), "{output:?}");
        let asked = &emulator.requests()[0].path;
        assert!(asked.starts_with(path), "{asked}");
    }
}

#[cfg(unix)]
#[test]
fn the_guides_emulator_stands_for_every_pipeline_and_for_a_pod() {
    let section = GUIDE.split_once("\n## Without a secret\n").unwrap().1;
    let lines = section.split("```").nth(1).unwrap();
    let lines = lines.strip_prefix("sh\n").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    let path = std::env::var("PATH").unwrap();
    for (place, further, acting) in [
        ("github-actions", "", "workload-identity (github-actions)"),
        ("azure-pipelines", "", "workload-identity (azure-pipelines)"),
        ("aks --pod-files pod", "", "workload-identity (file)"),
        (
            "aks --pod-files pod",
            "--token-proxy",
            "workload-identity (file, by the token proxy)",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let lines = lines.replace("github-actions", place).replace(
            "--auth workload-identity",
            &format!("--auth workload-identity {further} --journal run.jsonl"),
        );
        let output = Command::new("sh")
            .args(["-e", "-c", &lines])
            .current_dir(folder.path())
            .env_clear()
            .env(
                "PATH",
                format!("{}:{path}", program.parent().unwrap().display()),
            )
            .output()
            .unwrap();
        assert!(output.status.success(), "{lines}: {output:?}");
        let journal = std::fs::read_to_string(folder.path().join("run.jsonl")).unwrap();
        let run: serde_json::Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
        assert_eq!(run["credential"], acting);
        assert!(journal.contains("\"accepted\":1"), "{journal}");
    }
}

#[cfg(unix)]
#[test]
fn the_guides_partner_signs_users_out_in_the_tenants_of_customers() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tenants = [
        "c0575000-0000-4000-8000-000000000001",
        "c0575000-0000-4000-8000-000000000002",
    ];
    for tenant in tenants {
        let list = folder.path().join(format!("{tenant}.txt"));
        std::fs::write(list, "adele.vance@contoso.example\n").unwrap();
    }
    let list = tenants.join("\n") + "\n";
    std::fs::write(folder.path().join("tenants.txt"), list).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-e", "-c", &block("A partner with many tenants", 0)])
        .current_dir(folder.path())
        .env_clear()
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
        .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    for tenant in tenants {
        let journal = std::fs::read_to_string(folder.path().join(format!("{tenant}.jsonl")));
        let first = journal.unwrap().lines().next().unwrap().to_owned();
        let run: serde_json::Value = serde_json::from_str(&first).unwrap();
        assert_eq!(run["tenant"], tenant);
        assert_eq!(run["credential"], "managed-identity-federated");
    }
}

#[test]
fn the_guide_names_every_kind_and_every_status_of_signing_in() {
    for kind in graph_invalidate::CredentialKind::ALL {
        assert!(
            GUIDE.contains(&format!("| `{}` |", kind.name())),
            "{}",
            kind.name()
        );
    }
    for status in graph_invalidate::Status::ALL {
        if (210..=216).contains(&status.number()) {
            assert!(GUIDE.contains(&format!("`{status}`")), "{status}");
        }
    }
}
