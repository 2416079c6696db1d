//! The sign-in service: `POST /{tenant}/oauth2/v2.0/token` and `/devicecode`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::state::{Grant, Pending, State};
use crate::token::Signer;

/// What an access token is to say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) user: Option<usize>,
    pub(crate) app: String,
    pub(crate) app_name: String,
    pub(crate) scopes: String,
    pub(crate) roles: Vec<String>,
    pub(crate) audience: Option<String>,
    pub(crate) expires_in: Option<i64>,
    pub(crate) not_before_in: Option<i64>,
}

/// RFC 8628.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What is asked of those who poll for a device code, in seconds.
const POLL_INTERVAL: u64 = 1;

/// Clocks and networks are not exact: a poll that comes a little early is no offence.
const SOONEST_POLL: Duration = Duration::from_millis(POLL_INTERVAL * 900);

/// An hour, as the service's own tokens live.
const LIFETIME: i64 = 3600;

pub(crate) fn answer(state: &mut State, signer: &Signer, path: &str, body: &[u8]) -> Reply {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let [tenant, "oauth2", "v2.0", endpoint] = segments.as_slice() else {
        return Reply::text(404, "");
    };
    let form = read_form(body);
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let known = [
        state.directory.tenant.id.as_str(),
        "common",
        "organizations",
    ];
    if !known.iter().any(|name| name.eq_ignore_ascii_case(tenant)) {
        return refusal(
            400,
            "invalid_request",
            90002,
            &format!("Tenant '{tenant}' not found."),
        );
    }
    let Some(app) = state.directory.tenant.app(field("client_id")).cloned() else {
        let id = field("client_id");
        return refusal(
            400,
            "unauthorized_client",
            700016,
            &format!("Application with identifier '{id}' was not found in the directory."),
        );
    };
    match (*endpoint, field("grant_type")) {
        ("token", "client_credentials") => {
            if app.secret.as_deref() != Some(field("client_secret")) {
                return refusal(
                    401,
                    "invalid_client",
                    7_000_215,
                    "Invalid client secret provided.",
                );
            }
            let Some(audience) = field("scope").strip_suffix("/.default") else {
                return refusal(
                    400,
                    "invalid_scope",
                    1_002_012,
                    &format!(
                        "The provided value for scope {} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
                        field("scope")
                    ),
                );
            };
            let wanted = Wanted {
                app: app.id,
                app_name: app.name,
                roles: app.app_roles,
                audience: Some(audience.to_owned()),
                ..Wanted::default()
            };
            issued(state, signer, &wanted, None)
        }
        ("token", "refresh_token") => redeem(state, signer, field("refresh_token")),
        ("token", DEVICE_CODE) => redeem_device_code(state, signer, field("device_code")),
        ("devicecode", _) => {
            let asked = field("scope");
            let scopes = if asked.is_empty() {
                app.scopes.join(" ")
            } else {
                asked.to_owned()
            };
            device_code(state, app.id, scopes)
        }
        _ => refusal(
            400,
            "unsupported_grant_type",
            70003,
            "The app requested an unsupported grant type.",
        ),
    }
}

/// Signs a user in: an access token and a refresh token.
pub(crate) fn sign_in(
    state: &mut State,
    signer: &Signer,
    wanted: &Wanted,
) -> Result<(String, Option<String>), String> {
    let sequence = state.next_sequence();
    let access_token = signer.sign(&claims(state, wanted, sequence))?;
    let Some(user) = wanted.user else {
        return Ok((access_token, None));
    };
    let refresh_token = format!(
        "0.{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    );
    let grant = Grant {
        user,
        app: wanted.app.clone(),
        scopes: wanted.scopes.clone(),
        issued: Timestamp::now(),
        sequence,
    };
    state.grants.insert(refresh_token.clone(), grant);
    Ok((access_token, Some(refresh_token)))
}

/// Begins a sign-in that is approved elsewhere: here by `POST /__emulator/approve`.
fn device_code(state: &mut State, app: String, scopes: String) -> Reply {
    let device_code = uuid::Uuid::new_v4().simple().to_string();
    let user_code = device_code[..8].to_uppercase();
    let answer = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": 900,
        "interval": POLL_INTERVAL,
        "message": format!("To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code {user_code} to authenticate."),
    });
    state.pending.insert(
        device_code,
        Pending {
            user_code,
            app,
            scopes,
            approved_by: None,
            polled: None,
        },
    );
    Reply::json(200, answer)
}

fn redeem_device_code(state: &mut State, signer: &Signer, device_code: &str) -> Reply {
    let Some(waiting) = state.pending.get_mut(device_code) else {
        return refusal(
            400,
            "invalid_grant",
            70000,
            "The device code is unknown or was redeemed before.",
        );
    };
    let before = waiting.polled.replace(Instant::now());
    if before.is_some_and(|before| before.elapsed() < SOONEST_POLL) {
        return slow_down();
    }
    let pending = waiting.clone();
    if pending.approved_by.is_none() {
        return refusal(
            400,
            "authorization_pending",
            70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        );
    }
    state.pending.remove(device_code);
    let wanted = Wanted {
        user: pending.approved_by,
        app_name: app_name(state, &pending.app),
        app: pending.app,
        scopes: pending.scopes,
        ..Wanted::default()
    };
    issued(state, signer, &wanted, None)
}

/// What those get who poll too often (RFC 8628, section 3.5).
pub(crate) fn slow_down() -> Reply {
    refusal(
        400,
        "slow_down",
        70016,
        "OAuth 2.0 device flow error. Polling too fast: wait 5 seconds more between polls from now on.",
    )
}

fn redeem(state: &mut State, signer: &Signer, refresh_token: &str) -> Reply {
    let Some(grant) = state.grants.get(refresh_token).cloned() else {
        return refusal(
            400,
            "invalid_grant",
            9_002_313,
            "Invalid request. Request is malformed or invalid.",
        );
    };
    let guest = state.directory.is_guest(grant.user);
    // A guest's session belongs to the home tenant, which this tenant's action does not reach.
    if let Some(cut_off) = state
        .cut_offs
        .get(&grant.user)
        .filter(|cut_off| !guest && cut_off.sequence > grant.sequence)
    {
        return refusal(
            400,
            "invalid_grant",
            50173,
            &format!(
                "The provided grant has expired due to it being revoked, a fresh auth token is needed. The grant was issued on '{:.0}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{:.0}'.",
                grant.issued, cut_off.time
            ),
        );
    }
    state.grants.remove(refresh_token);
    let wanted = Wanted {
        user: Some(grant.user),
        app: grant.app.clone(),
        app_name: app_name(state, &grant.app),
        scopes: grant.scopes.clone(),
        ..Wanted::default()
    };
    // What is renewed keeps the time of the sign-in that began it.
    issued(state, signer, &wanted, Some(grant))
}

fn issued(state: &mut State, signer: &Signer, wanted: &Wanted, renewed: Option<Grant>) -> Reply {
    match sign_in(state, signer, wanted) {
        Ok((access_token, refresh_token)) => {
            if let (Some(token), Some(grant)) = (&refresh_token, renewed) {
                state.grants.insert(token.clone(), grant);
            }
            let mut body = json!({"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": access_token});
            if let Some(token) = refresh_token {
                body["refresh_token"] = token.into();
            }
            Reply::json(200, body)
        }
        Err(reason) => Reply::text(500, &reason),
    }
}

fn claims(state: &State, wanted: &Wanted, sequence: u64) -> Value {
    let now = Timestamp::now().as_second();
    let tenant = &state.directory.tenant.id;
    let mut claims = json!({
        "aud": wanted.audience.as_deref().unwrap_or("https://graph.microsoft.com"),
        "iss": format!("https://sts.windows.net/{tenant}/"),
        "iat": now,
        "nbf": now + wanted.not_before_in.unwrap_or(0),
        "exp": now + wanted.expires_in.unwrap_or(LIFETIME),
        "appid": wanted.app,
        "app_displayname": wanted.app_name,
        "tid": tenant,
        // Begins with its place among all tokens, so that those before some moment can be told.
        "uti": format!("{sequence}.{}", uuid::Uuid::new_v4().simple()),
        "ver": "1.0",
    });
    match wanted.user {
        Some(user) => {
            let user = state.directory.user(user);
            claims["idtyp"] = "user".into();
            claims["oid"] = user.id.as_str().into();
            claims["upn"] = user.user_principal_name.as_str().into();
            claims["unique_name"] = user.user_principal_name.as_str().into();
            claims["scp"] = wanted.scopes.as_str().into();
            claims["wids"] = user.role_templates().into();
        }
        None => {
            claims["idtyp"] = "app".into();
            claims["oid"] = wanted.app.as_str().into();
            claims["roles"] = wanted.roles.clone().into();
        }
    }
    claims
}

fn app_name(state: &State, id: &str) -> String {
    let app = state.directory.tenant.app(id);
    app.map(|app| app.name.clone()).unwrap_or_default()
}

/// An error as the token endpoint words one.
fn refusal(status: u16, error: &str, code: u32, text: &str) -> Reply {
    let (trace, correlation) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let time = format!("{:.0}", Timestamp::now()).replace('T', " ");
    Reply::json(
        status,
        json!({
            "error": error,
            "error_description": format!("AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"),
            "error_codes": [code],
            "timestamp": time,
            "trace_id": trace.to_string(),
            "correlation_id": correlation.to_string(),
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        }),
    )
}

fn read_form(body: &[u8]) -> HashMap<String, String> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    String::from_utf8_lossy(body)
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
