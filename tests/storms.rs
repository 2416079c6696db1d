//! A service that answers anything is not asked faster than our own back-off allows, on any path.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use graph_invalidate::{
    Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Rate, RunOptions, Secret,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use support::token;

/// For how long each path is watched.
const WATCHED: Duration = Duration::from_millis(2_500);

/// How many requests pauses allow that begin with so many milliseconds and double, at their shortest.
fn allowed(first: u64, elapsed: Duration) -> usize {
    let (mut requests, mut pause, mut at) = (1, first, 0);
    while u128::from(at + pause) <= elapsed.as_millis() {
        requests += 1;
        at += pause;
        pause = (pause * 2).min(5_000);
    }
    requests
}

/// Where answers differ from one to the next each look begins anew: no pause is shorter than a quarter of a second.
fn allowed_when_mixed(elapsed: Duration) -> usize {
    1 + usize::try_from(elapsed.as_millis() / 250).unwrap()
}

/// What services, gateways and mistakes put into a Retry-After.
const WAITS: &[Option<&str>] = &[
    None,
    Some("0"),
    Some("0.0"),
    Some("-0"),
    Some("-7"),
    Some("1e-9"),
    Some("0.001"),
    Some("Thu, 01 Jan 1970 00:00:00 GMT"),
    Some("Tue, 24 Nov 2026 09:00:00 GMT"),
    Some("soon"),
    Some(""),
    Some("0, 0"),
    Some("NaN"),
    Some("1e300"),
];

/// An answer: its status, its Retry-After, and for batches whether it stands with the items.
#[derive(Clone, Copy, Debug)]
struct Answer {
    status: u16,
    wait: Option<&'static str>,
    in_items: bool,
}

/// A service that gives each of these answers in turn, whatever it is asked.
struct Service {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Service {
    fn start(answers: Vec<Answer>) -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let answers = Arc::new(answers);
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, counted) = (Arc::clone(&answers), Arc::clone(&counted));
                std::thread::spawn(move || serve(stream, &answers, &counted));
            }
        });
        Service { url, requests }
    }

    fn asked(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

fn serve(mut stream: TcpStream, answers: &[Answer], counted: &AtomicUsize) {
    while let Some((path, body)) = read(&mut stream) {
        let answer = match path.contains("/devicecode") {
            true => None,
            false => {
                let index = counted.fetch_add(1, Ordering::Relaxed);
                Some(answers[index % answers.len()])
            }
        };
        if stream.write_all(&written(answer, &path, body)).is_err() {
            return;
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<(String, Option<Value>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    let path = head.split(' ').nth(1).unwrap().to_owned();
    Some((path, serde_json::from_slice(&body).ok()))
}

fn written(answer: Option<Answer>, path: &str, body: Option<Value>) -> Vec<u8> {
    let Some(answer) = answer else {
        // Told so, somebody would poll without any pause.
        let code = json!({"device_code": "d", "user_code": "u", "expires_in": 900, "interval": 0});
        return http(200, None, &code.to_string());
    };
    if answer.in_items && path.ends_with("$batch") {
        let headers = answer
            .wait
            .map_or(json!({}), |wait| json!({"Retry-After": wait}));
        let items = body.unwrap()["requests"].as_array().unwrap().clone();
        let items: Vec<Value> = items
            .iter()
            .map(|item| {
                json!({"id": item["id"], "status": answer.status, "headers": headers, "body": {"error": {"code": "x"}}})
            })
            .collect();
        return http(200, None, &json!({"responses": items}).to_string());
    }
    let content = match answer.status {
        // A cut-off that has not moved.
        200 => json!({"id": "i", "signInSessionsValidFromDateTime": "2001-01-01T00:00:00Z"}),
        _ => json!({"error": {"code": "x", "message": "slow down"}}),
    };
    http(answer.status, answer.wait, &content.to_string())
}

fn http(status: u16, wait: Option<&str>, body: &str) -> Vec<u8> {
    let wait = wait.map_or(String::new(), |wait| format!("Retry-After: {wait}\r\n"));
    format!(
        "HTTP/1.1 {status} x\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\n{wait}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn client(service: &Service, change: impl FnOnce(&mut ClientOptions)) -> Client {
    let mut options = ClientOptions::default();
    options.endpoint = Some(service.url.clone());
    options.timeout = Some(WATCHED);
    change(&mut options);
    Client::new(options).unwrap()
}

fn with_token(service: &Service) -> Client {
    client(service, |options| options.token = Some(token()))
}

fn signing_in(
    service: &Service,
    kind: CredentialKind,
    change: impl FnOnce(&mut CredentialOptions),
) -> Client {
    let mut credential = CredentialOptions::new(kind);
    credential.environment = Environment::of(vec![(
        "AZURE_POD_IDENTITY_AUTHORITY_HOST".to_owned(),
        service.url.clone(),
    )]);
    change(&mut credential);
    client(service, |options| options.credential = Some(credential))
}

fn run(service: &Service, users: usize, change: impl FnOnce(&mut RunOptions)) {
    let client = client(service, |options| {
        options.token = Some(token());
        // Each user's time: longer than it is watched.
        options.timeout = Some(Duration::from_secs(60));
    });
    let mut options = RunOptions::default();
    change(&mut options);
    let run = client.run(options).unwrap();
    run.add((0..users).map(|number| format!("user{number}@contoso.example")))
        .unwrap();
    run.finish_input().unwrap();
    let end = Instant::now() + WATCHED;
    while Instant::now() < end {
        let _ = run.next(Duration::from_millis(50));
    }
    run.cancel();
}

fn client_secret(service: &Service) -> Client {
    signing_in(service, CredentialKind::ClientSecret, |credential| {
        credential.tenant = Some("contoso.example".to_owned());
        credential.client_id = Some("aaaaaaaa-0000-4000-8000-000000000003".to_owned());
        credential.client_secret = Some(Secret::new("hush-hush").unwrap());
        credential.authority = Some(service.url.clone());
    })
}

/// One way to ask, and how many requests there may be at once.
struct Path {
    name: &'static str,
    ask: fn(&Service),
    at_once: usize,
}

const PATHS: &[Path] = &[
    Path {
        name: "a call",
        ask: |service| drop(with_token(service).invalidate("adele@contoso.com", None)),
        at_once: 1,
    },
    Path {
        name: "a verification",
        ask: |service| {
            let not_before: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
            drop(with_token(service).verify("adele@contoso.com", not_before, None));
        },
        at_once: 1,
    },
    Path {
        name: "reads of roles and of a user",
        // Three reads at most, each with a time of its own up to the deadline.
        ask: |service| drop(with_token(service).access_online(Some("adele@contoso.com"), None)),
        at_once: 3,
    },
    Path {
        name: "a run in batches",
        ask: |service| run(service, 20, |_| {}),
        at_once: 1,
    },
    Path {
        name: "a run of many, as fast as it goes",
        // Whatever its window is: what one request was told holds for all that follow.
        ask: |service| run(service, 400, |options| options.rate = Rate::Unlimited),
        at_once: 16,
    },
    Path {
        name: "a run by plain requests",
        ask: |service| run(service, 3, |options| options.batch_size = Some(1)),
        at_once: 3,
    },
    Path {
        name: "a run that looks exclusions up",
        ask: |service| {
            run(service, 20, |options| {
                options.exclude = vec!["b@contoso.com".to_owned()]
            })
        },
        at_once: 2,
    },
    Path {
        name: "a dry run",
        ask: |service| {
            run(service, 20, |options| {
                options.mode = graph_invalidate::RunMode::DryRun
            })
        },
        at_once: 2,
    },
    Path {
        name: "a sign-in",
        ask: |service| drop(client_secret(service).invalidate("adele@contoso.com", None)),
        at_once: 1,
    },
    Path {
        name: "a run that signs in",
        ask: |service| {
            let run = client_secret(service).run(RunOptions::default()).unwrap();
            run.add(["adele@contoso.com"]).unwrap();
            run.finish_input().unwrap();
            let end = Instant::now() + WATCHED;
            while Instant::now() < end {
                let _ = run.next(Duration::from_millis(50));
            }
        },
        at_once: 1,
    },
    Path {
        name: "a managed identity",
        // Its metadata service is looked for first, by a request of its own.
        ask: |service| {
            let client = signing_in(service, CredentialKind::ManagedIdentity, |_| {});
            drop(client.invalidate("adele@contoso.com", None));
        },
        at_once: 2,
    },
    Path {
        name: "a device code",
        ask: |service| {
            let client = signing_in(service, CredentialKind::DeviceCode, |credential| {
                credential.authority = Some(service.url.clone());
            });
            let end = Instant::now() + WATCHED;
            while Instant::now() < end {
                if client.sign_in(None).is_err() {
                    // Somebody who begins again is no storm of ours.
                    break;
                }
            }
        },
        at_once: 1,
    },
];

/// So many situations are watched at once: more of them would be slower than their own pauses.
const WATCHED_AT_ONCE: usize = 60;

/// Watches each, and gives for each path how many requests there were in all.
fn watch(situations: Vec<Situation>) {
    let mut asked_in_all = vec![0; PATHS.len()];
    for part in situations.chunks(WATCHED_AT_ONCE) {
        std::thread::scope(|scope| {
            let watching: Vec<_> = part
                .iter()
                .map(|situation| (situation.path, scope.spawn(|| situation.watch())))
                .collect();
            for (path, watched) in watching {
                asked_in_all[path] += watched.join().unwrap();
            }
        });
    }
    for (path, asked) in PATHS.iter().zip(asked_in_all) {
        assert!(asked > 0, "{}: nothing was ever asked", path.name);
    }
}

struct Situation {
    path: usize,
    answers: Vec<Answer>,
}

impl Situation {
    /// How many requests there were; no more than are allowed.
    fn watch(&self) -> usize {
        let path = &PATHS[self.path];
        let service = Service::start(self.answers.clone());
        let begin = Instant::now();
        (path.ask)(&service);
        let elapsed = begin.elapsed();
        let asked = service.asked();
        let most = match self.answers.as_slice() {
            [answer] => {
                // A quota that is used up may open again at any moment: a run tries it a little sooner.
                let first = match answer.status {
                    429 if path.is_run() => 50,
                    _ => 250,
                };
                // Twenty batches go out at most, each of them with items that failed for themselves.
                allowed(first, elapsed) * path.at_once.max(if answer.in_items { 20 } else { 1 })
            }
            _ => allowed_when_mixed(elapsed) * path.at_once.max(2),
        };
        assert!(
            asked <= most,
            "{}: {asked} requests in {elapsed:?}, {most} allowed: {:?}",
            path.name,
            self.answers
        );
        asked
    }
}

impl Path {
    fn is_run(&self) -> bool {
        self.name.starts_with("a run") || self.name.starts_with("a dry run")
    }
}

#[test]
fn no_answer_makes_any_path_ask_faster_than_its_own_back_off() {
    let mut situations = Vec::new();
    for (index, path) in PATHS.iter().enumerate() {
        for (status, each) in [(429, 2), (503, 4), (500, 7), (408, 13)] {
            for wait in WAITS.iter().step_by(each) {
                for in_items in [false, true] {
                    if in_items && !path.is_run() {
                        continue;
                    }
                    let answer = Answer {
                        status,
                        wait: *wait,
                        in_items,
                    };
                    situations.push(Situation {
                        path: index,
                        answers: vec![answer],
                    });
                }
            }
        }
    }
    watch(situations);
}

#[test]
fn no_mixture_of_answers_does_either() {
    let statuses = [200, 401, 408, 429, 500, 502, 503, 504];
    let mut random = fastrand::Rng::with_seed(7);
    let mut situations = Vec::new();
    for index in 0..PATHS.len() {
        for _ in 0..5 {
            let answers = (0..50).map(|_| Answer {
                status: statuses[random.usize(..statuses.len())],
                wait: WAITS[random.usize(..WAITS.len())],
                in_items: random.bool(),
            });
            situations.push(Situation {
                path: index,
                answers: answers.collect(),
            });
        }
    }
    watch(situations);
}
