//! A tenant of many users, and what a run through them can meet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::{Duration, Instant};

use graph_invalidate_emulator::{Emulator, QuotaRequest};
use serde_json::{Value, json};
use support::{action_on, arm, control, form, invalidate, send, sign_in};

fn act(emulator: &Emulator, token: &str, user: &str) -> support::Answer {
    invalidate(emulator, token, &format!("/beta{}", action_on(user)))
}

#[test]
fn a_million_users_are_there_at_once() {
    let begin = Instant::now();
    let emulator = Emulator::builder().users(1_000_000).start().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(2));
    let (token, _) = sign_in(&emulator, "admin@contoso.example");
    for (key, status) in [
        ("user000001@contoso.example", 200),
        ("user1000000@contoso.example", 200),
        ("9e000000-0000-4000-8000-000001000000", 200),
        ("user1000001@contoso.example", 404),
    ] {
        assert_eq!(act(&emulator, &token, key).status, status, "{key}");
    }
    assert_eq!(emulator.accepted("user1000000@contoso.example"), 2);
    let (own, _) = sign_in(&emulator, "user000007@contoso.example");
    assert_eq!(
        invalidate(&emulator, &own, "/beta/me/invalidateAllRefreshTokens").status,
        200
    );
    assert_eq!(emulator.accepted("user000007@contoso.example"), 1);
}

#[test]
fn the_report_tells_for_whom_it_took_effect_and_how_often() {
    let emulator = Emulator::builder().users(3000).start().unwrap();
    let (token, _) = sign_in(&emulator, "admin@contoso.example");
    for number in [2500, 1, 2500] {
        let user = format!("user{number:06}@contoso.example");
        assert_eq!(act(&emulator, &token, &user).status, 200);
    }
    let report = control(&emulator, "GET", "accepted", "").body;
    for line in [
        r#"{"count":1,"id":"9e000000-0000-4000-8000-000000000001","userPrincipalName":"user000001@contoso.example"}"#,
        r#"{"count":2,"id":"9e000000-0000-4000-8000-000000002500","userPrincipalName":"user002500@contoso.example"}"#,
    ] {
        assert!(report.contains(line), "{report}");
    }
    let one = control(
        &emulator,
        "GET",
        "accepted?user=user000003%40contoso.example",
        "",
    )
    .body;
    assert!(one.contains(r#""count":0"#), "{one}");
    assert_eq!(
        control(&emulator, "GET", "accepted?user=nobody", "").status,
        400
    );

    let totals = control(&emulator, "GET", "requests?newest=1", "").json();
    assert_eq!(totals["requests"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&totals["count"], &totals["accepted"], &totals["users"]),
        (&json!(3), &json!(3), &json!(2))
    );
    assert_eq!(
        control(&emulator, "GET", "requests?newest=all", "").status,
        400
    );
}

#[test]
fn every_answer_of_graph_comes_late_and_none_of_the_sign_in() {
    // Long enough to be told from a busy machine.
    const LATE: Duration = Duration::from_secs(1);
    let emulator = Emulator::builder().latency(LATE).start().unwrap();
    let begin = Instant::now();
    let (token, _) = sign_in(&emulator, "admin@contoso.example");
    let path = format!("/{}/oauth2/v2.0/devicecode", support::TENANT);
    form(
        &emulator,
        &path,
        "client_id=aaaaaaaa-0000-4000-8000-000000000002",
    );
    assert!(begin.elapsed() < LATE);
    for key in ["adele.vance@contoso.example", "nobody"] {
        let begin = Instant::now();
        act(&emulator, &token, key);
        assert!(begin.elapsed() >= LATE);
    }
    emulator.reset();
    let begin = Instant::now();
    act(&emulator, &token, "nobody");
    assert!(begin.elapsed() >= LATE);
}

#[test]
fn tokens_expire_in_the_middle_of_things() {
    let emulator = Emulator::builder().users(9).start().unwrap();
    let (old, _) = sign_in(&emulator, "admin@contoso.example");
    assert_eq!(control(&emulator, "POST", "expire_tokens", "").status, 200);
    let refused = act(&emulator, &old, "user000001@contoso.example");
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("expired"), "{}", refused.body);

    let (new, _) = sign_in(&emulator, "admin@contoso.example");
    arm(&emulator, &json!([{"kind": "tokens_expire", "after": 2}]));
    let statuses: Vec<u16> = (1..=5)
        .map(|number| act(&emulator, &new, &format!("user{number:06}@contoso.example")).status)
        .collect();
    assert_eq!(statuses, [200, 200, 401, 401, 401]);
    let (newest, _) = sign_in(&emulator, "admin@contoso.example");
    assert_eq!(
        act(&emulator, &newest, "user000003@contoso.example").status,
        200
    );
}

#[test]
fn reads_have_a_quota_of_their_own_and_refusals_may_cost() {
    let emulator = Emulator::builder().users(9).start().unwrap();
    let (token, _) = sign_in(&emulator, "admin@contoso.example");
    let quota = json!({"capacity": 1, "per_second": 0.01, "reads": true, "refusals_cost": true});
    assert_eq!(
        control(&emulator, "POST", "quota", &quota.to_string()).status,
        200
    );
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let read = || send(&emulator, "GET", "/v1.0/me", &bearer, "");
    assert_eq!(read().status, 200);
    let refused = read();
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("/read/"), "{}", refused.head);
    assert_eq!(
        act(&emulator, &token, "user000001@contoso.example").status,
        200
    );
    assert_eq!(emulator.totals().throttled, 1);
    assert_eq!(control(&emulator, "DELETE", "quota", "").status, 200);
    assert_eq!(read().status, 200);

    let mut writes = QuotaRequest::default();
    (writes.capacity, writes.per_second, writes.used) = (2.0, 0.01, 2);
    emulator.limit(&writes);
    assert_eq!(
        act(&emulator, &token, "user000001@contoso.example").status,
        429
    );
}

#[test]
fn many_users_are_read_at_once_by_their_ids() {
    let emulator = Emulator::builder().users(9).start().unwrap();
    let (token, _) = sign_in(&emulator, "admin@contoso.example");
    let ask = |ids: &Value, select: &str| {
        let body = json!({"ids": ids, "types": ["user"]}).to_string();
        let headers = format!(
            "Authorization: Bearer {token}\r\nContent-Length: {}\r\n",
            body.len()
        );
        let path = format!("/v1.0/directoryObjects/getByIds{select}");
        send(&emulator, "POST", &path, &headers, &body)
    };
    let ids = json!([
        "9e000000-0000-4000-8000-000000000001",
        "9e000000-0000-4000-8000-000000000009",
        "9e000000-0000-4000-8000-000000000010",
        "user000002@contoso.example",
    ]);
    let answer = ask(&ids, "?$select=id,signInSessionsValidFromDateTime").json();
    let found = answer["value"].as_array().unwrap();
    assert_eq!(found.len(), 2, "{answer}");
    assert!(
        found
            .iter()
            .all(|user| user["signInSessionsValidFromDateTime"].is_string())
    );
    assert_eq!(ask(&ids, "?$select=shoeSize").status, 400);
    assert_eq!(ask(&json!([]), "").status, 400);
    let too_many: Value = (0..1001).map(|id| format!("{id}")).collect();
    assert_eq!(ask(&too_many, "").status, 400);
}
