//! The token proxy of a Kubernetes cluster (AKS identity bindings): a way to the sign-in service that lies in the
//! cluster, with authorities of its own. It is taken on request alone, never because a variable is there.

use std::path::PathBuf;

use http::header::{HOST, HeaderValue};
use url::Url;

use super::authority::Reach;
use super::exchange::redeem_with;
use super::form::Form;
use super::{Issued, Wire};
use crate::environment::Environment;
use crate::outcome::Error;
use crate::status::Status;
use crate::transport::{ExtraAuthorities, Transport};

const PROXY: &str = "AZURE_KUBERNETES_TOKEN_PROXY";
const SERVER_NAME: &str = "AZURE_KUBERNETES_SNI_NAME";
const CA_FILE: &str = "AZURE_KUBERNETES_CA_FILE";
const CA_DATA: &str = "AZURE_KUBERNETES_CA_DATA";

pub(super) struct TokenProxy {
    /// With the server name in the place of the host, where one is named.
    url: Url,
    /// The host that the server name stands for.
    host: Option<(String, HeaderValue)>,
    authorities: Option<Authorities>,
}

/// Who may vouch for the proxy: nobody else then.
enum Authorities {
    /// Read anew for each sign-in: the file changes.
    File(PathBuf),
    Data(ExtraAuthorities),
}

impl TokenProxy {
    pub(super) fn check(environment: &Environment, reach: Reach) -> Result<TokenProxy, Error> {
        let refuse = |what: String| {
            Error::new(Status::InvalidCredential, what).hint(format!(
                "Configure the token proxy completely: {PROXY}, and {CA_FILE} or {CA_DATA}; or leave the option token_proxy out."
            ))
        };
        let address = environment.get(PROXY).ok_or_else(|| {
            refuse(format!(
                "The option token_proxy is set, but {PROXY} is not set."
            ))
        })?;
        let mut url =
            Url::parse(address.trim()).map_err(|_| refuse(format!("{PROXY} is not a URL.")))?;
        if url.scheme() != "https" {
            return Err(refuse(format!("{PROXY} is not https.")));
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(refuse(format!(
                "{PROXY} holds a user name, a query or a fragment."
            )));
        }
        if !reach.includes(&url) {
            return Err(Error::new(
                Status::CredentialUnavailable,
                format!("{PROXY} is not contacted: the Graph endpoint is this machine, so nothing may leave it."),
            )
            .hint("Leave the endpoint out, or the option token_proxy."));
        }
        let host = match environment.get(SERVER_NAME) {
            None => None,
            Some(name) => {
                let before = url.host_str().unwrap_or_default().to_owned();
                let name = name.trim();
                let header = HeaderValue::from_str(name);
                let (Ok(header), Ok(())) = (header, url.set_host(Some(name))) else {
                    return Err(refuse(format!("{SERVER_NAME} is not a server name.")));
                };
                Some((before, header))
            }
        };
        let authorities = match (environment.get(CA_FILE), environment.get(CA_DATA)) {
            (Some(_), Some(_)) => {
                return Err(refuse(format!("There are both {CA_FILE} and {CA_DATA}.")));
            }
            (Some(file), None) => {
                ExtraAuthorities::from_file(file.as_ref())?;
                Some(Authorities::File(file.into()))
            }
            (None, Some(data)) => {
                let read = ExtraAuthorities::from_pem(data.as_bytes());
                let read =
                    read.ok_or_else(|| refuse(format!("{CA_DATA} holds no certificate.")))?;
                Some(Authorities::Data(read))
            }
            (None, None) => None,
        };
        Ok(TokenProxy {
            url,
            host,
            authorities,
        })
    }

    /// Signs in by the proxy: its path, if it has one, comes before the usual one.
    pub(super) async fn redeem(
        &self,
        wire: Wire<'_>,
        tenant: &str,
        form: Form,
        secrets: &[&str],
    ) -> Result<Issued, Error> {
        let mut page = self.url.clone();
        let before = page.path().trim_end_matches('/').to_owned();
        page.set_path(&format!("{before}/{tenant}/oauth2/v2.0/token"));
        let read;
        let authorities = match &self.authorities {
            None => None,
            Some(Authorities::Data(authorities)) => Some(authorities),
            Some(Authorities::File(path)) => {
                read = ExtraAuthorities::from_file(path)?;
                Some(&read)
            }
        };
        let host = self.host.as_ref().map(|(host, _)| host.as_str());
        let transport = Transport::to_one_server(host, authorities)?;
        let wire = Wire {
            transport: &transport,
            ..wire
        };
        let host = self.host.as_ref().map(|(_, name)| (HOST, name.clone()));
        redeem_with(wire, page, form, host, secrets).await
    }
}
