//! Signing in from the command line, with secrets that no argument holds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

use graph_invalidate_emulator::{Emulator, Job, TokenRequest};

const ADELE: &str = "adele.vance@contoso.example";
const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";
const AUTOMATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const SECRET: &str = "emulated-secret";

/// The command, with nothing of this machine's own Azure environment.
fn command(emulator: &Emulator, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        let prefixes = [
            "AZURE_",
            "AZURESUBSCRIPTION_",
            "ACTIONS_ID_TOKEN_",
            "SYSTEM_OIDC",
            "IDENTITY_",
            "MSI_",
            "GRAPH_INVALIDATE_",
        ];
        if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.env("GRAPH_INVALIDATE_ENDPOINT", emulator.url());
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const WHO: [&str; 6] = [
    "--auth",
    "client-secret",
    "--tenant",
    TENANT,
    "--client-id",
    AUTOMATION,
];

#[test]
fn a_client_secret_comes_from_a_file_from_standard_input_or_from_the_environment() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();

    let users = ["users", ADELE];
    let from_file = ["--client-secret-file", file.to_str().unwrap()];
    let output = command(&emulator, &[&users[..], &WHO, &from_file].concat())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));

    let from_input = ["--client-secret-file", "-"];
    let mut child = command(&emulator, &[&WHO[..], &from_input, &users].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(SECRET.as_bytes())
        .unwrap();
    assert_eq!(code(&child.wait_with_output().unwrap()), 0);

    let output = command(&emulator, &["users", ADELE, "--auth", "client-secret"])
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", AUTOMATION)
        .env("AZURE_CLIENT_SECRET", SECRET)
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));
}

#[test]
fn what_is_wrong_with_a_credential_is_said_without_the_secret() {
    let emulator = Emulator::builder().start().unwrap();
    for (arguments, secret, status, said) in [
        (&WHO[..], Some("hush-hush"), 4, "not its id"),
        (&WHO[..], None, 2, "AZURE_CLIENT_SECRET"),
        (&WHO[..4], Some("hush-hush"), 2, "--client-id"),
        (&WHO[2..], Some("hush-hush"), 2, "--auth KIND"),
        (&["--auth", "divination"], None, 2, "client-secret"),
        (
            &[
                "--auth",
                "client-secret",
                "--tenant",
                "a/b",
                "--client-id",
                "x",
            ],
            Some("hush-hush"),
            2,
            "not a tenant",
        ),
    ] {
        let mut command = command(&emulator, &[&["users", ADELE], arguments].concat());
        if let Some(secret) = secret {
            command.env("AZURE_CLIENT_SECRET", secret);
        }
        let output = command.output().unwrap();
        assert_eq!(code(&output), status, "{arguments:?}: {}", shown(&output));
        assert!(
            shown(&output).contains(said),
            "{arguments:?}: {}",
            shown(&output)
        );
        assert!(!shown(&output).contains("hush"), "{}", shown(&output));
    }
}

/// What becomes of the next device code.
fn decide(emulator: &Emulator, fate: &str) {
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = fate.len();
    write!(
        stream,
        "POST /__emulator/approve HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{fate}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

const APPROVED: &str = r#"{"user": "admin@contoso.example"}"#;

#[test]
fn a_person_signs_in_with_a_code_that_is_shown_once() {
    let emulator = Emulator::builder().start().unwrap();
    decide(&emulator, APPROVED);
    let output = command(&emulator, &["users", ADELE, "--auth", "device-code"])
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("https://microsoft.com/devicelogin").count(), 1);

    decide(&emulator, r#"{"declined": true}"#);
    let output = command(&emulator, &["me", "--auth", "device-code"])
        .output()
        .unwrap();
    assert_eq!(code(&output), 4, "{}", shown(&output));
    assert!(shown(&output).contains("denied"), "{}", shown(&output));
}

#[test]
fn a_terminal_is_offered_a_code_and_a_script_is_not() {
    let emulator = Emulator::builder().start().unwrap();
    let alone = command(&emulator, &["me"]).output().unwrap();
    assert_eq!(code(&alone), 4);
    assert!(shown(&alone).contains("--auth KIND"), "{}", shown(&alone));

    decide(&emulator, APPROVED);
    let program = env!("CARGO_BIN_EXE_graph-invalidate");
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command"]);
    terminal.args([&format!("{program} users {ADELE}"), "/dev/null"]);
    for (name, value) in command(&emulator, &[]).get_envs() {
        match value {
            Some(value) => terminal.env(name, value),
            None => terminal.env_remove(name),
        };
    }
    let output = terminal.output().unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));
    assert!(shown(&output).contains("devicelogin"), "{}", shown(&output));
}

#[test]
fn what_the_environment_describes_is_used_without_being_named() {
    let emulator = Emulator::builder().start().unwrap();
    let msi = format!("{}/msi/token", emulator.url());
    let pfx = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/certificates/client.pfx"
    );
    let job = emulator.environment_of(Job::GitHubActions).into_iter();
    let mut job = job.filter(|(name, _)| *name == "ACTIONS_ID_TOKEN_REQUEST_URL");
    let (_, address) = job.next().unwrap();
    let who = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", AUTOMATION)];
    for (further, application, credential) in [
        (
            vec![("AZURE_CLIENT_SECRET", SECRET)],
            "Incident Automation",
            "environment",
        ),
        (
            vec![
                ("AZURE_CLIENT_CERTIFICATE_PATH", pfx),
                ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "emulated-password"),
            ],
            "Incident Automation",
            "environment",
        ),
        (
            vec![
                ("ACTIONS_ID_TOKEN_REQUEST_URL", address.as_str()),
                ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "emulated-request-token"),
            ],
            "Incident Automation",
            "workload-identity (github-actions)",
        ),
        (
            vec![
                ("IDENTITY_ENDPOINT", msi.as_str()),
                ("IDENTITY_HEADER", "emulated-identity-header"),
            ],
            "vm-incident",
            "managed-identity",
        ),
    ] {
        let output = command(&emulator, &["token"])
            .envs(who)
            .envs(further)
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{}", shown(&output));
        assert!(shown(&output).contains(application), "{}", shown(&output));
        let acting = format!("credential      {credential}\n");
        assert!(shown(&output).contains(&acting), "{}", shown(&output));
    }
}

#[test]
fn a_chain_that_only_a_person_could_end_is_a_failure_where_nobody_sees_the_code() {
    let emulator = Emulator::builder().start().unwrap();
    for arguments in [&["token"][..], &["token", "--online"], &["users", ADELE]] {
        let output = command(&emulator, &[arguments, &["--auth", "chain"]].concat())
            .env("PATH", "/nonexistent")
            .env("AZURE_TOKEN_CREDENTIALS", "dev")
            .output()
            .unwrap();
        assert_eq!(code(&output), 4, "{arguments:?}: {}", shown(&output));
        for said in [
            "No credential obtained a token",
            "=dev leaves out environment",
        ] {
            assert!(shown(&output).contains(said), "{}", shown(&output));
        }
    }
    assert_eq!(emulator.totals().accepted, 0);
}

/// An `az` that does what this script says.
#[cfg(unix)]
fn azure_cli(folder: &tempfile::TempDir, script: &str) -> std::ffi::OsString {
    use std::os::unix::fs::PermissionsExt;
    let program = folder.path().join("az");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(folder.path().to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

#[cfg(unix)]
#[test]
fn whoever_is_signed_in_to_the_azure_cli_signs_users_out() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let folder = tempfile::tempdir().unwrap();
    let until = jiff::Timestamp::now().as_second() + 3000;
    let path = azure_cli(
        &folder,
        &format!(
            r#"[ "$*" = "account get-access-token --output json --resource https://graph.microsoft.com --tenant contoso.example" ] || exit 9
echo "WARNING: a new version is there" >&2
echo '{{"accessToken": "{token}", "expires_on": {until}, "tokenType": "Bearer"}}'"#
        ),
    );
    let arguments = [
        "users",
        ADELE,
        "--auth",
        "azure-cli",
        "--tenant",
        "contoso.example",
    ];
    let output = command(&emulator, &arguments)
        .env("PATH", path)
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", shown(&output));
    assert!(!shown(&output).contains(&token));
}

#[cfg(unix)]
#[test]
fn whoever_the_environment_leaves_out_does_not_act_unless_named() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let folder = tempfile::tempdir().unwrap();
    let until = jiff::Timestamp::now().as_second() + 3000;
    let answer = format!(r#"echo '{{"accessToken": "{token}", "expires_on": {until}}}'"#);
    let path = azure_cli(&folder, &answer);
    for (auth, allowed, status, said) in [
        (&["--auth", "chain"][..], "", 0, "accepted"),
        (
            &["--auth", "chain"],
            "prod",
            4,
            "=prod leaves out azure-cli",
        ),
        (&[], "prod", 4, "=prod leaves out azure-cli"),
        (&[], "dev", 0, "accepted"),
        (&[], "AzureCliCredential", 0, "accepted"),
        (&[], "VisualStudioCredential", 2, "does not have"),
        (
            &["--auth", "azure-cli"],
            "prod",
            0,
            "--auth azure-cli was given, so AZURE_TOKEN_CREDENTIALS=prod is ignored",
        ),
    ] {
        emulator.reset();
        let output = command(&emulator, &[&["users", ADELE], auth].concat())
            .env("PATH", &path)
            .env("AZURE_TOKEN_CREDENTIALS", allowed)
            .output()
            .unwrap();
        assert_eq!(code(&output), status, "{allowed}: {}", shown(&output));
        assert!(
            shown(&output).contains(said),
            "{allowed}: {}",
            shown(&output)
        );
        let accepted = u64::from(status == 0);
        assert_eq!(emulator.totals().accepted, accepted, "{allowed}");
    }
}

#[cfg(unix)]
#[test]
fn an_azure_cli_that_is_not_signed_in_or_hangs_is_said_to_be_so() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "users",
        ADELE,
        "--auth",
        "azure-cli",
        "--timeout",
        "1s",
        "--output",
        "json",
    ];
    for (script, status) in [
        (
            "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
            "credential_unavailable",
        ),
        ("echo nonsense", "unexpected_answer"),
        ("exec sleep 60", "deadline_exceeded"),
    ] {
        let path = azure_cli(&folder, script);
        let begun = std::time::Instant::now();
        let output = command(&emulator, &arguments)
            .env("PATH", path)
            .output()
            .unwrap();
        assert!(
            shown(&output).contains(status),
            "{script}: {}",
            shown(&output)
        );
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(5),
            "{script}"
        );
    }
    let output = command(&emulator, &arguments)
        .env("PATH", "/nonexistent")
        .output()
        .unwrap();
    assert!(
        shown(&output).contains("cannot be started"),
        "{}",
        shown(&output)
    );
}

#[cfg(unix)]
#[test]
fn what_the_azure_cli_said_decides_where_nobody_can_tell_how_it_ended() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let folder = tempfile::tempdir().unwrap();
    let until = jiff::Timestamp::now().as_second() + 3000;
    let answer = format!(r#"echo '{{"accessToken": "{token}", "expires_on": {until}}}'"#);
    let sign_in_first = "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1";
    for (script, status, said) in [
        (answer.as_str(), 0, "accepted"),
        (sign_in_first, 4, "az login"),
    ] {
        let path = azure_cli(&folder, script);
        let plain = command(&emulator, &[]);
        let mut shell = Command::new("sh");
        // Whoever starts the command ignores the ends of its children, and so does the command then.
        let program = env!("CARGO_BIN_EXE_graph-invalidate");
        let line = format!("trap '' CHLD; exec {program} users {ADELE} --auth azure-cli");
        shell.args(["-c", &line]).stdin(Stdio::null());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let output = shell.env("PATH", path).output().unwrap();
        assert_eq!(code(&output), status, "{}", shown(&output));
        assert!(shown(&output).contains(said), "{}", shown(&output));
    }
}

#[test]
fn a_token_or_a_secret_is_taken_as_powershell_and_az_write_it() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    let path = file.to_str().unwrap();
    let utf16 = |text: &str| -> Vec<u8> {
        let marked = std::iter::once(0xFEFF).chain(text.encode_utf16());
        marked.flat_map(u16::to_le_bytes).collect()
    };
    let secret_file = [&WHO[..], &["--client-secret-file", path]].concat();
    for (text, arguments) in [
        (token.as_str(), &["--token-file", path][..]),
        (SECRET, &secret_file),
    ] {
        for bytes in [
            utf16(&format!("{text}\r\n")),
            utf16(&format!("\"{text}\"\r\n")),
            format!("\"{text}\"\n").into_bytes(),
            format!("\u{feff}{text}\r\n").into_bytes(),
        ] {
            std::fs::write(&file, bytes).unwrap();
            let output = command(&emulator, &[&["users", ADELE], arguments].concat())
                .output()
                .unwrap();
            assert_eq!(code(&output), 0, "{}", shown(&output));
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_that_everybody_can_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    let path = file.to_str().unwrap();
    std::fs::write(&file, SECRET).unwrap();
    let arguments = [&["users", ADELE][..], &WHO, &["--client-secret-file", path]].concat();
    for (mode, quiet, is_said) in [
        (0o600, false, false),
        (0o640, false, false),
        (0o644, false, true),
        (0o644, true, false),
    ] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        let further: &[&str] = if quiet { &["--quiet"] } else { &[] };
        let output = command(&emulator, &[&arguments, further].concat())
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{}", shown(&output));
        let said = shown(&output).contains(&format!("chmod 600 {path}"));
        assert_eq!(said, is_said, "{mode:o}: {}", shown(&output));
    }
}

#[test]
fn a_tenant_that_is_not_expected_ends_the_command_before_anything_is_sent() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    let other = "c0ffee00-1111-4222-8333-000000000000";
    for (arguments, variable, status) in [
        (&["--expect-tenant", TENANT][..], None, 0),
        (&["--expect-tenant", TENANT], Some(other), 0),
        (&["--expect-tenant", other], None, 4),
        (&["--expect-tenant", "contoso.example"], None, 2),
        (&[], Some(other), 4),
        (&[], Some(TENANT), 0),
    ] {
        emulator.reset();
        let mut command = command(&emulator, &[&["users", ADELE], arguments].concat());
        command.env("GRAPH_INVALIDATE_TOKEN", &token);
        if let Some(tenant) = variable {
            command.env("GRAPH_INVALIDATE_EXPECT_TENANT", tenant);
        }
        let output = command.output().unwrap();
        assert_eq!(code(&output), status, "{arguments:?}: {}", shown(&output));
        assert_eq!(emulator.requests().len(), usize::from(status == 0));
    }
}

#[test]
fn the_token_command_asks_the_directory_about_a_user_and_its_exit_status_tells() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    for (user, status, said) in [
        (ADELE, 0, "has no directory role"),
        ("nobody@contoso.example", 4, "does not exist"),
    ] {
        let output = command(&emulator, &["token", "--online", "--user", user])
            .env("GRAPH_INVALIDATE_TOKEN", &token)
            .output()
            .unwrap();
        assert_eq!(code(&output), status, "{}", shown(&output));
        assert!(shown(&output).contains(said), "{}", shown(&output));
        assert!(shown(&output).contains("and the directory"));
    }
    assert_eq!(emulator.totals().accepted, 0);
    let output = command(&emulator, &["token", "--user", ADELE])
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
}
