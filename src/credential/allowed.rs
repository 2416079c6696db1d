//! `AZURE_TOKEN_CREDENTIALS`: which credentials a chain may use, as every Azure SDK reads it.

use super::CredentialKind;
use crate::environment::Environment;
use crate::outcome::Error;
use crate::status::Status;

/// The variable by which whoever runs a program says who may act.
pub(super) const VARIABLE: &str = "AZURE_TOKEN_CREDENTIALS";

/// What can be said, and whom it leaves.
const VALUES: &[(&str, &[CredentialKind])] = &[
    (
        "prod",
        &[
            CredentialKind::Environment,
            CredentialKind::WorkloadIdentity,
            CredentialKind::ManagedIdentity,
        ],
    ),
    (
        "dev",
        &[CredentialKind::AzureCli, CredentialKind::DeviceCode],
    ),
    ("EnvironmentCredential", &[CredentialKind::Environment]),
    (
        "WorkloadIdentityCredential",
        &[CredentialKind::WorkloadIdentity],
    ),
    (
        "ManagedIdentityCredential",
        &[CredentialKind::ManagedIdentity],
    ),
    ("AzureCliCredential", &[CredentialKind::AzureCli]),
];

/// What Azure's own tools have besides.
const ELSEWHERE: &[&str] = &[
    "AzurePowerShellCredential",
    "AzureDeveloperCliCredential",
    "VisualStudioCredential",
    "VisualStudioCodeCredential",
    "InteractiveBrowserCredential",
    "BrokerCredential",
];

/// What the variable says: nothing where it is not set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Allowed(Option<(&'static str, &'static [CredentialKind])>);

impl Allowed {
    /// Reads the variable: white space and the case of letters do not matter, and nothing is as good as not set.
    pub(super) fn read(environment: &Environment) -> Result<Allowed, Error> {
        let refuse = |what: String| {
            let values: Vec<&str> = VALUES.iter().map(|(value, _)| *value).collect();
            Error::new(Status::InvalidCredential, what).hint(format!(
                "Set {VARIABLE} to one of {}, or remove it.",
                values.join(", ")
            ))
        };
        let value = environment
            .get_whole(VARIABLE)
            .map_err(|_| refuse(format!("{VARIABLE} is not valid text.")))?;
        let Some(value) = value.as_deref().map(str::trim).filter(|it| !it.is_empty()) else {
            return Ok(Allowed(None));
        };
        let known = VALUES.iter();
        if let Some(found) = known
            .copied()
            .find(|(name, _)| name.eq_ignore_ascii_case(value))
        {
            return Ok(Allowed(Some(found)));
        }
        let elsewhere = ELSEWHERE.iter();
        match elsewhere
            .copied()
            .find(|name| name.eq_ignore_ascii_case(value))
        {
            Some(name) => Err(refuse(format!(
                "{VARIABLE} names {name}, which graph-invalidate does not have."
            ))),
            None => Err(refuse(format!(
                "{VARIABLE} is set to {:?}, which is not a credential.",
                value.chars().take(64).collect::<String>()
            ))),
        }
    }

    pub(super) fn includes(self, kind: CredentialKind) -> bool {
        self.0.is_none_or(|(_, kinds)| kinds.contains(&kind))
    }

    /// The variable with its value, where it is set.
    pub(super) fn said(self) -> Option<String> {
        self.0.map(|(value, _)| format!("{VARIABLE}={value}"))
    }
}

impl CredentialKind {
    /// Says so where this kind, which was named, acts although `AZURE_TOKEN_CREDENTIALS` does not name it: the variable
    /// is for chains, and whoever names a kind wins over it.
    pub fn wins_over(self, environment: &Environment) -> Option<String> {
        if self == CredentialKind::Chain || !environment.has(VARIABLE) {
            return None;
        }
        let said = match Allowed::read(environment) {
            Ok(allowed) if allowed.includes(self) => return None,
            Ok(allowed) => allowed.said()?,
            Err(_) => VARIABLE.to_owned(),
        };
        Some(format!("{} was given, so {said} is ignored.", self.name()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn environment(value: &str) -> Environment {
        Environment::of(vec![(VARIABLE.to_owned(), value.to_owned())])
    }

    #[test]
    fn the_variable_says_who_may_act_as_azures_own_tools_read_it() {
        use CredentialKind::{AzureCli, DeviceCode, ManagedIdentity, WorkloadIdentity};
        let all = CredentialKind::ALL;
        let chain = [
            CredentialKind::Environment,
            WorkloadIdentity,
            ManagedIdentity,
            AzureCli,
            DeviceCode,
        ];
        for (value, left) in [
            ("", &chain[..]),
            ("  ", &chain),
            ("prod", &chain[..3]),
            (" PROD\n", &chain[..3]),
            ("dev", &chain[3..]),
            ("environmentcredential", &chain[..1]),
            ("WorkloadIdentityCredential", &chain[1..2]),
            ("ManagedIdentityCredential", &chain[2..3]),
            ("AzureCliCredential", &chain[3..4]),
        ] {
            let allowed = Allowed::read(&environment(value)).unwrap();
            let kept = all.iter().copied().filter(|kind| chain.contains(kind));
            let mut kept: Vec<_> = kept.filter(|kind| allowed.includes(*kind)).collect();
            kept.sort_by_key(|kind| chain.iter().position(|it| it == kind));
            assert_eq!(kept, left, "{value:?}");
        }
        assert_eq!(
            Allowed::read(&Environment::of(Vec::new())),
            Ok(Allowed(None))
        );
    }

    #[test]
    fn what_is_not_here_or_is_nothing_is_an_error_that_lists_what_can_be_said() {
        for (value, said) in [
            ("VisualStudioCredential", "does not have"),
            ("azurepowershellcredential", "does not have"),
            ("BrokerCredential", "does not have"),
            ("DeviceCodeCredential", "is not a credential"),
            ("ClientSecretCredential", "is not a credential"),
            ("production", "is not a credential"),
        ] {
            let error = Allowed::read(&environment(value)).unwrap_err();
            assert_eq!(error.status(), Status::InvalidCredential, "{value}");
            assert!(error.to_string().contains(said), "{error}");
            let hint = error.outcome().hint.as_deref().unwrap();
            assert!(hint.contains("prod, dev, EnvironmentCredential"), "{hint}");
        }
    }

    #[test]
    fn whoever_names_a_kind_wins_and_is_told_so() {
        let told = |kind: CredentialKind, value: &str| kind.wins_over(&environment(value));
        assert_eq!(told(CredentialKind::ManagedIdentity, "prod"), None);
        assert_eq!(told(CredentialKind::Chain, "prod"), None);
        assert_eq!(told(CredentialKind::AzureCli, ""), None);
        for value in ["prod", "nonsense"] {
            let said = told(CredentialKind::AzureCli, value).unwrap();
            assert!(said.contains("azure-cli was given"), "{said}");
        }
    }
}
