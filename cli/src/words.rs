//! The library speaks of "the option tenant", as every language has it: here it is `--tenant`.

use std::borrow::Cow;

use crate::terminal::harmless;

/// How the library speaks of an option, within a sentence and where one begins.
const SPOKEN: [&str; 2] = ["the option ", "The option "];

/// Options whose names on the command line are others.
const OTHERWISE: &[(&str, &str)] = &[
    ("client_secret", "client-secret-file"),
    ("certificate", "certificate-file"),
    ("certificate_password", "certificate-password-file"),
];

/// A sentence of the library as it is shown: in the words of the command line, and harmless to a terminal.
pub(crate) fn shown(text: &str) -> String {
    harmless(&of_the_command(text)).into_owned()
}

/// A sentence of the library in the words of the command line.
fn of_the_command(text: &str) -> Cow<'_, str> {
    let mut said = String::new();
    let mut rest = text;
    while let Some((begin, spoken)) = SPOKEN
        .iter()
        .filter_map(|spoken| Some((rest.find(spoken)?, spoken)))
        .min()
    {
        let named = &rest[begin + spoken.len()..];
        let end = named.find(|it: char| !it.is_ascii_lowercase() && it != '_');
        let (name, after) = named.split_at(end.unwrap_or(named.len()));
        said.push_str(&rest[..begin]);
        match option(name) {
            Some(option) => said.push_str(&format!("--{option}")),
            None => said.push_str(&format!("{spoken}{name}")),
        }
        rest = after;
    }
    if said.is_empty() {
        return Cow::Borrowed(text);
    }
    said.push_str(rest);
    Cow::Owned(said)
}

/// The option of this name, if there is one.
fn option(name: &str) -> Option<String> {
    let otherwise = OTHERWISE.iter().find(|(field, _)| *field == name);
    let option = otherwise.map_or_else(
        || name.replace('_', "-"),
        |(_, option)| (*option).to_owned(),
    );
    crate::arguments::has_option(&option).then_some(option)
}

#[cfg(test)]
mod tests {
    use super::of_the_command;

    #[test]
    fn options_have_the_names_of_the_command_line() {
        for (said, expected) in [
            (
                "Give the option tenant, or set AZURE_TENANT_ID.",
                "Give --tenant, or set AZURE_TENANT_ID.",
            ),
            (
                "Give the option client_secret.",
                "Give --client-secret-file.",
            ),
            (
                "Set the option allow_unresolved_exclusions",
                "Set --allow-unresolved-exclusions",
            ),
            ("Leave the option out.", "Leave the option out."),
            (
                "The option dry_run and the option journal cannot be combined.",
                "--dry-run and --journal cannot be combined.",
            ),
            ("Nothing.", "Nothing."),
        ] {
            assert_eq!(of_the_command(said), expected);
        }
    }
}
