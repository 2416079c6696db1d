//! The scenarios of signing in, as a C program meets them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use graph_invalidate_emulator::Emulator;
use support::c_program::{GCC, Program, observed};
use support::control::Control;
use support::program::run;
use support::sign_in_scenario::{Arranged, Call, SignInScenario, USER, all};
use support::{Server, accepted};

fn arguments(scenario: &SignInScenario, arranged: &Arranged, emulator: &Emulator) -> Vec<String> {
    let mut arguments = vec![
        format!("timeout_ms={}", scenario.options.timeout_ms),
        format!("user={USER}"),
    ];
    if scenario.options.endpoint {
        arguments.push(format!("endpoint={}", emulator.url()));
    }
    if let Some(cloud) = &scenario.options.cloud {
        arguments.push(format!("cloud={cloud}"));
    }
    for (name, value) in &arranged.credential {
        arguments.push(format!("{name}={value}"));
    }
    for (name, value) in &arranged.environment {
        arguments.push(format!("variable.{name}={value}"));
    }
    for call in &scenario.calls {
        arguments.push(match call {
            Call::SignIn => "call=sign_in".to_owned(),
            Call::Invalidate => "call=invalidate".to_owned(),
        });
    }
    arguments
}

#[test]
fn every_sign_in_ends_in_c_as_its_scenario_says() {
    let emulator = Emulator::builder().token_proxy(true).start().unwrap();
    let control = Control::of(emulator.url());
    let program = Program::build("sign_in_scenario.c", GCC, "");
    let server = Server::start(vec![accepted()]);
    for scenario in &all() {
        let arranged = scenario.arrange(&control, &emulator);
        let output = run(program
            .command(&[], &server)
            .env_remove("GRAPH_INVALIDATE_ENDPOINT")
            .args(arguments(scenario, &arranged, &emulator)));
        let shown =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        scenario.judge(&observed(&output), &shown, &control);
    }
}

#[test]
fn a_c_program_signs_in_and_acts_under_each_clouds_own_names() {
    let emulator = Emulator::builder().proxy(true).start().unwrap();
    let authority = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), emulator.authority().unwrap()).unwrap();
    let program = Program::build("sign_in_scenario.c", GCC, "");
    let server = Server::start(vec![accepted()]);
    for (cloud, login, graph) in [
        ("global", "login.microsoftonline.com", "graph.microsoft.com"),
        ("usgov", "login.microsoftonline.us", "graph.microsoft.us"),
        (
            "usgov-dod",
            "login.microsoftonline.us",
            "dod-graph.microsoft.us",
        ),
        (
            "china",
            "login.chinacloudapi.cn",
            "microsoftgraph.chinacloudapi.cn",
        ),
    ] {
        emulator.reset();
        let output = run(program
            .command(&[], &server)
            .env_remove("GRAPH_INVALIDATE_ENDPOINT")
            .args(["kind=client-secret", "tenant=contoso.example"])
            .args(["client_id=aaaaaaaa-0000-4000-8000-000000000003"])
            .args(["client_secret=emulated-secret", "call=invalidate"])
            .arg(format!("user={USER}"))
            .arg(format!("cloud={cloud}"))
            .arg(format!("proxy={}", emulator.url()))
            .arg(format!("ca_file={}", authority.path().display())));
        assert_eq!(observed(&output).status, "accepted", "{cloud}");
        let requests = emulator.requests();
        let names: Vec<_> = requests
            .iter()
            .map(|request| request.server_name.as_deref().unwrap())
            .collect();
        assert_eq!(names, [login, graph]);
        let scope = &requests[0].asked["scope"];
        assert_eq!(*scope, format!("https://{graph}/.default"));
    }
}

#[test]
fn the_example_signs_in_with_what_is_there_and_at_last_asks_a_person() {
    let emulator = Emulator::builder().start().unwrap();
    let control = Control::of(emulator.url());
    let source = support::c_program::root().join("bindings/c/examples/sign_in.c");
    let program = Program::build(source.to_str().unwrap(), GCC, "");
    let server = Server::start(vec![accepted()]);
    let shown = |metadata_service: &str| {
        let mut command = program.command(&[], &server);
        command
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", metadata_service)
            .arg(USER);
        String::from_utf8(run(&mut command).stdout).unwrap()
    };
    let by_machine = shown(emulator.url());
    assert!(
        by_machine.contains("Signed in as vm-incident"),
        "{by_machine}"
    );
    assert!(by_machine.ends_with(": accepted\n"), "{by_machine}");

    control.post(
        "approve",
        &serde_json::json!({"user": "admin@contoso.example"}),
    );
    let by_person = shown("http://127.0.0.1:9");
    assert!(
        by_person.contains("microsoft.com/devicelogin"),
        "{by_person}"
    );
    assert!(
        by_person.contains("Signed in as admin@contoso.example"),
        "{by_person}"
    );
}
