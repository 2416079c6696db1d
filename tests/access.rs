//! What a token may do, told before anything is done.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::Duration;

use graph_invalidate::{
    AccessToken, Cancellation, Client, ClientOptions, Cloud, IdentityKind, Job, Status, Verdict,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};
use support::{SECRET, token_with};

const GRAPH: &str = r#""aud":"https://graph.microsoft.com""#;

const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
const SECURITY_OPERATOR: &str = "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f";
const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
const ORDINARY: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

fn client(token: Option<AccessToken>) -> Client {
    let mut options = ClientOptions::default();
    options.cloud = Some(Cloud::Global);
    options.token = token;
    Client::new(options).unwrap()
}

/// The jobs that a token's claims say something of.
fn of_claims() -> impl Iterator<Item = &'static Job> {
    Job::ALL.iter().filter(|job| **job != Job::Target)
}

/// The verdicts in the order of the jobs: a letter each, of allowed, refused, unknown.
fn verdicts(claims: &str) -> String {
    let access = client(Some(token_with(claims))).access();
    of_claims()
        .map(|job| {
            let finding = access.finding(*job).unwrap();
            assert!(!finding.reason.is_empty());
            // Whoever is not allowed is told what to ask for.
            let told = finding.hint.is_some() || finding.verdict == Verdict::Allowed;
            assert!(told, "{finding:?}");
            &finding.verdict.name()[..1]
        })
        .collect()
}

fn delegated(scopes: &str, roles: &[&str]) -> String {
    let roles: Vec<String> = roles.iter().map(|role| format!("{role:?}")).collect();
    let roles = roles.join(",");
    verdicts(&format!(
        r#"{{{GRAPH},"idtyp":"user","scp":"{scopes}","wids":[{roles}]}}"#
    ))
}

fn application(roles: &str) -> String {
    verdicts(&format!(r#"{{{GRAPH},"idtyp":"app","roles":[{roles}]}}"#))
}

#[test]
fn a_users_token_is_judged_by_scope_and_by_role() {
    let both = "User.RevokeSessions.All User.Read.All";
    for (scopes, roles, verdicts) in [
        (both, &[ORDINARY, GLOBAL][..], "aaaa"),
        (both, &[HELPDESK], "aaua"),
        (both, &[SECURITY_OPERATOR], "aara"),
        (both, &[SECURITY_OPERATOR, HELPDESK], "aaua"),
        (both, &[ORDINARY], "auua"),
        (both, &[], "auua"),
        ("User.RevokeSessions.All", &[GLOBAL], "aaar"),
        ("user.readwrite.all", &[GLOBAL], "aaaa"),
        ("User.ReadWrite", &[GLOBAL], "urrr"),
        ("User.Read", &[GLOBAL], "rrrr"),
        ("", &[], "rrrr"),
    ] {
        assert_eq!(delegated(scopes, roles), verdicts, "{scopes} {roles:?}");
    }
}

#[test]
fn an_applications_token_is_judged_by_its_own_roles() {
    assert_eq!(
        application(r#""User.RevokeSessions.All","User.Read.All""#),
        "raua"
    );
    assert_eq!(application(r#""Directory.ReadWrite.All""#), "raua");
    assert_eq!(application(r#""User.Read.All""#), "rrra");
}

#[test]
fn what_is_known_of_the_token_is_told() {
    let claims = format!(
        r#"{{{GRAPH},"scp":"User.Read.All User.RevokeSessions.All","upn":"ada@contoso.com","oid":"o","tid":"t","appid":"a",
        "app_displayname":"Tool","exp":4102444800,"wids":["{ORDINARY}","{HELPDESK}","other"]}}"#
    );
    let access = client(Some(token_with(&claims))).access();
    assert_eq!(access.status, Status::Ok);
    assert_eq!(access.kind, Some(IdentityKind::Delegated));
    assert_eq!(access.user.as_deref(), Some("ada@contoso.com"));
    assert_eq!(access.tenant.as_deref(), Some("t"));
    assert_eq!(
        access.permissions,
        ["User.Read.All", "User.RevokeSessions.All"]
    );
    assert_eq!(access.directory_roles, ["Helpdesk Administrator", "other"]);
    let json = serde_json::to_value(&access).unwrap();
    assert_eq!(json["cloud"], "global");
    assert_eq!(json["endpoint"], "https://graph.microsoft.com");
    assert_eq!(json["expires"], "2100-01-01T00:00:00.000Z");
    assert_eq!(json["findings"][2]["job"], "administrators");
    assert!(json.get("status").is_none() && json.get("message").is_none());
    assert!(!json.to_string().contains(SECRET));
}

#[test]
fn a_hint_names_the_permission_and_the_application() {
    let claims = format!(r#"{{{GRAPH},"scp":"User.Read","app_displayname":"Tool"}}"#);
    let access = client(Some(token_with(&claims))).access();
    let hint = access.finding(Job::Others).unwrap().hint.clone().unwrap();
    for part in ["delegated permission User.RevokeSessions.All", "Tool"] {
        assert!(hint.contains(part), "{hint}");
    }
}

#[test]
fn the_first_reason_why_nothing_will_work_comes_first() {
    let whole = |claims: &str| {
        let access = client(Some(token_with(claims))).access();
        assert!(access.message.is_some() && access.hint.is_some());
        let refused = |job: &Job| access.finding(*job).unwrap().verdict == Verdict::Refused;
        assert!(of_claims().all(refused), "{access:?}");
        access.status
    };
    let scope = r#""scp":"User.RevokeSessions.All User.Read.All""#;
    assert_eq!(
        whole(&format!("{{{GRAPH},{scope},\"exp\":1}}")),
        Status::TokenExpired
    );
    assert_eq!(
        whole(&format!("{{{GRAPH},{scope},\"nbf\":4102444800}}")),
        Status::TokenNotYetValid
    );
    assert_eq!(
        whole(&format!(r#"{{"aud":"https://vault.azure.net",{scope}}}"#)),
        Status::TokenWrongAudience
    );
    assert_eq!(
        whole(&format!(
            r#"{{"aud":"https://graph.microsoft.us",{scope}}}"#
        )),
        Status::TokenWrongCloud
    );
    let missing = client(None).access();
    assert_eq!(missing.status, Status::TokenMissing);
    assert_eq!(missing.finding(Job::Me).unwrap().verdict, Verdict::Refused);
}

#[test]
fn a_token_that_cannot_be_read_leaves_everything_open() {
    let access = client(Some(AccessToken::new("opaque").unwrap())).access();
    assert_eq!((access.status, access.kind), (Status::Ok, None));
    let unknown = |job: &Job| access.finding(*job).unwrap().verdict == Verdict::Unknown;
    assert!(of_claims().all(unknown));
}

/// An emulator, and a client with a token for it.
fn emulated(request: &TokenRequest) -> (Emulator, Client) {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator.mint(request).unwrap().access_token;
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token).unwrap());
    let client = Client::new(options).unwrap();
    (emulator, client)
}

const ADELE: &str = "adele.vance@contoso.example";
const BREAK_GLASS: &str = "break.glass@contoso.example";
const GUEST: &str = "x_y.fabrikam.example#EXT#@contoso.example";

#[test]
fn the_directory_knows_roles_that_the_token_does_not_show() {
    let mut request = TokenRequest::default();
    request.hides_roles = true;
    let (emulator, client) = emulated(&request);
    let offline = client.access();
    let verdict = |access: &graph_invalidate::Access, job| access.finding(job).unwrap().verdict;
    assert_eq!(verdict(&offline, Job::Others), Verdict::Unknown);
    assert_eq!(emulator.requests().len(), 0);

    let online = client.access_online(None, None).unwrap();
    assert_eq!(verdict(&online, Job::Others), Verdict::Allowed);
    assert_eq!(online.directory_roles, ["User Administrator"]);
    assert!(online.finding(Job::Target).is_none());
    let requests = emulator.requests();
    assert!(requests.iter().all(|request| request.method == "GET"));
    let asked_for_roles = requests
        .iter()
        .find(|request| request.path.contains("transitiveMemberOf"));
    let consistency = &asked_for_roles.unwrap().headers["consistencylevel"];
    assert_eq!(consistency, "eventual");
}

#[test]
fn one_user_is_looked_at_without_being_touched() {
    let (emulator, client) = emulated(&TokenRequest::default());
    for (user, verdict, said) in [
        (ADELE, Verdict::Allowed, "has no directory role"),
        (BREAK_GLASS, Verdict::Unknown, "is Global Administrator"),
        (GUEST, Verdict::Allowed, "is a guest"),
        ("me", Verdict::Allowed, "is the signed-in user"),
        (
            "admin@contoso.example",
            Verdict::Allowed,
            "is the signed-in user",
        ),
        ("nobody@contoso.example", Verdict::Refused, "does not exist"),
    ] {
        let access = client.access_online(Some(user), None).unwrap();
        let finding = access.finding(Job::Target).unwrap();
        assert_eq!(finding.verdict, verdict, "{user}: {finding:?}");
        assert!(finding.reason.contains(said), "{user}: {}", finding.reason);
    }
    assert_eq!(emulator.totals().accepted, 0);
    let malformed = client.access_online(Some("a/b"), None).unwrap_err();
    assert_eq!(malformed.status(), Status::InvalidUser);
}

#[test]
fn what_cannot_be_read_is_said_and_not_guessed() {
    let mut request = TokenRequest::default();
    request.permissions = Some(vec!["User.RevokeSessions.All".to_owned()]);
    let (_emulator, client) = emulated(&request);
    let access = client.access_online(Some(ADELE), None).unwrap();
    let finding = access.finding(Job::Target).unwrap();
    assert_eq!(finding.verdict, Verdict::Unknown);
    assert!(
        finding.reason.contains("could not be read"),
        "{}",
        finding.reason
    );
    assert!(finding.hint.as_deref().unwrap().contains("User.Read.All"));
}

#[test]
fn reads_that_are_cancelled_are_no_answer() {
    let (emulator, client) = emulated(&TokenRequest::default());
    for spared in 0..2 {
        let mut stall = Fault::once(FaultKind::Stall);
        stall.after = spared;
        emulator.arm(stall);
        let cancellation = Cancellation::new();
        let cancelled = std::thread::scope(|scope| {
            let asking = scope.spawn(|| client.access_online(Some(ADELE), Some(&cancellation)));
            std::thread::sleep(Duration::from_millis(100));
            cancellation.cancel();
            asking.join().unwrap()
        });
        assert_eq!(cancelled.unwrap_err().status(), Status::Cancelled);
    }
}

#[test]
fn an_application_is_judged_online_too() {
    let mut request = TokenRequest::default();
    request.application = true;
    let (_emulator, client) = emulated(&request);
    let access = client.access_online(Some(ADELE), None).unwrap();
    assert_eq!(
        access.finding(Job::Target).unwrap().verdict,
        Verdict::Allowed
    );
    let access = client.access_online(Some(BREAK_GLASS), None).unwrap();
    assert_eq!(
        access.finding(Job::Target).unwrap().verdict,
        Verdict::Unknown
    );
}
