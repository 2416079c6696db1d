//! What a user of the emulator relies on, over its HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;

use graph_invalidate_emulator::{Emulator, Tenant, TokenRequest};
use serde_json::{Value, json};

const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn send(emulator: &Emulator, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n{body}"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

fn form(emulator: &Emulator, path: &str, body: &str) -> Answer {
    let length = format!("Content-Length: {}\r\n", body.len());
    send(emulator, "POST", path, &length, body)
}

fn redeem(emulator: &Emulator, refresh_token: &str) -> Answer {
    form(
        emulator,
        &format!("/{TENANT}/oauth2/v2.0/token"),
        &format!(
            "client_id=aaaaaaaa-0000-4000-8000-000000000002&grant_type=refresh_token&refresh_token={refresh_token}"
        ),
    )
}

fn sign_in(emulator: &Emulator, user: &str) -> (String, String) {
    let mut request = TokenRequest::default();
    request.user = Some(user.to_owned());
    let tokens = emulator.mint(&request).unwrap();
    (tokens.access_token, tokens.refresh_token.unwrap())
}

fn invalidate(emulator: &Emulator, token: &str, path: &str) -> Answer {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Length: 0\r\n");
    send(emulator, "POST", path, &headers, "")
}

#[test]
fn a_stolen_refresh_token_dies_and_a_new_sign_in_works() {
    let emulator = Emulator::builder().start().unwrap();
    let (_, stolen) = sign_in(&emulator, "adele.vance@contoso.example");
    let renewed = redeem(&emulator, &stolen);
    assert_eq!(renewed.status, 200);
    let stolen = renewed.json()["refresh_token"].as_str().unwrap().to_owned();

    let (admin, _) = sign_in(&emulator, "admin@contoso.example");
    let path = "/beta/users/adele.vance@contoso.example/invalidateAllRefreshTokens";
    assert_eq!(invalidate(&emulator, &admin, path).status, 200);

    let refused = redeem(&emulator, &stolen);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "invalid_grant");
    assert_eq!(refused.json()["error_codes"], json!([50173]));
    assert!(
        refused.json()["error_description"]
            .as_str()
            .unwrap()
            .contains("TokensValidFrom")
    );

    let (_, fresh) = sign_in(&emulator, "adele.vance@contoso.example");
    assert_eq!(redeem(&emulator, &fresh).status, 200);
}

#[test]
fn a_guests_home_session_lives_on() {
    let emulator = Emulator::builder().start().unwrap();
    let guest = "x_y.fabrikam.example#EXT#@contoso.example";
    let (_, session) = sign_in(&emulator, guest);
    let (admin, _) = sign_in(&emulator, "admin@contoso.example");
    let path =
        "/beta/users/x_y.fabrikam.example%23EXT%23%40contoso.example/invalidateAllRefreshTokens";
    assert_eq!(invalidate(&emulator, &admin, path).status, 200);
    assert_eq!(redeem(&emulator, &session).status, 200);
}

#[test]
fn the_service_judges_requests_as_graph_does() {
    let emulator = Emulator::builder().start().unwrap();
    let (admin, _) = sign_in(&emulator, "admin@contoso.example");
    let me = "/beta/me/invalidateAllRefreshTokens";
    let bearer = format!("Authorization: Bearer {admin}\r\n");
    assert_eq!(send(&emulator, "POST", me, &bearer, "").status, 411);
    assert_eq!(send(&emulator, "GET", me, &bearer, "").status, 405);
    assert_eq!(invalidate(&emulator, "nonsense", me).status, 401);
    assert_eq!(
        invalidate(&emulator, &admin, "/v1.0/me/invalidateAllRefreshTokens").status,
        405
    );
    assert_eq!(
        invalidate(
            &emulator,
            &admin,
            "/v1.0/me/microsoft.graph.revokeSignInSessions"
        )
        .status,
        200
    );
    assert_eq!(
        invalidate(
            &emulator,
            &admin,
            "/beta/users/$ales@contoso.example/invalidateAllRefreshTokens"
        )
        .status,
        400
    );
    let quoted = "/beta/users('%24ales%40contoso.example')/invalidateAllRefreshTokens";
    assert_eq!(invalidate(&emulator, &admin, quoted).status, 200);

    let missing = invalidate(
        &emulator,
        &admin,
        "/beta/users/nobody/invalidateAllRefreshTokens",
    );
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json()["error"]["code"], "Request_ResourceNotFound");
    assert!(missing.json()["error"]["innerError"]["request-id"].is_string());
    assert!(missing.head.contains("x-ms-ags-diagnostic:") && missing.head.contains("date:"));
}

#[test]
fn the_cut_off_is_shown_on_select_only() {
    let emulator = Emulator::builder().start().unwrap();
    let (admin, _) = sign_in(&emulator, "admin@contoso.example");
    let bearer = format!("Authorization: Bearer {admin}\r\n");
    let get = |path: &str| send(&emulator, "GET", path, &bearer, "");
    let name = "signInSessionsValidFromDateTime";
    assert!(get("/v1.0/me").json().get(name).is_none());
    assert!(get(&format!("/v1.0/me?$select={name}")).json()[name].is_string());
    assert_eq!(
        get("/v1.0/me?$select=refreshTokensValidFromDateTime").status,
        400
    );
    assert_eq!(
        get("/beta/me?$select=refreshTokensValidFromDateTime").status,
        200
    );
}

#[test]
fn the_sign_in_service_refuses_as_the_real_one() {
    let emulator = Emulator::builder().start().unwrap();
    let token =
        |tenant: &str, body: &str| form(&emulator, &format!("/{tenant}/oauth2/v2.0/token"), body);
    let automation = "aaaaaaaa-0000-4000-8000-000000000003";
    let wrong = token(
        TENANT,
        &format!("client_id={automation}&grant_type=client_credentials&client_secret=wrong"),
    );
    assert_eq!(
        (wrong.status, &wrong.json()["error"]),
        (401, &json!("invalid_client"))
    );
    let right = token(
        TENANT,
        &format!(
            "client_id={automation}&grant_type=client_credentials&client_secret=emulated-secret"
        ),
    );
    assert_eq!(right.status, 200);
    assert!(right.json().get("refresh_token").is_none());
    assert_eq!(token("elsewhere", "").json()["error_codes"], json!([90002]));
    assert_eq!(
        token(TENANT, "client_id=x").json()["error_codes"],
        json!([700016])
    );
}

#[test]
fn a_small_quota_refuses_with_a_fractional_wait() {
    let emulator = Emulator::builder().start().unwrap();
    emulator.set_quota(2.0, 0.3);
    let (admin, _) = sign_in(&emulator, "admin@contoso.example");
    let me = "/beta/me/invalidateAllRefreshTokens";
    assert_eq!(invalidate(&emulator, &admin, me).status, 200);
    let last = invalidate(&emulator, &admin, me);
    assert!(
        last.head.contains("x-ms-throttle-limit-percentage"),
        "{}",
        last.head
    );
    let refused = invalidate(&emulator, &admin, me);
    assert_eq!(refused.status, 429);
    let wait = refused
        .head
        .lines()
        .find_map(|line| line.strip_prefix("retry-after: "))
        .unwrap();
    assert!(
        wait.contains('.')
            && wait
                .parse::<f64>()
                .is_ok_and(|wait| wait > 0.0 && wait < 4.0),
        "{wait}"
    );
}

#[test]
fn the_control_interface_arranges_and_reports_without_secrets() {
    let emulator = Emulator::builder().start().unwrap();
    let control = |method: &str, path: &str, body: &str| {
        let length = format!("Content-Length: {}\r\n", body.len());
        send(
            &emulator,
            method,
            &format!("/__emulator/{path}"),
            &length,
            body,
        )
    };
    let tokens = control(
        "POST",
        "tokens",
        r#"{"user":"adele.vance@contoso.example"}"#,
    )
    .json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        control("POST", "faults", r#"[{"kind":"value_false"}]"#).status,
        200
    );
    for wrong in [
        r#"{"kind":"no_such"}"#,
        r#"{"kind":"stall","tmies":2}"#,
        r#"{"kind":"delay"}"#,
        "[1]",
        "{",
    ] {
        assert_eq!(control("POST", "faults", wrong).status, 400, "{wrong}");
    }
    assert_eq!(control("POST", "tokens", r#"{"usr":"x"}"#).status, 400);
    assert_eq!(control("GET", "nothing", "").status, 400);
    let answer = invalidate(&emulator, token, "/beta/me/invalidateAllRefreshTokens");
    assert_eq!(answer.json()["value"], false);
    let quota = r#"{"capacity":2,"per_second":0.1,"used":2}"#;
    assert_eq!(control("POST", "quota", quota).status, 200);
    let answer = invalidate(&emulator, token, "/beta/me/invalidateAllRefreshTokens");
    assert_eq!(answer.status, 429);
    let report = control("GET", "requests", "");
    assert_eq!(report.json()["count"], 2);
    assert!(!report.body.contains(token));
    assert!(!control("GET", "transcript", "").body.contains(token));
    assert_eq!(control("POST", "reset", "").status, 200);
    assert_eq!(control("GET", "requests", "").json()["count"], 0);
}

#[test]
fn a_device_code_waits_for_its_approval() {
    let emulator = Emulator::builder().start().unwrap();
    let base = format!("/{TENANT}/oauth2/v2.0");
    let app = "client_id=aaaaaaaa-0000-4000-8000-000000000002";
    let begun = form(
        &emulator,
        &format!("{base}/devicecode"),
        &format!("{app}&scope=User.Read"),
    )
    .json();
    let poll = || {
        let code = begun["device_code"].as_str().unwrap();
        let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";
        form(
            &emulator,
            &format!("{base}/token"),
            &format!("{app}&{grant}&device_code={code}"),
        )
    };
    assert_eq!(poll().json()["error"], "authorization_pending");
    let approval = json!({"user_code": begun["user_code"], "user": "adele.vance@contoso.example"});
    assert_eq!(
        form(&emulator, "/__emulator/approve", &approval.to_string()).status,
        200
    );
    let tokens = poll();
    assert_eq!(tokens.status, 200);
    assert!(tokens.json()["refresh_token"].is_string());
    assert_eq!(poll().json()["error"], "invalid_grant");
}

#[test]
fn a_batch_has_the_services_traps() {
    let emulator = Emulator::builder().start().unwrap();
    let (admin, _) = sign_in(&emulator, "admin@contoso.example");
    let send_batch = |version: &str, items: Value| {
        let body = json!({"requests": items}).to_string();
        let headers = format!(
            "Authorization: Bearer {admin}\r\nContent-Length: {}\r\n",
            body.len()
        );
        send(
            &emulator,
            "POST",
            &format!("/{version}/$batch"),
            &headers,
            &body,
        )
    };
    let item = |id: &str, key: &str| {
        json!({
            "id": id,
            "method": "POST",
            "url": format!("/users/{key}/invalidateAllRefreshTokens"),
            "headers": {"Content-Type": "application/json"},
            "body": {},
        })
    };
    let answer = send_batch(
        "beta",
        json!([
            item("1", "adele.vance%40contoso.example"),
            item("2", "nobody")
        ]),
    );
    assert_eq!(answer.status, 200);
    let responses = answer.json()["responses"].clone();
    let status = |id: &str| {
        let responses = responses.as_array().unwrap();
        responses
            .iter()
            .find(|response| response["id"] == id)
            .unwrap()["status"]
            .clone()
    };
    assert_eq!((status("1"), status("2")), (json!(200), json!(404)));
    assert_eq!(emulator.accepted("87d349ed-44d7-43e1-9a83-5f2406dee5bd"), 1);

    let mut bare = item("3", "adele.vance%40contoso.example");
    bare.as_object_mut().unwrap().remove("body");
    let whole = send_batch("beta", json!([item("1", "nobody"), bare]));
    assert_eq!(whole.status, 400);
    assert!(
        whole
            .body
            .contains("does not contain Content-Type header or body"),
        "{}",
        whole.body
    );
    assert_eq!(
        send_batch("beta", json!([item("a", "x"), item("A", "y")])).status,
        400
    );
    assert_eq!(send_batch("beta", json!([])).status, 400);
    let many: Vec<Value> = (0..21).map(|id| item(&id.to_string(), "x")).collect();
    assert_eq!(send_batch("beta", many.into()).status, 400);
    let old = send_batch("v1.0", json!([item("1", "adele.vance%40contoso.example")]));
    assert_eq!(old.json()["responses"][0]["status"], 405);
}

#[test]
fn only_this_machine_may_reach_it_unless_told_otherwise() {
    let anywhere = "0.0.0.0:0".parse().unwrap();
    assert!(Emulator::builder().listen(anywhere).start().is_err());
}

#[test]
fn a_tenant_file_with_a_mistake_says_where() {
    assert!(Tenant::from_json("{").unwrap_err().contains("line 1"));
    let role =
        r#"{"id":"x","name":"x","users":[{"id":"1","userPrincipalName":"a","roles":["Emperor"]}]}"#;
    assert!(Tenant::from_json(role).unwrap_err().contains("Emperor"));
    assert!(!Tenant::built_in().users.is_empty());
}

#[test]
fn nonsense_does_not_stop_it() {
    let emulator = Emulator::builder().start().unwrap();
    let address = emulator.url().strip_prefix("http://").unwrap().to_owned();
    for nonsense in [
        &b"\x00\xff\x16\x03"[..],
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
    ] {
        TcpStream::connect(&address)
            .unwrap()
            .write_all(nonsense)
            .unwrap();
    }
    assert_eq!(
        send(&emulator, "GET", "/__emulator/health", "", "").status,
        200
    );
}
