//! Recognising a user again: a fingerprint for each key, so that memory stays small however long a list or a journal.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// 128 bits of a key as the service compares keys: in any letter case.
///
/// Two different keys with the same fingerprint would leave a user signed in. With keyed hashes of 128 bits that does
/// not happen by chance, and nobody can arrange it.
pub type Fingerprint = u128;

/// Makes fingerprints of user keys, with secret keys of its own: those of two makers cannot be compared.
#[derive(Debug, Default)]
pub struct Fingerprints {
    high: RandomState,
    low: RandomState,
}

impl Fingerprints {
    /// The fingerprint of a key, trimmed as keys are.
    pub fn of(&self, key: &str) -> Fingerprint {
        let mut high = self.high.build_hasher();
        let mut low = self.low.build_hasher();
        let mut write = |bytes: &[u8]| {
            high.write(bytes);
            low.write(bytes);
        };
        if key.is_ascii() && key.len() <= 128 {
            let mut folded = [0; 128];
            let folded = &mut folded[..key.len()];
            folded.copy_from_slice(key.as_bytes());
            folded.make_ascii_lowercase();
            write(folded);
        } else {
            write(key.to_lowercase().as_bytes());
        }
        u128::from(high.finish()) << 64 | u128::from(low.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_in_any_letter_case() {
        let prints = Fingerprints::default();
        assert_eq!(
            prints.of("Adele@Contoso.com"),
            prints.of("adele@contoso.COM")
        );
        assert_eq!(prints.of("JÖRG@contoso.com"), prints.of("jörg@contoso.com"));
        assert_ne!(
            prints.of("adele@contoso.com"),
            prints.of("adela@contoso.com")
        );
        let long = "x".repeat(500);
        assert_eq!(prints.of(&long), prints.of(&long.to_uppercase()));
    }
}
