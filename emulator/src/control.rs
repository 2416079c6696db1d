//! The control interface below `/__emulator/`: how tests arrange a situation and see what came of it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::reply::Reply;
use crate::sign_in::{Wanted, sign_in};
use crate::state::{Quota, State};
use crate::token::Signer;

/// A token to be minted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenRequest {
    /// Who signs in: a key. The tenant's User Administrator if left out; nobody for an application's token.
    pub user: Option<String>,
    /// Makes it an application's own token.
    pub application: bool,
    /// The delegated scopes, or the application's roles.
    pub permissions: Option<Vec<String>>,
    /// The audience.
    pub audience: Option<String>,
    /// The rest of its lifetime in seconds; may be negative.
    pub expires_in: Option<i64>,
    /// When its lifetime begins, in seconds from now.
    pub not_before_in: Option<i64>,
}

/// A minted token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IssuedTokens {
    /// The access token.
    pub access_token: String,
    /// The refresh token, where a user signed in.
    pub refresh_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotaRequest {
    capacity: f64,
    per_second: f64,
    /// Writes that are used up already.
    #[serde(default)]
    used: u32,
}

pub(crate) fn answer(
    state: &mut State,
    signer: &Signer,
    method: &str,
    path: &str,
    body: &[u8],
) -> Reply {
    let done = || Reply::json(200, &json!({}));
    let result = match (method, path) {
        ("GET", "health") => Ok(done()),
        ("POST", "reset") => {
            *state = State::new(state.tenant.clone());
            Ok(done())
        }
        ("POST", "tokens") => read(body)
            .and_then(|request| mint(state, signer, &request))
            .map(|tokens| Reply::json(200, &json!({"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}))),
        ("POST", "faults") => read(body).and_then(|faults| arm(state, faults)).map(|()| done()),
        ("POST", "approve") => read(body).and_then(|approval| approve(state, &approval)).map(|()| done()),
        ("DELETE", "faults") => {
            state.faults.clear();
            Ok(done())
        }
        ("POST", "quota") => read::<QuotaRequest>(body).map(|quota| {
            let mut limited = Quota::new(quota.capacity, quota.per_second);
            limited.left -= f64::from(quota.used);
            state.quota = Some(limited);
            done()
        }),
        ("GET", "requests") => Ok(Reply::json(
            200,
            &json!({"count": state.count, "accepted": state.accepted, "requests": state.transcript}),
        )),
        ("GET", "transcript") => Ok(Reply::text(200, &transcript(state))),
        _ => Err(format!("The control interface has no {method} /__emulator/{path}.")),
    };
    result.unwrap_or_else(|reason| Reply::json(400, &json!({"error": reason})))
}

pub(crate) fn mint(
    state: &mut State,
    signer: &Signer,
    request: &TokenRequest,
) -> Result<IssuedTokens, String> {
    // The last one of its kind: the built-in tenant's tool for responders, not its mail program.
    let mut apps = state.tenant.apps.iter().rev();
    let app = apps
        .find(|app| app.secret.is_some() == request.application)
        .cloned()
        .ok_or("The tenant has no application for that.")?;
    let user = if request.application {
        None
    } else {
        let key = request.user.as_deref().unwrap_or("admin@contoso.example");
        Some(
            state
                .tenant
                .find(key)
                .ok_or_else(|| format!("The tenant has no user {key:?}."))?,
        )
    };
    let default = if request.application {
        &app.app_roles
    } else {
        &vec![
            "User.RevokeSessions.All".to_owned(),
            "User.Read.All".to_owned(),
        ]
    };
    let permissions = request
        .permissions
        .clone()
        .unwrap_or_else(|| default.clone());
    let wanted = Wanted {
        user,
        app: app.id,
        app_name: app.name,
        scopes: if request.application {
            String::new()
        } else {
            permissions.join(" ")
        },
        roles: if request.application {
            permissions
        } else {
            Vec::new()
        },
        audience: request.audience.clone(),
        expires_in: request.expires_in,
        not_before_in: request.not_before_in,
    };
    let (access_token, refresh_token) = sign_in(state, signer, &wanted)?;
    Ok(IssuedTokens {
        access_token,
        refresh_token,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    user_code: String,
    user: String,
}

fn approve(state: &mut State, approval: &Approval) -> Result<(), String> {
    let user = state.tenant.find(&approval.user);
    let user = user.ok_or_else(|| format!("The tenant has no user {:?}.", approval.user))?;
    let pending = state
        .pending
        .values_mut()
        .find(|pending| pending.user_code == approval.user_code)
        .ok_or_else(|| format!("Nobody waits with the code {:?}.", approval.user_code))?;
    pending.approved_by = Some(user);
    Ok(())
}

fn arm(state: &mut State, faults: Value) -> Result<(), String> {
    let faults = match faults {
        Value::Array(faults) => faults,
        fault => vec![fault],
    };
    let faults = faults
        .into_iter()
        .map(Fault::from_json)
        .collect::<Result<Vec<_>, _>>()?;
    state.faults.extend(faults);
    Ok(())
}

fn transcript(state: &State) -> String {
    state
        .transcript
        .iter()
        .map(|record| {
            format!(
                "{} {} {} -> {}\n",
                record.time, record.method, record.path, record.status
            )
        })
        .collect()
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| format!("The body is wrong: {error}."))
}
