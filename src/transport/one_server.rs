//! A transport to one server alone: whatever name it is asked by, and vouched for by nobody but these authorities.

use std::sync::Arc;

use once_cell::sync::OnceCell;
use reqwest::dns::{Name, Resolve, Resolving};

use super::name_resolution::SystemResolver;
use super::opening::AboveStandardStreams;
use super::roots::{ExtraAuthorities, NamedAuthorities, Roots};
use super::{CONNECTING, MOST_HEADERS, Transport, TransportOptions, broken, tls};
use crate::outcome::Error;

/// Resolves every name as this host.
struct OneHost(String);

impl Resolve for OneHost {
    fn resolve(&self, name: Name) -> Resolving {
        SystemResolver.resolve(self.0.parse().unwrap_or(name))
    }
}

impl Transport {
    /// `host` is where the server is, where its name in a request is another one. Without authorities the system's are
    /// trusted. It is driven by the runtime that its caller is in, and used for one request.
    pub(crate) fn to_one_server(
        host: Option<&str>,
        authorities: Option<&ExtraAuthorities>,
    ) -> Result<Transport, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = match authorities {
            Some(authorities) => Roots::only(Arc::clone(&provider), authorities)?,
            None => Roots::new(Arc::clone(&provider), None, &NamedAuthorities::default())?,
        };
        let tls = tls::config(provider, roots)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .http1_max_headers(MOST_HEADERS)
            .connect_timeout(CONNECTING)
            .pool_max_idle_per_host(0)
            .connector_layer(AboveStandardStreams)
            .no_proxy();
        let host = host.map(|host| host.trim_start_matches('[').trim_end_matches(']'));
        let http = match host {
            Some(host) => http.dns_resolver(Arc::new(OneHost(host.to_owned()))),
            None => http.dns_resolver(Arc::new(SystemResolver)),
        };
        let http = http.build().map_err(|error| broken("HTTP", &error))?;
        let mut transport = Transport::of_queue(&TransportOptions::default(), tls);
        transport.direct = OnceCell::with_value(http);
        transport.places = None;
        Ok(transport)
    }
}
