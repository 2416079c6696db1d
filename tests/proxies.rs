//! Proxies: the emulator is one, and answers in the names of the clouds' own hosts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use graph_invalidate::{
    AccessToken, Client, ClientOptions, Cloud, Environment, Next, Rate, RunOptions, Status,
};
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
        // What leads nowhere decides nothing.
        &[("HTTPS_PROXY", &proxy), ("ALL_PROXY", "socks5://[::1]:9")],
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
fn a_variable_that_cannot_be_used_is_named_and_never_passed_over() {
    let made = |variables: &[(&str, &str)]| {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut options = ClientOptions::default();
        options.environment = Environment::of(variables.collect());
        Client::new(options)
    };
    for name in [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        for value in [
            "http://user:hu#sh@127.0.0.1:9",
            "http://user:9/hush@127.0.0.1:9",
            "http://user:9?hush@127.0.0.1:9",
            "http://user:hush@",
            "http://user:hush@127.0.0.1:99999",
            "http://user:hush@127.0.0.1/path",
            "user:hush@with space:80",
            "none at all",
            "ftp://user:hush@127.0.0.1",
            "socks5h://user:hush@127.0.0.1:1080",
            "file:///hush",
            "://",
        ] {
            let error = made(&[(name, value)])
                .err()
                .unwrap_or_else(|| panic!("{name}={value}"));
            assert_eq!(error.status(), Status::InvalidProxy, "{name}={value}");
            let said = format!("{error:?}");
            assert!(error.to_string().contains(name), "{said}");
            assert!(!said.contains("hu#sh") && !said.contains("hush"), "{said}");
        }
        for value in [
            "",
            " ",
            "proxy.example",
            "proxy.example:8080",
            "https://[::1]:9/",
            "http://a:b%23@p",
        ] {
            assert!(made(&[(name, value)]).is_ok(), "{name}={value}");
        }
    }
    for name in ["NO_PROXY", "no_proxy"] {
        for value in [
            "10.0.0.0/33",
            "fe80::/129",
            "http://contoso.example",
            "contoso.example/x",
        ] {
            let error = made(&[(name, value)])
                .err()
                .unwrap_or_else(|| panic!("{name}={value}"));
            assert!(error.to_string().contains(name), "{error}");
        }
        for value in [
            "",
            "*",
            " a.example , .b.example,",
            "10.0.0.0/8,fe80::/10,::1,localhost",
        ] {
            assert!(made(&[(name, value)]).is_ok(), "{name}={value}");
        }
    }
}

/// A proxy that always answers this, and how many connections it has had.
fn stubborn_proxy(answer: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            counted.fetch_add(1, Ordering::Relaxed);
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, connections)
}

fn client_through(proxy: &str) -> Client {
    let mut options = ClientOptions::default();
    options.token = Some(support::token());
    options.proxy = Some(proxy.to_owned());
    options.timeout = Some(Duration::from_secs(20));
    Client::new(options).unwrap()
}

const REFUSED: &str = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\n\r\n";

#[test]
fn a_password_that_a_proxy_refused_is_sent_once() {
    let (address, connections) = stubborn_proxy(REFUSED);
    let client = client_through(&format!("http://ada:hunter2@{address}"));
    for _ in 0..3 {
        let error = client.invalidate(ADELE, None).unwrap_err();
        assert_eq!(error.status(), Status::ProxyFailed, "{error:?}");
        let said = format!("{error:?}");
        assert!(said.contains("407") && said.contains("Basic"), "{said}");
        assert!(
            said.contains("sent once") && !said.contains("hunter2"),
            "{said}"
        );
    }
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.invalidate(ADELE, None).unwrap_err());
        }
    });
    assert_eq!(connections.load(Ordering::Relaxed), 1);

    // Many requests at once over connections of their own, of the same client and of a new one.
    assert_eq!(end_of_run(&client), Status::ProxyFailed);
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    let (address, connections) = stubborn_proxy(REFUSED);
    let client = client_through(&format!("http://ada:hunter2@{address}"));
    assert_eq!(end_of_run(&client), Status::ProxyFailed);
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

/// How a run over many users ends, all of whom go out at once.
fn end_of_run(client: &Client) -> Status {
    let mut options = RunOptions::default();
    options.rate = Rate::Unlimited;
    let run = client.run(options).unwrap();
    run.add((0..400).map(|number| format!("user{number}@contoso.example")))
        .unwrap();
    run.finish_input().unwrap();
    loop {
        match run.next(Duration::from_secs(20)) {
            Err(error) => return error.status(),
            Ok(Next::Done) => panic!("no failure"),
            Ok(_) => {}
        }
    }
}

#[test]
fn a_proxys_refusal_is_final_and_keeps_what_it_said() {
    let negotiate = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n";
    let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    for (answer, credentials, said, helps) in [
        (
            negotiate,
            "",
            "407 Proxy Authentication Required and wants Negotiate or NTLM",
            "local proxy",
        ),
        (
            negotiate,
            "ada:hunter2@",
            "Negotiate or NTLM",
            "local proxy",
        ),
        (REFUSED, "", "wants Basic", "user:password@"),
        (forbidden, "", "403 Forbidden", "allow HTTPS connections"),
        (
            forbidden,
            "ada:hunter2@",
            "403 Forbidden",
            "allow HTTPS connections",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n",
            "",
            "302 Found",
            "another proxy",
        ),
        (
            "SSH-2.0-x\r\n\r\n",
            "ada:hunter2@",
            "does not respond like a proxy",
            "HTTP proxy",
        ),
    ] {
        let (address, connections) = stubborn_proxy(answer);
        let client = client_through(&format!("http://{credentials}{address}"));
        let error = client.invalidate(ADELE, None).unwrap_err();
        assert_eq!(error.status(), Status::ProxyFailed, "{error:?}");
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(error.to_string().contains(&address), "{error}");
        let hint = error.outcome().hint.clone().unwrap();
        assert!(hint.contains(helps), "{helps}: {hint}");
        assert!(!format!("{error:?}").contains("hunter2"));
        assert_eq!(connections.load(Ordering::Relaxed), 1, "{said}");
    }
    // What may pass is tried again, as a connection that cannot be made is.
    let (address, connections) = stubborn_proxy("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    let error = client_through(&format!("http://{address}")).invalidate(ADELE, None);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("503 Service Unavailable")
    );
    assert_eq!(connections.load(Ordering::Relaxed), 3);
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
