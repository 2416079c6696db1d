//! docs/runs.md and README.md, line by line: what they show is what happens.

use std::path::Path;
use std::process::Command;

use graph_invalidate_emulator::{Emulator, Tenant, TokenRequest};
use serde_json::json;

use crate::support::text;

/// The tenant of the guide.
fn tenant() -> Tenant {
    let user = |number: u32, name: &str, display: &str| {
        let id = match number {
            1 => "87d349ed-44d7-43e1-9a83-5f2406dee5bd".to_owned(),
            _ => format!("0a1b2c3d-0000-4000-8000-{number:012}"),
        };
        json!({"id": id, "userPrincipalName": name, "displayName": display})
    };
    let mut administrator = user(2, "admin@contoso.com", "Ada Admin");
    administrator["roles"] = json!(["User Administrator"]);
    let mut guest = user(4, "xenia_fabrikam.com#EXT#@contoso.com", "Xenia Young");
    guest["guest"] = json!(true);
    let tenant = json!({
        "id": "c0ffee00-1111-4222-8333-444455556666",
        "name": "Contoso",
        "users": [
            user(1, "adele@contoso.com", "Adele Vance"),
            administrator,
            user(3, "break.glass@contoso.com", "Break Glass"),
            guest,
            user(5, "orla.o'brien@contoso.com", "Orla O'Brien"),
            user(6, "jan@contoso.com", "Jan Smit"),
        ],
        "groups": [
            {
                "id": "02bd9fd6-8f93-4758-87c3-1fb73740a315", "displayName": "Finance", "devices": 1,
                "members": ["adele@contoso.com", "xenia_fabrikam.com#EXT#@contoso.com", "02bd9fd6-0000-4000-8000-000000000002"],
            },
            {
                "id": "02bd9fd6-0000-4000-8000-000000000002", "displayName": "Accounting",
                "members": ["orla.o'brien@contoso.com", "break.glass@contoso.com"],
            },
            {"id": "02bd9fd6-0000-4000-8000-000000000003", "displayName": "Break glass", "members": ["break.glass@contoso.com"]},
        ],
        "apps": [{
            "id": "aaaaaaaa-0000-4000-8000-000000000002",
            "name": "Incident Response",
            "scopes": ["User.RevokeSessions.All", "User.Read.All"]
        }],
    });
    Tenant::from_json(&tenant.to_string()).unwrap()
}

const LIST: &str = "userPrincipalName,displayName,id
adele@contoso.com,Adele Vance,87d349ed-44d7-43e1-9a83-5f2406dee5bd
xenia_fabrikam.com#EXT#@contoso.com,Xenia Young,0a1b2c3d-0000-4000-8000-000000000004
break.glass@contoso.com,Break Glass,0a1b2c3d-0000-4000-8000-000000000003
orla.o'brien@contoso.com,Orla O'Brien,0a1b2c3d-0000-4000-8000-000000000005
jan@contoso.com,Jan Smit,0a1b2c3d-0000-4000-8000-000000000006
";

/// A line of the console, and what is shown under it.
struct Step {
    line: String,
    shown: Vec<String>,
}

/// The steps of a document's consoles.
fn steps(document: &str) -> Vec<Step> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(document);
    let document = std::fs::read_to_string(path).unwrap();
    let mut steps: Vec<Step> = Vec::new();
    for console in document.split("```console\n").skip(1) {
        let console = console.split("```").next().unwrap();
        for line in console.lines() {
            match line.strip_prefix("$ ") {
                Some(line) => steps.push(Step {
                    line: line.split("  #").next().unwrap().trim().to_owned(),
                    shown: Vec::new(),
                }),
                None => steps.last_mut().unwrap().shown.push(line.to_owned()),
            }
        }
    }
    steps
}

/// A line without what differs from run to run: numbers of more than two digits, ids and times.
fn settled(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let is_number = word.chars().all(|character| character.is_ascii_digit());
        match digits > 3 && !is_number {
            true => "#",
            false => word,
        }
    });
    words.collect::<Vec<&str>>().join(" ")
}

#[test]
fn what_the_guide_shows_is_what_happens() {
    let emulator = Emulator::builder().tenant(tenant()).start().unwrap();
    let mut administrator = TokenRequest::default();
    administrator.user = Some("admin@contoso.com".to_owned());
    let permissions = [
        "User.RevokeSessions.All",
        "User.Read.All",
        "GroupMember.Read.All",
    ];
    administrator.permissions = Some(permissions.map(str::to_owned).into());
    let token = emulator.mint(&administrator).unwrap().access_token;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users.csv"), LIST).unwrap();
    let command = Path::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    let path = format!(
        "{}:{}",
        command.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let mut steps_of_all = steps("README.md");
    steps_of_all.truncate(1);
    steps_of_all.extend(steps("docs/runs.md"));
    assert!(steps_of_all.len() >= 7, "the guide has consoles");
    for step in steps_of_all {
        let output = Command::new("sh")
            .args(["-c", &format!("{{ {}; }} 2>&1", step.line)])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &token)
            .output()
            .unwrap();
        let happened = text(&output.stdout);
        let fails = step.line.contains("nobody@");
        assert_ne!(output.status.success(), fails, "{}: {happened}", step.line);
        let lines: Vec<String> = happened.lines().map(settled).collect();
        let mut rest = lines.as_slice();
        for (index, shown) in step.shown.iter().enumerate() {
            if shown == "…" {
                continue;
            }
            let shown = settled(shown);
            let found = rest.iter().position(|line| *line == shown);
            let found = found.unwrap_or_else(|| {
                panic!(
                    "{}\nshows: {shown}\nbut this happened:\n{happened}",
                    step.line
                )
            });
            let may_skip = index > 0 && step.shown[index - 1] == "…";
            assert!(
                found == 0 || may_skip,
                "{}\nhas more before: {shown}\n{happened}",
                step.line
            );
            rest = &rest[found + 1..];
        }
        let open_end = step.shown.last().is_none_or(|line| line == "…");
        assert!(
            rest.is_empty() || open_end,
            "{}\ngoes on with: {rest:?}",
            step.line
        );
    }
}

#[test]
fn every_line_of_the_readme_that_begins_with_our_name_is_understood() {
    let lines = steps("README.md").into_iter().map(|step| step.line);
    let ours: Vec<String> = lines
        .filter(|line| line.starts_with("graph-invalidate "))
        .collect();
    assert!(ours.len() >= 4, "{ours:?}");
    for line in ours {
        let mut arguments = line.split_whitespace().skip(1).map(|word| match word {
            "KEY..." => "adele@contoso.com",
            word => word,
        });
        let command = arguments.next().unwrap();
        let output = crate::support::bare(&[command, "--help"]).output().unwrap();
        let help = text(&output.stdout);
        for option in arguments.filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{line}: {command} has no {option}");
        }
    }
}
