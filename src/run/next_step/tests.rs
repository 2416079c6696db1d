//! What follows for a user, as a table.

use jiff::Timestamp;

use super::*;

const SIGN_OUT: Task = Task::Invalidate;
const VERIFY: Task = Task::Verify {
    not_before: Timestamp::UNIX_EPOCH,
    on_record: true,
};

fn facts() -> Facts {
    Facts {
        now: Instant::now(),
        patience: Duration::from_secs(100),
        wait: Duration::from_secs(10),
        jitter: 1.0,
        run_ends: false,
    }
}

/// A user whose task was tried so often, for so many seconds.
fn item(task: Task, attempts: u32, tried: u64, facts: &Facts) -> Item {
    let mut item = Item::new(User::parse("a@b").unwrap(), task);
    item.attempts = attempts;
    item.since = facts.now.checked_sub(Duration::from_secs(tried));
    if task == Task::DescribeRoles {
        let mut described = Outcome::new(Status::Planned);
        described.message = Some("Adele".to_owned());
        item.last = Some(Box::new(described));
    }
    item
}

fn outcome(status: Status) -> Box<Outcome> {
    Box::new(Outcome::new(status))
}

fn failed(status: Status, retry: Retry) -> Verdict {
    Verdict::Failed(outcome(status), retry)
}

fn cut_off(status: Status, is_final: bool) -> Verdict {
    let outcome = outcome(status);
    Verdict::CutOff { outcome, is_final }
}

fn described() -> Verdict {
    let described = Described::read(br#"{"id":"1","userPrincipalName":"a@b"}"#).unwrap();
    Verdict::Described(outcome(Status::Ok), described)
}

fn said(step: NextStep) -> String {
    let message = |outcome: Box<Outcome>| outcome.message.unwrap_or_default();
    match step {
        NextStep::Again {
            item,
            pause,
            attempt,
        } => {
            let last = item
                .last
                .map_or("nothing".to_owned(), |last| last.status.to_string());
            let recorded = if attempt.is_some() { ", recorded" } else { "" };
            format!("again after {pause:?}{recorded}, last {last}")
        }
        NextStep::Accept { .. } => "accept".to_owned(),
        NextStep::EndVerification {
            on_record, outcome, ..
        } => {
            format!("end verification {} {on_record}", outcome.status)
        }
        NextStep::AskForRoles { .. } => "ask for roles".to_owned(),
        NextStep::End(outcome) => format!("end {} {}", outcome.status, message(outcome.clone())),
        NextStep::EndForbidden(_) => "end, forbidden".to_owned(),
        NextStep::EndWithoutRoles(outcome) => format!("end without roles: {}", message(outcome)),
        NextStep::Exclude { .. } => "exclude".to_owned(),
        NextStep::LeaveUnresolved(_) => "leave unresolved".to_owned(),
    }
}

#[test]
fn a_verdict_has_this_consequence() {
    use Status::{NotVerified, PermissionDenied, ServiceUnavailable, UserNotFound, Verified};
    let after = |seconds| Retry::After(Duration::from_secs(seconds));
    let (describe, roles, exclusion) =
        (Task::Describe, Task::DescribeRoles, Task::ResolveExclusion);
    for (task, attempts, tried, verdict, consequence) in [
        (
            SIGN_OUT,
            1,
            0,
            Verdict::Accepted(outcome(Status::Ok)),
            "accept",
        ),
        (
            SIGN_OUT,
            1,
            0,
            failed(UserNotFound, Retry::Never),
            "end user_not_found ",
        ),
        (
            SIGN_OUT,
            1,
            0,
            failed(PermissionDenied, Retry::Never),
            "end, forbidden",
        ),
        // The retry rule: a pause that grows, the service's where it is longer, and an end when the time is used up.
        (
            SIGN_OUT,
            1,
            0,
            failed(ServiceUnavailable, Retry::Soon),
            "again after 500ms, recorded, last service_unavailable",
        ),
        (
            SIGN_OUT,
            3,
            5,
            failed(ServiceUnavailable, Retry::Soon),
            "again after 2s, recorded, last service_unavailable",
        ),
        (
            SIGN_OUT,
            1,
            0,
            failed(ServiceUnavailable, after(7)),
            "again after 7s, recorded, last service_unavailable",
        ),
        (
            SIGN_OUT,
            3,
            95,
            failed(ServiceUnavailable, after(7)),
            "end service_unavailable ",
        ),
        (
            SIGN_OUT,
            9,
            100,
            failed(ServiceUnavailable, Retry::Soon),
            "end service_unavailable ",
        ),
        (
            SIGN_OUT,
            9,
            9,
            failed(Status::ConnectFailed, Retry::SoonForConnecting),
            "again after 10s, recorded, last connect_failed",
        ),
        // A quota and a token concern everybody: nobody's time is used up by them.
        (
            SIGN_OUT,
            9,
            999,
            Verdict::Throttled(outcome(Status::Throttled)),
            "again after 0ns, recorded, last throttled",
        ),
        (
            SIGN_OUT,
            2,
            999,
            Verdict::TokenRefused(outcome(Status::TokenRejected)),
            "again after 1s, recorded, last nothing",
        ),
        (
            VERIFY,
            1,
            1,
            cut_off(Verified, true),
            "end verification verified true",
        ),
        (
            VERIFY,
            2,
            9,
            cut_off(NotVerified, false),
            "again after 1s, last nothing",
        ),
        (
            VERIFY,
            2,
            10,
            cut_off(NotVerified, false),
            "end verification not_verified true",
        ),
        (
            VERIFY,
            1,
            0,
            failed(UserNotFound, Retry::Never),
            "end verification user_not_found true",
        ),
        (describe, 1, 0, described(), "ask for roles"),
        (
            describe,
            1,
            0,
            failed(PermissionDenied, Retry::Never),
            "end planned The token may not read users: nothing but the key is known.",
        ),
        (
            describe,
            1,
            0,
            failed(UserNotFound, Retry::Never),
            "end user_not_found ",
        ),
        (
            roles,
            1,
            0,
            Verdict::Roles(Roles::Held(Vec::new())),
            "end planned Adele.",
        ),
        (
            roles,
            1,
            0,
            failed(ServiceUnavailable, Retry::Soon),
            "again after 500ms, recorded, last planned",
        ),
        (
            roles,
            2,
            0,
            failed(ServiceUnavailable, Retry::Soon),
            "end planned Adele; whether an administrator is unknown.",
        ),
        (
            roles,
            1,
            0,
            failed(PermissionDenied, Retry::Never),
            "end without roles: Adele; whether an administrator is unknown.",
        ),
        (exclusion, 1, 0, described(), "exclude"),
        (
            exclusion,
            1,
            0,
            failed(ServiceUnavailable, Retry::Soon),
            "again after 500ms, recorded, last service_unavailable",
        ),
        (
            exclusion,
            1,
            0,
            failed(UserNotFound, Retry::Never),
            "leave unresolved",
        ),
    ] {
        let (facts, what) = (facts(), format!("{task:?} {attempts} {tried} {verdict:?}"));
        let step = next_step(item(task, attempts, tried, &facts), verdict, &facts);
        assert_eq!(said(step), consequence, "{what}");
    }
}

#[test]
fn nobody_is_tried_again_when_the_run_ends() {
    let facts = Facts {
        run_ends: true,
        ..facts()
    };
    for retry in [Retry::Soon, Retry::Never] {
        let verdict = failed(Status::ConnectFailed, retry);
        let step = next_step(item(SIGN_OUT, 1, 0, &facts), verdict, &facts);
        assert_eq!(
            said(step),
            "again after 0ns, last connect_failed",
            "it ends with that"
        );
    }
}
