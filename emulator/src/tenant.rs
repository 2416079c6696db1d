//! The tenant: its users, their roles, its applications.

use serde::Deserialize;

use crate::group::Group;

/// A tenant, read from a small JSON file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tenant {
    /// The tenant's id, a GUID.
    pub id: String,
    /// The tenant's name.
    pub name: String,
    /// Its users.
    pub users: Vec<User>,
    /// Its groups.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The ids of further tenants, of customers, in which its applications are consented to: they sign in there, too.
    #[serde(default)]
    pub customers: Vec<String>,
    /// The applications that its users and administrators have consented to.
    #[serde(default)]
    pub apps: Vec<App>,
}

/// A user of the tenant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct User {
    /// The object id, a GUID.
    pub id: String,
    /// The user principal name.
    pub user_principal_name: String,
    /// The name shown to people.
    #[serde(default)]
    pub display_name: String,
    /// Whether the user's home is another tenant: sign-in sessions live there and are not affected here.
    #[serde(default)]
    pub guest: bool,
    /// Whether the account was disabled.
    #[serde(default)]
    pub disabled: bool,
    /// The department.
    #[serde(default)]
    pub department: Option<String>,
    /// The company.
    #[serde(default)]
    pub company_name: Option<String>,
    /// The names of the user's directory roles.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// An application.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct App {
    /// The application's id, a GUID.
    pub id: String,
    /// The application's name.
    pub name: String,
    /// The client secret, for applications that sign in as themselves.
    #[serde(default)]
    pub secret: Option<String>,
    /// Certificates by which it may prove itself instead: DER in base64.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// The tokens of other issuers by which it may prove itself instead.
    #[serde(default)]
    pub federated_credentials: Vec<FederatedCredential>,
    /// For a managed identity: `system`, or the resource id of a user-assigned one.
    #[serde(default)]
    pub managed_identity: Option<String>,
    /// The delegated scopes consented to.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The application roles consented to.
    #[serde(default)]
    pub app_roles: Vec<String>,
}

/// A token of another issuer that stands for an application's secret: all three must be the token's.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederatedCredential {
    /// Who issues it.
    pub issuer: String,
    /// Whom it is about.
    pub subject: String,
    /// What it is for.
    pub audience: String,
}

/// Directory roles and their template ids, as tokens carry them
/// (<https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>).
const ROLE_TEMPLATES: &[(&str, &str)] = &[
    (
        "Global Administrator",
        "62e90394-69f5-4237-9190-012177145e10",
    ),
    (
        "Privileged Authentication Administrator",
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    ),
    ("User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"),
    (
        "Helpdesk Administrator",
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    ),
];

/// How many of [`ROLE_TEMPLATES`] may act on administrators.
const PRIVILEGED: usize = 2;

impl Tenant {
    /// The tenant that is there when none is given.
    pub fn built_in() -> Tenant {
        serde_json::from_str(include_str!("../tenant.json")).unwrap_or(Tenant {
            id: String::new(),
            name: String::new(),
            customers: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            apps: Vec::new(),
        })
    }

    /// The first application that trusts another issuer; the empty text where none does.
    pub(crate) fn federated_application(&self) -> &str {
        let mut apps = self.apps.iter();
        let app = apps.find(|app| !app.federated_credentials.is_empty());
        app.map(|app| app.id.as_str()).unwrap_or_default()
    }

    /// Reads a tenant from the text of its file.
    ///
    /// # Errors
    ///
    /// Says what is wrong, and where.
    pub fn from_json(text: &str) -> Result<Tenant, String> {
        let tenant: Tenant = serde_json::from_str(text)
            .map_err(|error| format!("The tenant file is wrong: {error}."))?;
        for role in tenant.users.iter().flat_map(|user| &user.roles) {
            if template_of(role).is_none() {
                return Err(format!("The tenant file names an unknown role {role:?}."));
            }
        }
        Ok(tenant)
    }

    pub(crate) fn app(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id.eq_ignore_ascii_case(id))
    }
}

impl User {
    pub(crate) fn role_templates(&self) -> Vec<&'static str> {
        self.roles
            .iter()
            .filter_map(|role| template_of(role))
            .collect()
    }
}

/// Whether the holder of these role templates may sign out a user, who may be an administrator.
pub(crate) fn may_sign_out(templates: &[&str], administrator: bool) -> bool {
    let enough = if administrator {
        PRIVILEGED
    } else {
        ROLE_TEMPLATES.len()
    };
    ROLE_TEMPLATES[..enough]
        .iter()
        .any(|(_, template)| templates.contains(template))
}

fn template_of(role: &str) -> Option<&'static str> {
    ROLE_TEMPLATES
        .iter()
        .find(|(name, _)| *name == role)
        .map(|(_, template)| *template)
}
