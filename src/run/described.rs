//! A user as a dry run names one, and as an exclusion is recognised.

use serde::Deserialize;

use crate::token::directory_roles;

/// A user as a dry run names one.
#[derive(Debug, Deserialize)]
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
        crate::json::object(body).ok()
    }

    /// All but the directory roles, which take a request of their own.
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
            sentence.push_str(", the caller's own account: it is signed out last");
        }
        sentence
    }
}

/// Which directory roles a user has: an administrator has one or more.
#[derive(Debug, PartialEq)]
pub(super) enum Roles {
    Held(Vec<String>),
    Unknown,
}

impl Roles {
    pub(super) fn read(body: &[u8]) -> Roles {
        let Some(roles) = directory_roles::read(body) else {
            return Roles::Unknown;
        };
        let names = roles.into_iter().map(|role| {
            let name = role.display_name.or(role.role_template_id);
            name.unwrap_or_else(|| "a role without a name".to_owned())
        });
        Roles::Held(names.collect())
    }

    /// The end of the sentence that describes a user.
    pub(super) fn in_words(&self) -> String {
        match self {
            Roles::Unknown => "; whether an administrator is unknown.".to_owned(),
            Roles::Held(roles) if roles.is_empty() => ".".to_owned(),
            Roles::Held(roles) => format!("; an administrator: {}.", roles.join(", ")),
        }
    }
}
