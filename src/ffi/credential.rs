//! `graph_credential_options`: how C sets up a credential.

use libc::c_char;
use std::mem::offset_of;

use crate::credential::{CredentialKind, CredentialOptions, Secret, SecretBytes};
use crate::outcome::Error;

use super::environment::{self, graph_variable};
use super::lists;
use super::strings::{optional, path, required};
use super::versioned;

/// Where access tokens come from when the caller brings none. Zero everything, set struct_size to
/// sizeof(graph_credential_options), then kind and what that kind takes: an option that it cannot use is refused. The
/// library copies what it needs, and wipes its copies of secrets. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_credential_options {
    /// sizeof(graph_credential_options) of your header.
    pub struct_size: usize,
    /// Where the tokens come from; must not be NULL. "client-secret", "client-certificate": an application.
    /// "workload-identity": a token of another issuer, in a file, or given by GitHub Actions or Azure Pipelines.
    /// "managed-identity": that of this machine or service. "managed-identity-federated": an application in the tenant
    /// that is named, for which that identity vouches. "azure-cli": the identity that is signed in there.
    /// "device-code": a person; see graph_client_sign_in(). "environment": the application that AZURE_TENANT_ID,
    /// AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH describe. "chain": the first that is there
    /// of environment, workload-identity, managed-identity, azure-cli, device-code, and that AZURE_TOKEN_CREDENTIALS
    /// does not leave out.
    pub kind: *const c_char,
    /// The tenant, by id or by a domain of it. NULL: the variable AZURE_TENANT_ID; for a device code, the tenant of the
    /// person who signs in; for the Azure CLI, the one it is signed in to.
    pub tenant: *const c_char,
    /// The application's (client's) id, or that of a user-assigned managed identity. NULL: the variable
    /// AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for a device code, "Microsoft Graph Command
    /// Line Tools", which Connect-MgGraph signs in with as well.
    pub client_id: *const c_char,
    /// The client secret. NULL: the variable AZURE_CLIENT_SECRET.
    #[cfg_attr(any(), binding(kind = "secret"))]
    pub client_secret: *const c_char,
    /// The file with the client certificate and its private key, PEM or PFX. NULL: AZURE_CLIENT_CERTIFICATE_PATH.
    #[cfg_attr(any(), binding(kind = "path"))]
    pub certificate_file: *const c_char,
    /// The bytes of such a file, instead of the file. NULL with certificate_len 0: none.
    pub certificate: *const u8,
    /// The number of bytes.
    pub certificate_len: usize,
    /// The password of the certificate's file. NULL: AZURE_CLIENT_CERTIFICATE_PASSWORD, if set.
    #[cfg_attr(any(), binding(kind = "secret"))]
    pub certificate_password: *const c_char,
    /// The file with the federated token of a workload. NULL: the variable AZURE_FEDERATED_TOKEN_FILE.
    #[cfg_attr(any(), binding(kind = "path"))]
    pub federated_token_file: *const c_char,
    /// The object id of a user-assigned managed identity.
    pub object_id: *const c_char,
    /// The resource id of a user-assigned managed identity.
    pub resource_id: *const c_char,
    /// The delegated permissions that a person is asked for, separated by spaces. NULL: what invalidating and verifying
    /// take, "User.RevokeSessions.All User.Read.All".
    pub scopes: *const c_char,
    /// The sign-in service, "https://host[:port]". NULL: that of the client's cloud; that of a loopback endpoint is the
    /// endpoint itself. AZURE_AUTHORITY_HOST applies where it names a cloud's sign-in service or loopback. Secrets are
    /// sent there: name only what you trust.
    pub authority: *const c_char,
    /// Environment variables to use instead of the client's. NULL with environment_len 0: the client's.
    pub environment: *const graph_variable,
    /// The number of variables.
    pub environment_len: usize,
    /// 1: sends the whole certificate chain, for applications that trust an issuer and subject name. 0: sends the
    /// certificate alone.
    pub send_certificate_chain: u32,
    /// Must be 0.
    pub flags: u32,
    /// Where a workload's assertion comes from: "file", "github-actions" or "azure-pipelines". NULL: from what is named
    /// by another option, otherwise from the first that is there, in this order.
    pub assertion_from: *const c_char,
    /// What the assertion that GitHub Actions or a managed identity gives is to be for. NULL:
    /// "api://AzureADTokenExchange".
    pub audience: *const c_char,
    /// The service connection of Azure Pipelines. NULL: the variable AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
    pub service_connection_id: *const c_char,
    /// The client id of the user-assigned managed identity that vouches for an application.
    pub identity_client_id: *const c_char,
    /// 1: a workload in a Kubernetes cluster signs in through the token proxy that AZURE_KUBERNETES_TOKEN_PROXY names.
    /// 0: never, whatever variables are set.
    pub token_proxy: u32,
    /// Must be 0.
    pub reserved: u32,
}

const NAME: &str = "graph_credential_options";

/// The size of the structure in the first header: it never shrinks below.
const SMALLEST: usize = offset_of!(graph_credential_options, flags) + size_of::<u32>();

/// More bytes than any certificate file has.
const MOST_BYTES: usize = 1 << 20;

/// # Safety
///
/// `options` is NULL, or points to a structure of as many bytes as its struct_size says, whose pointers are NULL or
/// valid for reading as the header says.
pub(super) unsafe fn read(
    options: *const graph_credential_options,
) -> Result<Option<CredentialOptions>, Error> {
    if options.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL; the contract of this function.
    let raw = unsafe { versioned::copy(NAME, options, SMALLEST) }?;
    versioned::no_flags(NAME, raw.flags)?;
    versioned::no_flags(NAME, raw.reserved)?;
    // SAFETY: the strings of the structure are NULL or NUL-terminated, by the contract of this function.
    unsafe {
        let kind = CredentialKind::from_name(required("kind", raw.kind)?)?;
        let mut read = CredentialOptions::new(kind);
        let text = |name, text| optional(name, text).map(|text| text.map(str::to_owned));
        let secret = |name, text| optional(name, text)?.map(Secret::new).transpose();
        read.tenant = text("tenant", raw.tenant)?;
        read.client_id = text("client_id", raw.client_id)?;
        read.client_secret = secret("client_secret", raw.client_secret)?;
        read.certificate_file = path("certificate_file", raw.certificate_file)?;
        read.certificate = lists::read(
            "certificate",
            raw.certificate,
            raw.certificate_len,
            MOST_BYTES,
        )?
        .map(|bytes| SecretBytes::new(bytes.to_vec()));
        read.certificate_password = secret("certificate_password", raw.certificate_password)?;
        read.send_certificate_chain =
            versioned::switch("send_certificate_chain", raw.send_certificate_chain)?;
        read.federated_token_file = path("federated_token_file", raw.federated_token_file)?;
        read.assertion_from = text("assertion_from", raw.assertion_from)?;
        read.audience = text("audience", raw.audience)?;
        read.service_connection_id = text("service_connection_id", raw.service_connection_id)?;
        read.identity_client_id = text("identity_client_id", raw.identity_client_id)?;
        read.token_proxy = versioned::switch("token_proxy", raw.token_proxy)?;
        read.object_id = text("object_id", raw.object_id)?;
        read.resource_id = text("resource_id", raw.resource_id)?;
        read.scopes = text("scopes", raw.scopes)?;
        read.authority = text("authority", raw.authority)?;
        read.environment = environment::read(raw.environment, raw.environment_len)?;
        Ok(Some(read))
    }
}
