//! Finding people again by what they are called in a tenant: a key in any letter case, or the object id.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use graph_invalidate::{OutcomeLine, RunLine};

/// 96 bits of a name, by hashes whose keys nobody knows: two names do not share them by chance, nor by anyone's arrangement.
type Print = [u32; 3];

/// A few bytes for each name, however long it is.
#[derive(Default)]
pub(super) struct Names {
    people: HashMap<Print, u32>,
    high: RandomState,
    low: RandomState,
}

impl Names {
    /// The number of the user whom a line is about: `next` where nobody is known under its names yet.
    pub(super) fn find(&mut self, run: &RunLine, line: &OutcomeLine, next: usize) -> usize {
        let tenant = run.tenant.as_deref().unwrap_or_default();
        let key = match (line.user.as_str(), &run.caller) {
            ("me", Some(caller)) => self.print_of(tenant, caller),
            (user, _) => self.print_of(tenant, user),
        };
        let id = line.id.as_deref().map(|id| self.print_of(tenant, id));
        let known = self.people.get(&key);
        let known = known.or_else(|| self.people.get(id.as_ref()?)).copied();
        let index = known.unwrap_or(u32::try_from(next).unwrap_or(u32::MAX));
        self.people.entry(key).or_insert(index);
        if let Some(id) = id {
            self.people.entry(id).or_insert(index);
        }
        index as usize
    }

    fn print_of(&self, tenant: &str, name: &str) -> Print {
        let name = name.to_lowercase();
        let hashed = |state: &RandomState| {
            let mut hasher = state.build_hasher();
            hasher.write(tenant.as_bytes());
            // No name holds it.
            hasher.write_u8(0xFF);
            hasher.write(name.as_bytes());
            hasher.finish()
        };
        let (high, low) = (hashed(&self.high), hashed(&self.low));
        [high as u32, (high >> 32) as u32, low as u32]
    }
}
