//! What each answer means, as tables.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::transport::Body;
use crate::user::User;

const SIGN_OUT: Task = Task::Invalidate;
const VERIFY: Task = Task::Verify {
    not_before: Timestamp::constant(1_795_600_800, 0), // 2026-11-25T10:00:00Z
    on_record: false,
};
const NOBODY: &str = r#"{"error":{"code":"Request_ResourceNotFound","message":"No such user."}}"#;
const FORBIDDEN: &str = r#"{"error":{"code":"Authorization_RequestDenied","message":"No."}}"#;
const ADELE: &str = r#"{"id":"87d349ed-44d7-43e1-9a83-5f2406dee5bd","userPrincipalName":"a@b"}"#;

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: Body) -> Answer {
    let headers = headers.iter().map(|(name, value)| {
        let name = HeaderName::from_static(name);
        (name, HeaderValue::from_static(value))
    });
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: headers.collect::<HeaderMap>(),
        body,
    }
}

fn whole(body: &str) -> Body {
    Body::Whole(body.as_bytes().to_vec())
}

fn judged(tasks: &[Task], result: Result<Answer, TransportFailure>) -> Judged {
    let items = tasks.iter().enumerate().map(|(index, task)| {
        let user = User::parse(&format!("user{index}@contoso.example")).unwrap();
        Item::new(user, *task)
    });
    let finished = Finished {
        items: items.collect(),
        client_request_id: "ours".to_owned(),
        sent_at: Instant::now(),
        token: Arc::new(AccessToken::new("opaque").unwrap()),
        result,
    };
    judge(finished, Timestamp::UNIX_EPOCH)
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted(_) => "accepted".to_owned(),
        Verdict::CutOff { outcome, is_final } => {
            let end = if *is_final { "" } else { ", look again" };
            format!("cut-off: {}{end}", outcome.status)
        }
        Verdict::Described(_, described) => format!("is {}", described.user_principal_name),
        Verdict::Roles(roles) => format!("roles{}", roles.in_words()),
        Verdict::Failed(outcome, retry) => format!("{}, {retry:?}", outcome.status),
        Verdict::Throttled(_) => "throttled".to_owned(),
        Verdict::TokenRefused(_) => "token refused".to_owned(),
    }
}

fn all_said(judged: &Judged) -> Vec<String> {
    match &judged.users {
        Users::Each(users) => users.iter().map(|(_, verdict)| said(verdict)).collect(),
        Users::Halves(items) => vec![format!("halves of {}", items.len())],
    }
}

#[test]
fn an_answer_means_this_for_its_user() {
    let wait = &[("retry-after", "7")][..];
    for (task, status, headers, body, verdict) in [
        (SIGN_OUT, 204, &[][..], "", "accepted"),
        (SIGN_OUT, 200, &[], r#"{"value":true}"#, "accepted"),
        (
            SIGN_OUT,
            200,
            &[],
            r#"{"value":false}"#,
            "unconfirmed, Never",
        ),
        (SIGN_OUT, 200, &[], "<html>", "unexpected_answer, Never"),
        (
            SIGN_OUT,
            200,
            &[],
            r#"{"value":"#,
            "connection_broken, Soon",
        ),
        (SIGN_OUT, 403, &[], FORBIDDEN, "permission_denied, Never"),
        (SIGN_OUT, 404, &[], NOBODY, "user_not_found, Never"),
        (SIGN_OUT, 429, wait, "", "throttled"),
        (SIGN_OUT, 401, &[], "", "token refused"),
        (SIGN_OUT, 500, &[], "", "service_unavailable, Soon"),
        (SIGN_OUT, 503, wait, "", "service_unavailable, After(7s)"),
        (
            VERIFY,
            200,
            &[],
            r#"{"signInSessionsValidFromDateTime":"2026-11-25T10:00:00Z"}"#,
            "cut-off: verified",
        ),
        (
            VERIFY,
            200,
            &[],
            r#"{"signInSessionsValidFromDateTime":"2026-11-24T10:00:00Z"}"#,
            "cut-off: not_verified, look again",
        ),
        (VERIFY, 200, &[], "[]", "cut-off: unexpected_answer"),
        (VERIFY, 404, &[], NOBODY, "user_not_found, Never"),
        (VERIFY, 429, wait, "", "throttled"),
        (Task::Describe, 200, &[], ADELE, "is a@b"),
        (Task::Describe, 200, &[], "{}", "unexpected_answer, Never"),
        (Task::ResolveExclusion, 200, &[], ADELE, "is a@b"),
        (
            Task::ResolveExclusion,
            503,
            &[],
            "",
            "service_unavailable, Soon",
        ),
        (Task::DescribeRoles, 200, &[], r#"{"value":[]}"#, "roles."),
        (
            Task::DescribeRoles,
            200,
            &[],
            "{}",
            "roles; whether an administrator is unknown.",
        ),
        (
            Task::DescribeRoles,
            403,
            &[],
            FORBIDDEN,
            "permission_denied, Never",
        ),
    ] {
        let judged = judged(&[task], Ok(answer(status, headers, whole(body))));
        assert_eq!(all_said(&judged), [verdict], "{task:?}: {status} {body}");
    }
}

#[test]
fn an_answer_to_a_batch_means_this_for_its_users() {
    let both = r#"{"responses":[{"id":"1","status":404,"body":{"error":{"code":"X"}}},{"id":"0","status":204}]}"#;
    let one = r#"{"responses":[{"id":"0","status":204}]}"#;
    for (status, body, verdicts) in [
        (200, whole(both), &["accepted", "user_not_found, Never"][..]),
        (200, whole(one), &["accepted", "unexpected_answer, Soon"]),
        (200, whole("{}"), &["unexpected_answer, Soon"; 2]),
        (200, Body::TooLong, &["unexpected_answer, Never"; 2]),
        (400, whole(""), &["halves of 2"]),
        (403, whole(""), &["permission_denied, Never"; 2]),
        (429, whole(""), &["throttled"; 2]),
        (503, whole(""), &["service_unavailable, Soon"; 2]),
    ] {
        let judged = judged(&[SIGN_OUT; 2], Ok(answer(status, &[], body)));
        assert_eq!(all_said(&judged), verdicts, "{status}");
    }
}

#[test]
fn no_answer_is_one_failure_for_all_and_says_so() {
    let judged = judged(&[SIGN_OUT; 2], Err(TransportFailure::timed_out(30)));
    assert_eq!(all_said(&judged), ["connection_broken, Soon"; 2]);
    let News::Silence { outcome, retry } = judged.news else {
        panic!("there was no answer");
    };
    assert_eq!(
        (outcome.status, retry),
        (Status::ConnectionBroken, Retry::Soon)
    );
}

#[test]
fn an_answer_tells_how_the_service_is_and_what_its_quotas_let_through() {
    let batch = r#"{"responses":[
        {"id":"0","status":204,"headers":{"x-ms-throttle-limit-percentage":"0.9"}},
        {"id":"1","status":429,"headers":{"Retry-After":"7"}},
        {"id":"2","status":429,"headers":{"Retry-After":"3"}}]}"#;
    let answered = judged(&[SIGN_OUT; 3], Ok(answer(200, &[], whole(batch))));
    let News::Answer(signs) = answered.news else {
        panic!("there was an answer");
    };
    let writes = |writes| Count { writes, reads: 0 };
    assert_eq!((signs.let_through, signs.throttled), (writes(1), writes(2)));
    assert_eq!(signs.wait, Some(Duration::from_secs(7)));
    assert_eq!((signs.used, signs.health), (Some(0.9), Health::Well));
    for (status, headers, health) in [
        (204, &[][..], Health::Well),
        (404, &[], Health::Well),
        (429, &[], Health::Throttled),
        (503, &[], Health::Unwell(None)),
        (
            503,
            &[("retry-after", "7")],
            Health::Unwell(Some(Duration::from_secs(7))),
        ),
    ] {
        let News::Answer(signs) = judged(&[VERIFY], Ok(answer(status, headers, whole("")))).news
        else {
            panic!("there was an answer");
        };
        assert_eq!(signs.health, health, "{status}");
    }
}

#[test]
fn an_answer_tells_whether_the_token_is_good_and_what_would_be_better() {
    let challenge = r#"Bearer error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ==""#;
    let good = judged(&[SIGN_OUT], Ok(answer(204, &[], whole(""))));
    assert!(good.token.accepted && good.token.refused.is_none());
    let failed = judged(&[SIGN_OUT], Ok(answer(404, &[], whole(NOBODY))));
    assert!(!failed.token.accepted && failed.token.refused.is_none());
    let bad = judged(
        &[SIGN_OUT],
        Ok(answer(401, &[("www-authenticate", challenge)], whole(""))),
    );
    let refused = bad.token.refused.unwrap();
    assert_eq!(refused.claims.as_deref(), Some(r#"{"access_token":{}}"#));
    // The challenge may stand with the whole, and concern one user of it.
    let batch = r#"{"responses":[{"id":"0","status":204},{"id":"1","status":401}]}"#;
    let mixed = judged(
        &[SIGN_OUT; 2],
        Ok(answer(
            200,
            &[("www-authenticate", challenge)],
            whole(batch),
        )),
    );
    assert_eq!(all_said(&mixed), ["accepted", "token refused"]);
    assert!(mixed.token.accepted && mixed.token.refused.unwrap().claims.is_some());
}
