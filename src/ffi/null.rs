//! NULL where something must be.

use crate::outcome::Error;
use crate::status::Status;

/// The failure of an exported function whose argument of this name is NULL.
pub(super) fn null(name: &str) -> Error {
    Error::new(Status::NullArgument, format!("{name} is NULL."))
}
