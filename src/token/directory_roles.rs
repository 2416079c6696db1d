//! Directory roles: which a user has, which may sign other users out, and whom each of those may act on.

use serde::Deserialize;

/// What follows a user in the address of their built-in roles for the whole tenant, those by groups as well. It takes
/// the header that asks for `eventual` consistency, which goes with a cast and `$count`
/// (<https://learn.microsoft.com/graph/api/user-list-transitivememberof#request-headers>).
pub(crate) const OF_USER: &str = "/transitiveMemberOf/microsoft.graph.directoryRole?$count=true&$select=displayName,roleTemplateId";

/// A role as the directory lists it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Held {
    pub(crate) display_name: Option<String>,
    pub(crate) role_template_id: Option<String>,
}

/// Reads the answer; nothing where it is no list of roles.
pub(crate) fn read(body: &[u8]) -> Option<Vec<Held>> {
    #[derive(Deserialize)]
    struct Answer {
        value: Vec<Held>,
    }
    let answer = crate::json::object::<Answer>(body);
    answer.ok().map(|answer| answer.value)
}

/// Whom the holder of a role may act on, besides users without any administrator role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Everybody, Global Administrators included.
    Everybody,
    /// Holders of some lesser administrator roles.
    SomeAdministrators,
    /// Nobody else.
    NoAdministrator,
    /// It has the permission, but the table of whom each role may act on leaves it out.
    Undocumented,
}

pub(crate) struct DirectoryRole {
    pub(crate) name: &'static str,
    /// By which tokens name the role, in their claim `wids`.
    template_id: &'static str,
    pub(crate) reach: Reach,
}

/// The built-in roles with `microsoft.directory/users/invalidateAllRefreshTokens`.
///
/// Sources: <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>, and for the
/// reach
/// <https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords>,
/// which holds for invalidating as well. Password Administrator stands in the second but has lost the permission in the
/// first; the deprecated partner roles are left out.
const ROLES: &[DirectoryRole] = &[
    role(
        "Global Administrator",
        "62e90394-69f5-4237-9190-012177145e10",
        Reach::Everybody,
    ),
    role(
        "Privileged Authentication Administrator",
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        Reach::Everybody,
    ),
    role(
        "User Administrator",
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        Reach::SomeAdministrators,
    ),
    role(
        "Authentication Administrator",
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        Reach::SomeAdministrators,
    ),
    role(
        "Helpdesk Administrator",
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        Reach::SomeAdministrators,
    ),
    role(
        "Security Administrator",
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        Reach::NoAdministrator,
    ),
    role(
        "Security Operator",
        "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
        Reach::NoAdministrator,
    ),
    role(
        "Entra SOC Identity Responder",
        "58f930cc-fcf4-4152-852c-1d7dbf502139",
        Reach::NoAdministrator,
    ),
    role(
        "Directory Writers",
        "9360feb5-f418-4baa-8175-e2a00bac4301",
        Reach::Undocumented,
    ),
];

/// What every member of a tenant has in the same claim: it is no administrator's role.
const ORDINARY_USER: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

const fn role(name: &'static str, template_id: &'static str, reach: Reach) -> DirectoryRole {
    DirectoryRole {
        name,
        template_id,
        reach,
    }
}

/// The role with this template id, if it is one that may sign others out.
pub(crate) fn find(template_id: &str) -> Option<&'static DirectoryRole> {
    ROLES
        .iter()
        .find(|role| role.template_id.eq_ignore_ascii_case(template_id))
}

/// The roles for people to read: by name where it is known, otherwise by template id.
pub(crate) fn names(template_ids: &[String]) -> Vec<String> {
    let administrators = template_ids
        .iter()
        .filter(|id| !id.eq_ignore_ascii_case(ORDINARY_USER));
    administrators
        .map(|id| find(id).map_or_else(|| id.clone(), |role| role.name.to_owned()))
        .collect()
}
