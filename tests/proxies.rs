//! Proxies: the emulator is one, and answers in the names of the clouds' own hosts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::net::TcpListener;
use std::time::Duration;

use graph_invalidate::{AccessToken, Client, ClientOptions, Cloud, Environment, Status};
use graph_invalidate_emulator::TokenRequest;
use support::behind_proxy::Situation;

const ADELE: &str = "adele.vance@contoso.example";

impl Situation {
    fn token(&self, cloud: Cloud) -> AccessToken {
        let mut request = TokenRequest::default();
        request.audience = Some(format!("https://{}", cloud.graph_host()));
        AccessToken::new(&self.emulator.mint(&request).unwrap().access_token).unwrap()
    }

    /// The address of the proxy, with these words before its host.
    fn proxy(&self, credentials: &str) -> String {
        self.emulator
            .url()
            .replace("http://", &format!("http://{credentials}"))
    }

    /// A client that only its proxy and its CA file bring to the emulator.
    fn client(&self, cloud: Cloud, proxy: &str) -> Client {
        let mut options = ClientOptions::default();
        options.cloud = Some(cloud);
        options.token = Some(self.token(cloud));
        options.proxy = Some(proxy.to_owned());
        options.ca_file = Some(self.authority.path().to_owned());
        options.timeout = Some(Duration::from_secs(20));
        Client::new(options).unwrap()
    }

    /// How a call ends with these variables and no others, at this endpoint or at the global cloud.
    fn status(&self, endpoint: Option<&str>, variables: &[(&str, &str)]) -> Status {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut options = ClientOptions::default();
        options.endpoint = endpoint.map(str::to_owned);
        options.token = Some(self.token(Cloud::Global));
        options.ca_file = Some(self.authority.path().to_owned());
        options.environment = Environment::of(variables.collect());
        match Client::new(options).unwrap().invalidate(ADELE, None) {
            Ok(outcome) => outcome.status,
            Err(error) => error.status(),
        }
    }
}

#[test]
fn every_cloud_is_reached_through_the_proxy_that_was_named() {
    let situation = Situation::new();
    for cloud in Cloud::ALL {
        situation.emulator.reset();
        let client = situation.client(*cloud, &situation.proxy(""));
        let outcome = client.invalidate(ADELE, None).unwrap();
        assert_eq!(outcome.status, Status::Ok);
        let requests = situation.emulator.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].headers["host"], cloud.graph_host());
        assert!(!requests[0].headers.contains_key("proxy-authorization"));
        assert_eq!(situation.emulator.totals().tunnels, 1);
    }
}

#[test]
fn a_proxy_gets_the_user_name_and_password_it_wants() {
    let situation = Situation::new();
    situation.emulator.guard_proxy("ada", "p@ss word");
    let client = situation.client(Cloud::Global, &situation.proxy("ada:p%40ss%20word@"));
    assert_eq!(client.invalidate(ADELE, None).unwrap().status, Status::Ok);
    for wrong in ["", "ada:hunter2@"] {
        let client = situation.client(Cloud::Global, &situation.proxy(wrong));
        let error = client.invalidate(ADELE, None).unwrap_err();
        assert_eq!(error.status(), Status::ProxyFailed, "{error:?}");
        let hint = error.outcome().hint.as_deref().unwrap();
        assert!(hint.contains("password"), "{hint}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    assert_eq!(situation.emulator.requests().len(), 1);
}

#[test]
fn a_proxy_that_is_not_there_or_refuses_is_named_as_the_culprit() {
    let situation = Situation::new();
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = unused.local_addr().unwrap();
    drop(unused);
    let client = situation.client(Cloud::Global, &format!("http://{address}"));
    let error = client.invalidate(ADELE, None).unwrap_err();
    assert!(
        [Status::ProxyFailed, Status::ConnectFailed].contains(&error.status()),
        "{error:?}"
    );
    assert!(error.outcome().hint.as_deref().unwrap().contains("proxy"));

    let mut options = ClientOptions::default();
    options.endpoint = Some("https://graph.contoso.example".to_owned());
    options.token = Some(support::token());
    options.proxy = Some(situation.proxy(""));
    let error = Client::new(options).unwrap().invalidate(ADELE, None);
    assert_eq!(error.unwrap_err().status(), Status::ProxyFailed);
}

#[test]
fn this_machine_is_never_asked_for_through_a_proxy() {
    let situation = Situation::new();
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    unused.set_nonblocking(true).unwrap();
    let mut options = ClientOptions::default();
    options.endpoint = Some(situation.emulator.url().to_owned());
    options.token = Some(situation.token(Cloud::Global));
    options.proxy = Some(format!("http://{}", unused.local_addr().unwrap()));
    let outcome = Client::new(options).unwrap().invalidate(ADELE, None);
    assert_eq!(outcome.unwrap().status, Status::Ok);
    assert!(unused.accept().is_err(), "the proxy was asked");
}

#[test]
fn the_proxy_of_an_environment_that_was_handed_over_is_used() {
    let situation = Situation::new();
    situation.emulator.guard_proxy("ada", "p@ss word");
    let proxy = situation.proxy("ada:p%40ss%20word@");
    let bare = proxy.strip_prefix("http://").unwrap();
    for variables in [
        &[("HTTPS_PROXY", proxy.as_str())][..],
        &[("https_proxy", &proxy)],
        &[("ALL_PROXY", &proxy)],
        &[("all_proxy", bare)],
        &[("HTTPS_PROXY", &proxy), ("https_proxy", "http://[::1]:9")],
        &[("HTTPS_PROXY", &proxy), ("ALL_PROXY", "http://[::1]:9")],
        &[("HTTPS_PROXY", ""), ("ALL_PROXY", &proxy)],
        &[("HTTPS_PROXY", "none at all"), ("ALL_PROXY", &proxy)],
    ] {
        situation.emulator.reset();
        situation.emulator.guard_proxy("ada", "p@ss word");
        assert_eq!(
            situation.status(None, variables),
            Status::Ok,
            "{variables:?}"
        );
        assert_eq!(situation.emulator.totals().tunnels, 1, "{variables:?}");
    }
}

#[test]
fn hosts_that_an_environment_excludes_do_without_its_proxy() {
    let situation = Situation::new();
    let proxy = situation.proxy("");
    // A name that exists nowhere: the proxy refuses it, and without the proxy it cannot be resolved.
    let status = |variables: &[(&str, &str)]| {
        situation.status(Some("https://graph.contoso.example"), variables)
    };
    let used = ("HTTPS_PROXY", proxy.as_str());
    for proxied in [
        &[used][..],
        &[used, ("NO_PROXY", "graph.microsoft.com")],
        &[used, ("NO_PROXY", ""), ("no_proxy", "contoso.example")],
    ] {
        assert_eq!(status(proxied), Status::ProxyFailed, "{proxied:?}");
    }
    let asked = situation.emulator.totals().tunnels_refused;
    assert!(asked > 0);
    for direct in [
        &[][..],
        &[("HTTP_PROXY", proxy.as_str())],
        &[used, ("NO_PROXY", "graph.contoso.example")],
        &[used, ("no_proxy", "10.0.0.0/8, .contoso.example")],
        &[used, ("NO_PROXY", "*")],
        &[used, ("REQUEST_METHOD", "GET")],
    ] {
        assert_eq!(status(direct), Status::NameResolutionFailed, "{direct:?}");
    }
    assert_eq!(situation.emulator.totals().tunnels_refused, asked);
}
