//! The header and the shared library, as C and C++ programs meet them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::process::Command;

use graph_invalidate_emulator::Emulator;
use support::c_program::{GCC, Program, assert_ok, library, observed, root};
use support::control::Control;
use support::program::run;
use support::run_scenario::{self, Arranged, GENERATED_USERS, Number, ObservedRun, Step};
use support::scenario::{Call, Scenario, Site, all};
use support::{Reply, Server, accepted, text_of, token_text};

const VALGRIND: [&str; 6] = [
    "valgrind",
    "--quiet",
    "--error-exitcode=9",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite",
    "--show-leak-kinds=definite",
];

#[test]
fn the_header_serves_c99_and_cpp11_in_both_compilers() {
    let server = Server::start(vec![accepted()]);
    for compiler in [
        GCC,
        &["clang", "-std=c99"],
        &["g++", "-std=c++11", "-x", "c++"],
        &["clang++", "-std=c++11", "-x", "c++"],
    ] {
        let program = Program::build("life.c", compiler, "");
        assert_ok(&run(program
            .command(&[], &server)
            .args([&server.url, &token_text()])));
    }
}

#[test]
fn every_handles_life_is_clean_under_valgrind() {
    let server = Server::start(vec![accepted()]);
    let program = Program::build("life.c", GCC, "");
    assert_ok(&run(program
        .command(&VALGRIND, &server)
        .args([&server.url, &token_text()])));
}

#[test]
fn a_runs_life_is_clean_and_answers_every_argument() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let server = Server::start(vec![accepted()]);
    let program = Program::build("run.c", GCC, "");
    let folder = tempfile::tempdir().unwrap();
    for (wrapped_by, journal) in [(&[][..], "plain"), (&VALGRIND, "valgrind")] {
        let mut command = program.command(wrapped_by, &server);
        command.args([emulator.url(), &token]);
        assert_ok(&run(command.arg(folder.path().join(journal))));
    }
}

#[test]
fn threads_share_a_client_and_children_of_fork_call_with_it() {
    let server = Server::start(vec![accepted()]);
    let program = Program::build("threads_and_fork.c", GCC, "");
    assert_ok(&run(program
        .command(&[], &server)
        .args([&server.url, &token_text()])));
    assert_eq!(server.requests().len(), 32 * 20 + 1 + 20 * 2 + 1);
}

#[test]
fn a_calls_token_goes_with_that_call_and_with_no_other() {
    let tokens = ["c", "a", "b"].map(|tenant| {
        let id = format!("aaaaaaaa-0000-4000-8000-00000000000{tenant}");
        text_of(&format!(
            r#"{{"aud":"https://graph.microsoft.com","scp":"User.RevokeSessions.All","idtyp":"user","tid":"{id}"}}"#
        ))
    });
    let server = Server::start(vec![accepted()]);
    let program = Program::build("identities.c", GCC, "");
    let mut command = program.command(&[], &server);
    assert_ok(&run(command.arg(&server.url).args(&tokens)));
    let requests = server.requests();
    assert_eq!(requests.len(), 8 * 30 + 2 * 30 + 2);
    for request in requests {
        let user = request.split("/users/").nth(1).unwrap();
        let whose = "cab".find(&user[..1]).unwrap();
        let sent = format!("Bearer {}\r\n", tokens[whose]);
        assert!(request.contains(&sent), "{request}");
    }
}

#[test]
fn the_library_is_loaded_and_unloaded_a_thousand_times() {
    let server = Server::start(vec![accepted()]);
    let program = Program::build("load_and_unload.c", GCC, "");
    let path = library("").join("libgraph_invalidate.so");
    assert_ok(&run(program
        .command(&[], &server)
        .arg(path)
        .args([&server.url, &token_text()])));
    assert_eq!(server.requests().len(), 1000);
}

#[test]
fn a_stalled_call_is_cancelled_from_another_thread() {
    let server = Server::start(vec![Reply::Stall]);
    let program = Program::build("cancel.c", GCC, "");
    assert_ok(&run(program
        .command(&[], &server)
        .args([&server.url, &token_text()])));
}

#[test]
fn a_panic_in_any_function_comes_back_as_its_status() {
    let server = Server::start(vec![accepted()]);
    let program = Program::build("panic.c", GCC, "test-panic");
    assert_ok(&run(program
        .command(&[], &server)
        .args([&server.url, &token_text()])));
}

/// What scenario.c is told: what is left out stays zero.
fn arguments(scenario: &Scenario, site: &Site, token: Option<&str>) -> Vec<String> {
    let options = scenario.options(site);
    let call = match scenario.call {
        Call::Verify | Call::Show => "verify",
        Call::Invalidate => "invalidate",
    };
    let timeout = options.timeout_ms.map(|ms| ms.to_string());
    let mut arguments = vec![call.to_owned(), scenario.user.clone()];
    for (name, value) in [
        ("not_before", scenario.not_before.as_deref()),
        ("token", token),
        ("endpoint", options.endpoint.as_deref()),
        ("cloud", options.cloud.as_deref()),
        ("api", options.api.as_deref()),
        ("timeout_ms", timeout.as_deref()),
        ("proxy", options.proxy.as_deref()),
        ("ca_file", options.ca_file.as_deref()),
        ("expect_tenant", options.expect_tenant.as_deref()),
    ] {
        arguments.extend(value.map(|value| format!("{name}={value}")));
    }
    for (name, value) in &options.headers {
        arguments.push(format!("header.{name}={value}"));
    }
    for (name, value) in &options.environment {
        arguments.push(format!("environment.{name}={value}"));
    }
    arguments
}

#[test]
fn every_scenario_ends_in_c_as_it_says() {
    let site = Site::start(0);
    let program = Program::build("scenario.c", GCC, "");
    let server = Server::start(vec![accepted()]);
    for scenario in &all() {
        let token = scenario.arrange(&site.control);
        let arguments = arguments(scenario, &site, token.as_deref());
        let mut command = program.command(&[], &server);
        command.env_remove("GRAPH_INVALIDATE_ENDPOINT");
        let output = run(command.args(&arguments));
        scenario.judge(&observed(&output), &site.control);
        if let Some(token) = token.filter(|token| token.len() > 10) {
            let shown =
                String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(!shown.contains(&token), "{}: {shown}", scenario.name);
        }
    }
}

/// The description of a run as run_scenario.c reads it.
fn description(
    step: &Step,
    arranged: &Arranged,
    endpoint: &str,
    token: Option<&str>,
) -> Vec<(String, String)> {
    let options = &step.options;
    let mut lines = vec![("endpoint".to_owned(), endpoint.to_owned())];
    for (name, value) in &options.headers {
        lines.push((format!("header.{name}"), value.clone()));
    }
    let mut say = |name: &str, value: Option<String>| {
        lines.extend(value.map(|value| (name.to_owned(), value)));
    };
    say("expect_tenant", options.expect_tenant.clone());
    say("throttle_priority", options.throttle_priority.clone());
    say("token", token.map(str::to_owned));
    say("filter", options.filter.clone());
    say("api", options.api.clone());
    say(
        "timeout_ms",
        Some(options.timeout_ms.unwrap_or(20_000).to_string()),
    );
    let journal = arranged.journal.as_ref();
    say("journal", journal.map(|path| path.display().to_string()));
    for (name, value) in [
        ("resume", options.resume),
        ("verify", options.verify),
        ("dry_run", options.dry_run),
        ("verify_journal", options.verify_journal),
        (
            "allow_unresolved_exclusions",
            options.allow_unresolved_exclusions,
        ),
        ("everyone", options.everyone),
        ("guests", options.guests),
        ("allow_empty", options.allow_empty),
        ("who", options.who),
    ] {
        say(name, value.then(|| "1".to_owned()));
    }
    for (name, number) in options.numbers() {
        say(
            name,
            number.and_then(Number::whole).map(|it| it.to_string()),
        );
    }
    say("rate", options.rate.map(|rate| rate.value().to_string()));
    say(
        "cancel_after",
        step.cancel_after.map(|count| count.to_string()),
    );
    for (name, values) in [
        ("exclude", &options.exclude),
        ("group", &options.group),
        ("exclude_group", &options.exclude_group),
        ("user", &arranged.users),
        ("token_when_needed", &arranged.tokens_when_needed),
    ] {
        for value in values {
            say(name, Some(value.clone()));
        }
    }
    lines
}

fn observed_run(output: &str) -> ObservedRun {
    let mut observed = ObservedRun::default();
    for line in output.lines() {
        let fields: Vec<&str> = line.splitn(3, '\t').collect();
        let [kind, first, second] = fields[..] else {
            panic!("{line}");
        };
        let pair = (first.to_owned(), second.to_owned());
        match kind {
            "outcome" => observed.outcomes.push(pair),
            "failure" => observed.failure = Some(pair),
            "notice" => observed.notice = Some(pair.0),
            "needed" => observed.tokens_needed += 1,
            "progress" => drop(observed.progress.insert(pair.0, second.parse().unwrap())),
            _ => panic!("{line}"),
        }
    }
    observed
}

#[test]
fn every_scenario_of_runs_ends_in_c_as_it_says() {
    let emulator = Emulator::builder().users(GENERATED_USERS).start().unwrap();
    let control = Control::of(emulator.url());
    let program = Program::build("run_scenario.c", GCC, "");
    let server = Server::start(vec![accepted()]);
    for scenario in &run_scenario::all() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.jsonl");
        let token = scenario.begin(&control);
        // C has whole numbers alone.
        for step in scenario.runs.iter().filter(|step| step.options.is_whole()) {
            let arranged = step.arrange(&control, &journal);
            let lines = description(step, &arranged, emulator.url(), token.as_deref());
            let text: String = lines
                .iter()
                .map(|(name, value)| format!("{name}\t{value}\n"))
                .collect();
            let input = folder.path().join("description");
            std::fs::write(&input, text).unwrap();
            let mut command = program.command(&[], &server);
            let output = run(command.stdin(std::fs::File::open(&input).unwrap()));
            let shown = String::from_utf8(output.stdout).unwrap();
            step.judge(&scenario.name, &observed_run(&shown), &control);
            if let Some(token) = &token {
                assert!(!shown.contains(token), "{}: {shown}", scenario.name);
            }
        }
    }
}

#[test]
fn the_examples_compile_and_do_what_they_say() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    for (example, said) in [("one_call.c", "accepted"), ("client.c", "verified")] {
        let source = root().join("bindings/c/examples").join(example);
        let program = Program::build(source.to_str().unwrap(), GCC, "");
        let server = Server::start(vec![accepted()]);
        let mut command = program.command(&[], &server);
        command
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &token);
        let output = run(command.arg("adele.vance@contoso.example"));
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(shown.contains(said), "{shown}");
    }
}

#[test]
fn the_example_of_a_run_goes_on_where_it_ended() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let source = root().join("bindings/c/examples/run.c");
    let program = Program::build(source.to_str().unwrap(), GCC, "");
    let server = Server::start(vec![accepted()]);
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(
        &list,
        "adele.vance@contoso.example\n\njörg@contoso.example\r\n",
    )
    .unwrap();
    for said in ["adele.vance@contoso.example: verified", "2 accepted users"] {
        let mut command = program.command(&[], &server);
        command
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &token)
            .arg(folder.path().join("journal.jsonl"))
            .stdin(std::fs::File::open(&list).unwrap());
        let shown = String::from_utf8(run(&mut command).stdout).unwrap();
        assert!(shown.contains(said), "{shown}");
    }
}

/// The functions that the library exports, that the header declares, and that the project has promised are the same.
#[test]
fn exported_declared_and_promised_functions_are_the_same() {
    let path = library("").join("libgraph_invalidate.so");
    let output = run(Command::new("nm").args(["-D", "--defined-only"]).arg(path));
    let exported: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2).map(str::to_owned))
        .collect();
    let header = std::fs::read_to_string(root().join("include/graph_invalidate.h")).unwrap();
    let mut declared: Vec<String> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#']))
        .filter_map(|line| line.split_once('('))
        .map(|(before, _)| before.rsplit([' ', '*']).next().unwrap().to_owned())
        .collect();
    declared.sort_unstable();
    let promised: Vec<String> =
        std::fs::read_to_string(root().join("tests/c/exported_functions.txt"))
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
    assert_eq!(exported, promised);
    assert_eq!(declared, promised);
}

#[test]
fn the_librarys_name_carries_the_abi_number_and_it_stays_loaded() {
    let path = library("").join("libgraph_invalidate.so");
    let output = run(Command::new("readelf")
        .args(["--dynamic", "--wide"])
        .arg(path));
    let dynamic = String::from_utf8(output.stdout).unwrap();
    let header = std::fs::read_to_string(root().join("include/graph_invalidate.h")).unwrap();
    let abi = header
        .lines()
        .find_map(|line| line.strip_prefix("#define GRAPH_INVALIDATE_ABI_VERSION "))
        .unwrap();
    assert!(
        dynamic.contains(&format!("[libgraph_invalidate.so.{abi}]")),
        "{dynamic}"
    );
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}
