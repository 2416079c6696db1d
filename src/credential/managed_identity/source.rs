//! Which endpoint gives this machine's tokens, as the environment tells.

use std::net::IpAddr;

use bytes::Bytes;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::super::form::Form;
use super::super::{CredentialOptions, Secret};
use crate::environment::Environment;
use crate::graph::endpoint::is_loopback;
use crate::outcome::Error;
use crate::status::Status;

/// The metadata service of every virtual machine in Azure.
const METADATA_SERVICE: &str = "http://169.254.169.254";

/// The variable by which Azure's own libraries name another metadata service.
const METADATA_VARIABLE: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Virtual machines, scale sets, Kubernetes nodes.
    VirtualMachine,
    /// App Service, Functions, Container Apps, Automation.
    AppService,
    /// Azure Machine Learning, and App Service of old.
    MachineLearning,
    Arc,
    CloudShell,
}

impl Shape {
    pub(super) const fn version(self) -> &'static str {
        match self {
            Shape::VirtualMachine => "2018-02-01",
            Shape::AppService => "2019-08-01",
            Shape::MachineLearning => "2017-09-01",
            Shape::Arc => "2020-06-01",
            Shape::CloudShell => "",
        }
    }
}

pub(super) struct Source {
    pub(super) shape: Shape,
    pub(super) endpoint: Url,
    /// What proves that the request comes from this machine.
    secret: Option<Secret>,
}

impl Source {
    pub(super) fn find(environment: &Environment) -> Result<Source, Error> {
        let get = |name: &str| environment.get(name);
        let secret = |name: &str| get(name).map(|text| Secret::new(&text)).transpose();
        let (shape, variable, address, secret) = if let Some(address) = get("IDENTITY_ENDPOINT") {
            if get("IDENTITY_SERVER_THUMBPRINT").is_some() {
                return Err(Error::new(
                    Status::CredentialUnavailable,
                    "Managed identities of Service Fabric are not supported.",
                )
                .hint("Sign in with a certificate, or report that you need it."));
            }
            match secret("IDENTITY_HEADER")? {
                Some(secret) => (
                    Shape::AppService,
                    "IDENTITY_ENDPOINT",
                    address,
                    Some(secret),
                ),
                None => (Shape::Arc, "IDENTITY_ENDPOINT", address, None),
            }
        } else if let Some(address) = get("MSI_ENDPOINT") {
            match secret("MSI_SECRET")? {
                Some(secret) => (
                    Shape::MachineLearning,
                    "MSI_ENDPOINT",
                    address,
                    Some(secret),
                ),
                None => (Shape::CloudShell, "MSI_ENDPOINT", address, None),
            }
        } else {
            let root = get(METADATA_VARIABLE).unwrap_or_else(|| METADATA_SERVICE.to_owned());
            let root = root.trim_end_matches('/');
            let address = format!("{root}/metadata/identity/oauth2/token");
            (Shape::VirtualMachine, METADATA_VARIABLE, address, None)
        };
        Ok(Source {
            shape,
            endpoint: near(variable, &address)?,
            secret,
        })
    }

    /// The parameter that names the user-assigned identity of these options, and its value.
    pub(super) fn identity(
        &self,
        options: &CredentialOptions,
    ) -> Result<Option<(&'static str, String)>, Error> {
        let names = match self.shape {
            Shape::VirtualMachine => ["client_id", "object_id", "msi_res_id"],
            Shape::MachineLearning => ["clientid", "object_id", "mi_res_id"],
            _ => ["client_id", "principal_id", "mi_res_id"],
        };
        let values = [&options.client_id, &options.object_id, &options.resource_id];
        let mut given = names
            .into_iter()
            .zip(values)
            .filter_map(|(name, value)| Some((name, value.clone()?)));
        let identity = given.next();
        if given.next().is_some() {
            return Err(Error::new(
                Status::InvalidCredential,
                "More than one id was given for the managed identity.",
            )
            .hint("Give the option client_id, the option object_id or the option resource_id, and only one of them."));
        }
        if identity.is_some() && matches!(self.shape, Shape::Arc | Shape::CloudShell) {
            return Err(Error::new(
                Status::InvalidCredential,
                "Azure Arc and Cloud Shell have no user-assigned managed identities.",
            )
            .hint("Leave the identity's id out."));
        }
        Ok(identity)
    }

    pub(super) fn secrets(&self) -> Vec<&str> {
        self.secret.iter().map(Secret::text).collect()
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let secret = self
            .secret
            .as_ref()
            .and_then(|secret| HeaderValue::from_str(secret.text()).ok());
        match (self.shape, secret) {
            (Shape::AppService, Some(mut value)) => {
                value.set_sensitive(true);
                headers.insert(HeaderName::from_static("x-identity-header"), value);
            }
            (Shape::MachineLearning, Some(mut value)) => {
                value.set_sensitive(true);
                headers.insert(HeaderName::from_static("secret"), value);
            }
            _ => {
                headers.insert(
                    HeaderName::from_static("metadata"),
                    HeaderValue::from_static("true"),
                );
            }
        }
        headers
    }

    pub(super) fn method_and_body(&self, resource: &str) -> (Method, Bytes) {
        match self.shape {
            Shape::CloudShell => (
                Method::POST,
                Form::new().field("resource", resource).into_body(),
            ),
            _ => (Method::GET, Bytes::new()),
        }
    }
}

/// An address that the environment names: plain HTTP to this machine or its own network, and never to a name that
/// somebody else could answer for.
fn near(variable: &str, address: &str) -> Result<Url, Error> {
    let refuse = |what: &str| {
        Error::new(Status::HostRefused, format!("{variable} {what}.")).hint(format!(
            "Correct or remove {variable}: it names the managed identity endpoint of this machine."
        ))
    };
    let url = Url::parse(address.trim()).map_err(|_| refuse("is not a URL"))?;
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_near = is_loopback(host)
        || match bare.parse() {
            Ok(IpAddr::V4(address)) => address.is_link_local() || address.is_private(),
            Ok(IpAddr::V6(address)) => address.is_unicast_link_local() || address.is_unique_local(),
            Err(_) => false,
        };
    if url.scheme() != "http" || !is_near {
        return Err(refuse(
            "is not an address on this machine or its own network",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(refuse("holds more than an address"));
    }
    Ok(url)
}
