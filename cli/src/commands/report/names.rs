//! Finding people again by what they are called in a tenant: a key in any letter case, or the object id.

use std::collections::HashMap;

use graph_invalidate::{Fingerprints, OutcomeLine, RunLine};

/// 96 bits of a fingerprint, which are enough, and take half the room of 128 beside a number.
type Print = [u32; 3];

/// A few bytes for each name, however long it is.
#[derive(Default)]
pub(super) struct Names {
    people: HashMap<Print, u32>,
    /// Numbers that turned out to be another's.
    same_as: HashMap<u32, u32>,
    prints: Fingerprints,
}

impl Names {
    /// The number of the user whom a line is about: `next` where nobody is known under its names yet. Where two users
    /// that were told apart turn out to be one, the other number as well: it is nobody's any more.
    pub(super) fn find(
        &mut self,
        run: &RunLine,
        line: &OutcomeLine,
        next: usize,
    ) -> (usize, Option<usize>) {
        let tenant = run.tenant.as_deref().unwrap_or_default();
        let key = match (line.user.as_str(), &run.caller) {
            ("me", Some(caller)) => self.print_of(tenant, caller),
            (user, _) => self.print_of(tenant, user),
        };
        let id = line.id.as_deref().map(|id| self.print_of(tenant, id));
        let of = |print: &Print| self.people.get(print).map(|index| self.root(*index));
        let known = (of(&key), id.as_ref().and_then(of));
        let (index, absorbed) = match known {
            (Some(by_key), Some(by_id)) => (by_key, Some(by_id).filter(|it| *it != by_key)),
            (Some(index), None) | (None, Some(index)) => (index, None),
            (None, None) => (u32::try_from(next).unwrap_or(u32::MAX), None),
        };
        if let Some(absorbed) = absorbed {
            self.same_as.insert(absorbed, index);
        }
        self.people.entry(key).or_insert(index);
        if let Some(id) = id {
            self.people.entry(id).or_insert(index);
        }
        (index as usize, absorbed.map(|it| it as usize))
    }

    /// The number of the user of this name, if one is known.
    pub(super) fn known(&self, run: &RunLine, user: &str) -> Option<usize> {
        let tenant = run.tenant.as_deref().unwrap_or_default();
        let index = self.people.get(&self.print_of(tenant, user))?;
        Some(self.root(*index) as usize)
    }

    fn root(&self, mut index: u32) -> u32 {
        while let Some(same) = self.same_as.get(&index) {
            index = *same;
        }
        index
    }

    fn print_of(&self, tenant: &str, name: &str) -> Print {
        // No tenant's id holds a slash.
        let print = self.prints.of(&[tenant, "/", name].concat());
        [print as u32, (print >> 32) as u32, (print >> 64) as u32]
    }
}
