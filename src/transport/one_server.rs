//! A transport to one server alone: whatever name it is asked by, and vouched for by nobody but these authorities.

use std::sync::Arc;

use once_cell::sync::OnceCell;

use super::name_resolution::{Resolve, Resolver, Resolving, SystemResolver};
use super::roots::{ExtraAuthorities, NamedAuthorities, Roots};
use super::ways::Ways;
use super::{Transport, TransportOptions, tls};
use crate::outcome::Error;

/// Resolves every name as this host.
struct OneHost(String);

impl Resolve for OneHost {
    fn resolve(&self, _name: &str) -> Resolving {
        SystemResolver.resolve(&self.0)
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
        let host = host.map(|host| host.trim_start_matches('[').trim_end_matches(']'));
        let resolver: Arc<dyn Resolve> = match host {
            Some(host) => Arc::new(OneHost(host.to_owned())),
            None => Arc::new(SystemResolver),
        };
        let http = Ways::new(Resolver(resolver), &tls, None).http(0);
        let mut transport = Transport::of_queue(&TransportOptions::default(), tls);
        transport.http = OnceCell::with_value(http);
        transport.places = None;
        Ok(transport)
    }
}
