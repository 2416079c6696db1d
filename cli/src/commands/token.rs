//! `token`: what the token may do, by what it says about itself, and on demand by what the directory says. Nothing is
//! changed.

use std::io;

use graph_invalidate::{Access, Finding, IdentityKind, Job, Status, Verdict, rfc3339};
use jiff::Timestamp;

use super::{connect, refuse};
use crate::Ended;
use crate::arguments::{Common, Format, Token};
use crate::exit_status::ExitStatus;
use crate::terminal::{coloured, harmless, result, result_in_json};
use crate::words::shown;

pub(crate) fn run(common: &Common, token: &Token) -> Ended {
    let client = match connect(common) {
        Ok(connected) => connected.client,
        Err(status) => return Ok(status),
    };
    // Whoever can be asked has signed in by now. A chain that only a person could end is a failure here as in every
    // other command: what asks nobody says whom it has tried.
    let nobody = match client.sign_in(None) {
        Ok(outcome) => outcome.status == Status::SignInPending,
        Err(error) => return Ok(refuse(&error)),
    };
    let access = if token.online || nobody {
        match client.access_online(token.user.as_deref(), None) {
            Ok(access) => access,
            Err(error) => return Ok(refuse(&error)),
        }
    } else {
        client.access()
    };
    if common.output == Format::Json {
        result_in_json(&serde_json::to_string(&access).map_err(io::Error::other)?)?;
    } else {
        show(&access, token.online)?;
    }
    let target = access.finding(Job::Target).map(|finding| finding.verdict);
    Ok(match access.status {
        Status::Ok if target == Some(Verdict::Refused) => ExitStatus::TokenRefused,
        Status::Ok => ExitStatus::AllDone,
        status => ExitStatus::of_setup(status),
    })
}

fn show(access: &Access, online: bool) -> io::Result<()> {
    if access.status != Status::Ok {
        let message = access.message.as_deref().unwrap_or_default();
        line(
            "status",
            &format!(
                "{}: {}",
                coloured(access.status.name(), false),
                shown(message)
            ),
        )?;
        if let Some(hint) = &access.hint {
            line("", &shown(hint))?;
        }
    }
    for (name, value) in facts(access) {
        line(name, &harmless(&value))?;
    }
    if access.status == Status::Ok {
        for finding in &access.findings {
            show_finding(finding)?;
        }
    }
    if let Some(message) = access
        .message
        .as_deref()
        .filter(|_| access.status == Status::Ok)
    {
        line("", &shown(message))?;
    }
    result(if online {
        "According to the token's own claims and the directory: the service decides."
    } else {
        "According to the token's own claims, which prove nothing: the service decides."
    })
}

fn show_finding(finding: &Finding) -> io::Result<()> {
    let verdict = match finding.verdict {
        // Neither good nor bad.
        Verdict::Unknown => finding.verdict.name().into(),
        verdict => coloured(verdict.name(), verdict == Verdict::Allowed),
    };
    line(
        finding.job.name(),
        &format!("{verdict}: {}", shown(&finding.reason)),
    )?;
    match &finding.hint {
        Some(hint) => line("", &shown(hint)),
        None => Ok(()),
    }
}

fn line(name: &str, value: &str) -> io::Result<()> {
    result(format!("{name:<15} {value}").trim_end())
}

fn facts(access: &Access) -> Vec<(&'static str, String)> {
    let unknown = || "not said".to_owned();
    let text = |value: &Option<String>| value.clone().unwrap_or_else(unknown);
    let Some(kind) = access.kind else {
        return Vec::new();
    };
    let mut facts = vec![("kind", kind.name().to_owned())];
    if kind == IdentityKind::Delegated {
        facts.push(("user", text(&access.user)));
    }
    if let Some(credential) = &access.credential {
        facts.push(("credential", credential.clone()));
    }
    facts.extend([
        ("tenant", text(&access.tenant)),
        (
            "application",
            access
                .application
                .clone()
                .unwrap_or_else(|| text(&access.application_id)),
        ),
        (
            "cloud",
            access
                .cloud
                .map_or_else(unknown, |cloud| cloud.name().to_owned()),
        ),
        ("expires", access.expires.map_or_else(unknown, expires)),
        ("permissions", listed(&access.permissions)),
    ]);
    if kind == IdentityKind::Delegated {
        facts.push(("directory roles", listed(&access.directory_roles)));
    }
    facts
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none shown".to_owned()
    } else {
        names.join(", ")
    }
}

fn expires(time: Timestamp) -> String {
    let left = (time.as_second() - Timestamp::now().as_second()) / 60;
    let time = rfc3339(time);
    if left < 0 {
        format!("{time} ({} minutes ago)", -left)
    } else {
        format!("{time} ({left} minutes left)")
    }
}
