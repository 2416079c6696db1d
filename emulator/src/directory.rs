//! Finding users: those of the tenant's file, and as many generated ones as were asked for.
//!
//! A generated user is computed from its number, so that a million of them cost neither time at the start nor memory.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::tenant::{Tenant, User};

/// The object ids of generated users end in their number, in decimal digits: people can read them.
const ID_PREFIX: &str = "9e000000-0000-4000-8000-";

/// Where generated users work, one after the other.
const DEPARTMENTS: [&str; 4] = ["Sales", "Finance", "Legal", "Operations"];

const NAME_PREFIX: &str = "user";
const DOMAIN: &str = "@contoso.example";

/// All users, each known by its index: first those of the tenant's file, then the generated ones.
pub(crate) struct Directory {
    pub(crate) tenant: Tenant,
    generated: usize,
    by_key: HashMap<String, usize>,
}

impl Directory {
    pub(crate) fn new(tenant: Tenant, generated: usize) -> Directory {
        let mut by_key = HashMap::new();
        for (index, user) in tenant.users.iter().enumerate() {
            for key in [&user.id, &user.user_principal_name] {
                // Of two alike the first counts.
                by_key.entry(key.to_lowercase()).or_insert(index);
            }
        }
        Directory {
            tenant,
            generated,
            by_key,
        }
    }

    /// The user with this object id or user principal name, in any letter case.
    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        let key = key.to_lowercase();
        let written = || self.by_key.get(&key).copied();
        written().or_else(|| {
            let number = number_of(&key).filter(|number| (1..=self.generated).contains(number))?;
            Some(self.tenant.users.len() + number - 1)
        })
    }

    /// The group with this object id.
    pub(crate) fn group(&self, id: &str) -> Option<usize> {
        let mut groups = self.tenant.groups.iter();
        groups.position(|group| group.id.eq_ignore_ascii_case(id))
    }

    /// How many users there are.
    pub(crate) fn count(&self) -> usize {
        self.tenant.users.len() + self.generated
    }

    /// How many of them are generated.
    pub(crate) fn generated(&self) -> usize {
        self.generated
    }

    pub(crate) fn id(&self, index: usize) -> Cow<'_, str> {
        match self.tenant.users.get(index) {
            Some(user) => Cow::Borrowed(&user.id),
            None => Cow::Owned(id_of(self.number(index))),
        }
    }

    pub(crate) fn user(&self, index: usize) -> Cow<'_, User> {
        match self.tenant.users.get(index) {
            Some(user) => Cow::Borrowed(user),
            None => {
                let number = self.number(index);
                Cow::Owned(User {
                    id: id_of(number),
                    user_principal_name: name_of(number),
                    display_name: format!("User {number}"),
                    guest: false,
                    disabled: number.is_multiple_of(50),
                    department: Some(DEPARTMENTS[number % DEPARTMENTS.len()].to_owned()),
                    company_name: None,
                    roles: Vec::new(),
                })
            }
        }
    }

    pub(crate) fn is_administrator(&self, index: usize) -> bool {
        let user = self.tenant.users.get(index);
        user.is_some_and(|user| !user.roles.is_empty())
    }

    pub(crate) fn is_guest(&self, index: usize) -> bool {
        self.tenant.users.get(index).is_some_and(|user| user.guest)
    }

    /// Generated users are counted from 1.
    fn number(&self, index: usize) -> usize {
        index + 1 - self.tenant.users.len()
    }
}

fn id_of(number: usize) -> String {
    format!("{ID_PREFIX}{number:012}")
}

fn name_of(number: usize) -> String {
    format!("{NAME_PREFIX}{number:06}{DOMAIN}")
}

/// The number of the generated user with this key, which is in lower case.
fn number_of(key: &str) -> Option<usize> {
    let digits = key.strip_prefix(ID_PREFIX).or_else(|| {
        key.strip_prefix(NAME_PREFIX)
            .and_then(|rest| rest.strip_suffix(DOMAIN))
    })?;
    let number = digits.parse().ok()?;
    // Nobody is called user1, or user+000001.
    (id_of(number) == key || name_of(number) == key).then_some(number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_user_is_found_by_id_and_by_name_in_any_letter_case() {
        let directory = Directory::new(Tenant::built_in(), 1_000_000);
        let written = Tenant::built_in().users.len();
        for index in [0, written - 1, written, written + 999_999] {
            let user = directory.user(index);
            assert_eq!(directory.find(&user.id.to_uppercase()), Some(index));
            let name = user.user_principal_name.to_uppercase();
            assert_eq!(directory.find(&name), Some(index), "{name}");
            assert_eq!(directory.id(index), user.id);
        }
        assert_eq!(
            directory.user(written).user_principal_name,
            "user000001@contoso.example"
        );
    }

    #[test]
    fn nobody_else_is_found() {
        let directory = Directory::new(Tenant::built_in(), 20);
        for key in [
            "",
            "user000000@contoso.example",
            "user000021@contoso.example",
            "user1@contoso.example",
            "user+00001@contoso.example",
            "user000001@fabrikam.example",
            "9e000000-0000-4000-8000-000000000000",
            "9e000000-0000-4000-8000-000000000021",
            "9e000000-0000-4000-8000-1",
        ] {
            assert_eq!(directory.find(key), None, "{key}");
        }
    }
}
