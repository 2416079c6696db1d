//! Hours of work in seconds: tokens that live three seconds, renewed while others go on. Nobody is lost, nothing is
//! refused, and there is one sign-in a lifetime.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use graph_invalidate::{
    Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Next, Rate, Run,
    RunOptions, Secret, Status,
};
use graph_invalidate_emulator::{Emulator, Job};
use serde_json::{Value, json};
use support::control::Control;

/// In seconds. A token is renewed when a fifth of this is left.
const LIFETIME: u32 = 3;

const APPLICATION: &str = "aaaaaaaa-0000-4000-8000-000000000003";

struct Situation {
    emulator: Emulator,
    client: Client,
    begun: Instant,
}

impl Situation {
    fn new() -> Situation {
        Situation::with(LIFETIME, Duration::from_secs(20))
    }

    fn with(lifetime: u32, timeout: Duration) -> Situation {
        let emulator = Emulator::builder().users(2000).start().unwrap();
        let mut credential = CredentialOptions::new(CredentialKind::ClientSecret);
        credential.tenant = Some("contoso.example".to_owned());
        credential.client_id = Some(APPLICATION.to_owned());
        credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
        credential.environment = Environment::of(Vec::new());
        Situation::of(emulator, credential, lifetime, timeout)
    }

    fn of(
        emulator: Emulator,
        credential: CredentialOptions,
        lifetime: u32,
        timeout: Duration,
    ) -> Situation {
        let control = Control::of(emulator.url());
        control.post("token_lifetime", &json!({"seconds": lifetime}));
        let mut options = ClientOptions::default();
        options.endpoint = Some(emulator.url().to_owned());
        options.credential = Some(credential);
        options.timeout = Some(timeout);
        Situation {
            emulator,
            client: Client::new(options).unwrap(),
            begun: Instant::now(),
        }
    }

    /// Lets sign-ins meet this from the second one on.
    fn hinder_renewal(&self, mut fault: Value, times: u32) {
        fault["path_contains"] = "/oauth2/".into();
        fault["after"] = 1.into();
        fault["times"] = times.into();
        Control::of(self.emulator.url()).post("faults", &json!([fault]));
    }

    /// Signs so many users out, a hundred a second.
    fn run(&self, users: u32) -> Run {
        let mut options = RunOptions::default();
        options.rate = Rate::PerSecond(100.0);
        let run = self.client.run(options).unwrap();
        run.add((1..=users).map(|number| format!("user{number:06}@contoso.example")))
            .unwrap();
        run.finish_input().unwrap();
        run
    }

    /// One sign-in a lifetime, that is, every time when a fifth of one is left; and nothing but good answers.
    fn judge(&self) {
        let lifetimes = self.begun.elapsed().as_secs_f64() / (f64::from(LIFETIME) * 0.8);
        let requests = self.emulator.requests();
        let sign_ins = requests
            .iter()
            .filter(|request| request.path.contains("/oauth2/"))
            .count();
        assert!(
            sign_ins >= 4,
            "{sign_ins} sign-ins in {lifetimes:.1} lifetimes"
        );
        assert!(
            sign_ins as f64 <= lifetimes.ceil() + 1.0,
            "{sign_ins} sign-ins in {lifetimes:.1} lifetimes"
        );
        let refused = requests.iter().find(|request| request.status != 200);
        assert!(refused.is_none(), "{refused:?}");
    }
}

#[test]
fn a_run_outlives_its_tokens_and_loses_nobody() {
    let situation = Situation::new();
    let run = situation.run(1200);
    let (accepted, needed) = read(&run);
    assert_eq!((accepted, needed), (1200, None));
    situation.judge();
}

#[test]
fn a_renewal_that_fails_for_a_while_does_not_disturb_a_run_whose_token_still_works() {
    let hindrances = [
        // Longer than the client's timeout, and told to come back after it: no sooner.
        (json!({"kind": "stall"}), 2),
        (
            json!({"kind": "status", "status": 503, "headers": [["Retry-After", "1"]]}),
            1,
        ),
    ];
    std::thread::scope(|scope| {
        for (hindrance, times) in hindrances {
            scope.spawn(move || {
                // It is renewed from 9.6 s on, and works until 11.4 s.
                let situation = Situation::with(12, Duration::from_millis(300));
                situation.hinder_renewal(hindrance.clone(), times);
                let (accepted, needed) = read(&situation.run(1_250));
                assert_eq!((accepted, needed), (1_250, None), "{hindrance}");
            });
        }
    });
}

#[test]
fn a_run_whose_token_ends_while_nobody_can_sign_in_waits_and_goes_on() {
    let situation = Situation::with(LIFETIME, Duration::from_millis(300));
    let unavailable = json!({"kind": "status", "status": 503, "headers": [["Retry-After", "1"]]});
    situation.hinder_renewal(unavailable, 3);
    let (accepted, needed) = read(&situation.run(600));
    assert_eq!((accepted, needed), (600, Some(Status::Throttled)));
}

#[test]
fn a_run_that_can_never_sign_in_says_why() {
    let situation = Situation::with(LIFETIME, Duration::from_secs(20));
    let refused =
        json!({"kind": "sign_in_refused", "number": 7_000_215, "path_contains": "/oauth2/"});
    Control::of(situation.emulator.url()).post("faults", &json!([refused]));
    let run = situation.run(5);
    std::thread::sleep(Duration::from_millis(500));
    match run.next(Duration::from_secs(5)).unwrap() {
        Next::TokenNeeded(why) => assert_eq!(why.status, Status::SignInRefused, "{why:?}"),
        other => panic!("{other:?}"),
    }
}

/// Whoever vouches for an application in place of its secret.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Voucher {
    File,
    FileByTokenProxy,
    GitHubActions,
    AzurePipelines,
    ManagedIdentity,
}

impl Voucher {
    /// A credential, and the path at which its assertion is asked for.
    fn credential(
        self,
        emulator: &Emulator,
        folder: &Path,
    ) -> (CredentialOptions, Option<&'static str>) {
        let (variables, path) = match self {
            Voucher::File | Voucher::FileByTokenProxy => {
                (emulator.environment_of_pod(folder).unwrap(), None)
            }
            Voucher::GitHubActions => (
                emulator.environment_of(Job::GitHubActions),
                Some("/idtoken"),
            ),
            Voucher::AzurePipelines => (
                emulator.environment_of(Job::AzurePipelines),
                Some("/oidctoken"),
            ),
            Voucher::ManagedIdentity => {
                let endpoint = format!("{}/msi/token", emulator.url());
                let header = "emulated-identity-header".to_owned();
                let variables = vec![("IDENTITY_ENDPOINT", endpoint), ("IDENTITY_HEADER", header)];
                (variables, Some("/msi/token"))
            }
        };
        let mut credential = CredentialOptions::new(CredentialKind::WorkloadIdentity);
        if self == Voucher::ManagedIdentity {
            credential = CredentialOptions::new(CredentialKind::ManagedIdentityFederated);
            credential.tenant = Some("c0575000-0000-4000-8000-000000000001".to_owned());
            credential.client_id = Some(APPLICATION.to_owned());
        }
        let variables = variables.into_iter();
        credential.environment = Environment::of(
            variables
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        );
        credential.token_proxy = self == Voucher::FileByTokenProxy;
        (credential, path)
    }
}

/// Writes a token that is soon over into the file, again and again until told to stop, as a cluster does.
fn keep_fresh(emulator: &Emulator, file: &Path, until: &AtomicBool) {
    let control = Control::of(emulator.url());
    let request = json!({"subject": "repo:contoso/incidents:ref:refs/heads/main", "expires_in": 2});
    while !until.load(Ordering::Acquire) {
        let answer = control.post("federated_tokens", &request);
        let new = file.with_extension("new");
        std::fs::write(&new, answer["token"].as_str().unwrap()).unwrap();
        std::fs::rename(&new, file).unwrap();
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_run_without_a_secret_fetches_an_assertion_for_each_token() {
    std::thread::scope(|scope| {
        for voucher in [
            Voucher::File,
            Voucher::FileByTokenProxy,
            Voucher::GitHubActions,
            Voucher::AzurePipelines,
            Voucher::ManagedIdentity,
        ] {
            scope.spawn(move || {
                let builder = Emulator::builder().users(2000).token_proxy(true);
                let emulator = builder.start().unwrap();
                let folder = tempfile::tempdir().unwrap();
                let (credential, path) = voucher.credential(&emulator, folder.path());
                let situation =
                    Situation::of(emulator, credential, LIFETIME, Duration::from_secs(20));
                let (file, done) = (
                    folder.path().join("azure-identity-token"),
                    AtomicBool::new(false),
                );
                std::thread::scope(|scope| {
                    if path.is_none() {
                        scope.spawn(|| keep_fresh(&situation.emulator, &file, &done));
                    }
                    let (accepted, needed) = read(&situation.run(1000));
                    done.store(true, Ordering::Release);
                    assert_eq!((accepted, needed), (1000, None), "{voucher:?}");
                });
                situation.judge();
                let requests = situation.emulator.requests();
                let count =
                    |part: &str| requests.iter().filter(|it| it.path.contains(part)).count();
                let sign_ins = count("/oauth2/");
                assert_eq!(path.map_or(sign_ins, count), sign_ins, "{voucher:?}");
                let by_proxy = if voucher == Voucher::FileByTokenProxy {
                    sign_ins
                } else {
                    0
                };
                assert_eq!(count("/token-proxy/"), by_proxy, "{voucher:?}");
            });
        }
    });
}

/// How many users were accepted, each in one attempt, and why the run waited for a token, where it did.
fn read(run: &Run) -> (u32, Option<Status>) {
    let (mut accepted, mut needed) = (0, None);
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        match run.next(Duration::from_secs(20)).unwrap() {
            Next::Outcome(outcome) => {
                assert_eq!(outcome.status, Status::Ok, "{outcome:?}");
                assert_eq!(outcome.attempts, 1, "{outcome:?}");
                accepted += 1;
            }
            Next::TokenNeeded(why) => {
                needed = Some(why.status);
                std::thread::sleep(Duration::from_millis(20));
            }
            Next::Done => return (accepted, needed),
            other => panic!("{other:?}"),
        }
    }
    panic!("the run does not end: {:?}", run.progress());
}

#[test]
fn threads_that_share_a_client_renew_its_token_once_for_all() {
    let situation = Situation::new();
    let calls = AtomicU64::new(0);
    let until = Instant::now() + Duration::from_secs(10);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (client, calls) = (&situation.client, &calls);
            scope.spawn(move || {
                while Instant::now() < until {
                    let user = format!("user{:06}@contoso.example", 1 + thread);
                    let outcome = client.invalidate(&user, None).unwrap();
                    assert_eq!(outcome.attempts, 1);
                    calls.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
    });
    assert!(calls.load(Ordering::Relaxed) > 100);
    situation.judge();
}
