//! `token`: what the token says about itself. Nothing is sent, and nothing it says is proof.

use graph_invalidate::{Claims, rfc3339};
use jiff::Timestamp;
use serde_json::json;

use crate::Ended;
use crate::arguments::{Common, Format};
use crate::exit_status::ExitStatus;
use crate::terminal::{harmless, note, result};

/// What invalidating takes (<https://learn.microsoft.com/graph/permissions-reference>).
const ENOUGH: &[&str] = &[
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];

pub(crate) fn run(common: &Common) -> Ended {
    let token = match common.signing_in.token() {
        Ok(token) => token,
        Err((message, status)) => {
            note(&format!("graph-invalidate: {message}"));
            return Ok(status);
        }
    };
    let Some(claims) = token.claims() else {
        result(
            "The token cannot be read, as those of personal accounts; only the service can say what it may do.",
        )?;
        return Ok(ExitStatus::AllDone);
    };
    let refusals = refusals(claims);
    if common.output == Format::Json {
        result(&as_json(claims, &refusals))?;
    } else {
        for (name, value) in facts(claims) {
            result(&format!("{name:<12} {}", harmless(&value)))?;
        }
        for refusal in &refusals {
            result(&format!("{:<12} {refusal}", "refused"))?;
        }
        result(
            "By the token's own claims; which users its holder's directory roles reach, only the service knows.",
        )?;
    }
    let works = !is_expired(claims) && claims.cloud().is_some();
    Ok(if works {
        ExitStatus::AllDone
    } else {
        ExitStatus::TokenRefused
    })
}

fn facts(claims: &Claims) -> Vec<(&'static str, String)> {
    let unknown = || "not said".to_owned();
    let text = |value: &Option<String>| value.clone().unwrap_or_else(unknown);
    let kind = if claims.is_application() {
        "application"
    } else {
        "delegated"
    };
    let permissions = match &claims.scopes {
        Some(scopes) => scopes.clone(),
        None => claims.roles.join(" "),
    };
    let mut facts = vec![
        ("kind", kind.to_owned()),
        ("tenant", text(&claims.tenant_id)),
        ("application", text(&claims.application_name)),
        (
            "cloud",
            claims.cloud().map_or_else(
                || format!("none of Microsoft Graph's: {}", text(&claims.audience)),
                |cloud| cloud.name().to_owned(),
            ),
        ),
        ("until", claims.expires.map_or_else(unknown, until)),
        ("permissions", permissions),
    ];
    if !claims.is_application() {
        facts.insert(1, ("user", text(&claims.user_principal_name)));
    }
    facts
}

fn until(seconds: i64) -> String {
    let left = (seconds - Timestamp::now().as_second()) / 60;
    let time = Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), rfc3339);
    if left < 0 {
        format!("{time} (expired {} minutes ago)", -left)
    } else {
        format!("{time} ({left} minutes left)")
    }
}

fn is_expired(claims: &Claims) -> bool {
    claims
        .expires
        .is_some_and(|expires| expires < Timestamp::now().as_second())
}

fn refusals(claims: &Claims) -> Vec<&'static str> {
    let mut refusals = Vec::new();
    if claims.cloud().is_none() {
        refusals
            .push("everything: it is not for Microsoft Graph, or does not tell for which cloud");
    }
    if is_expired(claims) {
        refusals.push("everything: it has expired");
    }
    if claims.is_application() {
        refusals.push("me: an application has no signed-in user");
    }
    if !ENOUGH
        .iter()
        .any(|permission| claims.has_permission(permission))
    {
        refusals.push("other users: it lacks User.RevokeSessions.All");
    } else if !claims.is_application() && claims.directory_roles.is_empty() {
        refusals.push("other users, most likely: its user shows no directory role");
    }
    refusals
}

fn as_json(claims: &Claims, refusals: &[&str]) -> String {
    let expires = claims
        .expires
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    json!({
        "kind": if claims.is_application() { "application" } else { "delegated" },
        "user": claims.user_principal_name,
        "id": claims.object_id,
        "tenant": claims.tenant_id,
        "application": claims.application_name,
        "cloud": claims.cloud().map(|cloud| cloud.name()),
        "until": expires.map(rfc3339),
        "scopes": claims.scopes,
        "roles": claims.roles,
        "refused": refusals,
    })
    .to_string()
}
