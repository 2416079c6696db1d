//! A real proxy, tinyproxy, between the command and the emulator: sign-in and action through it, and what it refuses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![cfg(unix)]

#[allow(unreachable_pub)]
#[path = "../../tests/support"]
mod support {
    pub mod behind_proxy;
}

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use graph_invalidate_emulator::Emulator;
use support::behind_proxy::Situation;

const ADELE: &str = "adele.vance@contoso.example";
const PASSWORD: &str = "hush-hush";

/// tinyproxy, whose way to the clouds leads to the emulator; killed when dropped.
struct Proxy {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Proxy {
    fn start(upstream: &str, further: &str) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let upstream = upstream.strip_prefix("http://").unwrap();
        let configuration = folder.path().join("tinyproxy.conf");
        let log = folder.path().join("log");
        std::fs::write(
            &configuration,
            format!(
                "Port {port}\nListen 127.0.0.1\nTimeout 60\nLogFile \"{}\"\nMaxClients 20\nAllow 127.0.0.1\nUpstream http {upstream}\n{further}\n",
                log.display()
            ),
        )
        .unwrap();
        let child = Command::new("tinyproxy")
            .arg("-d")
            .arg("-c")
            .arg(&configuration)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("tinyproxy starts");
        let address = format!("127.0.0.1:{port}");
        let begun = Instant::now();
        while TcpStream::connect(&address).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "tinyproxy listens"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Proxy {
            child,
            address,
            _folder: folder,
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Situation {
    /// The command signs in with a secret and signs a user out, in the US government's cloud.
    fn command(&self, further: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
        command
            .args(["users", ADELE, "--cloud", "usgov", "--output", "json"])
            .args(["--auth", "client-secret", "--tenant", "contoso.example"])
            .args(["--client-id", "aaaaaaaa-0000-4000-8000-000000000003"])
            .args(further)
            .env_clear()
            .env("AZURE_CLIENT_SECRET", "emulated-secret");
        command
    }

    fn with_authority(&self, further: &[&str]) -> Command {
        let mut command = self.command(further);
        command.arg("--ca-file").arg(self.authority.path());
        command
    }
}

/// What became of the user; and no password in it.
fn status(output: &Output) -> String {
    let shown = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        !shown.contains(PASSWORD) && !shown.contains("emulated-secret"),
        "{shown}"
    );
    let line = shown.lines().find(|line| line.starts_with('{'));
    let line: serde_json::Value = serde_json::from_str(line.expect(&shown)).unwrap();
    line["status"].as_str().unwrap().to_owned()
}

#[test]
fn sign_in_and_action_go_through_a_real_proxy() {
    let situation = Situation::new();
    let proxy = Proxy::start(situation.emulator.url(), "");
    let address = format!("http://{}", proxy.address);
    let output = situation
        .with_authority(&["--proxy", &address])
        .output()
        .unwrap();
    assert_eq!(status(&output), "accepted");
    assert_eq!(situation.emulator.totals().tunnels, 2);
    for name in ["HTTPS_PROXY", "https_proxy"] {
        let output = situation
            .with_authority(&[])
            .env(name, &address)
            .output()
            .unwrap();
        assert_eq!(status(&output), "accepted", "{name}");
    }
}

#[test]
fn a_real_proxy_gets_its_user_name_and_password() {
    let situation = Situation::new();
    let proxy = Proxy::start(
        situation.emulator.url(),
        &format!("BasicAuth ada {PASSWORD}"),
    );
    for (credentials, expected) in [
        (format!("ada:{PASSWORD}@"), "accepted"),
        (format!("bob:{PASSWORD}@"), "proxy_failed"),
        (String::new(), "proxy_failed"),
    ] {
        let address = format!("http://{credentials}{}", proxy.address);
        let output = situation
            .with_authority(&[])
            .env("HTTPS_PROXY", address)
            .output()
            .unwrap();
        assert_eq!(status(&output), expected);
    }
}

#[test]
fn a_real_proxy_that_refuses_is_named_as_the_culprit() {
    let situation = Situation::new();
    // It lets tunnels through to port 444 alone.
    let proxy = Proxy::start(situation.emulator.url(), "ConnectPort 444");
    let address = format!("http://{}", proxy.address);
    let output = situation
        .with_authority(&["--proxy", &address])
        .output()
        .unwrap();
    assert_eq!(status(&output), "proxy_failed");
    assert_eq!(situation.emulator.totals().tunnels, 0);
}

#[test]
fn a_proxy_that_hangs_costs_the_timeout_and_no_more() {
    let situation = Situation::new();
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", hanging.local_addr().unwrap());
    let begun = Instant::now();
    let output = situation
        .with_authority(&["--proxy", &address, "--timeout", "1s"])
        .output()
        .unwrap();
    assert_eq!(status(&output), "deadline_exceeded");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_proxy_may_be_spoken_to_over_tls() {
    let emulator = Emulator::builder()
        .proxy(true)
        .encrypted(true)
        .start()
        .unwrap();
    let authority = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), emulator.authority().unwrap()).unwrap();
    let situation = Situation {
        emulator,
        authority,
    };
    let address = situation.emulator.url().to_owned();
    assert!(address.starts_with("https://"));
    let output = situation
        .with_authority(&["--proxy", &address])
        .output()
        .unwrap();
    assert_eq!(status(&output), "accepted");
    assert_eq!(situation.emulator.totals().tunnels, 2);
}

#[test]
fn the_systems_authorities_are_those_that_ssl_cert_file_names() {
    let situation = Situation::new();
    let proxy = ["--proxy", situation.emulator.url()];
    let output = situation
        .command(&proxy)
        .env("SSL_CERT_FILE", situation.authority.path())
        .output()
        .unwrap();
    assert_eq!(status(&output), "accepted");
    // This machine's own authorities do not vouch for the emulator.
    let output = situation.command(&proxy).output().unwrap();
    assert_eq!(status(&output), "certificate_refused");
}
