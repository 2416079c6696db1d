//! Microsoft Graph: the two actions, and reading a user.

use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::fault::{FaultKind, error_body};
use crate::reply::Reply;
use crate::state::State;
use crate::tenant::may_sign_out;
use crate::token::Signer;

/// A request to Graph, as far as it matters.
pub(crate) struct GraphRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) has_length: bool,
}

/// What a path asks for.
struct Target<'a> {
    version: &'a str,
    /// The key, decoded; `None` is /me.
    key: Option<String>,
    action: Option<&'a str>,
}

const WRITE_PERMISSIONS: &[&str] = &[
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const READ_PERMISSIONS: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

pub(crate) fn answer(state: &mut State, signer: &Signer, request: &GraphRequest<'_>) -> Reply {
    if request.method == "POST" && !request.has_length {
        return Reply::text(411, "<html><body>Length Required</body></html>");
    }
    let Some(target) = read_path(request.path) else {
        return refusal(400, "BadRequest", "Resource not found for the segment.");
    };
    let claims = match authenticate(signer, request.token) {
        Ok(claims) => claims,
        Err(reply) => return *reply,
    };
    let user = match find_user(state, &target, &claims) {
        Ok(user) => user,
        Err(reply) => return *reply,
    };
    let fault = state.take_fault(request.path, Some(user));
    if let Some(instead) = fault.as_ref().and_then(FaultKind::instead) {
        return instead;
    }
    let mut reply = match target.action {
        Some(action) => act(
            state,
            request,
            &target,
            action,
            &claims,
            user,
            fault.as_ref(),
        ),
        None => read(state, request, &target, &claims, user),
    };
    if let Some(fault) = fault {
        fault.strike(&mut reply);
    }
    reply
}

fn read_path(path: &str) -> Option<Target<'_>> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let version = segments
        .next()
        .filter(|version| ["beta", "v1.0"].contains(version))?;
    let collection = segments.next()?;
    let key = if collection == "me" {
        None
    } else if collection == "users" {
        let key = decoded(segments.next()?)?;
        // OData would take it for a system query option.
        Some(key)
            .filter(|key| !key.is_empty() && !key.starts_with('$'))
            .map(Some)?
    } else {
        let quoted = decoded(collection.strip_prefix("users(")?.strip_suffix(')')?)?;
        Some(
            quoted
                .strip_prefix('\'')?
                .strip_suffix('\'')?
                .replace("''", "'"),
        )
    };
    let action = segments.next();
    segments.next().is_none().then_some(Target {
        version,
        key,
        action,
    })
}

fn decoded(segment: &str) -> Option<String> {
    percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}

fn authenticate(signer: &Signer, token: Option<&str>) -> Result<Arc<Value>, Box<Reply>> {
    let refused = |message: &str| {
        let mut reply = refusal(401, "InvalidAuthenticationToken", message);
        reply.header("WWW-Authenticate", "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"");
        Box::new(reply)
    };
    let token = token.ok_or_else(|| refused("Access token is empty."))?;
    let claims = signer
        .verify(token)
        .ok_or_else(|| refused("CompactToken parsing failed with error code: 80049217"))?;
    let now = jiff::Timestamp::now().as_second();
    if claims["exp"].as_i64().is_none_or(|expires| expires < now) {
        return Err(refused("Lifetime validation failed, the token is expired."));
    }
    if claims["nbf"]
        .as_i64()
        .is_some_and(|begin| begin > now + 300)
    {
        return Err(refused(
            "Lifetime validation failed, the token is not valid yet.",
        ));
    }
    if !claims["aud"]
        .as_str()
        .is_some_and(|audience| audience.contains("graph") || audience.starts_with("00000003-"))
    {
        return Err(refused(
            "Access token validation failure. Invalid audience.",
        ));
    }
    Ok(claims)
}

fn find_user(state: &State, target: &Target<'_>, claims: &Value) -> Result<usize, Box<Reply>> {
    let key = match &target.key {
        Some(key) => key.as_str(),
        None if claims["idtyp"] == "app" => {
            return Err(Box::new(refusal(
                400,
                "BadRequest",
                "/me request is only valid with delegated authentication flow.",
            )));
        }
        None => claims["oid"].as_str().unwrap_or_default(),
    };
    state.tenant.find(key).ok_or_else(|| {
        Box::new(refusal(
            404,
            "Request_ResourceNotFound",
            &format!("Resource '{key}' does not exist or one of its queried reference-property objects are not present."),
        ))
    })
}

fn act(
    state: &mut State,
    request: &GraphRequest<'_>,
    target: &Target<'_>,
    action: &str,
    claims: &Value,
    user: usize,
    fault: Option<&FaultKind>,
) -> Reply {
    let known = match action.trim_start_matches("microsoft.graph.") {
        "invalidateAllRefreshTokens" => target.version == "beta",
        "revokeSignInSessions" => true,
        _ => {
            return refusal(
                400,
                "BadRequest",
                &format!("Resource not found for the segment '{action}'."),
            );
        }
    };
    if !known || request.method != "POST" {
        return refusal(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        );
    }
    if !may_act(state, claims, user) {
        return refusal(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        );
    }
    if let Some(reply) = over_quota(state) {
        return reply;
    }
    let lag = match fault {
        Some(FaultKind::VerificationLag { milliseconds }) => Duration::from_millis(*milliseconds),
        _ => Duration::ZERO,
    };
    state.invalidate(user, lag);
    let version = target.version;
    let mut reply = Reply::json(
        200,
        &json!({"@odata.context": format!("https://graph.microsoft.com/{version}/$metadata#Edm.Boolean"), "value": true}),
    );
    if let Some(used) = state
        .quota
        .as_ref()
        .map(|quota| quota.used())
        .filter(|used| *used >= 0.8)
    {
        reply.header("x-ms-throttle-limit-percentage", &format!("{used:.2}"));
    }
    reply
}

fn may_act(state: &State, claims: &Value, user: usize) -> bool {
    if !has_any(claims, WRITE_PERMISSIONS) {
        return false;
    }
    let target = &state.tenant.users[user];
    if claims["idtyp"] == "app" || claims["oid"] == target.id.as_str() {
        return true;
    }
    let held: Vec<&str> = claims["wids"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    may_sign_out(&held, !target.roles.is_empty())
}

fn over_quota(state: &mut State) -> Option<Reply> {
    let wait = state.quota.as_mut()?.take().err()?;
    let mut reply = refusal(
        429,
        "TooManyRequests",
        "Too many requests. Please try again later.",
    );
    reply.header("Retry-After", &format!("{wait:.3}"));
    reply.header(
        "x-ms-throttle-scope",
        &format!("Tenant_Application/Write/emulator/{}", state.tenant.id),
    );
    reply.header("x-ms-throttle-information", "WriteLimitExceeded");
    Some(reply)
}

fn read(
    state: &State,
    request: &GraphRequest<'_>,
    target: &Target<'_>,
    claims: &Value,
    user: usize,
) -> Reply {
    if request.method != "GET" {
        return refusal(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        );
    }
    let own = claims["oid"] == state.tenant.users[user].id.as_str();
    let may_read = has_any(claims, READ_PERMISSIONS) || own && has_any(claims, &["User.Read"]);
    if !may_read {
        return refusal(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        );
    }
    let shown = format!("{:.0}", state.cut_off_shown(user));
    let user = &state.tenant.users[user];
    let all = json!({
        "id": user.id,
        "displayName": user.display_name,
        "userPrincipalName": user.user_principal_name,
        "userType": if user.guest { "Guest" } else { "Member" },
        "signInSessionsValidFromDateTime": shown,
        "refreshTokensValidFromDateTime": shown,
    });
    let selected = request.query.split('&').find_map(|pair| {
        pair.strip_prefix("$select=")
            .or_else(|| pair.strip_prefix("%24select="))
    });
    let names: Vec<&str> = match selected {
        Some(names) => names.split(',').collect(),
        None => vec!["id", "displayName", "userPrincipalName"],
    };
    let mut body = json!({"@odata.context": format!("https://graph.microsoft.com/{}/$metadata#users/$entity", target.version)});
    for name in names {
        let unknown = all.get(name).is_none()
            || (name == "refreshTokensValidFromDateTime" && target.version == "v1.0");
        if unknown {
            return refusal(
                400,
                "BadRequest",
                &format!(
                    "Could not find a property named '{name}' on type 'microsoft.graph.user'."
                ),
            );
        }
        body[name] = all[name].clone();
    }
    Reply::json(200, &body)
}

fn has_any(claims: &Value, permissions: &[&str]) -> bool {
    let scopes = claims["scp"].as_str().unwrap_or_default().split(' ');
    let roles = claims["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    scopes.chain(roles).any(|held| permissions.contains(&held))
}

fn refusal(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &error_body(code, message))
}
