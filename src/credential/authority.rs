//! The sign-in service: at which host, and for which cloud's Graph.

use url::Url;

use super::CredentialOptions;
use crate::graph::cloud::Cloud;
use crate::graph::endpoint::{Endpoint, is_loopback};
use crate::outcome::Error;
use crate::status::Status;

/// The variable by which Azure's own tools name the sign-in service.
const AUTHORITY_VARIABLE: &str = "AZURE_AUTHORITY_HOST";

/// Where to sign in, and for what.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Authority {
    root: Endpoint,
    /// The cloud whose Graph the tokens are for.
    pub(super) cloud: Cloud,
}

/// How far a sign-in may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Anywhere,
    /// The endpoint is this machine itself: so must be all that is asked and was not named by the caller.
    ThisMachine,
}

impl Reach {
    pub(super) fn of(endpoint: Option<&Endpoint>) -> Reach {
        match endpoint.is_some_and(Endpoint::is_loopback) {
            true => Reach::ThisMachine,
            false => Reach::Anywhere,
        }
    }

    /// Whether this address may be asked.
    pub(super) fn includes(self, url: &Url) -> bool {
        self == Reach::Anywhere || is_loopback(url.host_str().unwrap_or_default())
    }
}

impl Authority {
    /// The sign-in service of these options: named by the caller, by the environment, by the endpoint or by the cloud.
    pub(super) fn choose(
        options: &CredentialOptions,
        cloud: Option<Cloud>,
        endpoint: Option<&Endpoint>,
    ) -> Result<Authority, Error> {
        let cloud = cloud.or_else(|| endpoint.and_then(Endpoint::cloud));
        let root = match &options.authority {
            Some(text) => Some(Endpoint::read("authority", text)?),
            None => match endpoint.filter(|endpoint| endpoint.is_loopback()) {
                // What stands in for Graph on this machine signs in as well.
                Some(endpoint) => Some(endpoint.clone()),
                None => from_environment(options)?,
            },
        };
        let Some(root) = root else {
            let cloud = cloud.unwrap_or(Cloud::Global);
            let root = Endpoint::read("authority", &format!("https://{}", cloud.login_host()))?;
            return Ok(Authority { root, cloud });
        };
        let clouds: Vec<Cloud> = Cloud::all_of_login_host(root.host()).collect();
        match (cloud, clouds.as_slice()) {
            (Some(cloud), []) => Ok(Authority { root, cloud }),
            (Some(cloud), clouds) if clouds.contains(&cloud) => Ok(Authority { root, cloud }),
            (Some(cloud), _) => Err(Error::new(
                Status::HostRefused,
                format!(
                    "The authority {} is not the sign-in service of the {} cloud.",
                    root.origin(),
                    cloud.name()
                ),
            )
            .hint("Leave the authority out, or name the cloud that it belongs to.")),
            (None, []) => Ok(Authority {
                root,
                cloud: Cloud::Global,
            }),
            (None, [cloud]) => Ok(Authority {
                root,
                cloud: *cloud,
            }),
            (None, _) => Err(Error::new(
                Status::CloudAmbiguous,
                format!(
                    "The authority {} serves more than one cloud.",
                    root.origin()
                ),
            )
            .hint("Name the cloud: usgov or usgov-dod.")),
        }
    }

    /// The address of one of the tenant's pages.
    pub(super) fn page(&self, tenant: &str, page: &str) -> Url {
        self.root.join(&format!("/{tenant}/oauth2/v2.0/{page}"))
    }

    /// This cloud's Graph, as managed identities and the Azure CLI name what a token is for.
    pub(super) fn resource(&self) -> &'static str {
        self.default_scope().trim_end_matches("/.default")
    }

    /// All that the application may do at this cloud's Graph.
    pub(super) fn default_scope(&self) -> &'static str {
        self.cloud.scope().to_str().unwrap_or_default()
    }
}

/// The environment's choice: a cloud's sign-in service or this machine, so that no environment can steal a secret.
fn from_environment(options: &CredentialOptions) -> Result<Option<Endpoint>, Error> {
    let Some(text) = options.environment.get(AUTHORITY_VARIABLE) else {
        return Ok(None);
    };
    let hint = format!("Correct or remove {AUTHORITY_VARIABLE}.");
    let root = Endpoint::read("authority", &text).map_err(|error| {
        Error::new(
            error.status(),
            format!("{AUTHORITY_VARIABLE} cannot be used: {error}"),
        )
        .hint(hint.clone())
    })?;
    let known = Cloud::all_of_login_host(root.host()).next().is_some() && root.is_ordinary();
    if known || root.is_loopback() {
        return Ok(Some(root));
    }
    Err(Error::new(
        Status::HostRefused,
        format!(
            "{AUTHORITY_VARIABLE} names a host that is neither a cloud's sign-in service nor this machine."
        ),
    )
    .hint(format!("{hint} Another host must be named in code or on the command line.")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::CredentialKind;
    use super::*;
    use crate::environment::Environment;

    fn choose(
        authority: Option<&str>,
        variable: Option<&str>,
        cloud: Option<Cloud>,
        endpoint: Option<&str>,
    ) -> Result<(String, Cloud), Status> {
        let mut options = CredentialOptions::new(CredentialKind::ClientSecret);
        options.authority = authority.map(str::to_owned);
        let variables = variable.map(|value| (AUTHORITY_VARIABLE.to_owned(), value.to_owned()));
        options.environment = Environment::of(variables.into_iter().collect());
        let endpoint = endpoint.map(|text| Endpoint::named_by_caller(text).unwrap());
        Authority::choose(&options, cloud, endpoint.as_ref())
            .map(|authority| (authority.root.origin(), authority.cloud))
            .map_err(|error| error.status())
    }

    #[test]
    fn each_cloud_signs_in_at_its_own_host() {
        for cloud in Cloud::ALL {
            let host = format!("https://{}", cloud.login_host());
            let graph = format!("https://{}", cloud.graph_host());
            let expected = Ok((host, *cloud));
            assert_eq!(choose(None, None, Some(*cloud), None), expected);
            assert_eq!(choose(None, None, None, Some(&graph)), expected);
        }
        assert_eq!(
            choose(None, None, None, None),
            Ok((
                "https://login.microsoftonline.com".to_owned(),
                Cloud::Global
            ))
        );
    }

    #[test]
    fn a_local_endpoint_signs_in_itself() {
        let here = "http://127.0.0.1:8080";
        assert_eq!(
            choose(
                None,
                Some("https://login.microsoftonline.us"),
                None,
                Some(here)
            ),
            Ok((here.to_owned(), Cloud::Global))
        );
        assert_eq!(
            choose(None, None, Some(Cloud::China), Some(here)),
            Ok((here.to_owned(), Cloud::China))
        );
    }

    #[test]
    fn an_authority_belongs_to_its_cloud() {
        let china = "https://login.partner.microsoftonline.cn";
        assert_eq!(
            choose(Some(china), None, None, None),
            Ok((china.to_owned(), Cloud::China))
        );
        let government = "https://login.microsoftonline.us";
        assert_eq!(
            choose(Some(government), None, None, None),
            Err(Status::CloudAmbiguous)
        );
        assert_eq!(
            choose(Some(government), None, Some(Cloud::UsGovernmentDod), None),
            Ok((government.to_owned(), Cloud::UsGovernmentDod))
        );
        assert_eq!(
            choose(Some(government), None, Some(Cloud::Global), None),
            Err(Status::HostRefused)
        );
        let own = "https://sign-in.contoso.example";
        assert_eq!(
            choose(Some(own), None, Some(Cloud::China), None),
            Ok((own.to_owned(), Cloud::China))
        );
    }

    #[test]
    fn no_environment_can_steal_a_secret() {
        for (variable, expected) in [
            ("https://login.microsoftonline.com/", Ok(Cloud::Global)),
            ("https://login.chinacloudapi.cn", Ok(Cloud::China)),
            ("http://127.0.0.1:9", Ok(Cloud::Global)),
            (
                "https://login.microsoftonline.us",
                Err(Status::CloudAmbiguous),
            ),
            (
                "https://login.microsoftonline.com.evil.example",
                Err(Status::HostRefused),
            ),
            (
                "https://login.microsoftonline.com:444",
                Err(Status::HostRefused),
            ),
            (
                "https://login.microsoftonline.com.",
                Err(Status::InvalidEndpoint),
            ),
            (
                "https://x@login.microsoftonline.com",
                Err(Status::InvalidEndpoint),
            ),
            (
                "https://lögin.microsoftonline.com",
                Err(Status::InvalidEndpoint),
            ),
            (
                "https://xn--lgin-5qa.microsoftonline.com",
                Err(Status::HostRefused),
            ),
            ("http://login.microsoftonline.com", Err(Status::HostRefused)),
            ("https://login.microsoftonline.de", Err(Status::HostRefused)),
            ("login.microsoftonline.com", Err(Status::InvalidEndpoint)),
        ] {
            let chosen = choose(None, Some(variable), None, None).map(|(_, cloud)| cloud);
            assert_eq!(chosen, expected, "{variable}");
        }
    }
}
