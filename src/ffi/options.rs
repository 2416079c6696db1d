//! `graph_client_options`: how C sets up a client.

use libc::c_char;
use std::mem::offset_of;
use std::time::Duration;

use crate::client::options::ClientOptions;
use crate::graph::action::Api;
use crate::graph::cloud::Cloud;
use crate::outcome::Error;
use crate::token::AccessToken;

use super::credential::{self, graph_credential_options};
use super::environment::{self, graph_variable};
use super::lists;
use super::outcome::graph_header;
use super::strings::{optional, path, required};
use super::versioned;

/// How a client is set up. Zero everything (memset, or = {0}), set struct_size to sizeof(graph_client_options), then
/// set what you need: zero means the default. The library copies what it needs; nothing must outlive
/// graph_client_new(). The structure grows by appending; a larger one from a newer header is accepted while what is
/// unknown is zero.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_client_options {
    /// sizeof(graph_client_options) of your header.
    pub struct_size: usize,
    /// The access token, without or with "Bearer " in front; may come later, with graph_client_set_token().
    #[cfg_attr(any(), binding(kind = "secret"))]
    pub token: *const c_char,
    /// The national cloud: "global", "usgov", "usgov-dod" or "china". NULL: the token's own claims choose it.
    pub cloud: *const c_char,
    /// The root of the service, "https://host[:port]", plain http to loopback only. The token is sent there: name only
    /// what you trust. With a cloud it says where requests go, and the cloud whose tokens a credential asks for. With
    /// neither endpoint nor cloud the environment's GRAPH_INVALIDATE_ENDPOINT applies,
    /// where it names a Graph host or loopback; anything else there is an error.
    pub endpoint: *const c_char,
    /// "beta" (the default: invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions).
    pub api: *const c_char,
    /// Maximum time for one call, with all attempts and waits, in milliseconds. 0: 100,000.
    pub timeout_ms: u32,
    /// Must be 0.
    pub flags: u32,
    /// An HTTP proxy, "http://[user:password@]host:port". NULL: HTTPS_PROXY or ALL_PROXY of the environment; NO_PROXY
    /// always applies. A proxy variable that cannot be used is GRAPH_STATUS_INVALID_PROXY. Loopback never goes through
    /// a proxy.
    #[cfg_attr(any(), binding(kind = "secret"))]
    pub proxy: *const c_char,
    /// A PEM file of certificate authorities, trusted in addition to the system's, or of the server's own certificate.
    #[cfg_attr(any(), binding(kind = "path"))]
    pub ca_file: *const c_char,
    /// Additional headers for every request. NULL with headers_len 0: none.
    pub headers: *const graph_header,
    /// The number of headers.
    pub headers_len: usize,
    /// Where the tokens come from instead of token; one of the two may be given. NULL: none. Copied.
    pub credential: *const graph_credential_options,
    /// The id of the only tenant in which the client may act: with a token of another tenant, or one that names no
    /// tenant, nothing is sent. NULL: the variable GRAPH_INVALIDATE_EXPECT_TENANT, if set.
    pub expect_tenant: *const c_char,
    /// Environment variables to use instead of the process environment, for runtimes that keep a private copy, as .NET
    /// does on Unix. Also used by a credential without its own. Copied; read when the client is made, and never later.
    /// NULL with environment_len 0: the process's own, which counts as empty in a program with more rights than its
    /// caller (set-user-id, set-group-id, file capabilities).
    pub environment: *const graph_variable,
    /// The number of variables.
    pub environment_len: usize,
}

const NAME: &str = "graph_client_options";

/// The size of the structure in the first header: it never shrinks below.
const SMALLEST: usize = offset_of!(graph_client_options, headers_len) + size_of::<usize>();

/// # Safety
///
/// `options` is NULL, or points to a structure of as many bytes as its struct_size says, whose pointers are NULL or
/// valid for reading as the header says.
pub(super) unsafe fn read(options: *const graph_client_options) -> Result<ClientOptions, Error> {
    let mut read = ClientOptions::default();
    if options.is_null() {
        return Ok(read);
    }
    // SAFETY: not NULL; the contract of this function.
    let raw = unsafe { versioned::copy(NAME, options, SMALLEST) }?;
    versioned::no_flags(NAME, raw.flags)?;
    // SAFETY: the strings of the structure are NULL or NUL-terminated, by the contract of this function.
    unsafe {
        read.token = optional("token", raw.token)?
            .map(AccessToken::new)
            .transpose()?;
        read.cloud = optional("cloud", raw.cloud)?
            .map(Cloud::from_name)
            .transpose()?;
        read.endpoint = optional("endpoint", raw.endpoint)?.map(str::to_owned);
        read.proxy = optional("proxy", raw.proxy)?.map(str::to_owned);
        read.ca_file = path("ca_file", raw.ca_file)?;
        if let Some(api) = optional("api", raw.api)? {
            read.api = Api::from_name(api)?;
        }
        read.credential = credential::read(raw.credential)?;
        read.expect_tenant = optional("expect_tenant", raw.expect_tenant)?.map(str::to_owned);
        read.headers = read_headers(raw.headers, raw.headers_len)?;
        read.environment = environment::read(raw.environment, raw.environment_len)?;
    }
    read.timeout = (raw.timeout_ms > 0).then(|| Duration::from_millis(raw.timeout_ms.into()));
    Ok(read)
}

/// More headers than any request has.
const MOST_HEADERS: usize = 1000;

/// # Safety
///
/// `headers` points to `len` headers of NULL or NUL-terminated strings, or is NULL.
unsafe fn read_headers(
    headers: *const graph_header,
    len: usize,
) -> Result<Vec<(String, String)>, Error> {
    // SAFETY: the same contract.
    let headers = unsafe { lists::read("headers", headers, len, MOST_HEADERS) }?;
    headers
        .unwrap_or_default()
        .iter()
        .map(|header| {
            // SAFETY: by this function's contract.
            let (name, value) = unsafe {
                (
                    required("A header's name", header.name)?,
                    required("A header's value", header.value)?,
                )
            };
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}
