//! Where a request goes, and the rule for which hosts may be sent a token.

use std::net::IpAddr;

use url::Url;

use crate::environment::Environment;
use crate::graph::cloud::Cloud;
use crate::outcome::Error;
use crate::status::Status;

/// The variable that points every wrapper, and the one-call function, at the emulator.
pub const ENDPOINT_VARIABLE: &str = "GRAPH_INVALIDATE_ENDPOINT";

/// The root of a Graph service: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    root: Url,
}

impl Endpoint {
    pub(crate) fn of_cloud(cloud: Cloud) -> Result<Endpoint, Error> {
        Endpoint::named_by_caller(&format!("https://{}", cloud.graph_host()))
    }

    /// An endpoint that the caller named in code or on the command line: any HTTPS host, or plain HTTP to loopback.
    pub(crate) fn named_by_caller(text: &str) -> Result<Endpoint, Error> {
        Endpoint::read("endpoint", text)
    }

    /// Reads the root of a service; `what` it is stands in the messages.
    pub(crate) fn read(what: &str, text: &str) -> Result<Endpoint, Error> {
        let invalid = |message: String| {
            Error::new(Status::InvalidEndpoint, message).hint(format!(
                "An {what} is https://host or https://host:port; plain http only for this machine."
            ))
        };
        let root = Url::parse(text.trim())
            .map_err(|error| invalid(format!("The {what} is not a URL: {error}.")))?;
        if !root.username().is_empty() || root.password().is_some() {
            return Err(invalid(format!(
                "The {what} holds a user name or password; it must hold none."
            )));
        }
        if root.query().is_some() || root.fragment().is_some() || root.path() != "/" {
            return Err(invalid(format!(
                "The {what} has something after the host; give only the host, without path, query or fragment."
            )));
        }
        let Some(host) = root.host_str() else {
            return Err(invalid(format!("The {what} has no host.")));
        };
        if host.ends_with('.') {
            return Err(invalid(format!(
                "The {what}'s host ends with a dot; write it without."
            )));
        }
        if Cloud::is_retired_host(host) {
            return Err(Error::new(
                Status::HostRefused,
                format!("{host} belonged to the German cloud, which was closed in 2021."),
            )
            .hint(format!(
                "Its tenants are in the global cloud now: leave the {what} out."
            )));
        }
        let endpoint = Endpoint { root };
        match endpoint.root.scheme() {
            "https" => Ok(endpoint),
            "http" if endpoint.is_loopback() => Ok(endpoint),
            "http" => Err(Error::new(
                Status::HostRefused,
                "Plain http would expose the token on the network; it is allowed only for this machine.",
            )
            .hint("Write https.")),
            scheme => Err(invalid(format!("The {what}'s scheme is {scheme:?}."))),
        }
    }

    /// An endpoint from the environment: a Graph host or loopback, so that no environment can steal a token.
    pub(crate) fn from_environment(environment: &Environment) -> Result<Option<Endpoint>, Error> {
        let value = environment.get_whole(ENDPOINT_VARIABLE).map_err(|_| {
            Error::new(
                Status::InvalidEndpoint,
                format!("{ENDPOINT_VARIABLE} is not valid UTF-8."),
            )
        })?;
        let Some(value) = value else {
            return Ok(None);
        };
        let endpoint = Endpoint::named_by_caller(&value).map_err(|error| {
            Error::new(
                error.status(),
                format!("{ENDPOINT_VARIABLE} cannot be used: {error}"),
            )
            .hint(format!(
                "Correct or remove {ENDPOINT_VARIABLE}; it may name a Graph host or this machine."
            ))
        })?;
        if endpoint.is_loopback() || endpoint.cloud().is_some() {
            return Ok(Some(endpoint));
        }
        Err(Error::new(
            Status::HostRefused,
            format!(
                "{ENDPOINT_VARIABLE} names a host that is neither Microsoft Graph nor this machine."
            ),
        )
        .hint("Another host must be named in code or on the command line, not by the environment."))
    }

    /// The cloud whose Graph host this is, over HTTPS on its ordinary port.
    pub(crate) fn cloud(&self) -> Option<Cloud> {
        Cloud::from_graph_host(self.host()).filter(|_| self.is_ordinary())
    }

    /// Whether this is HTTPS on its ordinary port, as Microsoft's services are.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.root.scheme() == "https" && self.root.port().is_none()
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    pub(crate) fn host(&self) -> &str {
        self.root.host_str().unwrap_or_default()
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.root.scheme() == "https"
    }

    /// Whether a token's audience is this very endpoint: of one scheme, host and port.
    pub(crate) fn is_audience(&self, audience: &Url) -> bool {
        audience.scheme() == self.root.scheme()
            && audience.host() == self.root.host()
            && audience.port() == self.root.port()
    }

    /// Scheme, host and port, for messages.
    pub(crate) fn origin(&self) -> String {
        self.root.origin().ascii_serialization()
    }

    /// The address of a path that is already percent-encoded. The host is not read anew: it takes most of the time.
    pub(crate) fn join(&self, encoded_path_and_query: &str) -> Url {
        let (path, query) = match encoded_path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (encoded_path_and_query, None),
        };
        let mut url = self.root.clone();
        url.set_path(path);
        url.set_query(query);
        url
    }
}

/// Whether this host, as it stands in a URL, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || address_of(host).is_some_and(|address| address.is_loopback())
}

/// Whether no proxy could reach this host for us: this machine, or an address of the link alone, such as that of the
/// metadata service of a virtual machine.
pub(crate) fn is_out_of_reach_of_proxies(host: &str) -> bool {
    is_loopback(host)
        || match address_of(host) {
            Some(IpAddr::V4(address)) => address.is_link_local(),
            Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
            None => false,
        }
}

fn address_of(host: &str) -> Option<IpAddr> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::what_is_no_text;

    fn status_of(text: &str) -> Option<Status> {
        Endpoint::named_by_caller(text)
            .err()
            .map(|error| error.status())
    }

    #[test]
    fn an_https_host_or_plain_http_to_this_machine_is_accepted() {
        for text in [
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/",
            " https://proxy.contoso.example:8443 ",
            "http://127.0.0.1:8080",
            "http://127.8.9.10",
            "http://[::1]:9",
            "http://LOCALHOST:1",
        ] {
            assert_eq!(status_of(text), None, "{text}");
        }
    }

    #[test]
    fn whatever_could_mislead_is_refused() {
        for (text, status) in [
            ("", Status::InvalidEndpoint),
            ("graph.microsoft.com", Status::InvalidEndpoint),
            ("ftp://graph.microsoft.com", Status::InvalidEndpoint),
            ("https://me@graph.microsoft.com", Status::InvalidEndpoint),
            (
                "https://:secret@graph.microsoft.com",
                Status::InvalidEndpoint,
            ),
            ("https://graph.microsoft.com/v1.0", Status::InvalidEndpoint),
            ("https://graph.microsoft.com?x=1", Status::InvalidEndpoint),
            ("https://graph.microsoft.com#x", Status::InvalidEndpoint),
            ("https://graph.microsoft.com.", Status::InvalidEndpoint),
            ("http://graph.microsoft.com", Status::HostRefused),
            ("http://localhost.evil.example", Status::HostRefused),
            ("http://127.0.0.1.evil.example", Status::HostRefused),
            ("https://graph.microsoft.de", Status::HostRefused),
        ] {
            assert_eq!(status_of(text), Some(status), "{text}");
        }
    }

    #[test]
    fn no_environment_can_steal_a_token_whoever_hands_it_over() {
        let chosen = |value: Option<&str>| {
            let value = value.map_or_else(what_is_no_text, Into::into);
            let variable = (ENDPOINT_VARIABLE.to_owned(), value);
            let chosen = Endpoint::from_environment(&Environment::of_any(vec![variable]));
            chosen.map(|endpoint| endpoint.map(|it| it.origin()))
        };
        let origin = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(chosen(Some("")), Ok(None));
        assert_eq!(
            chosen(Some("http://localhost:9")),
            origin("http://localhost:9")
        );
        assert_eq!(
            chosen(Some("https://graph.microsoft.us/")),
            origin("https://graph.microsoft.us")
        );
        for (value, status) in [
            (Some("https://evil.example"), Status::HostRefused),
            (Some("https://graph.microsoft.com:444"), Status::HostRefused),
            (Some("http://graph.microsoft.com"), Status::HostRefused),
            (Some("graph.microsoft.com"), Status::InvalidEndpoint),
            (None, Status::InvalidEndpoint),
        ] {
            let error = chosen(value).err();
            assert!(
                error.is_some_and(|error| error.status() == status
                    && error.to_string().contains(ENDPOINT_VARIABLE)),
                "{value:?}"
            );
        }
    }

    #[test]
    fn no_message_repeats_a_password() {
        let error = Endpoint::named_by_caller("https://user:hunter2@graph.microsoft.com");
        assert!(error.is_err_and(|error| !format!("{error:?}").contains("hunter2")));
    }

    #[test]
    fn only_the_real_hosts_are_clouds() {
        let cloud = |text| {
            Endpoint::named_by_caller(text)
                .ok()
                .and_then(|it| it.cloud())
        };
        assert_eq!(
            cloud("https://GRAPH.microsoft.us"),
            Some(Cloud::UsGovernment)
        );
        assert_eq!(cloud("https://graph.microsoft.com:444"), None);
        assert_eq!(cloud("https://graph.microsoft.com.evil.example"), None);
        assert_eq!(cloud("https://gráph.microsoft.com"), None);
    }
}
