//! The options for the token, and for signing in.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use graph_invalidate::CredentialKind;

/// The name of `--auth` for a token that is given.
pub(crate) const GIVEN: &str = "token";

/// How the command gets its token.
#[derive(Args, Clone)]
#[command(next_help_heading = "Signing in")]
pub(crate) struct SigningIn {
    /// Read the access token from this file
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        conflicts_with = "token_stdin"
    )]
    pub(crate) token_file: Option<PathBuf>,
    /// Read the access token from standard input
    #[arg(long, global = true)]
    pub(crate) token_stdin: bool,
    /// How to sign in. Without it the token comes from --token-file, --token-stdin or GRAPH_INVALIDATE_TOKEN, from the
    /// credential that the environment describes, or in a terminal from a device code
    #[arg(long, global = true, value_name = "KIND", value_parser = kinds(), conflicts_with_all = ["token_file", "token_stdin"])]
    pub(crate) auth: Option<String>,
    /// The tenant, by id or domain [env: AZURE_TENANT_ID]
    #[arg(long, global = true, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// The application's (client's) id [env: AZURE_CLIENT_ID]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret from this file, or from standard input if it is - [env: AZURE_CLIENT_SECRET]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// The client certificate with its private key, PEM or PFX [env: AZURE_CLIENT_CERTIFICATE_PATH]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) certificate_file: Option<PathBuf>,
    /// Read the certificate's password from this file, or from standard input if it is - [env:
    /// AZURE_CLIENT_CERTIFICATE_PASSWORD]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) certificate_password_file: Option<PathBuf>,
    /// Send the whole certificate chain, for applications that trust an issuer and subject name
    #[arg(long, global = true)]
    pub(crate) send_certificate_chain: bool,
    /// The file that holds a workload's federated token [env: AZURE_FEDERATED_TOKEN_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) federated_token_file: Option<PathBuf>,
    /// Where a workload's assertion comes from: file, github-actions or azure-pipelines; left out, from the first that
    /// is there
    #[arg(long, global = true, value_name = "SOURCE")]
    pub(crate) assertion_from: Option<String>,
    /// What the assertion of GitHub Actions or of a managed identity is for; api://AzureADTokenExchange if left out
    #[arg(long, global = true, value_name = "URI")]
    pub(crate) audience: Option<String>,
    /// The service connection of Azure Pipelines [env: AZURESUBSCRIPTION_SERVICE_CONNECTION_ID]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) service_connection_id: Option<String>,
    /// Sign in through the token proxy of the Kubernetes cluster, which AZURE_KUBERNETES_TOKEN_PROXY names
    #[arg(long, global = true)]
    pub(crate) token_proxy: bool,
    /// The client id of the user-assigned managed identity that vouches for an application
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) identity_client_id: Option<String>,
    /// The object id of a user-assigned managed identity
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) object_id: Option<String>,
    /// The resource id of a user-assigned managed identity
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) resource_id: Option<String>,
    /// The permissions to ask for at a device code sign-in, separated by spaces
    #[arg(long, global = true, value_name = "SCOPES")]
    pub(crate) scopes: Option<String>,
    /// Sign in at this address instead, https://HOST; secrets are sent there [env: AZURE_AUTHORITY_HOST]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) authority: Option<String>,
}

fn kinds() -> PossibleValuesParser {
    let names = CredentialKind::ALL.iter().map(|kind| kind.name());
    PossibleValuesParser::new(std::iter::once(GIVEN).chain(names))
}
