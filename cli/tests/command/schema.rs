//! Journals and reports against docs/journal.schema.json: by a small judge of the keywords that it uses, and of no
//! others.

use std::path::Path;

use graph_invalidate_emulator::{Fault, FaultKind};
use serde_json::{Map, Value};

use crate::support::{ADELE, Situation, journal, lines, user};

struct Schema(Value);

impl Schema {
    fn read() -> Schema {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/journal.schema.json");
        Schema(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// What is wrong with a line; nothing that the schema does not describe may be in it.
    fn fault(&self, line: &Value) -> Option<String> {
        let kinds = self.0["oneOf"].as_array().unwrap();
        let named = |kind: &&Value| {
            let name = kind["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            line["type"] == name
        };
        let kind = kinds.iter().find(named)?;
        let pointer = kind["$ref"].as_str().unwrap().trim_start_matches('#');
        let kind = self.0.pointer(pointer).unwrap().as_object().unwrap();
        let properties = kind["properties"].as_object().unwrap();
        let line = line.as_object().unwrap();
        let missing = kind["required"].as_array().unwrap().iter();
        let missing = missing
            .map(|name| name.as_str().unwrap())
            .find(|name| !line.contains_key(*name));
        if let Some(missing) = missing {
            return Some(format!("{missing} is missing"));
        }
        line.iter().find_map(|(name, value)| {
            let Some(rules) = properties.get(name) else {
                return Some(format!("{name} is not described"));
            };
            fault_of(rules.as_object().unwrap(), value).map(|fault| format!("{name}: {fault}"))
        })
    }
}

fn fault_of(rules: &Map<String, Value>, value: &Value) -> Option<String> {
    rules.iter().find_map(|(keyword, rule)| {
        let holds = match keyword.as_str() {
            "description" => true,
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "type" => match rule.as_str().unwrap() {
                "string" => value.is_string(),
                "integer" => value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "object" => value.is_object(),
                other => panic!("the schema uses the type {other}"),
            },
            // Of an object within: what it may hold, what it must, and nothing else.
            "properties" => {
                let rules = rule.as_object().unwrap();
                value.as_object().unwrap().iter().all(|(name, value)| {
                    let rules = rules.get(name).and_then(Value::as_object);
                    rules.is_some_and(|rules| fault_of(rules, value).is_none())
                })
            }
            "required" => {
                let mut names = rule.as_array().unwrap().iter();
                names.all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "additionalProperties" => *rule == Value::Bool(false),
            "pattern" => matches(rule.as_str().unwrap(), value.as_str().unwrap_or_default()),
            other => panic!("the schema uses the keyword {other}"),
        };
        (!holds).then(|| format!("{value} is against {keyword} {rule}"))
    })
}

/// The two patterns that there are: names, and times.
fn matches(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| text.replace(|character: char| character.is_ascii_digit(), "0");
    match pattern {
        "^[a-z0-9_]+$" => {
            let is_of_a_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            !text.is_empty() && text.bytes().all(is_of_a_name)
        }
        _ => {
            assert!(pattern.starts_with("^[0-9]{4}-"), "{pattern}");
            digits(text) == "0000-00-00T00:00:00.000Z"
        }
    }
}

#[test]
fn every_line_that_is_written_is_as_the_schema_says() {
    let schema = Schema::read();
    let situation = Situation::of(30);
    situation.list("list", 30);
    let chosen = crate::selections::situation(0);
    let group = [
        "users",
        "--group",
        "Finance",
        "--guests",
        "--journal",
        "group.jsonl",
    ];
    chosen.run(&group);
    let of_group = journal(&chosen.path("group.jsonl"));
    assert!(of_group.iter().any(|line| line["type"] == "selected"));
    let busy = FaultKind::Status {
        status: 429,
        code: None,
        message: None,
        headers: vec![("Retry-After".to_owned(), "0.25".to_owned())],
        body: None,
    };
    for kind in [busy, FaultKind::ItemMissing, FaultKind::ValueFalse] {
        let mut fault = Fault::once(kind);
        fault.path_contains = Some("invalidateAllRefreshTokens".to_owned());
        situation.emulator.arm(fault);
    }
    let run = [
        "users",
        "--from",
        "list",
        "--journal",
        "run.jsonl",
        "--verify",
    ];
    let others = [
        "nobody@contoso.example",
        "a/b",
        "",
        "me",
        "--exclude",
        ADELE,
        ADELE,
    ];
    situation.run(&[&run[..], &others, &["--deadline", "20s"]].concat());
    situation.run(&[&run[..], &others, &["--resume", "--api", "beta"]].concat());
    situation.run(&["verify", "--journal", "run.jsonl"]);
    let journal = journal(&situation.path("run.jsonl"));
    let report = lines(
        &situation
            .run(&["report", "run.jsonl", "--output", "json"])
            .stdout,
    );
    for line in journal.iter().chain(&report).chain(&of_group) {
        assert_eq!(schema.fault(line), None, "{line}");
    }
    let statuses: Vec<&str> = journal
        .iter()
        .filter_map(|line| line["status"].as_str())
        .collect();
    for status in [
        "accepted",
        "verified",
        "throttled",
        "unconfirmed",
        "unexpected_answer",
        "user_not_found",
    ] {
        assert!(
            statuses.contains(&status),
            "{status} is not among {statuses:?}"
        );
    }
    let modes: Vec<&Value> = journal.iter().map(|line| &line["mode"]).collect();
    assert!(modes.contains(&&Value::from("verify_journal")));
}

#[test]
fn the_schema_does_not_let_everything_through() {
    let schema = Schema::read();
    let good = serde_json::json!({
        "type": "outcome", "time": "2026-11-25T10:00:00.000Z", "user": user(1), "status": "accepted", "attempts": 1
    });
    assert_eq!(schema.fault(&good), None);
    for (name, value) in [
        ("time", Value::from("2026-11-25 10:00")),
        ("status", Value::from("Accepted!")),
        ("attempts", Value::from(-1)),
        ("http_status", Value::from("204")),
        ("shoe_size", Value::from(44)),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert!(
            schema.fault(&bad).is_some_and(|fault| fault.contains(name)),
            "{bad}"
        );
    }
}
