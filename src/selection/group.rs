//! A group: how it is found, and what there is to know of it before its members are listed.

use serde::Deserialize;

use crate::outcome::Error;
use crate::status::Status;

pub(super) const PROPERTIES: &str = "$select=id,displayName,mail,groupTypes,mailEnabled,securityEnabled,visibility,membershipRuleProcessingState";

/// A group as the directory describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) display_name: Option<String>,
    mail: Option<String>,
    #[serde(default)]
    group_types: Vec<String>,
    mail_enabled: Option<bool>,
    security_enabled: Option<bool>,
    visibility: Option<String>,
    membership_rule_processing_state: Option<String>,
}

/// Groups of one name.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) value: Vec<Group>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
}

impl Group {
    /// The name, or else the id.
    pub(super) fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.id)
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.visibility.as_deref() == Some("HiddenMembership")
    }

    fn has_type(&self, name: &str) -> bool {
        self.group_types.iter().any(|it| it == name)
    }

    fn kind(&self) -> &'static str {
        match (self.mail_enabled, self.security_enabled) {
            _ if self.has_type("Unified") => "Microsoft 365 group",
            (Some(true), Some(true)) => "mail-enabled security group",
            (Some(true), _) => "distribution list",
            _ => "security group",
        }
    }

    /// A group whose members a rule decides that is not followed at the moment.
    pub(super) fn remark(&self) -> Option<String> {
        let state = self.membership_rule_processing_state.as_deref()?;
        let is_on = state.eq_ignore_ascii_case("on");
        (self.has_type("DynamicMembership") && !is_on).then(|| {
            format!(
                "The rule that decides who is in the group {:?} is not followed at the moment ({state}): who was in it before counts.",
                self.name()
            )
        })
    }

    fn in_words(&self) -> String {
        let mail = self.mail.as_deref().map(|mail| format!(", {mail}"));
        format!("{} ({}{})", self.id, self.kind(), mail.unwrap_or_default())
    }
}

impl Found {
    /// The one group of this name.
    ///
    /// # Errors
    ///
    /// There is none, or there are several.
    pub(super) fn only(mut self, name: &str) -> Result<Group, Error> {
        if self.value.len() == 1 && self.next_link.is_none() {
            return Ok(self.value.swap_remove(0));
        }
        if self.value.is_empty() {
            return Err(not_found(name));
        }
        let groups: Vec<String> = self.value.iter().map(Group::in_words).collect();
        let more = if self.next_link.is_some() {
            " and more"
        } else {
            ""
        };
        Err(Error::new(
            Status::GroupAmbiguous,
            format!(
                "{}{more} groups have the name or address {name:?}: {}{more}.",
                groups.len(),
                groups.join("; ")
            ),
        )
        .hint("No write request was sent. Name the group by its object id."))
    }
}

pub(super) fn not_found(name: &str) -> Error {
    Error::new(
        Status::GroupNotFound,
        format!("The tenant has no group {name:?}, by object id, display name or address."),
    )
    .hint("No write request was sent. Check the name and the tenant; the object id is the surest. A deleted group has no members, and a dynamic distribution group is none of the directory's.")
}
