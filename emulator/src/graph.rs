//! Microsoft Graph: who answers a request, and whether anybody may.

use serde_json::Value;

use crate::authentication::authenticate;
use crate::fault::{FaultKind, Place};
use crate::reply::Reply;
use crate::state::State;
use crate::target::{GraphRequest, ROLES, Target, Who, read_path};
use crate::token::Signer;
use crate::{action, collection, reading};

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
    if let Some((version, named)) = collection::read_path(request.path) {
        let fault = state.take_fault(place, request.path, None);
        if let Some(instead) = fault.as_ref().and_then(|fault| fault.instead(state)) {
            return instead;
        }
        let mut reply = collection::answer(state, claims, request, version, &named, fault.as_ref());
        if let Some(fault) = fault {
            fault.strike(&mut reply);
        }
        return reply;
    }
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
        (Some(user), Some(ROLES)) => reading::read_roles(state, request, claims, user),
        (Some(user), Some(action)) => {
            action::act(state, request.method, target, action, claims, user, fault)
        }
    }
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
