//! The endpoints that give managed identities their tokens, on this machine as in Azure: each in its own shape.

use std::path::PathBuf;

use hyper::http::request::Parts;
use serde_json::json;

use super::form::Form;
use super::{Wanted, sign_in};
use crate::reply::Reply;
use crate::state::State;
use crate::tenant::App;
use crate::token::Signer;

/// What App Service puts into IDENTITY_HEADER, and Azure Machine Learning into MSI_SECRET.
const IDENTITY_HEADER: &str = "emulated-identity-header";

/// A day, as managed identities' tokens live.
const LIFETIME: i64 = 86_400;

/// The path of the metadata service of virtual machines.
const VIRTUAL_MACHINE: &str = "/metadata/identity/oauth2/token";

/// The address that Arc's agent listens on begins with this; the folder of its keys follows.
const ARC: &str = "/arc/";

/// Whether the path is one of these endpoints.
pub(super) fn is_for(path: &str) -> bool {
    path == VIRTUAL_MACHINE || path == "/msi/token" || path.starts_with(ARC)
}

pub(super) fn answer(
    state: &mut State,
    signer: &Signer,
    parts: &Parts,
    query: &Form,
    body: &Form,
) -> Reply {
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let path = parts.uri.path();
    let with_metadata = header("metadata") == "true";
    let form = match (parts.method.as_str(), path, query.get("api-version")) {
        ("GET", VIRTUAL_MACHINE, "2018-02-01") if with_metadata => query,
        ("GET", VIRTUAL_MACHINE, _) => {
            return refused(
                400,
                "bad_request_102",
                "Required metadata header not specified",
            );
        }
        ("GET", "/msi/token", "2019-08-01") if header("x-identity-header") == IDENTITY_HEADER => {
            query
        }
        ("GET", "/msi/token", "2017-09-01") if header("secret") == IDENTITY_HEADER => query,
        // Cloud Shell, which sends a form and has no secret.
        ("POST", "/msi/token", "") if with_metadata => body,
        ("GET" | "POST", "/msi/token", _) => {
            return refused(401, "unauthorized", "The identity header is wrong.");
        }
        ("GET", _, "2020-06-01") if with_metadata => match arc(path, header("authorization")) {
            Ok(()) => query,
            Err(reply) => return *reply,
        },
        _ => return Reply::text(404, ""),
    };
    let Some(app) = identity(state, form).cloned() else {
        return refused(400, "invalid_request", "Identity not found");
    };
    let resource = form.get("resource");
    if resource.is_empty() {
        return refused(
            400,
            "invalid_request",
            "Required parameter resource is missing",
        );
    }
    let wanted = Wanted {
        app: app.id,
        app_name: app.name,
        roles: app.app_roles,
        audience: Some(resource.to_owned()),
        expires_in: Some(state.lifetime.unwrap_or(LIFETIME)),
        ..Wanted::default()
    };
    let seconds = wanted.expires_in.unwrap_or_default();
    match sign_in(state, signer, &wanted) {
        Ok((access_token, _)) => Reply::json(
            200,
            json!({
                "access_token": access_token,
                "client_id": wanted.app,
                "expires_in": seconds.to_string(),
                "expires_on": (jiff::Timestamp::now().as_second() + seconds).to_string(),
                "resource": resource,
                "token_type": "Bearer",
            }),
        ),
        Err(reason) => Reply::text(500, &reason),
    }
}

/// The identity that is asked for: one by an id of its own, or the machine's.
fn identity<'a>(state: &'a State, form: &Form) -> Option<&'a App> {
    let mut identities = state
        .directory
        .tenant
        .apps
        .iter()
        .filter(|app| app.managed_identity.is_some());
    let names = [
        "client_id",
        "clientid",
        "object_id",
        "principal_id",
        "mi_res_id",
        "msi_res_id",
    ];
    match names.into_iter().find(|name| form.has(name)) {
        Some(name) => identities.find(|app| {
            let asked = form.get(name);
            app.id.eq_ignore_ascii_case(asked) || app.managed_identity.as_deref() == Some(asked)
        }),
        None => identities.find(|app| app.managed_identity.as_deref() == Some("system")),
    }
}

/// Arc's agent wants to see what it wrote into a file that only administrators of the machine can read.
fn arc(path: &str, authorization: &str) -> Result<(), Box<Reply>> {
    let folder = percent_encoding::percent_decode_str(path.trim_start_matches(ARC))
        .decode_utf8_lossy()
        .into_owned();
    let key_file = PathBuf::from(&folder).join("emulated.key");
    if let Some(key) = authorization.strip_prefix("Basic ")
        && std::fs::read_to_string(&key_file).is_ok_and(|expected| expected == key)
    {
        return Ok(());
    }
    let key = uuid::Uuid::new_v4().simple().to_string();
    if std::fs::write(&key_file, key).is_err() {
        return Err(Box::new(Reply::text(
            500,
            "The key file cannot be written.",
        )));
    }
    let mut reply = refused(401, "unauthorized", "Challenge");
    reply.header(
        "WWW-Authenticate",
        &format!("Basic realm={}", key_file.display()),
    );
    Err(Box::new(reply))
}

fn refused(status: u16, error: &str, text: &str) -> Reply {
    Reply::json(status, json!({"error": error, "error_description": text}))
}
