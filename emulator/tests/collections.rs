//! Collections: pages and their links, filters, groups, and what each token may see.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use graph_invalidate_emulator::{Emulator, TokenRequest};
use serde_json::Value;
use support::{Answer, control, send};

const FINANCE: &str = "/v1.0/groups/02bd9fd6-8f93-4758-87c3-1fb73740a315";

fn token(emulator: &Emulator, permissions: &[&str]) -> String {
    let mut request = TokenRequest::default();
    request.permissions = Some(permissions.iter().map(|&it| it.to_owned()).collect());
    emulator.mint(&request).unwrap().access_token
}

fn get(emulator: &Emulator, token: &str, address: &str, eventual: bool) -> Answer {
    let level = if eventual {
        "ConsistencyLevel: eventual\r\n"
    } else {
        ""
    };
    let headers = format!("Authorization: Bearer {token}\r\n{level}");
    let path = address.strip_prefix("http://x").unwrap_or(address);
    send(emulator, "GET", path, &headers, "")
}

/// All objects of a listing, page by page, and how many pages it had.
fn all(emulator: &Emulator, token: &str, first: &str, eventual: bool) -> (Vec<Value>, usize) {
    let (mut objects, mut pages, mut next) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(address) = next {
        let answer = get(emulator, token, &address, eventual);
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        let page = answer.json();
        objects.extend(page["value"].as_array().unwrap().iter().cloned());
        next = page["@odata.nextLink"].as_str().map(str::to_owned);
        pages += 1;
    }
    (objects, pages)
}

fn code(answer: &Answer) -> String {
    answer.json()["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn pages_lead_through_everyone_and_some_may_be_empty() {
    let emulator = Emulator::builder().users(2000).start().unwrap();
    let token = token(&emulator, &["User.Read.All"]);
    let everyone = "/v1.0/users?$select=id&$top=999";
    let (users, pages) = all(&emulator, &token, everyone, false);
    assert_eq!((users.len(), pages), (2009, 3));
    let (users, pages) = all(&emulator, &token, "/v1.0/users?$select=id", false);
    assert_eq!(
        (users.len(), pages),
        (2009, 21),
        "100 is the service's own size"
    );
    control(
        &emulator,
        "POST",
        "pages",
        r#"{"size": 500, "empty_every": 2}"#,
    );
    let (users, pages) = all(&emulator, &token, everyone, false);
    let ids: BTreeSet<&str> = users
        .iter()
        .map(|user| user["id"].as_str().unwrap())
        .collect();
    assert_eq!((ids.len(), pages), (2009, 9));
}

#[test]
fn a_link_is_good_as_a_whole_alone_and_with_the_header() {
    let emulator = Emulator::builder().users(200).start().unwrap();
    let token = token(&emulator, &["User.Read.All"]);
    let first = "/v1.0/users?$count=true&$top=50&$filter=department%20ne%20'Legal'";
    let page = get(&emulator, &token, first, true).json();
    assert_eq!(page["@odata.count"], 9 + 150);
    let link = page["@odata.nextLink"].as_str().unwrap();
    assert!(get(&emulator, &token, link, true).json()["@odata.count"].is_null());
    for (link, eventual) in [
        (link.to_owned(), false),
        (link.replace("$top=50", "$top=60"), true),
    ] {
        let answer = get(&emulator, &token, &link, eventual);
        let known = ["Directory_ExpiredPageToken", "Request_UnsupportedQuery"];
        assert!(
            answer.status == 400 && known.contains(&code(&answer).as_str()),
            "{}",
            answer.body
        );
    }
    let (users, _) = all(&emulator, &token, first, true);
    assert_eq!(users.len(), 159);
}

#[test]
fn filters_are_answered_or_refused_as_the_service_does() {
    let emulator = Emulator::builder().users(100).start().unwrap();
    let token = token(&emulator, &["User.Read.All"]);
    for (filter, eventual, expected) in [
        ("accountEnabled%20eq%20false", false, Ok(2)),
        ("userType%20eq%20'Guest'", false, Ok(1)),
        (
            "department%20ne%20'Legal'",
            false,
            Err("Request_UnsupportedQuery"),
        ),
        (
            "companyName%20eq%20'x'",
            false,
            Err("Request_UnsupportedQuery"),
        ),
        ("companyName%20eq%20null", true, Ok(109)),
        ("department%20eq", false, Err("Request_BadRequest")),
        ("nonsense%20eq%201", false, Err("BadRequest")),
    ] {
        let address = format!("/v1.0/users?$top=999&$count=true&$filter={filter}");
        let answer = get(&emulator, &token, &address, eventual);
        match expected {
            Ok(count) => assert_eq!(
                answer.json()["value"].as_array().unwrap().len(),
                count,
                "{filter}"
            ),
            Err(expected) => assert_eq!(
                (answer.status, code(&answer)),
                (400, expected.to_owned()),
                "{filter}"
            ),
        }
    }
    assert_eq!(
        get(&emulator, &token, "/v1.0/users/$count", true).body,
        "109"
    );
    assert_eq!(
        get(&emulator, &token, "/v1.0/users/$count", false).status,
        400
    );
    assert_eq!(
        get(&emulator, &token, "/v1.0/users?$skip=5", false).status,
        400
    );
}

#[test]
fn a_group_holds_what_groups_hold_through_all_levels() {
    let emulator = Emulator::builder().start().unwrap();
    let token = token(&emulator, &["GroupMember.Read.All", "User.Read.All"]);
    let select = "?$select=id,userPrincipalName&$top=999";
    let (members, _) = all(
        &emulator,
        &token,
        &format!("{FINANCE}/transitiveMembers{select}"),
        false,
    );
    let count = |kind: &str| {
        let kind = format!("#microsoft.graph.{kind}");
        members
            .iter()
            .filter(|member| member["@odata.type"] == *kind)
            .count()
    };
    assert_eq!(
        ["user", "group", "device", "orgContact"].map(count),
        [5, 2, 2, 1]
    );
    let (direct, _) = all(
        &emulator,
        &token,
        &format!("{FINANCE}/members{select}"),
        false,
    );
    assert_eq!(direct.len(), 6);
    let found = get(
        &emulator,
        &token,
        "/v1.0/groups?$filter=displayName%20eq%20'Twins'",
        false,
    );
    assert_eq!(found.json()["value"].as_array().unwrap().len(), 2);
    let missing = get(
        &emulator,
        &token,
        "/v1.0/groups/02bd9fd6-ffff-4fff-8fff-ffffffffffff",
        false,
    );
    assert_eq!(
        (missing.status, code(&missing)),
        (404, "Request_ResourceNotFound".to_owned())
    );
}

#[test]
fn what_a_token_may_not_see_is_null_hidden_or_refused() {
    let emulator = Emulator::builder().start().unwrap();
    let members = format!("{FINANCE}/transitiveMembers?$select=id,userPrincipalName");
    let without_names = token(&emulator, &["GroupMember.Read.All"]);
    let (seen, _) = all(&emulator, &without_names, &members, false);
    let users = seen
        .iter()
        .filter(|member| member["@odata.type"] == "#microsoft.graph.user");
    assert!(
        users.clone().count() == 5
            && users
                .into_iter()
                .all(|user| user["userPrincipalName"].is_null())
    );
    let hidden = "/v1.0/groups/02bd9fd6-0000-4000-8000-000000000009/members";
    assert!(all(&emulator, &without_names, hidden, false).0.is_empty());
    let sees_hidden = token(&emulator, &["GroupMember.Read.All", "Member.Read.Hidden"]);
    assert_eq!(all(&emulator, &sees_hidden, hidden, false).0.len(), 1);
    let nothing = token(&emulator, &["User.RevokeSessions.All"]);
    for address in [members.as_str(), "/v1.0/users", "/v1.0/groups"] {
        assert_eq!(
            get(&emulator, &nothing, address, false).status,
            403,
            "{address}"
        );
    }
}

#[test]
fn the_index_lags_and_the_directory_does_not() {
    let emulator = Emulator::builder().users(10).start().unwrap();
    let token = token(&emulator, &["User.Read.All"]);
    control(
        &emulator,
        "POST",
        "index",
        r#"{"absent": ["user000003@contoso.example"]}"#,
    );
    let address = "/v1.0/users?$count=true&$filter=startsWith(userPrincipalName,'user')";
    assert_eq!(all(&emulator, &token, address, true).0.len(), 9);
    assert_eq!(all(&emulator, &token, address, false).0.len(), 10);
    let unknown = control(&emulator, "POST", "index", r#"{"absent": ["nobody"]}"#);
    assert_eq!(unknown.status, 400);
}

#[test]
fn a_million_members_cost_nothing_at_the_start() {
    let begin = Instant::now();
    let emulator = Emulator::builder().users(1_000_000).start().unwrap();
    let token = token(&emulator, &["GroupMember.Read.All", "User.Read.All"]);
    let address =
        "/v1.0/groups/02bd9fd6-0000-4000-8000-00000000000c/transitiveMembers?$top=999&$select=id";
    let page = get(&emulator, &token, address, false).json();
    assert_eq!(page["value"].as_array().unwrap().len(), 999);
    assert!(
        begin.elapsed() < Duration::from_secs(3),
        "{:?}",
        begin.elapsed()
    );
}
