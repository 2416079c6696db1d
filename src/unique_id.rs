//! Identifiers that nobody else gives: of requests, runs and assertions.

use uuid::{Builder, Uuid};

/// A new one, wherever the program lives. `Uuid::new_v4` looks for the system's function in a shared C library: a
/// program that is linked statically has none, and would panic in a folder of its own without /dev/urandom.
pub(crate) fn unique_id() -> Uuid {
    let mut bytes = [0; 16];
    // They are told apart by these numbers and are no secrets: where the system gives none, the clock's and the
    // thread's do.
    if getrandom::getrandom(&mut bytes).is_err() {
        bytes = fastrand::u128(..).to_ne_bytes();
    }
    Builder::from_random_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::unique_id;

    #[test]
    fn they_differ_and_are_of_version_4() {
        let (one, other) = (unique_id(), unique_id());
        assert_ne!(one, other);
        assert_eq!(one.get_version_num(), 4);
        assert_eq!(one.get_variant(), uuid::Variant::RFC4122);
    }
}
