//! A user as a dry run names one, and as an exclusion is recognised.

use serde::Deserialize;

/// A user as a dry run names one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    pub(super) id: String,
    pub(super) user_principal_name: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    user_type: Option<String>,
}

impl Described {
    pub(super) fn read(body: &[u8]) -> Option<Described> {
        serde_json::from_slice(body).ok()
    }

    pub(super) fn sentence(&self, is_own: bool) -> String {
        let mut sentence = format!(
            "{} <{}>",
            self.display_name.as_deref().unwrap_or("(no name)"),
            self.user_principal_name
        );
        if self
            .user_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
        {
            sentence.push_str(", a guest: sign-in at the home tenant is not affected");
        }
        if is_own {
            sentence.push_str(", the caller's own account: it goes last");
        }
        sentence.push('.');
        sentence
    }
}
