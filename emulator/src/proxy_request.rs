//! What the emulator wants as a proxy.

use serde::Deserialize;

/// What the proxy wants of those who use it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProxyRequest {
    /// The user name that it asks for; nobody is asked if left out.
    pub user: Option<String>,
    /// The password that goes with it.
    #[serde(default)]
    pub password: String,
}
