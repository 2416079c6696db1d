//! The kind of credential that nobody needs to name, because there can be only one.

use std::io::IsTerminal;

use graph_invalidate::CredentialKind;

/// What the environment describes unmistakably; in a terminal, otherwise, a device code. Where
/// `AZURE_TOKEN_CREDENTIALS` says who may act, it is the chain, which obeys.
pub(super) fn kind() -> Option<CredentialKind> {
    let is_set = |name: &str| {
        let value = std::env::var_os(name);
        value.is_some_and(|value| !value.to_string_lossy().trim().is_empty())
    };
    described(is_set).or_else(|| {
        // Somebody must see the code, and this must not be a script that would wait for nobody.
        let attended = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        attended.then_some(CredentialKind::DeviceCode)
    })
}

fn described(is_set: impl Fn(&str) -> bool) -> Option<CredentialKind> {
    if is_set("AZURE_TOKEN_CREDENTIALS") {
        return Some(CredentialKind::Chain);
    }
    let application = is_set("AZURE_TENANT_ID") && is_set("AZURE_CLIENT_ID");
    if application && (is_set("AZURE_CLIENT_SECRET") || is_set("AZURE_CLIENT_CERTIFICATE_PATH")) {
        return Some(CredentialKind::Environment);
    }
    let github = is_set("ACTIONS_ID_TOKEN_REQUEST_URL") && is_set("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
    let connected = is_set("AZURESUBSCRIPTION_TENANT_ID") && is_set("AZURESUBSCRIPTION_CLIENT_ID");
    let pipelines = is_set("SYSTEM_OIDCREQUESTURI")
        && is_set("SYSTEM_ACCESSTOKEN")
        && is_set("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID");
    let by_application = is_set("AZURE_FEDERATED_TOKEN_FILE") || github;
    if application && by_application || (application || connected) && pipelines {
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
            (
                &[
                    "AZURE_TENANT_ID",
                    "AZURE_CLIENT_ID",
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                ],
                Some(WorkloadIdentity),
            ),
            (
                &[
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                ],
                None,
            ),
            (
                &[
                    "SYSTEM_OIDCREQUESTURI",
                    "SYSTEM_ACCESSTOKEN",
                    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
                    "AZURESUBSCRIPTION_TENANT_ID",
                    "AZURESUBSCRIPTION_CLIENT_ID",
                ],
                Some(WorkloadIdentity),
            ),
            (&["SYSTEM_OIDCREQUESTURI"], None),
            (&["AZURE_TOKEN_CREDENTIALS"], Some(CredentialKind::Chain)),
            (&["IDENTITY_ENDPOINT"], Some(ManagedIdentity)),
            (&["MSI_ENDPOINT"], Some(ManagedIdentity)),
        ] {
            assert_eq!(described(|name| variables.contains(&name)), kind);
        }
    }
}
