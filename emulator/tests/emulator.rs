//! What a user of the emulator relies on, over its HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::Write;
use std::net::TcpStream;

use graph_invalidate_emulator::{Emulator, Tenant};
use serde_json::json;
use support::{TENANT, arm, control, form, invalidate, redeem, send, sign_in};

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
        &format!(
            "client_id={automation}&grant_type=client_credentials&scope=https://graph.microsoft.com/.default&client_secret=wrong"
        ),
    );
    assert_eq!(
        (wrong.status, &wrong.json()["error"]),
        (401, &json!("invalid_client"))
    );
    let right = token(
        TENANT,
        &format!(
            "client_id={automation}&grant_type=client_credentials&scope=https://graph.microsoft.com/.default&client_secret=emulated-secret"
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
    let control = |method: &str, path: &str, body: &str| control(&emulator, method, path, body);
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
        r#"{"kind":"stall","after":"soon"}"#,
        r#"{"kind":"stall","user":"nobody"}"#,
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
    assert_eq!(poll().json()["error"], "slow_down");
    let approval = json!({"user_code": begun["user_code"], "user": "adele.vance@contoso.example"});
    assert_eq!(
        form(&emulator, "/__emulator/approve", &approval.to_string()).status,
        200
    );
    std::thread::sleep(std::time::Duration::from_secs(1));
    arm(&emulator, &json!([{"kind": "slow_down"}]));
    assert_eq!(poll().json()["error"], "slow_down");
    let tokens = poll();
    assert_eq!(tokens.status, 200);
    assert!(tokens.json()["refresh_token"].is_string());
    assert_eq!(poll().json()["error"], "invalid_grant");
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
