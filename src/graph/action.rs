//! The two actions that invalidate a user's sessions; the same wire shape under two names.

use crate::outcome::Error;
use crate::status::Status;

/// Which version of Graph is called, and with it under which name the action goes.
///
/// <https://learn.microsoft.com/graph/api/user-invalidateallrefreshtokens> is documented for beta only;
/// <https://learn.microsoft.com/graph/api/user-revokesigninsessions> is its name in v1.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Api {
    /// `/beta/…/invalidateAllRefreshTokens`, the action of `Invoke-MgBetaInvalidateAllUserRefreshToken`.
    #[default]
    Beta,
    /// `/v1.0/…/revokeSignInSessions`, the action that Microsoft supports in production.
    V1,
}

impl Api {
    /// The API of this name: `beta` or `v1.0`.
    pub fn from_name(name: &str) -> Result<Api, Error> {
        match name {
            "beta" => Ok(Api::Beta),
            "v1.0" => Ok(Api::V1),
            _ => Err(
                Error::new(Status::InvalidOption, format!("There is no API {name:?}."))
                    .hint("The APIs are beta and v1.0."),
            ),
        }
    }

    /// The name by which options choose the API: also its first path segment.
    pub const fn name(self) -> &'static str {
        match self {
            Api::Beta => "beta",
            Api::V1 => "v1.0",
        }
    }

    /// The action's name, the last path segment of the request.
    pub const fn action(self) -> &'static str {
        match self {
            Api::Beta => "invalidateAllRefreshTokens",
            Api::V1 => "revokeSignInSessions",
        }
    }

    /// The properties that verification reads: both were one property once, and beta still serves both names.
    pub(crate) const fn cut_off_properties(self) -> &'static str {
        match self {
            Api::Beta => "id,signInSessionsValidFromDateTime,refreshTokensValidFromDateTime",
            Api::V1 => "id,signInSessionsValidFromDateTime",
        }
    }
}
