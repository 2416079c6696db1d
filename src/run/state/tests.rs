//! A run against a simple model of its service: random inputs in any order, no network, and a clock that is turned by
//! hand.
//!
//! The driver wakes the run only as the engine does: for an answer, for what the caller has told the exchange, for a
//! time that has come. So a run that stands still although there is something to do is found, and one that turns
//! without doing anything.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::{Context, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::run::exchange::Next;
use crate::run::item::Key;
use crate::run::journal::History;
use crate::run::keys::Fingerprints;
use crate::run::options::RunOptions;
use crate::run::pacing::Rate;
use crate::run::request::Finished;
use crate::run::verdict::judge;
use crate::transport::{Answer, Body, TransportFailure};

/// Turns in a row that lead to nothing: a run that does more is busy with itself.
const MOST_IDLE_TURNS: usize = 8;

/// Accounts of the tenant. What becomes of one depends on its number.
const ACCOUNTS: u8 = 12;

const OWN: &str = "own@contoso.example";
const EXCLUDED: u8 = 5;

/// What happens to a run.
#[derive(Clone, Debug)]
enum Input {
    Add(Vec<u8>),
    Finish,
    Read(u8),
    Pass(u32),
    Answer(u8, Fault),
    GiveToken,
    Stop,
    Cancel,
}

/// How the service, or the network, answers a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// It acts, and its answer is lost.
    Lost,
    Down,
    Throttled,
    /// Some users of a batch are refused for the quota, some have no answer.
    Partly,
    NoBatch,
    NotUnderstood,
    TokenRefused,
}

#[derive(Clone, Debug)]
struct Settings {
    dry: bool,
    verify: bool,
    exclude: bool,
    batch_size: u32,
    concurrency: u32,
    ahead: Option<u32>,
    rate: Rate,
}

/// How the caller names an account, or nobody: the alias is another name of the same account.
fn key(number: u8) -> String {
    match number {
        0..ACCOUNTS => format!("user{number}@contoso.example"),
        12..24 => format!("Alias{}@contoso.example", number - ACCOUNTS),
        24 => "me".to_owned(),
        25 => OWN.to_owned(),
        _ => "a b".to_owned(),
    }
}

/// The account behind a key.
fn account(key: &str) -> Option<u8> {
    let name = key.split('@').next()?.to_lowercase();
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok()
}

fn id(key: &str) -> String {
    match account(key) {
        Some(number) => format!("00000000-0000-0000-0000-0000000000{number:02}"),
        None => "00000000-0000-0000-0000-0000000000ff".to_owned(),
    }
}

fn token() -> AccessToken {
    let claims = json!({"oid": id("me"), "upn": OWN, "scp": "User.RevokeSessions.All"}).to_string();
    let claims = URL_SAFE_NO_PAD.encode(claims);
    AccessToken::new(&format!("eyJhbGciOiJub25lIn0.{claims}.c2ln")).unwrap()
}

struct Model {
    settings: Settings,
    state: Option<State>,
    exchange: Arc<Exchange>,
    token: Arc<AccessToken>,
    has_token: bool,
    now: Instant,
    wake_at: Option<Instant>,
    on_the_way: Vec<Vec<Item>>,
    added: Vec<String>,
    /// Whom the service has accepted as far as its answers were heard.
    accepted: BTreeSet<String>,
    outcomes: BTreeMap<String, Vec<Status>>,
    done: bool,
}

impl Model {
    fn new(settings: Settings) -> Model {
        fastrand::seed(7);
        let options = RunOptions {
            mode: match settings.dry {
                true => RunMode::DryRun,
                false => RunMode::Invalidate,
            },
            verify: settings.verify,
            exclude: match settings.exclude {
                true => vec![key(ACCOUNTS + EXCLUDED)],
                false => Vec::new(),
            },
            batch_size: Some(settings.batch_size),
            concurrency: Some(settings.concurrency),
            ahead: settings.ahead,
            rate: settings.rate,
            ..RunOptions::default()
        };
        let options = Arc::new(Checked::check(options).unwrap());
        let exchange = Arc::new(Exchange::default());
        let now = Instant::now();
        let prints = Fingerprints::default();
        let intake = Intake::new(options.mode, options.verify, prints, History::default());
        let mut state = State::new(
            options,
            Duration::from_secs(100),
            Recorder::new(None, Arc::clone(&exchange)),
            intake,
            Feed::of_caller(Arc::clone(&exchange)),
            Arc::clone(&exchange),
            now,
        );
        let token = Arc::new(token());
        state.know_caller(&token, RunLine::default());
        let mut model = Model {
            settings,
            state: Some(state),
            exchange,
            token,
            has_token: true,
            now,
            wake_at: None,
            on_the_way: Vec::new(),
            added: Vec::new(),
            accepted: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            done: false,
        };
        model.turn();
        model
    }

    /// What the engine does when something has woken it.
    fn turn(&mut self) {
        for idle in 0.. {
            assert!(idle < MOST_IDLE_TURNS, "it is busy with nothing: {self}");
            let Some(mut state) = self.state.take() else {
                return;
            };
            if let Some(ended) = state.ended(self.now) {
                state.finish(ended, None);
                return;
            }
            let mut sent = Vec::new();
            let token = self.has_token.then_some(&*self.token);
            let stepped = state.step(token, self.now, |items| {
                sent.push(items);
                Ok(())
            });
            for items in sent {
                self.depart(items);
            }
            match stepped {
                Err(failure) => {
                    state.finish(Ended::Failed(Some(failure)), None);
                    return;
                }
                Ok(turn) => {
                    state.show(self.now);
                    let is_busy = state.has_more_to_do(&turn);
                    self.state = Some(state);
                    self.wake_at = turn.wake_at;
                    if !is_busy && turn.wake_at.is_none_or(|at| at > self.now) {
                        return;
                    }
                }
            }
        }
    }

    /// A request leaves.
    fn depart(&mut self, items: Vec<Item>) {
        assert!(self.has_token, "it was sent without a token: {self}");
        assert!(items.len() <= self.settings.batch_size as usize, "{self}");
        let writes = |item: &&Item| item.task == Task::Invalidate;
        for item in items.iter().filter(writes) {
            let key = item.user.text();
            assert!(
                !self.accepted.contains(key),
                "{key} was accepted before: {self}"
            );
            if self.settings.exclude {
                assert_ne!(account(key), Some(EXCLUDED), "{key} is excluded");
            }
            if account(key).is_none() {
                assert!(items.len() == 1, "the own account goes alone: {self}");
                assert!(self.on_the_way.is_empty(), "it goes last: {self}");
            }
        }
        self.on_the_way.push(items);
    }

    /// A request comes back.
    fn come_back(&mut self, index: usize, fault: Fault) {
        if self.on_the_way.is_empty() {
            return;
        }
        let items = self.on_the_way.remove(index % self.on_the_way.len());
        let result = self.result(&items, fault);
        let Some(mut state) = self.state.take() else {
            return;
        };
        let judged = judge(
            Finished {
                items,
                client_request_id: String::new(),
                sent_at: self.now,
                token: Arc::clone(&self.token),
                result,
            },
            crate::outcome::now(),
        );
        self.has_token &= judged.token.refused.is_none();
        match state.take_back(judged, self.now) {
            Ok(()) => self.state = Some(state),
            Err(failure) => state.finish(Ended::Failed(Some(failure)), None),
        }
        self.turn();
    }

    fn result(&mut self, items: &[Item], fault: Fault) -> Result<Answer, TransportFailure> {
        let whole = |status: u16, body: Value| {
            let mut headers = HeaderMap::new();
            headers.insert(
                DATE,
                HeaderValue::from_static("Tue, 24 Nov 2026 10:00:00 GMT"),
            );
            if status == 429 {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
            }
            Ok(Answer {
                status: StatusCode::from_u16(status).unwrap(),
                headers,
                body: Body::Whole(body.to_string().into_bytes()),
            })
        };
        match fault {
            Fault::Lost => return Err(TransportFailure::timed_out(30)),
            Fault::Down => return whole(503, json!({})),
            Fault::Throttled => return whole(429, json!({})),
            Fault::TokenRefused => return whole(401, json!({})),
            Fault::NotUnderstood if items.len() > 1 => return whole(400, json!({})),
            Fault::NoBatch if items.len() > 1 => return whole(200, json!({})),
            _ => {}
        }
        if let [item] = items {
            let (status, body) = self.one(item);
            return whole(status, body);
        }
        let mut responses = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let (status, body) = match (fault, index % 3) {
                (Fault::Partly, 1) => continue,
                (Fault::Partly, 2) => (429, json!({})),
                _ => self.one(item),
            };
            responses.push(json!({"id": index.to_string(), "status": status, "body": body}));
        }
        whole(200, json!({"responses": responses}))
    }

    /// What the service does for one user, which depends on the account's number.
    fn one(&mut self, item: &Item) -> (u16, Value) {
        let error = |code: &str| json!({"error": {"code": code, "message": "No."}});
        let key = item.user.text();
        let number = account(key);
        match (number, item.task) {
            (Some(1), _) => return (404, error("Request_ResourceNotFound")),
            (Some(2), Task::Invalidate | Task::DescribeRoles) => {
                return (403, error("Authorization_RequestDenied"));
            }
            (Some(3), Task::Invalidate) => return (200, json!({"value": false})),
            _ => {}
        }
        match item.task {
            Task::Invalidate => {
                self.accepted.insert(key.to_owned());
                (204, Value::Null)
            }
            Task::Verify { .. } => {
                // The cut-off of one account does not move.
                let day = if number == Some(4) { 23 } else { 25 };
                let from = format!("2026-11-{day}T10:00:00Z");
                (
                    200,
                    json!({"id": id(key), "signInSessionsValidFromDateTime": from}),
                )
            }
            Task::Describe | Task::ResolveExclusion => {
                let name = match number {
                    Some(number) => self::key(number),
                    None => OWN.to_owned(),
                };
                (200, json!({"id": id(key), "userPrincipalName": name}))
            }
            Task::DescribeRoles => (200, json!({"value": []})),
        }
    }

    /// The caller reads one outcome, where there is one.
    fn read(&mut self) -> bool {
        match self.exchange.next(Duration::ZERO, |_| false) {
            Ok(Next::Outcome(outcome)) => {
                let ends = self.outcomes.entry(outcome.user.clone()).or_default();
                ends.push(outcome.status);
                true
            }
            Ok(Next::Done) | Err(_) => {
                self.done = true;
                false
            }
            Ok(_) => false,
        }
    }

    /// Whether the exchange has woken the engine.
    fn is_woken(&self) -> bool {
        let woken = pin!(self.exchange.woken());
        let mut context = Context::from_waker(Waker::noop());
        woken.poll(&mut context).is_ready()
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Add(numbers) => {
                let keys: Vec<String> = numbers.into_iter().map(key).collect();
                let texts = keys.iter().map(|key| Key::Text(key.as_str().into()));
                if self.exchange.add(texts).is_ok() {
                    self.added.extend(keys);
                }
            }
            Input::Finish => self.exchange.finish_input(),
            Input::Read(count) => {
                for _ in 0..count {
                    self.read();
                }
            }
            Input::Pass(milliseconds) => {
                self.now += Duration::from_millis(milliseconds.into());
                if self.wake_at.is_some_and(|at| at <= self.now) {
                    self.turn();
                }
            }
            Input::Answer(index, fault) => self.come_back(index.into(), fault),
            Input::GiveToken => self.has_token = true,
            Input::Stop => self.exchange.end(Ending::Stop),
            Input::Cancel => self.exchange.end(Ending::Cancel),
        }
        if self.is_woken() {
            self.turn();
        }
        self.check();
    }

    /// From now on all goes well: the run has to come to its end.
    fn come_to_the_end(&mut self) {
        self.take(Input::Finish);
        self.has_token = true;
        for _ in 0..10_000 {
            if self.done {
                return;
            }
            if self.read() {
            } else if !self.on_the_way.is_empty() {
                self.come_back(0, Fault::None);
            } else if let Some(at) = self.wake_at.filter(|_| self.state.is_some()) {
                self.now = self.now.max(at);
                self.turn();
            } else {
                assert!(self.state.is_none(), "it stands still: {self}");
            }
            if self.is_woken() {
                self.turn();
            }
            self.check();
        }
        panic!("it does not end: {self}");
    }

    /// What holds at every moment.
    fn check(&self) {
        let progress = self.exchange.progress();
        let counted = progress.duplicates
            + progress.excluded
            + progress.accepted_before
            + progress.accepted
            + progress.failed
            + progress.planned
            + progress.waiting
            + progress.in_flight;
        assert_eq!(counted, progress.added, "{self}");
        assert_eq!(progress.added, self.added.len() as u64, "{self}");
        let looked_at = progress.verified + progress.unverified + progress.verifying;
        assert!(looked_at <= progress.accepted, "{self}");
        for (user, ends) in &self.outcomes {
            let named = |key: &&String| *key == user;
            let most = match user.as_str() {
                "a b" => self.added.iter().filter(named).count(),
                _ => 1,
            };
            assert!(ends.len() <= most, "{user} ended as {ends:?}: {self}");
        }
    }

    /// What holds at the end of a run that nothing has cut short.
    fn check_the_end(&self) {
        let progress = self.exchange.progress();
        let ends: usize = self.outcomes.values().map(Vec::len).sum();
        let left_out = progress.duplicates + progress.excluded;
        assert_eq!(ends as u64 + left_out, progress.added, "{self}");
        assert_eq!(progress.waiting + progress.in_flight, 0, "{self}");
        let accounts = |keys: &mut dyn Iterator<Item = &String>| {
            let is_excluded =
                |key: &&String| self.settings.exclude && account(key.as_str()) == Some(EXCLUDED);
            let keys = keys.filter(|key| !is_excluded(key));
            keys.map(|key| account(key)).collect::<BTreeSet<_>>()
        };
        let added = accounts(&mut self.added.iter());
        assert_eq!(accounts(&mut self.outcomes.keys()), added, "{self}");
        for (user, ends) in &self.outcomes {
            for end in ends {
                let is_good = matches!(end, Status::Ok | Status::Verified | Status::NotVerified);
                let was_accepted = self.accepted.contains(user);
                assert_eq!(is_good, was_accepted, "{user} ended as {end}: {self}");
            }
        }
        let of = |status: Status| {
            let all = self.outcomes.values().flatten();
            all.filter(|end| **end == status).count() as u64
        };
        assert_eq!(progress.verified, of(Status::Verified), "{self}");
        assert_eq!(progress.unverified, of(Status::NotVerified), "{self}");
        assert_eq!(progress.planned, of(Status::Planned), "{self}");
        let accepted = of(Status::Ok) + progress.verified + progress.unverified;
        assert_eq!(progress.accepted, accepted, "{self}");
        if !self.settings.verify {
            assert_eq!(of(Status::NotVerified), 0, "{self}");
        }
    }
}

impl std::fmt::Display for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{:?} on the way, {:?} accepted, {:?} ended, {:?}",
            self.on_the_way.iter().map(Vec::len).collect::<Vec<_>>(),
            self.accepted,
            self.outcomes,
            self.exchange.progress()
        )
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    let fault = prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Lost),
        1 => Just(Fault::Down),
        1 => Just(Fault::Throttled),
        2 => Just(Fault::Partly),
        1 => Just(Fault::NoBatch),
        1 => Just(Fault::NotUnderstood),
        1 => Just(Fault::TokenRefused),
    ];
    prop_oneof![
        4 => prop::collection::vec(0..27_u8, 0..12).prop_map(Input::Add),
        1 => Just(Input::Finish),
        3 => (0..6_u8).prop_map(Input::Read),
        4 => (0..3_000_u32).prop_map(Input::Pass),
        10 => (any::<u8>(), fault).prop_map(|(index, fault)| Input::Answer(index, fault)),
        1 => Just(Input::GiveToken),
    ]
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let rate = prop_oneof![
        Just(Rate::Unlimited),
        Just(Rate::PublishedQuota),
        Just(Rate::PerSecond(2.5)),
    ];
    let ahead = prop::option::of(1..30_u32);
    let kind = (0..3_u8, any::<bool>());
    (kind, 1..=20_u32, 1..5_u32, ahead, rate).prop_map(
        |((kind, exclude), batch_size, concurrency, ahead, rate)| Settings {
            dry: kind == 0,
            verify: kind == 1,
            exclude,
            batch_size,
            concurrency,
            ahead,
            rate,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_user_ends_exactly_once_whatever_happens(
        settings in any_settings(),
        inputs in prop::collection::vec(any_input(), 0..60),
    ) {
        let mut model = Model::new(settings);
        for input in inputs {
            model.take(input);
        }
        let was_cut_short = model.state.is_none();
        model.come_to_the_end();
        if !was_cut_short {
            model.check_the_end();
        }
    }

    #[test]
    fn a_run_that_is_ended_early_counts_everyone(
        settings in any_settings(),
        before in prop::collection::vec(any_input(), 0..40),
        end in prop_oneof![Just(Input::Stop), Just(Input::Cancel)],
        after in prop::collection::vec(any_input(), 0..20),
    ) {
        let mut model = Model::new(settings);
        for input in before.into_iter().chain([end]).chain(after) {
            model.take(input);
        }
        model.come_to_the_end();
    }
}
