//! Whom a selection holds, in little memory: an id, a name, and two traits a user.

use uuid::Uuid;

use crate::user::User;

const GUEST: u8 = 1;
const DISABLED: u8 = 2;

/// A user of a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelectedUser {
    /// The object id.
    pub id: String,
    /// The user principal name; unknown where the token may not read it.
    pub user_principal_name: Option<String>,
    /// Whether the user is a guest, as far as the token may know.
    pub guest: bool,
    /// Whether the account is disabled, as far as the token may know.
    pub disabled: bool,
}

impl SelectedUser {
    /// The user as requests are made and outcomes are shown: reached by its id, and called by its name.
    pub(crate) fn into_user(self) -> User {
        User::Known {
            name: self.user_principal_name.unwrap_or_else(|| self.id.clone()),
            id: self.id,
        }
    }
}

/// Users by their object ids, with names one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    ids: Vec<u128>,
    traits: Vec<u8>,
    names: Vec<u8>,
    /// Where each name ends; an empty one is not known.
    ends: Vec<u32>,
}

impl Chosen {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn push(&mut self, id: Uuid, name: &str, guest: bool, disabled: bool) {
        self.ids.push(id.as_u128());
        let guest = if guest { GUEST } else { 0 };
        self.traits
            .push(guest | if disabled { DISABLED } else { 0 });
        self.names.extend_from_slice(name.as_bytes());
        self.ends
            .push(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn get(&self, index: usize) -> SelectedUser {
        let traits = self.traits.get(index).copied().unwrap_or_default();
        let name = self.name(index);
        SelectedUser {
            id: Uuid::from_u128(self.ids.get(index).copied().unwrap_or_default()).to_string(),
            user_principal_name: (!name.is_empty())
                .then(|| String::from_utf8_lossy(name).into_owned()),
            guest: traits & GUEST != 0,
            disabled: traits & DISABLED != 0,
        }
    }

    pub(crate) fn is_nameless(&self, index: usize) -> bool {
        self.name(index).is_empty()
    }

    pub(crate) fn count(&self, holds: impl Fn(bool, bool) -> bool) -> u64 {
        let traits = self.traits.iter();
        let held = traits.filter(|it| holds(**it & GUEST != 0, **it & DISABLED != 0));
        held.count() as u64
    }

    /// Takes over everyone of another one.
    pub(crate) fn append(&mut self, mut other: Chosen) {
        if self.ids.is_empty() {
            *self = other;
            return;
        }
        let begin = self.names.len() as u32;
        self.ids.append(&mut other.ids);
        self.traits.append(&mut other.traits);
        self.names.append(&mut other.names);
        self.ends
            .extend(other.ends.iter().map(|end| begin.saturating_add(*end)));
    }

    /// Forgets everyone from this place on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.ids.truncate(len);
        self.traits.truncate(len);
        self.ends.truncate(len);
        let end = self.ends.last().copied().unwrap_or_default();
        self.names.truncate(end as usize);
    }

    /// Keeps each user once, where it stands first, and guests only where they are wanted; tells how many guests were
    /// passed over.
    pub(crate) fn settle(&mut self, with_guests: bool) -> u64 {
        let mut order: Vec<u32> = (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by_key(|index| (self.ids[*index as usize], *index));
        let mut is_kept = vec![true; self.len()];
        for pair in order.windows(2) {
            if let [first, second] = pair
                && self.ids[*first as usize] == self.ids[*second as usize]
            {
                is_kept[*second as usize] = false;
            }
        }
        drop(order);
        let mut guests = 0;
        for (kept, traits) in is_kept.iter_mut().zip(&self.traits) {
            if *kept && !with_guests && traits & GUEST != 0 {
                *kept = false;
                guests += 1;
            }
        }
        let (mut place, mut end, mut begin) = (0, 0, 0);
        for (index, kept) in is_kept.into_iter().enumerate() {
            let until = self.ends[index] as usize;
            if kept {
                self.names.copy_within(begin..until, end);
                end += until - begin;
                self.ids[place] = self.ids[index];
                self.traits[place] = self.traits[index];
                self.ends[place] = end as u32;
                place += 1;
            }
            begin = until;
        }
        self.truncate(place);
        guests
    }

    fn name(&self, index: usize) -> &[u8] {
        let begin = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let begin = begin.copied().unwrap_or_default() as usize;
        let end = self.ends.get(index).map_or(begin, |end| *end as usize);
        self.names.get(begin..end).unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_listing_that_began_anew_leaves_nobody_behind() {
        let mut chosen = Chosen::default();
        chosen.push(Uuid::from_u128(1), "a@b", false, false);
        chosen.push(Uuid::from_u128(2), "", true, true);
        chosen.truncate(1);
        chosen.push(Uuid::from_u128(3), "c@d", false, true);
        let user = chosen.get(1);
        assert_eq!(user.user_principal_name.as_deref(), Some("c@d"));
        assert!(user.disabled && !user.guest);
        assert_eq!(user.id, "00000000-0000-0000-0000-000000000003");
    }

    proptest! {
        #[test]
        fn everyone_is_kept_once_with_the_name_that_came_first(
            users in prop::collection::vec((0_u128..20, "[a-z]{0,4}", any::<bool>()), 0..60),
            with_guests in any::<bool>(),
        ) {
            let mut chosen = Chosen::default();
            let mut model: BTreeMap<u128, (String, bool)> = BTreeMap::new();
            for (id, name, guest) in &users {
                chosen.push(Uuid::from_u128(*id), name, *guest, false);
                model.entry(*id).or_insert((name.clone(), *guest));
            }
            let guests = chosen.settle(with_guests);
            let expected = model.values().filter(|(_, guest)| with_guests || !guest).count();
            prop_assert_eq!(chosen.len(), expected);
            prop_assert_eq!(guests as usize, model.len() - expected);
            for index in 0..chosen.len() {
                let user = chosen.get(index);
                let id = Uuid::try_parse(&user.id).unwrap().as_u128();
                prop_assert_eq!(&model[&id], &(user.user_principal_name.unwrap_or_default(), user.guest));
            }
        }
    }
}
