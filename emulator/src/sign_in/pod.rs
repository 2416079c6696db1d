//! What a pod of a Kubernetes cluster has: the token of its service account in a file, and the cluster's own way to the
//! sign-in service.

use std::fs;
use std::path::{Path, absolute};

use super::assertion::{FEDERATED_AUDIENCE, sign_federated};
use crate::TokenProxy;
use crate::token::Signer;

/// The path below which a cluster's token proxy leads to the sign-in service.
pub(crate) const TOKEN_PROXY: &str = "/token-proxy";

/// The name by which that proxy may be asked.
pub(crate) const TOKEN_PROXY_HOST: &str = "token-proxy.cluster.example";

const ISSUER: &str = "https://oidc.cluster.example/";
const SUBJECT: &str = "system:serviceaccount:default:incident-response";

/// A cluster would write the file anew every hour; nobody does so here.
const LIFETIME: i64 = 86_400;

/// The names of the files, as a cluster has them.
const TOKEN_FILE: &str = "azure-identity-token";
const AUTHORITY_FILE: &str = "ca.crt";

/// A pod, and who it is to the sign-in service.
pub(crate) struct Pod<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) application: &'a str,
    pub(crate) endpoint: &'a str,
    pub(crate) proxy: Option<&'a TokenProxy>,
}

impl Pod<'_> {
    /// Writes the pod's files into this folder; the pod's environment, by names and values.
    pub(crate) fn write(
        &self,
        signer: &Signer,
        folder: &Path,
    ) -> Result<Vec<(&'static str, String)>, String> {
        let place = |name: &str, text: &str| {
            let path = absolute(folder.join(name)).map_err(|error| error.to_string())?;
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
            Ok::<String, String>(path.display().to_string())
        };
        let token = sign_federated(signer, ISSUER, SUBJECT, FEDERATED_AUDIENCE, LIFETIME)?;
        let mut variables = vec![
            ("AZURE_CLIENT_ID", self.application.to_owned()),
            ("AZURE_TENANT_ID", self.tenant.to_owned()),
            ("AZURE_FEDERATED_TOKEN_FILE", place(TOKEN_FILE, &token)?),
        ];
        if let Some(proxy) = self.proxy {
            variables.extend([
                ("AZURE_KUBERNETES_TOKEN_PROXY", proxy.url.clone()),
                ("AZURE_KUBERNETES_SNI_NAME", TOKEN_PROXY_HOST.to_owned()),
                (
                    "AZURE_KUBERNETES_CA_FILE",
                    place(AUTHORITY_FILE, &proxy.authority)?,
                ),
            ]);
        }
        variables.push(("GRAPH_INVALIDATE_ENDPOINT", self.endpoint.to_owned()));
        Ok(variables)
    }
}
