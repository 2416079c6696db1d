//! The environment that credentials read.

use std::fmt;

/// The variables by which an application proves itself.
#[cfg(feature = "credentials")]
pub(super) const SECRET_VARIABLES: &[&str] =
    &["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"];

/// Where environment variables are read: in the process's own environment, unless others are given.
///
/// Some languages keep an environment that the process's own does not follow. `Debug` shows nothing: values may be secrets.
#[derive(Clone, Default)]
pub struct Environment(Option<Vec<(String, String)>>);

impl Environment {
    /// Exactly these variables, by name and value, and none of the process's own.
    pub fn of(variables: Vec<(String, String)>) -> Environment {
        Environment(Some(variables))
    }

    /// A variable's value; an empty one counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = match &self.0 {
            None => std::env::var(name).ok(),
            Some(variables) => variables
                .iter()
                .find(|(present, _)| is_called(present, name))
                .map(|(_, value)| value.clone()),
        };
        value.filter(|value| !value.is_empty())
    }
}

/// On Windows the case of a variable's name does not matter.
fn is_called(present: &str, name: &str) -> bool {
    present == name || cfg!(windows) && present.eq_ignore_ascii_case(name)
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Environment(…)")
    }
}
