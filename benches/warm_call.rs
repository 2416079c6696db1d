//! A warm call against the bare transport crate doing the same POST, in turns, in one process.
//! Prints one line, `warm_call RATIO LIBRARY_MICROSECONDS BARE_MICROSECONDS`, which `cargo xtask bench` reads.

#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use graph_invalidate::{AccessToken, Client, ClientOptions};
use graph_invalidate_emulator::{Emulator, TokenRequest};

const USER: &str = "adele.vance@contoso.example";
const ROUNDS: usize = 41;
const CALLS: u32 = 200;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed(mut call: impl FnMut()) -> f64 {
    let begin = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    begin.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

fn main() {
    let emulator = Emulator::builder().start().unwrap();
    let token = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;

    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token).unwrap());
    let client = Client::new(options).unwrap();

    let _ = rustls::crypto::ring::default_provider().install_default();
    let bare = reqwest::blocking::Client::builder()
        .no_proxy()
        .tcp_nodelay(true)
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let url = format!(
        "{}/beta/users/{USER}/invalidateAllRefreshTokens",
        emulator.url()
    );

    let mut ratios = Vec::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let library = timed(|| drop(client.invalidate(USER, None).unwrap()));
        let crate_alone = timed(|| {
            let answer = bare.post(&url).bearer_auth(&token).body("").send().unwrap();
            assert!(answer.status().is_success());
            answer.bytes().unwrap();
        });
        ratios.push(library / crate_alone);
        ours.push(library);
        theirs.push(crate_alone);
    }
    println!(
        "warm_call {:.2} {:.0} {:.0}",
        median(ratios),
        median(ours),
        median(theirs)
    );
}
