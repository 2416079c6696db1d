//! What a token says about itself, read without being verified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::access::IdentityKind;
use crate::cloud::{Cloud, Placement};

/// What a token says about itself. Nothing here is verified: it serves to choose a cloud and to explain, never to trust.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
#[non_exhaustive]
pub struct Claims {
    /// The resource that the token is for.
    #[serde(rename = "aud")]
    pub audience: Option<String>,
    /// The authority that issued it.
    #[serde(rename = "iss")]
    pub issuer: Option<String>,
    /// The end of its lifetime, in seconds since 1970.
    #[serde(rename = "exp")]
    pub expires: Option<i64>,
    /// The begin of its lifetime, in seconds since 1970.
    #[serde(rename = "nbf")]
    pub not_before: Option<i64>,
    /// The tenant's id.
    #[serde(rename = "tid")]
    pub tenant_id: Option<String>,
    /// The object id of the user, or of the application's service principal.
    #[serde(rename = "oid")]
    pub object_id: Option<String>,
    /// The user principal name of the signed-in user.
    #[serde(rename = "upn", alias = "preferred_username")]
    pub user_principal_name: Option<String>,
    /// The application's id.
    #[serde(rename = "appid", alias = "azp")]
    pub application_id: Option<String>,
    /// The application's name.
    #[serde(rename = "app_displayname")]
    pub application_name: Option<String>,
    /// `user` or `app`.
    #[serde(rename = "idtyp")]
    pub identity_type: Option<String>,
    /// The delegated scopes, separated by spaces.
    #[serde(rename = "scp")]
    pub scopes: Option<String>,
    /// The application roles.
    pub roles: Vec<String>,
    /// The template ids of the signed-in user's directory roles.
    #[serde(rename = "wids")]
    pub directory_roles: Vec<String>,
}

impl Claims {
    /// Whether this is an application's own token, without a signed-in user.
    pub fn is_application(&self) -> bool {
        match self.identity_type.as_deref() {
            Some(kind) => kind.eq_ignore_ascii_case("app"),
            None => self.scopes.is_none(),
        }
    }

    pub(crate) fn kind(&self) -> IdentityKind {
        if self.is_application() {
            IdentityKind::Application
        } else {
            IdentityKind::Delegated
        }
    }

    /// The delegated scopes, or the application's roles.
    pub(crate) fn permissions(&self) -> Vec<String> {
        match self.kind() {
            IdentityKind::Application => self.roles.clone(),
            IdentityKind::Delegated => {
                let scopes = self
                    .scopes
                    .iter()
                    .flat_map(|scopes| scopes.split_whitespace());
                scopes.map(str::to_owned).collect()
            }
        }
    }

    /// The first of these permissions that the token carries.
    pub(crate) fn first_of<'a>(&self, permissions: &[&'a str]) -> Option<&'a str> {
        let mut permissions = permissions.iter().copied();
        permissions.find(|permission| self.has_permission(permission))
    }

    /// Whether the token carries this scope, or this application role.
    pub fn has_permission(&self, name: &str) -> bool {
        self.scopes
            .iter()
            .flat_map(|scopes| scopes.split(' '))
            .chain(self.roles.iter().map(String::as_str))
            .any(|permission| permission.eq_ignore_ascii_case(name))
    }

    /// The cloud that the audience and the issuer name, if they name one.
    pub fn cloud(&self) -> Option<Cloud> {
        match self.placement()? {
            Placement::Cloud(cloud) => Some(cloud),
            _ => None,
        }
    }

    pub(crate) fn placement(&self) -> Option<Placement> {
        let audience = self.audience.as_deref()?;
        Some(Cloud::place(audience, self.issuer.as_deref()))
    }

    /// The claims of a token that has the shape of a JSON Web Token.
    pub(crate) fn read(token: &str) -> Option<Claims> {
        let mut parts = token.split('.');
        let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let json = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?);
        // Claims are an object; an array would be read as one, field by field.
        json.trim_ascii_start()
            .starts_with(b"{")
            .then(|| serde_json::from_slice(&json).ok())?
    }
}
