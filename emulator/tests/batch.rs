//! Batches: the service's own traps, and those that are armed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use graph_invalidate_emulator::Emulator;
use serde_json::{Value, json};
use support::{answer_to, arm, batch, item, send, sign_in, try_batch};

const ADELE: &str = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";

/// An emulator with users to spare, and an administrator's token.
fn arranged() -> (Emulator, String) {
    let emulator = Emulator::builder().users(20).start().unwrap();
    let (token, _) = sign_in(&emulator, "admin@contoso.example");
    (emulator, token)
}

fn user(number: usize) -> String {
    format!("user{number:06}@contoso.example")
}

/// A batch of the first users, whose ids are their numbers.
fn first_users(count: usize) -> Value {
    let items = (1..=count).map(|number| item(&number.to_string(), &user(number)));
    items.collect::<Vec<_>>().into()
}

fn ids(answer: &support::Answer) -> Vec<String> {
    let responses = answer.json()["responses"].clone();
    let ids = responses.as_array().unwrap().iter();
    let mut ids: Vec<String> = ids
        .map(|response| response["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn each_item_is_judged_on_its_own() {
    let (emulator, token) = arranged();
    let items = json!([item("1", ADELE), item("2", "nobody")]);
    let answer = batch(&emulator, &token, &items);
    assert_eq!(answer.status, 200);
    assert_eq!(answer_to(&answer, "1")["status"], 200);
    let missing = answer_to(&answer, "2");
    assert_eq!(missing["status"], 404);
    assert_eq!(missing["body"]["error"]["code"], "Request_ResourceNotFound");
    assert!(missing["body"]["error"]["innerError"]["request-id"].is_string());
    assert_eq!(emulator.accepted(ADELE), 1);
    assert_eq!(emulator.totals().requests, 1);
    assert_eq!(emulator.totals().items, 2);
}

#[test]
fn a_mistake_in_one_item_fails_the_whole_batch() {
    let (emulator, token) = arranged();
    let mut bare = item("3", ADELE);
    bare.as_object_mut().unwrap().remove("body");
    let whole = batch(&emulator, &token, &json!([item("1", ADELE), bare]));
    assert_eq!(whole.status, 400);
    assert!(
        whole
            .body
            .contains("does not contain Content-Type header or body"),
        "{}",
        whole.body
    );
    let mut nested = item("1", ADELE);
    nested["url"] = "/$batch".into();
    let mut lonely = item("1", ADELE);
    lonely["dependsOn"] = json!(["2"]);
    for wrong in [
        json!([item("a", "x"), item("A", "y")]),
        json!([]),
        json!([nested]),
        json!([lonely]),
        (0..21).map(|id| item(&id.to_string(), "x")).collect(),
    ] {
        assert_eq!(batch(&emulator, &token, &wrong).status, 400, "{wrong}");
    }
    assert_eq!(emulator.totals().accepted, 0);
    assert_eq!(batch(&emulator, "nonsense", &first_users(2)).status, 401);
}

#[test]
fn the_version_of_the_batch_is_that_of_its_items() {
    let (emulator, token) = arranged();
    let body = json!({"requests": first_users(1)}).to_string();
    let headers = format!(
        "Authorization: Bearer {token}\r\nContent-Length: {}\r\n",
        body.len()
    );
    let old = send(&emulator, "POST", "/v1.0/$batch", &headers, &body);
    assert_eq!(answer_to(&old, "1")["status"], 405);
}

#[test]
fn what_depends_on_a_failure_fails() {
    let (emulator, token) = arranged();
    let mut second = item("second", &user(1));
    second["dependsOn"] = json!(["First"]);
    let mut third = item("third", &user(2));
    third["dependsOn"] = json!(["fourth"]);
    let items = json!([
        second,
        third,
        item("first", "nobody"),
        item("fourth", &user(3))
    ]);
    let answer = batch(&emulator, &token, &items);
    for (id, status) in [
        ("first", 404),
        ("second", 424),
        ("third", 200),
        ("fourth", 200),
    ] {
        assert_eq!(answer_to(&answer, id)["status"], status, "{id}");
    }
    assert_eq!(emulator.accepted(&user(1)), 0);
}

#[test]
fn an_item_is_throttled_with_a_wait_of_its_own() {
    let (emulator, token) = arranged();
    emulator.set_quota(3.0, 0.5);
    arm(
        &emulator,
        &json!([{"kind": "status", "status": 503, "headers": [["retry-after", "7"]], "user": user(2)}]),
    );
    let answer = batch(&emulator, &token, &first_users(5));
    assert_eq!(answer.status, 200);
    let armed = answer_to(&answer, "2");
    assert_eq!(
        (&armed["status"], &armed["headers"]["retry-after"]),
        (&json!(503), &json!("7"))
    );
    let warned = answer_to(&answer, "4");
    assert_eq!(warned["status"], 200);
    let used = warned["headers"]["x-ms-throttle-limit-percentage"]
        .as_str()
        .unwrap();
    assert!(used.parse::<f64>().unwrap() > 0.8, "{used}");
    let refused = answer_to(&answer, "5");
    assert_eq!(refused["status"], 429);
    let wait = refused["headers"]["Retry-After"].as_str().unwrap();
    assert!(wait.parse::<f64>().unwrap() > 1.0, "{wait}");
}

#[test]
fn answers_are_lost_doubled_or_nobodys() {
    let (emulator, token) = arranged();
    arm(
        &emulator,
        &json!([
            {"kind": "item_missing", "user": user(1)},
            {"kind": "item_duplicated", "user": user(2)},
            {"kind": "item_unknown_id", "user": user(3)},
        ]),
    );
    let answer = batch(&emulator, &token, &first_users(4));
    let ids = ids(&answer);
    assert_eq!(ids.len(), 4, "{ids:?}");
    let count = |id: &str| ids.iter().filter(|known| *known == id).count();
    assert_eq!(
        (count("1"), count("2"), count("3"), count("4")),
        (0, 2, 0, 1)
    );
    assert_eq!(emulator.totals().accepted, 4);
    assert_eq!(ids.len(), 4);
}

#[test]
fn a_whole_batch_is_refused_or_broken_off() {
    let (emulator, token) = arranged();
    for status in [400, 413, 503] {
        arm(
            &emulator,
            &json!([{"kind": "status", "status": status, "headers": [["Retry-After", "3"]], "path_contains": "$batch"}]),
        );
        let answer = batch(&emulator, &token, &first_users(2));
        assert_eq!(answer.status, status);
        assert!(answer.head.contains("retry-after: 3"), "{}", answer.head);
        assert_eq!(emulator.totals().accepted, 0);
    }
    for (kind, accepted) in [("reset_before", 0), ("reset_after", 2)] {
        arm(
            &emulator,
            &json!([{"kind": kind, "path_contains": "$batch"}]),
        );
        assert!(
            try_batch(&emulator, &token, &first_users(2)).is_none(),
            "{kind}"
        );
        assert_eq!(emulator.totals().accepted, accepted, "{kind}");
    }
    arm(
        &emulator,
        &json!([{"kind": "truncated_body", "path_contains": "$batch"}]),
    );
    let answer = batch(&emulator, &token, &first_users(2));
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<Value>(&answer.body).is_err());
    assert_eq!(emulator.totals().accepted, 4);
}

#[test]
fn what_befalls_one_item_on_its_way_befalls_the_batch() {
    let (emulator, token) = arranged();
    arm(
        &emulator,
        &json!([{"kind": "reset_after", "user": user(2)}]),
    );
    assert!(try_batch(&emulator, &token, &first_users(3)).is_none());
    assert_eq!(emulator.totals().accepted, 3);
    arm(
        &emulator,
        &json!([{"kind": "delay", "milliseconds": 300, "user": user(2)}]),
    );
    let begin = std::time::Instant::now();
    assert_eq!(batch(&emulator, &token, &first_users(3)).status, 200);
    assert!(begin.elapsed().as_millis() >= 300);
}
