//! The kind of credential that nobody needs to name, because there can be only one.

use std::io::IsTerminal;

use graph_invalidate::CredentialKind;

/// What the environment describes unmistakably; in a terminal, otherwise, a device code.
pub(super) fn kind() -> Option<CredentialKind> {
    described(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())).or_else(|| {
        // Somebody must see the code, and this must not be a script that would wait for nobody.
        let attended = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        attended.then_some(CredentialKind::DeviceCode)
    })
}

fn described(is_set: impl Fn(&str) -> bool) -> Option<CredentialKind> {
    let application = is_set("AZURE_TENANT_ID") && is_set("AZURE_CLIENT_ID");
    if application && (is_set("AZURE_CLIENT_SECRET") || is_set("AZURE_CLIENT_CERTIFICATE_PATH")) {
        return Some(CredentialKind::Environment);
    }
    if application && is_set("AZURE_FEDERATED_TOKEN_FILE") {
        return Some(CredentialKind::WorkloadIdentity);
    }
    if is_set("IDENTITY_ENDPOINT") || is_set("MSI_ENDPOINT") {
        return Some(CredentialKind::ManagedIdentity);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unmistakable_is_chosen() {
        use CredentialKind::{Environment, ManagedIdentity, WorkloadIdentity};
        for (variables, kind) in [
            (&[][..], None),
            (&["AZURE_CLIENT_SECRET"], None),
            (&["AZURE_TENANT_ID", "AZURE_CLIENT_ID"], None),
            (
                &["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"],
                Some(Environment),
            ),
            (
                &[
                    "AZURE_TENANT_ID",
                    "AZURE_CLIENT_ID",
                    "AZURE_CLIENT_CERTIFICATE_PATH",
                    "AZURE_FEDERATED_TOKEN_FILE",
                ],
                Some(Environment),
            ),
            (
                &[
                    "AZURE_TENANT_ID",
                    "AZURE_CLIENT_ID",
                    "AZURE_FEDERATED_TOKEN_FILE",
                ],
                Some(WorkloadIdentity),
            ),
            (&["IDENTITY_ENDPOINT"], Some(ManagedIdentity)),
            (&["MSI_ENDPOINT"], Some(ManagedIdentity)),
        ] {
            assert_eq!(described(|name| variables.contains(&name)), kind);
        }
    }
}
