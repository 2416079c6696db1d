//! Groups of the tenant, and who is in them through all levels.

use std::collections::HashSet;

use serde::Deserialize;

use crate::directory::Directory;

/// A group of the tenant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Group {
    /// The object id, a GUID.
    pub id: String,
    /// The name shown to people; several groups may have one.
    pub display_name: String,
    /// The address, where it has one.
    pub mail: Option<String>,
    /// Whether it is a Microsoft 365 group; otherwise a security group.
    pub unified: bool,
    /// Whether its members are shown to those alone who may see hidden ones.
    pub hidden: bool,
    /// For a group whose members a rule decides: `On` or `Paused`.
    pub rule_processing: Option<String>,
    /// Its direct members: users by any key, groups by their ids.
    pub members: Vec<String>,
    /// Generated users besides, from this number to that one.
    pub generated: Option<(usize, usize)>,
    /// So many devices besides.
    pub devices: usize,
    /// So many contacts besides.
    pub contacts: usize,
}

/// What may be in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    User(usize),
    Group(usize),
    Device(usize),
    Contact(usize),
}

/// A stretch of members. A million generated users are one.
enum Stretch {
    One(Member),
    Users { first: usize, count: usize },
    Devices(usize),
    Contacts(usize),
}

impl Stretch {
    fn len(&self) -> usize {
        match self {
            Stretch::One(_) => 1,
            Stretch::Users { count, .. } | Stretch::Devices(count) | Stretch::Contacts(count) => {
                *count
            }
        }
    }

    fn at(&self, index: usize) -> Member {
        match self {
            Stretch::One(member) => *member,
            Stretch::Users { first, .. } => Member::User(first + index),
            Stretch::Devices(_) => Member::Device(index),
            Stretch::Contacts(_) => Member::Contact(index),
        }
    }
}

/// The members of a group, in an order that stays.
pub(crate) struct Members(Vec<Stretch>);

impl Members {
    /// Those of this group; through all levels, the groups in between included, or direct ones alone.
    pub(crate) fn of(directory: &Directory, group: usize, is_transitive: bool) -> Members {
        let mut members = Members(Vec::new());
        let mut seen = HashSet::from([group]);
        let mut open = vec![group];
        // Groups may be in each other.
        while let Some(group) = open.pop() {
            let Some(group) = directory.tenant.groups.get(group) else {
                continue;
            };
            for key in &group.members {
                if let Some(inner) = directory.group(key) {
                    members.0.push(Stretch::One(Member::Group(inner)));
                    if is_transitive && seen.insert(inner) {
                        open.push(inner);
                    }
                } else if let Some(user) = directory.find(key) {
                    members.0.push(Stretch::One(Member::User(user)));
                }
            }
            if let Some((from, to)) = group.generated {
                let to = to.min(directory.generated());
                if from >= 1 && from <= to {
                    let first = directory.tenant.users.len() + from - 1;
                    let count = to + 1 - from;
                    members.0.push(Stretch::Users { first, count });
                }
            }
            members.0.push(Stretch::Devices(group.devices));
            members.0.push(Stretch::Contacts(group.contacts));
        }
        members
    }

    /// The member at this place.
    pub(crate) fn at(&self, mut index: usize) -> Option<Member> {
        for stretch in &self.0 {
            if index < stretch.len() {
                return Some(stretch.at(index));
            }
            index -= stretch.len();
        }
        None
    }
}
