//! The national clouds: where Graph lives in each, and which token belongs to which.

use std::ffi::CStr;

use url::Url;

use crate::outcome::Error;
use crate::status::Status;

/// A national cloud. Hosts and names: Connect-MgGraph's environments
/// (<https://learn.microsoft.com/graph/deployments>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cloud {
    /// The global service, the US government's moderate cloud (GCC) included.
    Global,
    /// US Government L4 (GCC High).
    UsGovernment,
    /// US Government L5 (DoD).
    UsGovernmentDod,
    /// China, operated by 21Vianet.
    China,
}

/// The application id of Microsoft Graph, which some tokens carry as their audience, in every cloud.
const GRAPH_APPLICATION_ID: &str = "00000003-0000-0000-c000-000000000000";

/// The hosts of the retired German cloud, recognised only to say so.
const RETIRED_GERMAN_HOSTS: &[&str] = &["graph.microsoft.de", "login.microsoftonline.de"];

/// All that is known of a cloud.
struct Place {
    cloud: Cloud,
    /// Ours first, then Connect-MgGraph's where it differs.
    names: &'static [&'static str],
    graph_host: &'static str,
    /// What a sign-in library is asked for, to get a token for Graph. A C string: the C ABI hands it out.
    scope: &'static CStr,
    /// The sign-in service's own host first, then others that it answers under or issues tokens as.
    login_hosts: &'static [&'static str],
}

/// The one table of hosts: nothing is ever sent to a Microsoft host that is not in it.
///
/// Sources: <https://learn.microsoft.com/graph/deployments>,
/// <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>.
const PLACES: &[Place] = &[
    Place {
        cloud: Cloud::Global,
        names: &["global"],
        graph_host: "graph.microsoft.com",
        scope: c"https://graph.microsoft.com/.default",
        login_hosts: &[
            "login.microsoftonline.com",
            "login.windows.net",
            "sts.windows.net",
        ],
    },
    Place {
        cloud: Cloud::UsGovernment,
        names: &["usgov"],
        graph_host: "graph.microsoft.us",
        scope: c"https://graph.microsoft.us/.default",
        login_hosts: &["login.microsoftonline.us"],
    },
    Place {
        cloud: Cloud::UsGovernmentDod,
        names: &["usgov-dod", "usgovdod"],
        graph_host: "dod-graph.microsoft.us",
        scope: c"https://dod-graph.microsoft.us/.default",
        login_hosts: &["login.microsoftonline.us"],
    },
    Place {
        cloud: Cloud::China,
        names: &["china"],
        graph_host: "microsoftgraph.chinacloudapi.cn",
        scope: c"https://microsoftgraph.chinacloudapi.cn/.default",
        login_hosts: &[
            "login.chinacloudapi.cn",
            "login.partner.microsoftonline.cn",
            "sts.chinacloudapi.cn",
        ],
    },
];

/// What the audience and the issuer of a token say about its cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    Cloud(Cloud),
    /// Graph's application id, issued by an authority that serves more than one cloud or is unknown.
    Ambiguous,
    /// Not Microsoft Graph.
    OtherResource,
}

impl Cloud {
    /// Every cloud.
    pub const ALL: &'static [Cloud] = &[
        Cloud::Global,
        Cloud::UsGovernment,
        Cloud::UsGovernmentDod,
        Cloud::China,
    ];

    const fn row(self) -> &'static Place {
        // In the order of the enumeration, as a test makes sure.
        &PLACES[self as usize]
    }

    /// The name by which options choose the cloud.
    pub const fn name(self) -> &'static str {
        self.row().names[0]
    }

    /// The cloud of this name: `global`, `usgov`, `usgov-dod`, `china`, or a name of Connect-MgGraph, in any letter
    /// case.
    pub fn from_name(name: &str) -> Result<Cloud, Error> {
        let lower = name.to_ascii_lowercase();
        if let Some(place) = PLACES
            .iter()
            .find(|place| place.names.contains(&lower.as_str()))
        {
            return Ok(place.cloud);
        }
        let (message, hint) = if lower == "germany" {
            (
                "The German cloud was closed in 2021.".to_owned(),
                "Its tenants are in the global cloud now: use global.",
            )
        } else {
            (
                format!("There is no cloud {name:?}."),
                "The clouds are global, usgov, usgov-dod and china.",
            )
        };
        Err(Error::new(Status::InvalidOption, message).hint(hint))
    }

    /// Graph's host in this cloud.
    pub const fn graph_host(self) -> &'static str {
        self.row().graph_host
    }

    /// The scope by which a sign-in library is asked for a token for Graph in this cloud.
    pub(crate) const fn scope(self) -> &'static CStr {
        self.row().scope
    }

    /// The sign-in service's host in this cloud.
    pub const fn login_host(self) -> &'static str {
        self.row().login_hosts[0]
    }

    /// The cloud whose Graph host this is.
    pub(crate) fn from_graph_host(host: &str) -> Option<Cloud> {
        PLACES
            .iter()
            .find(|place| place.graph_host.eq_ignore_ascii_case(host))
            .map(|place| place.cloud)
    }

    /// The clouds that sign in at this host: L4 and L5 share theirs.
    pub(crate) fn all_of_login_host(host: &str) -> impl Iterator<Item = Cloud> {
        PLACES
            .iter()
            .filter(move |place| {
                place
                    .login_hosts
                    .iter()
                    .any(|login| login.eq_ignore_ascii_case(host))
            })
            .map(|place| place.cloud)
    }

    pub(crate) fn is_retired_host(host: &str) -> bool {
        RETIRED_GERMAN_HOSTS
            .iter()
            .any(|retired| retired.eq_ignore_ascii_case(host))
    }

    /// Places a token by its audience and, where that is Graph's application id, by its issuer.
    pub(crate) fn place(audience: &str, issuer: Option<&str>) -> Placement {
        if audience.eq_ignore_ascii_case(GRAPH_APPLICATION_ID) {
            let issuer = issuer.and_then(host_of).unwrap_or_default();
            let mut clouds = Cloud::all_of_login_host(&issuer);
            return match (clouds.next(), clouds.next()) {
                (Some(cloud), None) => Placement::Cloud(cloud),
                _ => Placement::Ambiguous,
            };
        }
        match host_of(audience).and_then(|host| Cloud::from_graph_host(&host)) {
            Some(cloud) => Placement::Cloud(cloud),
            None => Placement::OtherResource,
        }
    }
}

fn host_of(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPLICATION_ID: &str = "00000003-0000-0000-C000-000000000000";

    #[test]
    fn every_cloud_stands_at_its_place_in_the_table() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.row().cloud, *cloud);
            assert_eq!(Cloud::from_name(cloud.name()), Ok(*cloud));
            assert!(Cloud::all_of_login_host(cloud.login_host()).any(|it| it == *cloud));
            let scope = format!("https://{}/.default", cloud.graph_host());
            assert_eq!(cloud.scope().to_str(), Ok(scope.as_str()));
        }
        assert_eq!(PLACES.len(), Cloud::ALL.len());
    }

    #[test]
    fn an_audience_names_its_cloud() {
        for cloud in Cloud::ALL {
            for audience in [
                format!("https://{}", cloud.graph_host()),
                format!("https://{}/", cloud.graph_host()),
            ] {
                assert_eq!(Cloud::place(&audience, None), Placement::Cloud(*cloud));
            }
        }
        for other in [
            "https://management.azure.com",
            "https://graph.microsoft.com.evil.example",
            "graph.microsoft.com",
            "00000002-0000-0000-c000-000000000000",
        ] {
            assert_eq!(
                Cloud::place(other, None),
                Placement::OtherResource,
                "{other}"
            );
        }
    }

    #[test]
    fn an_application_id_is_placed_by_the_issuer() {
        let place = |issuer| Cloud::place(APPLICATION_ID, issuer);
        assert_eq!(
            place(Some("https://sts.windows.net/tenant/")),
            Placement::Cloud(Cloud::Global)
        );
        assert_eq!(
            place(Some("https://login.partner.microsoftonline.cn/tenant/v2.0")),
            Placement::Cloud(Cloud::China)
        );
        assert_eq!(
            place(Some("https://login.microsoftonline.us/tenant/v2.0")),
            Placement::Ambiguous
        );
        assert_eq!(place(None), Placement::Ambiguous);
    }

    #[test]
    fn names_are_those_of_connect_mggraph_too() {
        for (name, cloud) in [
            ("GLOBAL", Cloud::Global),
            ("USGov", Cloud::UsGovernment),
            ("USGovDoD", Cloud::UsGovernmentDod),
            ("usgov-dod", Cloud::UsGovernmentDod),
            ("China", Cloud::China),
        ] {
            assert_eq!(Cloud::from_name(name), Ok(cloud));
        }
        assert!(Cloud::from_name("Germany").is_err_and(|error| error.to_string().contains("2021")));
        assert!(Cloud::from_name("mars").is_err());
    }
}
