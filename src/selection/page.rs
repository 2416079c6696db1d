//! A page as the directory answers it.

use serde::Deserialize;

/// Users, or the members of a group.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) value: Vec<Object>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next_link: Option<String>,
}

/// What is listed. Whatever the token may not see is null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object {
    #[serde(rename = "@odata.type")]
    kind: Option<String>,
    pub(super) id: Option<String>,
    pub(super) user_principal_name: Option<String>,
    pub(super) user_type: Option<String>,
    pub(super) account_enabled: Option<bool>,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Other,
    Unknown,
}

impl Object {
    pub(super) fn kind(&self) -> Kind {
        match self.kind.as_deref() {
            Some("#microsoft.graph.user") => Kind::User,
            Some(_) => Kind::Other,
            None => Kind::Unknown,
        }
    }

    pub(super) fn is_guest(&self) -> bool {
        let kind = self.user_type.as_deref();
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
    }

    pub(super) fn is_disabled(&self) -> bool {
        self.account_enabled == Some(false)
    }
}

/// What every listing of users asks for.
pub(super) const PROPERTIES: &str = "$select=id,userPrincipalName,userType,accountEnabled&$top=999";
