//! The library speaks of "the option tenant", as every language has it: here it is `--tenant`.

use std::borrow::Cow;

/// How the library speaks of an option.
const SPOKEN: &str = "the option ";

/// Options whose names on the command line are others.
const OTHERWISE: &[(&str, &str)] = &[
    ("client_secret", "client-secret-file"),
    ("certificate", "certificate-file"),
    ("certificate_password", "certificate-password-file"),
    ("token_file", "federated-token-file"),
];

/// A sentence of the library in the words of the command line.
pub(crate) fn of_the_command(text: &str) -> Cow<'_, str> {
    if !text.contains(SPOKEN) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(SPOKEN);
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|it: char| !it.is_ascii_lowercase() && it != '_');
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        match option(name) {
            Some(option) => said.push_str(&format!("--{option}{rest}")),
            None => said.push_str(&format!("{SPOKEN}{part}")),
        }
    }
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
            ("Nothing.", "Nothing."),
        ] {
            assert_eq!(of_the_command(said), expected);
        }
    }
}
