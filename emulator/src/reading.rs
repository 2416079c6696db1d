//! Reading users: one by its key, many by their object ids.

use serde_json::{Value, json};

use crate::authentication::has_any;
use crate::refused;
use crate::reply::Reply;
use crate::state::State;
use crate::target::{GraphRequest, Target};

const PERMISSIONS: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// The service's limit (<https://learn.microsoft.com/graph/api/directoryobject-getbyids>).
const MOST_IDS: usize = 1000;

/// `GET` of one user.
pub(crate) fn read_one(
    state: &mut State,
    request: &GraphRequest<'_>,
    target: &Target<'_>,
    claims: &Value,
    user: usize,
) -> Reply {
    if request.method != "GET" {
        return refused::method_not_allowed();
    }
    let own = claims["oid"] == *state.directory.id(user);
    let may_read = has_any(claims, PERMISSIONS) || own && has_any(claims, &["User.Read"]);
    if !may_read {
        return refused::insufficient_privileges();
    }
    if let Some(wait) = state.reads.as_mut().and_then(|quota| quota.take(1.0).err()) {
        return refused::throttled(state, "Read", wait);
    }
    let version = target.version;
    let mut body = match selected(state, user, version, request.query) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    body["@odata.context"] =
        format!("https://graph.microsoft.com/{version}/$metadata#users/$entity").into();
    Reply::json(200, body)
}

/// `GET` of a user's directory roles: one's own, or with a permission to read the directory.
pub(crate) fn read_roles(
    state: &mut State,
    request: &GraphRequest<'_>,
    claims: &Value,
    user: usize,
) -> Reply {
    if request.method != "GET" {
        return refused::method_not_allowed();
    }
    let own = claims["oid"] == *state.directory.id(user);
    if !own && !has_any(claims, PERMISSIONS) {
        return refused::insufficient_privileges();
    }
    if let Some(wait) = state.reads.as_mut().and_then(|quota| quota.take(1.0).err()) {
        return refused::throttled(state, "Read", wait);
    }
    let user = state.directory.user(user);
    let roles = user.role_templates().into_iter().zip(&user.roles);
    let value: Vec<Value> = roles
        .map(|(template, name)| json!({"roleTemplateId": template, "displayName": name}))
        .collect();
    let mut body = json!({"value": value});
    if request.query.contains("$count=true") {
        body["@odata.count"] = body["value"].as_array().map_or(0, Vec::len).into();
    }
    Reply::json(200, body)
}

/// `POST /directoryObjects/getByIds`: those that exist, in an order that means nothing.
pub(crate) fn read_many(
    state: &mut State,
    request: &GraphRequest<'_>,
    version: &str,
    claims: &Value,
) -> Reply {
    if request.method != "POST" {
        return refused::method_not_allowed();
    }
    if !has_any(claims, PERMISSIONS) {
        return refused::insufficient_privileges();
    }
    // What it costs: <https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits>.
    if let Some(wait) = state.reads.as_mut().and_then(|quota| quota.take(3.0).err()) {
        return refused::throttled(state, "Read", wait);
    }
    let ids = request.body["ids"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if ids.is_empty() || ids.len() > MOST_IDS {
        let message = format!("ids has {} of at most {MOST_IDS} elements.", ids.len());
        return Reply::error(400, "Request_BadRequest", &message);
    }
    let mut value = Vec::new();
    for id in ids.iter().rev().filter_map(Value::as_str) {
        let found = state.directory.find(id);
        // By names nothing is found here.
        let Some(user) = found.filter(|user| state.directory.id(*user).eq_ignore_ascii_case(id))
        else {
            continue;
        };
        match selected(state, user, version, request.query) {
            Ok(mut body) => {
                body["@odata.type"] = "#microsoft.graph.user".into();
                value.push(body);
            }
            Err(refusal) => return *refusal,
        }
    }
    let context = format!("https://graph.microsoft.com/{version}/$metadata#directoryObjects");
    Reply::json(200, json!({"@odata.context": context, "value": value}))
}

/// What users can be filtered by.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "displayName",
    "userPrincipalName",
    "mail",
    "userType",
    "accountEnabled",
    "department",
    "companyName",
    "createdDateTime",
];

/// All that is known of a user.
pub(crate) fn properties(state: &State, user: usize) -> Value {
    let shown = format!("{:.0}", state.cut_off_shown(user));
    let user = state.directory.user(user);
    json!({
        "id": user.id,
        "displayName": user.display_name,
        "userPrincipalName": user.user_principal_name,
        "mail": user.user_principal_name,
        "userType": if user.guest { "Guest" } else { "Member" },
        "accountEnabled": !user.disabled,
        "department": user.department,
        "companyName": user.company_name,
        "createdDateTime": "2024-02-29T08:00:00Z",
        "signInSessionsValidFromDateTime": shown,
        "refreshTokensValidFromDateTime": shown,
    })
}

/// The properties that were selected, or those that are shown when none are.
pub(crate) fn selected(
    state: &State,
    user: usize,
    version: &str,
    query: &str,
) -> Result<Value, Box<Reply>> {
    let all = properties(state, user);
    let selected = query.split('&').find_map(|pair| {
        pair.strip_prefix("$select=")
            .or_else(|| pair.strip_prefix("%24select="))
    });
    let names: Vec<&str> = match selected {
        Some(names) => names.split(',').collect(),
        None => vec!["id", "displayName", "userPrincipalName"],
    };
    let mut body = json!({});
    for name in names {
        let only_in_beta = name == "refreshTokensValidFromDateTime" && version == "v1.0";
        if all.get(name).is_none() || only_in_beta {
            let message =
                format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.");
            return Err(Box::new(Reply::error(400, "BadRequest", &message)));
        }
        body[name] = all[name].clone();
    }
    Ok(body)
}
