//! Microsoft Graph: what a request asks for, and whether it may.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::authentication::authenticate;
use crate::fault::{FaultKind, Place};
use crate::reply::Reply;
use crate::state::State;
use crate::token::Signer;
use crate::{action, reading};

/// A request to Graph, as far as it matters.
pub(crate) struct GraphRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a Value,
}

/// What a path asks for.
pub(crate) struct Target<'a> {
    pub(crate) version: &'a str,
    who: Who,
    action: Option<&'a str>,
}

enum Who {
    Me,
    /// The key, decoded.
    User(String),
    /// The users whose ids are in the body.
    Many,
}

/// A request of its own.
pub(crate) fn answer(
    state: &mut State,
    signer: &Signer,
    token: Option<&str>,
    has_length: bool,
    request: &GraphRequest<'_>,
) -> Reply {
    if request.method == "POST" && !has_length {
        return Reply::text(411, "<html><body>Length Required</body></html>");
    }
    match authenticate(state, signer, token) {
        Ok(claims) => serve(state, &claims, request, Place::Single),
        Err(refusal) => *refusal,
    }
}

/// A request by the holder of these claims, alone or as an item of a batch.
pub(crate) fn serve(
    state: &mut State,
    claims: &Value,
    request: &GraphRequest<'_>,
    place: Place,
) -> Reply {
    let Some(target) = read_path(request.path) else {
        return Reply::error(400, "BadRequest", "Resource not found for the segment.");
    };
    let user = match find_user(state, &target, claims) {
        Ok(user) => user,
        Err(refusal) => return *refusal,
    };
    let fault = state.take_fault(place, request.path, user);
    if let Some(instead) = fault.as_ref().and_then(|fault| fault.instead(state)) {
        return instead;
    }
    let mut reply = serve_truly(state, claims, request, &target, user, fault.as_ref());
    if let Some(fault) = fault {
        fault.strike(&mut reply);
    }
    reply
}

fn serve_truly(
    state: &mut State,
    claims: &Value,
    request: &GraphRequest<'_>,
    target: &Target<'_>,
    user: Option<usize>,
    fault: Option<&FaultKind>,
) -> Reply {
    match (user, target.action) {
        (None, _) => reading::read_many(state, request, target.version, claims),
        (Some(user), None) => reading::read_one(state, request, target, claims, user),
        (Some(user), Some(reading::ROLES)) => reading::read_roles(state, request, claims, user),
        (Some(user), Some(action)) => {
            action::act(state, request.method, target, action, claims, user, fault)
        }
    }
}

fn read_path(path: &str) -> Option<Target<'_>> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let version = segments
        .next()
        .filter(|version| ["beta", "v1.0"].contains(version))?;
    let collection = segments.next()?;
    let who = match collection {
        "me" => Who::Me,
        "users" => {
            let key = decoded(segments.next()?)?;
            // OData would take it for a system query option.
            Who::User(Some(key).filter(|key| !key.is_empty() && !key.starts_with('$'))?)
        }
        "directoryObjects" => (segments.next()? == "getByIds").then_some(Who::Many)?,
        _ => {
            let quoted = decoded(collection.strip_prefix("users(")?.strip_suffix(')')?)?;
            let key = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
            Who::User(key.replace("''", "'"))
        }
    };
    let action = match (segments.next(), segments.clone().next()) {
        (Some("transitiveMemberOf"), Some("microsoft.graph.directoryRole")) => {
            segments.next();
            Some(reading::ROLES)
        }
        (action, _) => action,
    };
    segments.next().is_none().then_some(Target {
        version,
        who,
        action,
    })
}

fn decoded(segment: &str) -> Option<String> {
    percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}

/// The user whom a request concerns; `None` where it concerns many.
fn find_user(
    state: &State,
    target: &Target<'_>,
    claims: &Value,
) -> Result<Option<usize>, Box<Reply>> {
    let key = match &target.who {
        Who::Many => return Ok(None),
        Who::User(key) => key.as_str(),
        Who::Me if claims["idtyp"] == "app" => {
            return Err(Box::new(Reply::error(
                400,
                "BadRequest",
                "/me request is only valid with delegated authentication flow.",
            )));
        }
        Who::Me => claims["oid"].as_str().unwrap_or_default(),
    };
    match state.directory.find(key) {
        Some(user) => Ok(Some(user)),
        None => Err(Box::new(Reply::error(
            404,
            "Request_ResourceNotFound",
            &format!(
                "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
            ),
        ))),
    }
}

pub(crate) fn method_not_allowed() -> Reply {
    Reply::error(
        405,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target.",
    )
}

pub(crate) fn insufficient_privileges() -> Reply {
    Reply::error(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )
}

/// What a request gets that a quota has nothing left for; `kind` is Read or Write.
pub(crate) fn throttled(state: &mut State, kind: &str, wait: f64) -> Reply {
    state.totals.throttled += 1;
    let mut reply = Reply::error(
        429,
        "TooManyRequests",
        "Too many requests. Please try again later.",
    );
    reply.header("Retry-After", &format!("{wait:.3}"));
    let tenant = &state.directory.tenant.id;
    let scope = format!("Tenant_Application/{kind}/emulator/{tenant}");
    reply.header("x-ms-throttle-scope", &scope);
    let information = if kind == "Write" {
        "WriteLimitExceeded"
    } else {
        "ResourceUnitLimitExceeded"
    };
    reply.header("x-ms-throttle-information", information);
    reply
}
