//! Killed again and again, at random moments and around every write of the journal, a run still comes to its end:
//! everyone is accepted by the service's own count, nobody is called accepted who was not, and nobody on record is sent
//! again.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};
use serde_json::Value;

/// How many users each run has.
const USERS: usize = 2_000;

/// So many runs where nothing else is said: each named moment once, and random ones.
const SHORT: usize = 8;

/// The moments around a write that the command knows when it was built for this.
const MOMENTS: [&str; 5] = [
    "before_write",
    "half_written",
    "before_sync",
    "before_delivery",
    "after_delivery",
];

/// A process that hangs is a failure as well.
const LONGEST: Duration = Duration::from_secs(120);

#[test]
fn however_often_it_is_killed_everyone_is_signed_out_and_nobody_on_record_twice() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs = number("GRAPH_INVALIDATE_TEST_KILL_RUNS").unwrap_or(SHORT as u64);
    let seed = number("GRAPH_INVALIDATE_TEST_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}, {runs} runs over {USERS} users");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut total = Totals::default();
    for run in 0..runs as usize {
        Campaign::new(&mut random).run(run, &mut random, &mut total);
    }
    println!(
        "{} kills: {} at random moments, {} around writes; {} users signed out again, all of whom were on the way",
        total.random + total.named,
        total.random,
        total.named,
        total.repeated
    );
    assert!(total.named >= MOMENTS.len().min(runs as usize), "{total:?}");
}

#[derive(Debug, Default)]
struct Totals {
    random: usize,
    named: usize,
    repeated: u64,
}

/// How a process is killed.
enum Kill {
    After(Duration),
    At(String),
}

/// What was known when a process had been killed.
struct Snapshot {
    on_record: HashSet<usize>,
    counts: Vec<u64>,
}

struct Campaign {
    emulator: Emulator,
    token: String,
    folder: tempfile::TempDir,
    verify: bool,
    snapshots: Vec<Snapshot>,
}

impl Campaign {
    fn new(random: &mut fastrand::Rng) -> Campaign {
        let latency = Duration::from_millis(random.u64(0..8));
        let emulator = Emulator::builder()
            .users(USERS)
            .latency(latency)
            .start()
            .unwrap();
        let token = emulator
            .mint(&TokenRequest::default())
            .unwrap()
            .access_token;
        let folder = tempfile::tempdir().unwrap();
        let list: String = (1..=USERS).map(|number| user(number) + "\n").collect();
        std::fs::write(folder.path().join("list"), list).unwrap();
        for fault in faults(random) {
            emulator.arm(fault);
        }
        if random.bool() {
            emulator.set_quota(700.0, 2_000.0);
        }
        Campaign {
            emulator,
            token,
            folder,
            verify: random.bool(),
            snapshots: Vec::new(),
        }
    }

    fn run(mut self, number: usize, random: &mut fastrand::Rng, total: &mut Totals) {
        for kill in kills(number, random) {
            let mut child = self.start(Some(&kill));
            if let Kill::After(delay) = kill {
                std::thread::sleep(delay);
                let _ = child.kill();
            }
            let status = wait(&mut child);
            if status.code().is_some() {
                // It had come to its end before.
                assert!(status.success(), "run {number}: {status}");
                break;
            }
            match kill {
                Kill::After(_) => total.random += 1,
                Kill::At(_) => total.named += 1,
            }
            // What the dead process had sent may still arrive.
            std::thread::sleep(Duration::from_millis(30));
            self.take_snapshot();
        }
        let mut child = self.start(None);
        let status = wait(&mut child);
        assert!(status.success(), "run {number}: {status}");
        total.repeated += self.judge(number);
    }

    fn start(&self, kill: Option<&Kill>) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
        command
            .args([
                "users",
                "--from",
                "list",
                "--journal",
                "run.jsonl",
                "--resume",
            ])
            .args([
                "--yes",
                "--quiet",
                "--rate",
                "unlimited",
                "--concurrency",
                "4",
            ])
            .args(self.verify.then_some("--verify"))
            .current_dir(self.folder.path())
            .env("GRAPH_INVALIDATE_ENDPOINT", self.emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &self.token)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(Kill::At(moment)) = kill {
            command.env("GRAPH_INVALIDATE_TEST_CRASH", moment);
        }
        command.spawn().unwrap()
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("run.jsonl")
    }

    /// What the record says, and what the service has counted.
    fn take_snapshot(&mut self) {
        let snapshot = Snapshot {
            on_record: accepted_on_record(&lines(&self.journal())),
            counts: self.counts(),
        };
        for number in &snapshot.on_record {
            assert!(
                snapshot.counts[*number] > 0,
                "{} is called accepted, but the service knows nothing of it",
                user(*number)
            );
        }
        self.snapshots.push(snapshot);
    }

    /// How often the service has signed out each user, by its own count.
    fn counts(&self) -> Vec<u64> {
        let counted = (1..=USERS).map(|number| self.emulator.accepted(&user(number)));
        std::iter::once(0).chain(counted).collect()
    }

    /// How many users were signed out more than once, each with a good reason.
    fn judge(&self, run: usize) -> u64 {
        let lines = lines(&self.journal());
        let on_record = accepted_on_record(&lines);
        let counts = self.counts();
        let unanswered = unanswered_on_record(&lines);
        let mut repeated = 0;
        for (number, count) in counts.iter().copied().enumerate().skip(1) {
            let user = user(number);
            assert!(count > 0, "run {run}: {user} was never signed out");
            assert!(
                on_record.contains(&number),
                "run {run}: {user} is not on record"
            );
            let mut reasons = unanswered.get(&number).copied().unwrap_or_default();
            for snapshot in &self.snapshots {
                if snapshot.on_record.contains(&number) {
                    assert_eq!(
                        snapshot.counts[number], count,
                        "run {run}: {user} was on record and was sent again"
                    );
                }
                let on_the_way =
                    snapshot.counts[number] > 0 && !snapshot.on_record.contains(&number);
                reasons += u64::from(on_the_way);
            }
            assert!(
                count <= 1 + reasons,
                "run {run}: {user} was signed out {} times for {reasons} reasons",
                count
            );
            repeated += u64::from(count > 1);
        }
        repeated
    }
}

fn user(number: usize) -> String {
    format!("user{number:06}@contoso.example")
}

/// Three kills at most: one at a named moment, in turns, and random ones.
fn kills(run: usize, random: &mut fastrand::Rng) -> Vec<Kill> {
    let moment = MOMENTS[run % MOMENTS.len()];
    let mut kills = vec![Kill::At(format!("{moment}:{}", random.u32(0..20)))];
    for _ in 0..2 {
        kills.push(match random.bool() {
            true => Kill::After(Duration::from_millis(random.u64(5..500))),
            false => Kill::At(format!(
                "{}:{}",
                random.choice(MOMENTS).unwrap(),
                random.u32(0..20)
            )),
        });
    }
    random.shuffle(&mut kills);
    kills
}

/// What the network and the service do meanwhile.
fn faults(random: &mut fastrand::Rng) -> Vec<Fault> {
    let status = |status: u16, headers: &[(&str, &str)]| FaultKind::Status {
        status,
        code: None,
        message: None,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: None,
    };
    let mut faults = Vec::new();
    for _ in 0..random.usize(0..6) {
        let (kind, of_batch) = match random.u32(0..8) {
            0 => (FaultKind::ResetBefore, true),
            1 => (FaultKind::ResetAfter, true),
            2 => (FaultKind::TruncatedBody, true),
            3 => (FaultKind::ItemMissing, false),
            4 => (FaultKind::ItemDuplicated, false),
            5 => (FaultKind::ItemUnknownId, false),
            6 => (status(503, &[]), true),
            _ => (status(429, &[("Retry-After", "0.2")]), false),
        };
        let mut fault = Fault::once(kind);
        fault.times = random.u32(1..5);
        fault.after = random.u32(0..if of_batch { 60 } else { 1_500 });
        fault.path_contains = of_batch.then(|| "$batch".to_owned());
        faults.push(fault);
    }
    faults
}

fn wait(child: &mut Child) -> std::process::ExitStatus {
    let deadline = Instant::now() + LONGEST;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("a process does not come to its end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The whole lines of a journal; its last one may be torn, and it may not be there yet.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

fn number_of(line: &Value) -> usize {
    let user = line["user"].as_str().unwrap();
    user["user".len()..][..6].parse().unwrap()
}

fn accepted_on_record(lines: &[Value]) -> HashSet<usize> {
    let accepted = lines.iter().filter(|line| line["status"] == "accepted");
    accepted.map(number_of).collect()
}

/// For each user how many attempts are on record of which nobody knows whether they took effect.
fn unanswered_on_record(lines: &[Value]) -> HashMap<usize, u64> {
    let mut unanswered = HashMap::new();
    for line in lines {
        if line["status"] == "connection_broken" || line["status"] == "unexpected_answer" {
            *unanswered.entry(number_of(line)).or_default() += 1;
        }
    }
    unanswered
}
