//! Tokens without a sign-in: for tests, which need them in every shape.

use serde::Deserialize;

use crate::sign_in::{Wanted, sign_in};
use crate::state::State;
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
    /// Leaves the user's directory roles out of it, as the service does now and then.
    pub hides_roles: bool,
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

pub(crate) fn mint(
    state: &mut State,
    signer: &Signer,
    request: &TokenRequest,
) -> Result<IssuedTokens, String> {
    // The last one of its kind: the built-in tenant's tool for responders, not its mail program.
    let directory = &state.directory;
    let mut apps = directory.tenant.apps.iter().rev();
    let app = apps
        .find(|app| app.secret.is_some() == request.application)
        .cloned()
        .ok_or("The tenant has no application for that.")?;
    let user = if request.application {
        None
    } else {
        let key = request.user.as_deref().unwrap_or("admin@contoso.example");
        let found = directory.find(key);
        Some(found.ok_or_else(|| format!("The tenant has no user {key:?}."))?)
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
        hides_roles: request.hides_roles,
        customer: None,
    };
    let (access_token, refresh_token) = sign_in(state, signer, &wanted)?;
    Ok(IssuedTokens {
        access_token,
        refresh_token,
    })
}
