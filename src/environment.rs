//! The environment that clients and credentials read.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::ffi::host;

/// Where environment variables are read: in the process's own environment, unless others are given.
///
/// Some languages keep an environment that the process's own does not follow. It is read when a client is made, and
/// never later. In a process with more rights than its caller (set-user-id, set-group-id, file capabilities) the
/// process's own, which is the caller's, counts as empty. `Debug` shows nothing: values may be secrets.
#[derive(Clone, Default)]
pub struct Environment(Option<Vec<(String, OsString)>>);

/// A variable that is set, to what is not UTF-8.
#[derive(Debug)]
pub(crate) struct NotUtf8;

impl Environment {
    /// Exactly these variables, by name and value, and none of the process's own.
    pub fn of(variables: Vec<(String, String)>) -> Environment {
        let variables = variables.into_iter();
        Environment::of_any(
            variables
                .map(|(name, value)| (name, value.into()))
                .collect(),
        )
    }

    /// The same, where a value may be anything that the system takes.
    pub(crate) fn of_any(variables: Vec<(String, OsString)>) -> Environment {
        Environment(Some(variables))
    }

    /// The environment as it is now: what changes in the process's own afterwards is not seen.
    pub(crate) fn kept(&self) -> Environment {
        let named = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value));
        Environment(Some(match &self.0 {
            Some(variables) => variables.clone(),
            None if host::has_more_rights_than_its_caller() => Vec::new(),
            None => std::env::vars_os().filter_map(named).collect(),
        }))
    }

    /// Lets a program that is to be started see this environment, and be looked for in its `PATH`.
    pub(crate) fn hand_to(&self, program: &mut Command) {
        if let Some(variables) = &self.0 {
            program.env_clear();
            program.envs(variables.iter().map(|(name, value)| (name, value)));
        }
    }

    /// This environment where it was given, otherwise that one.
    pub(crate) fn or(&self, other: &Environment) -> Environment {
        if self.0.is_some() { self } else { other }.clone()
    }

    /// A variable's value; an empty one counts as not set, and so does one that is not UTF-8.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.get_whole(name).ok().flatten()
    }

    /// A variable's value, where what is not UTF-8 must not be passed over; an empty one counts as not set.
    pub(crate) fn get_whole(&self, name: &str) -> Result<Option<String>, NotUtf8> {
        let value = self.look_up(name).transpose()?;
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The first of these that is set, be it to nothing, and its value.
    pub(crate) fn first_of(
        &self,
        names: &[&'static str],
    ) -> Option<(&'static str, Result<String, NotUtf8>)> {
        let mut names = names.iter();
        names.find_map(|name| Some((*name, self.look_up(name)?)))
    }

    /// Whether a variable is set, be it to nothing.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.look_up(name).is_some()
    }

    /// A variable that names a file or a folder: taken as it is, UTF-8 or not.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.find(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    }

    fn look_up(&self, name: &str) -> Option<Result<String, NotUtf8>> {
        let value = self.find(name)?;
        Some(value.into_string().map_err(|_| NotUtf8))
    }

    fn find(&self, name: &str) -> Option<OsString> {
        match &self.0 {
            Some(variables) => variables
                .iter()
                .find(|(present, _)| is_called(present, name))
                .map(|(_, value)| value.clone()),
            None if host::has_more_rights_than_its_caller() => None,
            None => std::env::var_os(name),
        }
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

/// A value that is not UTF-8.
#[cfg(all(test, unix))]
pub(crate) fn what_is_no_text() -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(vec![b'/', 0xff])
}

#[cfg(all(test, windows))]
pub(crate) fn what_is_no_text() -> OsString {
    use std::os::windows::ffi::OsStringExt as _;
    OsString::from_wide(&[0xd800])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has no value here has one that is not UTF-8.
    fn environment(variables: &[(&str, Option<&str>)]) -> Environment {
        let variables = variables.iter();
        let value = |value: &Option<&str>| value.map_or_else(what_is_no_text, OsString::from);
        Environment::of_any(
            variables
                .map(|(name, text)| ((*name).to_owned(), value(text)))
                .collect(),
        )
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        let environment = environment(&[("FILE", None), ("EMPTY", Some(""))]);
        assert_eq!(environment.path("FILE"), Some(what_is_no_text().into()));
        assert_eq!(environment.path("EMPTY"), None);
    }

    #[test]
    fn what_was_handed_over_hides_the_processs_own() {
        assert!(Environment::default().get("PATH").is_some());
        assert_eq!(Environment::of(Vec::new()).get("PATH"), None);
        assert!(!format!("{:?}", environment(&[("X", Some("hush"))])).contains("hush"));
    }

    #[test]
    fn what_is_empty_counts_as_not_set_and_what_is_not_text_can_be_told() {
        let environment = environment(&[("EMPTY", Some("")), ("BROKEN", None)]);
        for name in ["EMPTY", "BROKEN", "ABSENT"] {
            assert_eq!(environment.get(name), None, "{name}");
        }
        assert!(environment.get_whole("BROKEN").is_err());
        assert!(matches!(environment.get_whole("EMPTY"), Ok(None)));
    }

    #[test]
    fn the_first_name_that_is_set_counts_be_it_to_nothing() {
        let names = &["UPPER", "lower"];
        let first = |upper| {
            let found = environment(&[("lower", Some("l")), upper]).first_of(names);
            found.map(|(name, value)| (name, value.ok()))
        };
        let found = |name: &'static str, value: &str| Some((name, Some(value.to_owned())));
        assert_eq!(first(("UPPER", Some("u"))), found("UPPER", "u"));
        assert_eq!(first(("UPPER", Some(""))), found("UPPER", ""));
        // One that cannot be read is not passed over.
        assert_eq!(first(("UPPER", None)), Some(("UPPER", None)));
        assert_eq!(first(("OTHER", Some("o"))), found("lower", "l"));
    }

    #[test]
    fn names_are_those_of_the_system() {
        let mixed = environment(&[("Azure_Tenant_Id", Some("t"))]);
        assert_eq!(mixed.get("AZURE_TENANT_ID").is_some(), cfg!(windows));
    }
}
