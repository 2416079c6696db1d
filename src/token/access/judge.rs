//! Each job judged by a token's claims.

use crate::token::claims::{Claims, IdentityKind};
use crate::token::directory_roles::{self, DirectoryRole, Reach};
use crate::token::permissions::{READ_CUT_OFF, SIGN_OUT, SIGN_OUT_DOUBTFUL};

use super::{Finding, Job, Verdict};

/// Who told of the signed-in user's directory roles. Neither tells of custom roles, nor of those of an administrative
/// unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShownBy {
    /// The token: some of the time
    /// (<https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#payload-claims>, `wids`).
    Token,
    /// The directory, just now.
    Directory,
}

impl ShownBy {
    /// What it means that no role is shown, in a sentence without its full stop.
    fn none(self) -> &'static str {
        match self {
            ShownBy::Token => {
                "the token shows no directory role that may sign out other users; tokens never show custom roles or roles scoped to an administrative unit"
            }
            ShownBy::Directory => {
                "the directory shows no role that may sign out other users; custom roles and roles scoped to an administrative unit were not requested"
            }
        }
    }
}

pub(super) fn by_claims(job: Job, claims: &Claims, shown_by: ShownBy) -> Finding {
    if job == Job::Verification {
        return verification(claims);
    }
    match (claims.kind(), job) {
        (IdentityKind::Application, Job::Me) => finding(
            job,
            Verdict::Refused,
            "The token belongs to an application, which has no signed-in user, so \"me\" cannot be used.",
        )
        .hint("Name users by object id or user principal name, or sign in as the user."),
        (kind, _) => match claims.first_of(SIGN_OUT) {
            None => without_permission(job, claims),
            Some(permission) => match (kind, job) {
                (_, Job::Me) => has(job, permission),
                (IdentityKind::Application, Job::Others) => has(job, permission),
                (IdentityKind::Application, _) => application_on_administrators(job, permission),
                (IdentityKind::Delegated, Job::Others) => {
                    on_others(job, permission, claims, shown_by)
                }
                (IdentityKind::Delegated, _) => {
                    on_administrators(job, permission, claims, shown_by)
                }
            },
        },
    }
}

/// A token that cannot be read, as those of personal accounts.
pub(super) fn unreadable(job: Job) -> Finding {
    finding(
        job,
        Verdict::Unknown,
        "The token cannot be decoded; only the service knows what it may do.",
    )
}

fn without_permission(job: Job, claims: &Claims) -> Finding {
    if job == Job::Me && claims.has_permission(SIGN_OUT_DOUBTFUL) {
        return finding(
            job,
            Verdict::Unknown,
            format!("Microsoft's own pages disagree whether {SIGN_OUT_DOUBTFUL} is enough."),
        )
        .hint(consent(SIGN_OUT[0], claims));
    }
    finding(
        job,
        Verdict::Refused,
        format!("The token lacks {}.", SIGN_OUT[0]),
    )
    .hint(consent(SIGN_OUT[0], claims))
}

fn has(job: Job, permission: &str) -> Finding {
    finding(
        job,
        Verdict::Allowed,
        format!("The token has {permission}."),
    )
}

fn on_others(job: Job, permission: &str, claims: &Claims, shown_by: ShownBy) -> Finding {
    match widest_role(claims) {
        Some(role) => finding(
            job,
            Verdict::Allowed,
            format!(
                "The token has {permission}, and its user is {}.",
                role.name
            ),
        ),
        None => finding(
            job,
            Verdict::Unknown,
            format!("The token has {permission}, but {}.", shown_by.none()),
        )
        .hint("Give the signed-in user a directory role such as Helpdesk Administrator or User Administrator, and sign in again."),
    }
}

fn on_administrators(job: Job, permission: &str, claims: &Claims, shown_by: ShownBy) -> Finding {
    let role = widest_role(claims);
    let name = role.map(|role| role.name).unwrap_or_default();
    let (verdict, reason) = match role.map(|role| role.reach) {
        Some(Reach::Everybody) => {
            let reason = format!("The token has {permission}, and its user is {name}.");
            return finding(job, Verdict::Allowed, reason);
        }
        Some(Reach::SomeAdministrators) => (
            Verdict::Unknown,
            format!(
                "{name} may sign out only holders of some less privileged administrator roles."
            ),
        ),
        Some(Reach::NoAdministrator) => (
            Verdict::Refused,
            format!("{name} may sign out no administrator."),
        ),
        Some(Reach::Undocumented) => (
            Verdict::Unknown,
            format!("Microsoft does not say which administrators {name} may sign out."),
        ),
        None => (
            Verdict::Unknown,
            format!("The token has {permission}, but {}.", shown_by.none()),
        ),
    };
    finding(job, verdict, reason).hint(
        "Give the signed-in user the role Privileged Authentication Administrator, and sign in again.",
    )
}

fn application_on_administrators(job: Job, permission: &str) -> Finding {
    finding(
        job,
        Verdict::Unknown,
        format!("The token has {permission}; whether that is enough for administrators, only the service knows."),
    )
    .hint("If it is refused, give the application's service principal the role Privileged Authentication Administrator.")
}

fn verification(claims: &Claims) -> Finding {
    match claims.first_of(READ_CUT_OFF) {
        Some(permission) => has(Job::Verification, permission),
        None => finding(
            Job::Verification,
            Verdict::Refused,
            format!("The token lacks {}.", READ_CUT_OFF[0]),
        )
        .hint(consent(READ_CUT_OFF[0], claims)),
    }
}

/// The role of the signed-in user that reaches the most people.
fn widest_role(claims: &Claims) -> Option<&'static DirectoryRole> {
    let held = claims.directory_roles.iter();
    held.filter_map(|id| directory_roles::find(id))
        .min_by_key(|role| role.reach as u8)
}

fn consent(permission: &str, claims: &Claims) -> String {
    let kind = match claims.kind() {
        IdentityKind::Delegated => "delegated permission",
        IdentityKind::Application => "application permission",
    };
    let application = match (&claims.application_name, &claims.application_id) {
        (Some(name), _) => name.as_str(),
        (None, Some(id)) => id.as_str(),
        (None, None) => "the application",
    };
    format!(
        "Have an administrator consent to the {kind} {permission} for {application}, then get a new token."
    )
}

fn finding(job: Job, verdict: Verdict, reason: impl Into<String>) -> Finding {
    Finding {
        job,
        verdict,
        reason: reason.into(),
        hint: None,
    }
}

impl Finding {
    fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }
}
