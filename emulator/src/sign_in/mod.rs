//! The sign-in service: `POST /{tenant}/oauth2/v2.0/token` and `/devicecode`, and the endpoints of managed identities.

mod assertion;
mod certificate;
mod device_code;
mod form;
mod managed_identity;
mod pipeline;
mod pod;
mod refusal;

use std::collections::BTreeMap;

use hyper::header::HOST;
use hyper::http::request::Parts;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::envelope::envelope_of;
use crate::reply::Reply;
use crate::state::{Grant, State};
use crate::tenant::App;
use crate::token::Signer;

pub(crate) use assertion::{FEDERATED_AUDIENCE, FEDERATED_ISSUER, sign_federated};
pub(crate) use device_code::{Approval, decide};
pub(crate) use form::Form;
pub(crate) use pipeline::variables;
pub(crate) use pod::{Pod, TOKEN_PROXY, TOKEN_PROXY_HOST};
use refusal::refusal;
pub(crate) use refusal::{by_number, slow_down};

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
    pub(crate) hides_roles: bool,
    /// The tenant of a customer, where it is not the emulator's own.
    pub(crate) customer: Option<String>,
}

/// Where Microsoft's own libraries read the addresses of a tenant's pages before they sign in.
const DISCOVERY: &str = "/v2.0/.well-known/openid-configuration";

/// RFC 8628.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// An hour, as the service's own tokens live.
const LIFETIME: i64 = 3600;

/// What is asked for besides the permissions at a resource.
const OWN_SCOPES: &[&str] = &["offline_access", "openid", "profile", "email"];

/// Whether the path belongs to the sign-in service.
pub(crate) fn is_for(path: &str) -> bool {
    path.contains("/oauth2/v2.0/")
        || path.ends_with(DISCOVERY)
        || managed_identity::is_for(path)
        || pipeline::is_for(path)
}

/// What a sign-in request asks for, without its secrets.
pub(crate) fn asked(parts: &Parts, body: &[u8]) -> BTreeMap<String, String> {
    if !is_for(parts.uri.path()) {
        return BTreeMap::new();
    }
    let mut asked = Form::read(parts.uri.query().unwrap_or_default()).harmless();
    asked.append(&mut Form::read(&String::from_utf8_lossy(body)).harmless());
    asked
}

pub(crate) fn answer(state: &mut State, signer: &Signer, parts: &Parts, body: &[u8]) -> Reply {
    let path = parts.uri.path();
    let form = Form::read(&String::from_utf8_lossy(body));
    if managed_identity::is_for(path) {
        let query = Form::read(parts.uri.query().unwrap_or_default());
        return managed_identity::answer(state, signer, parts, &query, &form);
    }
    if pipeline::is_for(path) {
        return pipeline::answer(signer, parts);
    }
    let path = path.strip_prefix(TOKEN_PROXY).unwrap_or(path);
    if let Some(tenant) = path.strip_suffix(DISCOVERY) {
        return discovery(parts, tenant.trim_matches('/'));
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let [tenant, "oauth2", "v2.0", endpoint] = segments.as_slice() else {
        return Reply::text(404, "");
    };
    let own = &state.directory.tenant;
    let known = [
        own.id.as_str(),
        "contoso.example",
        "common",
        "organizations",
    ];
    let customer = own
        .customers
        .iter()
        .find(|id| id.eq_ignore_ascii_case(tenant))
        .cloned();
    if customer.is_none() && !known.iter().any(|name| name.eq_ignore_ascii_case(tenant)) {
        return refusal(
            400,
            "invalid_request",
            90002,
            &format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            ),
        );
    }
    let Some(app) = state.directory.tenant.app(form.get("client_id")).cloned() else {
        let id = form.get("client_id");
        return refusal(
            400,
            "unauthorized_client",
            700_016,
            &format!("Application with identifier '{id}' was not found in the directory."),
        );
    };
    match (*endpoint, form.get("grant_type")) {
        ("token", "client_credentials") => {
            client_credentials(state, signer, parts, &app, &form, customer)
        }
        ("token", "refresh_token") => redeem(state, signer, form.get("refresh_token")),
        ("token", DEVICE_CODE) => device_code::redeem(state, signer, form.get("device_code")),
        ("devicecode", _) => {
            let (scopes, audience) = delegated(&app, form.get("scope"));
            device_code::begin(state, app.id, scopes, audience)
        }
        _ => refusal(
            400,
            "unsupported_grant_type",
            70003,
            "The app requested an unsupported grant type.",
        ),
    }
}

/// The addresses of a tenant's pages (OpenID Connect Discovery 1.0).
fn discovery(parts: &Parts, tenant: &str) -> Reply {
    let root = root_of(parts);
    Reply::json(
        200,
        json!({
            "issuer": format!("{root}/{tenant}/v2.0"),
            "authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{root}/{tenant}/oauth2/v2.0/token"),
            "device_authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/devicecode"),
            "jwks_uri": format!("{root}/{tenant}/discovery/v2.0/keys"),
        }),
    )
}

/// This service's root, as it was addressed.
fn root_of(parts: &Parts) -> String {
    let scheme = if envelope_of(parts).is_encrypted {
        "https"
    } else {
        "http"
    };
    let host = parts.headers.get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("{scheme}://{host}")
}

/// An application signs in as itself.
fn client_credentials(
    state: &mut State,
    signer: &Signer,
    parts: &Parts,
    app: &App,
    form: &Form,
    customer: Option<String>,
) -> Reply {
    if form.has("client_assertion") {
        let page = format!("{}{}", root_of(parts), parts.uri.path());
        let kind = form.get("client_assertion_type");
        if let Err(reply) =
            assertion::verify(app, signer, &page, kind, form.get("client_assertion"))
        {
            return *reply;
        }
    } else if !form.has("client_secret") {
        return by_number(7_000_218);
    } else if app.secret.as_deref() != Some(form.get("client_secret")) {
        return by_number(7_000_215);
    }
    let scope = form.get("scope");
    let Some(audience) = scope.strip_suffix("/.default") else {
        return refusal(
            400,
            "invalid_scope",
            1_002_012,
            &format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
            ),
        );
    };
    let wanted = Wanted {
        app: app.id.clone(),
        app_name: app.name.clone(),
        roles: app.app_roles.clone(),
        audience: Some(audience.to_owned()),
        customer,
        ..Wanted::default()
    };
    issued(state, signer, &wanted, None)
}

/// The permissions that a person is asked for, without the resource's address in front, and that address.
fn delegated(app: &App, asked: &str) -> (String, Option<String>) {
    let mut audience = None;
    let mut scopes = Vec::new();
    for scope in asked.split(' ').filter(|scope| !scope.is_empty()) {
        if OWN_SCOPES.contains(&scope) {
            continue;
        }
        let name = match scope
            .strip_prefix("https://")
            .and_then(|it| it.split_once('/'))
        {
            Some((host, name)) => {
                audience = Some(format!("https://{host}"));
                name
            }
            None => scope,
        };
        match name {
            ".default" => scopes.extend(app.scopes.iter().cloned()),
            name => scopes.push(name.to_owned()),
        }
    }
    if scopes.is_empty() {
        scopes.clone_from(&app.scopes);
    }
    (scopes.join(" "), audience)
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
        audience: wanted.audience.clone(),
        issued: Timestamp::now(),
        sequence,
    };
    state.grants.insert(refresh_token.clone(), grant);
    Ok((access_token, Some(refresh_token)))
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
        audience: grant.audience.clone(),
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
            let lifetime = state.lifetime.unwrap_or(LIFETIME);
            let mut body = json!({"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": access_token});
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
    let own = &state.directory.tenant.id;
    let tenant = wanted.customer.as_ref().unwrap_or(own);
    let audience = wanted
        .audience
        .as_deref()
        .unwrap_or("https://graph.microsoft.com");
    let issuer = match audience {
        // What stands for an application's secret comes from the second version of the endpoint, in every cloud.
        audience if audience.starts_with(FEDERATED_AUDIENCE) => {
            format!("https://login.microsoftonline.com/{tenant}/v2.0")
        }
        _ => format!("https://sts.windows.net/{tenant}/"),
    };
    let mut claims = json!({
        "aud": audience,
        "iss": issuer,
        "iat": now,
        "nbf": now + wanted.not_before_in.unwrap_or(0),
        "exp": now + wanted.expires_in.or(state.lifetime).unwrap_or(LIFETIME),
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
            if !wanted.hides_roles {
                claims["wids"] = user.role_templates().into();
            }
        }
        None => {
            claims["idtyp"] = "app".into();
            claims["oid"] = wanted.app.as_str().into();
            claims["sub"] = wanted.app.as_str().into();
            claims["roles"] = wanted.roles.clone().into();
        }
    }
    claims
}

fn app_name(state: &State, id: &str) -> String {
    let app = state.directory.tenant.app(id);
    app.map(|app| app.name.clone()).unwrap_or_default()
}
