//! The national clouds: where Graph lives in each, and which token belongs to which.

use reqwest::Url;

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

/// The host of the retired German cloud, recognised only to say so.
const RETIRED_GERMAN_HOST: &str = "graph.microsoft.de";

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

    /// The name by which options choose the cloud.
    pub const fn name(self) -> &'static str {
        match self {
            Cloud::Global => "global",
            Cloud::UsGovernment => "usgov",
            Cloud::UsGovernmentDod => "usgov-dod",
            Cloud::China => "china",
        }
    }

    /// The cloud of this name: `global`, `usgov`, `usgov-dod`, `china`, or a name of Connect-MgGraph, in any letter case.
    pub fn from_name(name: &str) -> Result<Cloud, Error> {
        match name.to_ascii_lowercase().as_str() {
            "global" => Ok(Cloud::Global),
            "usgov" => Ok(Cloud::UsGovernment),
            "usgov-dod" | "usgovdod" => Ok(Cloud::UsGovernmentDod),
            "china" => Ok(Cloud::China),
            "germany" => Err(Error::new(
                Status::InvalidOption,
                "The German cloud was closed in 2021.",
            )
            .hint("Its tenants live in the global cloud now: use global.")),
            _ => Err(Error::new(
                Status::InvalidOption,
                format!("There is no cloud {name:?}."),
            )
            .hint("The clouds are global, usgov, usgov-dod and china.")),
        }
    }

    /// Graph's host in this cloud.
    pub const fn graph_host(self) -> &'static str {
        match self {
            Cloud::Global => "graph.microsoft.com",
            Cloud::UsGovernment => "graph.microsoft.us",
            Cloud::UsGovernmentDod => "dod-graph.microsoft.us",
            Cloud::China => "microsoftgraph.chinacloudapi.cn",
        }
    }

    /// The cloud whose Graph host this is.
    pub(crate) fn from_graph_host(host: &str) -> Option<Cloud> {
        Cloud::ALL
            .iter()
            .copied()
            .find(|cloud| cloud.graph_host().eq_ignore_ascii_case(host))
    }

    pub(crate) fn is_retired_host(host: &str) -> bool {
        host.eq_ignore_ascii_case(RETIRED_GERMAN_HOST)
    }

    /// Places a token by its audience and, where that is Graph's application id, by its issuer.
    pub(crate) fn place(audience: &str, issuer: Option<&str>) -> Placement {
        if audience.eq_ignore_ascii_case(GRAPH_APPLICATION_ID) {
            return match issuer.and_then(host_of).as_deref() {
                Some("login.microsoftonline.com" | "login.windows.net" | "sts.windows.net") => {
                    Placement::Cloud(Cloud::Global)
                }
                Some(
                    "login.chinacloudapi.cn"
                    | "sts.chinacloudapi.cn"
                    | "login.partner.microsoftonline.cn",
                ) => Placement::Cloud(Cloud::China),
                // login.microsoftonline.us issues for L4 and L5 alike.
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
