//! How a client is set up: the same options, under the same names, in every language.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::header::HeaderMap;

use crate::call::headers;
use crate::credential::{Credential, CredentialOptions};
use crate::environment::Environment;
use crate::graph::action::Api;
use crate::graph::cloud::Cloud;
use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;
use crate::token::expected_tenant::ExpectedTenant;
use crate::transport::{ExtraAuthorities, NamedAuthorities, TransportOptions, proxies};

/// How long one call may take when nothing else is said: all its attempts and waits.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(100);

/// How a [`Client`](crate::Client) is set up. Everything left out has a sensible default.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ClientOptions {
    /// The access token; may come later, by [`Client::set_token`](crate::Client::set_token).
    pub token: Option<AccessToken>,
    /// Where tokens come from instead; one of the two may be given, and [`Client::set_token`](crate::Client::set_token)
    /// beats it.
    pub credential: Option<CredentialOptions>,
    /// The id of the only tenant in which the client may act: with a token of another tenant, or one that names no
    /// tenant, nothing is sent. Left out: the variable `GRAPH_INVALIDATE_EXPECT_TENANT`, if set.
    pub expect_tenant: Option<String>,
    /// The national cloud. Left out, the token's own claims choose it, or the credential's sign-in service.
    pub cloud: Option<Cloud>,
    /// The root of the service, `https://host[:port]`. With `cloud` it says where requests go, and the cloud whose
    /// tokens a credential asks for. The token is sent there: name only what you trust.
    ///
    /// With neither endpoint nor cloud, the variable `GRAPH_INVALIDATE_ENDPOINT` applies where it names a Graph host or
    /// loopback.
    pub endpoint: Option<String>,
    /// Beta's `invalidateAllRefreshTokens`, or v1.0's `revokeSignInSessions`.
    pub api: Api,
    /// How long one call may take, all its attempts and waits; [`DEFAULT_TIMEOUT`] if left out or zero.
    pub timeout: Option<Duration>,
    /// An HTTP proxy, `http://[user:password@]host:port`. Left out, the environment's `HTTPS_PROXY` or `ALL_PROXY`
    /// apply; `NO_PROXY` always does. A variable of these that cannot be used is
    /// [`Status::InvalidProxy`](crate::Status::InvalidProxy), and so is such an `HTTP_PROXY`. Loopback never goes
    /// through a proxy.
    pub proxy: Option<String>,
    /// A PEM file of certificate authorities, trusted besides the system's; or of the server's own certificate, which
    /// is trusted as it is.
    pub ca_file: Option<PathBuf>,
    /// Further headers for every request, such as `x-ms-throttle-priority`.
    pub headers: Vec<(String, String)>,
    /// The environment to read variables in, also for a credential that has none of its own; it is read when the client
    /// is made.
    pub environment: Environment,
}

/// Shows no secret: a proxy's address may hold a password, and a header's value be one.
impl fmt::Debug for ClientOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("ClientOptions")
            .field("token", &self.token)
            .field("credential", &self.credential)
            .field("expect_tenant", &self.expect_tenant)
            .field("cloud", &self.cloud)
            .field("endpoint", &self.endpoint)
            .field("api", &self.api)
            .field("timeout", &self.timeout)
            .field("proxy", &self.proxy.as_ref().map(|_| "…"))
            .field("ca_file", &self.ca_file)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

/// The options, checked.
pub(crate) struct Settings {
    pub(crate) endpoint: Option<Endpoint>,
    /// The cloud that a token is asked for: the endpoint's where it is a Graph host, otherwise the one named.
    pub(crate) cloud: Cloud,
    pub(crate) expected_tenant: Option<ExpectedTenant>,
    pub(crate) api: Api,
    pub(crate) timeout: Duration,
    pub(crate) headers: HeaderMap,
    pub(crate) transport: TransportOptions,
}

/// The longest time that an option may name: what the C ABI can say in milliseconds, more than 49 days.
const LONGEST: Duration = Duration::from_millis(u32::MAX as u64);

/// A time that was given: none is the default, [`Duration::MAX`] the longest, and what is longer than that a mistake.
pub(crate) fn lasting(option: &str, time: Option<Duration>) -> Result<Option<Duration>, Error> {
    match time.filter(|time| !time.is_zero()) {
        Some(Duration::MAX) => Ok(Some(LONGEST)),
        Some(time) if time > LONGEST => Err(Error::new(
            Status::InvalidOption,
            format!("The option {option} is {} seconds.", time.as_secs()),
        )
        .hint("Give a time up to 49 days; 0 is the default.")),
        time => Ok(time),
    }
}

impl Settings {
    pub(crate) fn check(options: &ClientOptions) -> Result<Settings, Error> {
        let endpoint = match (&options.endpoint, options.cloud) {
            (Some(text), _) => Some(Endpoint::named_by_caller(text)?),
            (None, Some(cloud)) => Some(Endpoint::of_cloud(cloud)?),
            (None, None) => Endpoint::from_environment(&options.environment)?,
        };
        let timeout = lasting("timeout", options.timeout)?;
        let cloud_of_endpoint = endpoint.as_ref().and_then(Endpoint::cloud);
        Ok(Settings {
            cloud: cloud_of_endpoint.or(options.cloud).unwrap_or(Cloud::Global),
            transport: TransportOptions {
                named_authorities: NamedAuthorities::of(&options.environment),
                proxies: proxies::choose(options.proxy.as_deref(), &options.environment)?,
                encrypted: endpoint.as_ref().is_none_or(Endpoint::is_encrypted),
                extra_authorities: options
                    .ca_file
                    .as_deref()
                    .map(ExtraAuthorities::from_file)
                    .transpose()?,
            },
            endpoint,
            expected_tenant: ExpectedTenant::choose(
                options.expect_tenant.as_deref(),
                &options.environment,
            )?,
            api: options.api,
            timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
            headers: headers::of_caller(&options.headers)?,
        })
    }

    /// The credential, checked, for the cloud and the endpoint of these settings.
    pub(crate) fn check_credential(
        &self,
        options: &ClientOptions,
    ) -> Result<Option<Credential>, Error> {
        let Some(credential) = &options.credential else {
            return Ok(None);
        };
        if options.token.is_some() {
            return Err(Error::new(
                Status::InvalidOption,
                "Both a token and a credential were given.",
            )
            .hint("Give one of them."));
        }
        let credential = CredentialOptions {
            environment: credential.environment.or(&options.environment),
            ..credential.clone()
        };
        Credential::check(&credential, options.cloud, self.endpoint.as_ref()).map(Some)
    }

    /// Where a request with this token goes: to the endpoint that the caller named, otherwise where the token itself
    /// says.
    pub(crate) fn endpoint_for(&self, token: &AccessToken) -> Result<Endpoint, Error> {
        match &self.endpoint {
            Some(endpoint) => Ok(endpoint.clone()),
            None => token.endpoint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(options: ClientOptions) -> Option<Error> {
        Settings::check(&options).err()
    }

    #[test]
    fn a_token_is_asked_for_the_cloud_that_it_is_sent_to() {
        let cloud = |endpoint: Option<&str>, cloud: Option<Cloud>| {
            let options = ClientOptions {
                endpoint: endpoint.map(str::to_owned),
                cloud,
                ..ClientOptions::default()
            };
            Settings::check(&options).map(|settings| settings.cloud)
        };
        let gateway = Some("https://gateway.contoso.example");
        assert_eq!(cloud(None, Some(Cloud::China)), Ok(Cloud::China));
        assert_eq!(cloud(gateway, None), Ok(Cloud::Global));
        assert_eq!(
            cloud(gateway, Some(Cloud::UsGovernment)),
            Ok(Cloud::UsGovernment)
        );
        assert_eq!(
            cloud(Some("https://dod-graph.microsoft.us"), None),
            Ok(Cloud::UsGovernmentDod)
        );
    }

    #[test]
    fn a_proxy_that_cannot_be_one_is_refused_without_its_password() {
        for proxy in ["", "proxy:8080", "socks5://u:hush@p:1", "http://u:hush@"] {
            let options = ClientOptions {
                proxy: Some(proxy.to_owned()),
                ..ClientOptions::default()
            };
            let error = refusal(options);
            assert!(
                error.is_some_and(|error| error.status() == Status::InvalidProxy
                    && !format!("{error:?}").contains("hush")),
                "{proxy}"
            );
        }
    }

    #[test]
    fn a_ca_file_must_hold_certificates() {
        for path in ["/nonexistent/ca.pem", "/dev/null", "Cargo.toml"] {
            let options = ClientOptions {
                ca_file: Some(path.into()),
                ..ClientOptions::default()
            };
            let error = refusal(options);
            assert!(
                error.is_some_and(|error| error.status() == Status::InvalidCaFile),
                "{path}"
            );
        }
    }

    #[test]
    fn options_show_no_secret() {
        let mut options = ClientOptions {
            proxy: Some("http://ada:hush-proxy@proxy.example:8080".to_owned()),
            headers: vec![("x-key".to_owned(), "hush-header".to_owned())],
            ..ClientOptions::default()
        };
        options.environment = Environment::of(vec![("X".to_owned(), "hush-variable".to_owned())]);
        let shown = format!("{options:?}");
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("x-key"), "{shown}");
    }
}
