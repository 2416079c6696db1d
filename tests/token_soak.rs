//! Hours of work in seconds: tokens that live three seconds, renewed while others go on. Nobody is lost, nothing is refused, and
//! there is one sign-in a lifetime.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use graph_invalidate::{
    Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Next, Rate, RunOptions,
    Secret, Status,
};
use graph_invalidate_emulator::Emulator;
use serde_json::json;
use support::control::Control;

/// In seconds. A token is renewed when a fifth of this is left.
const LIFETIME: u32 = 3;

struct Situation {
    emulator: Emulator,
    client: Client,
    begun: Instant,
}

impl Situation {
    fn new() -> Situation {
        let emulator = Emulator::builder().users(2000).start().unwrap();
        let control = Control::of(emulator.url());
        control.post("token_lifetime", &json!({"seconds": LIFETIME}));
        let mut credential = CredentialOptions::new(CredentialKind::ClientSecret);
        credential.tenant = Some("contoso.example".to_owned());
        credential.client_id = Some("aaaaaaaa-0000-4000-8000-000000000003".to_owned());
        credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
        credential.environment = Environment::of(Vec::new());
        let mut options = ClientOptions::default();
        options.endpoint = Some(emulator.url().to_owned());
        options.credential = Some(credential);
        Situation {
            emulator,
            client: Client::new(options).unwrap(),
            begun: Instant::now(),
        }
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
    let mut options = RunOptions::default();
    options.rate = Rate::PerSecond(100.0);
    let run = situation.client.run(options).unwrap();
    let users = 1..=1200;
    run.add(users.map(|number| format!("user{number:06}@contoso.example")))
        .unwrap();
    run.finish_input().unwrap();
    let mut accepted = 0;
    loop {
        match run.next(Duration::from_secs(20)).unwrap() {
            Next::Outcome(outcome) => {
                assert_eq!(outcome.status, Status::Ok, "{outcome:?}");
                assert_eq!(outcome.attempts, 1, "{outcome:?}");
                accepted += 1;
            }
            Next::Done => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(accepted, 1200);
    situation.judge();
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
