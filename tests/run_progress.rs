//! How far a run is, and that it gets there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, Client, ClientOptions, Next, Outcome, Progress, Rate, Run, RunMode, RunOptions,
    Status,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};

fn client(emulator: &Emulator) -> Client {
    let token = emulator.mint(&TokenRequest::default()).unwrap();
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&token.access_token).unwrap());
    Client::new(options).unwrap()
}

/// Reads the run to its end.
fn read(run: &Run) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        match run.next(Duration::from_secs(5)).unwrap() {
            Next::Outcome(outcome) => outcomes.push(*outcome),
            Next::Done => return outcomes,
            other => assert!(matches!(other, Next::Timeout), "{other:?}"),
        }
    }
    panic!("the run does not end: {:?}", run.progress());
}

#[test]
fn the_time_left_counts_everyone_who_was_added() {
    let run = Client::new(ClientOptions::default())
        .unwrap()
        .run(RunOptions::default())
        .unwrap();
    run.add((0..10_000).map(|number| format!("user{number}@contoso.example")))
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while run.progress().unwrap().time_left != Duration::from_secs(350) {
        assert!(
            Instant::now() < deadline,
            "10,000 users, of whom 3,000 go at once, then 20 a second: {:?}",
            run.progress()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(run.progress().unwrap().pace, 20.0);
}

#[test]
fn a_run_tells_when_users_are_wanted() {
    let emulator = Emulator::builder().start().unwrap();
    let mut options = RunOptions::default();
    options.tell_users_wanted = true;
    options.rate = Rate::Unlimited;
    let run = client(&emulator).run(options).unwrap();
    // The reader wakes the one who feeds, who adds each user by itself.
    let (wakes, woken) = std::sync::mpsc::sync_channel::<()>(1);
    let (mut outcomes, mut said) = (0, 0);
    let running = &run;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut users = (0..10_000).map(|number| format!("user{number}@contoso.example"));
            loop {
                let wanted = running.progress().unwrap().wanted;
                for _ in 0..wanted {
                    match users.next() {
                        Some(user) => running.add([user]).unwrap(),
                        None => return running.finish_input().unwrap(),
                    }
                }
                if wanted == 0 {
                    woken.recv().unwrap();
                }
            }
        });
        loop {
            match run.next(Duration::from_secs(60)).unwrap() {
                Next::Outcome(_) => outcomes += 1,
                Next::UsersWanted => {
                    said += 1;
                    let _ = wakes.try_send(());
                }
                Next::Done => break,
                other => panic!("{other:?}"),
            }
        }
    });
    assert_eq!(outcomes, 10_000);
    assert!(said > 1, "a list that is longer than what a run takes");
}

#[test]
fn nobody_is_told_that_users_are_wanted_who_has_not_asked_or_has_none_to_give() {
    let emulator = Emulator::builder().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let run = |tells: bool, mode: RunMode| {
        let mut options = RunOptions::default();
        options.tell_users_wanted = tells;
        options.mode = mode;
        options.journal = Some(journal.clone());
        client(&emulator).run(options).unwrap()
    };
    let silent = run(false, RunMode::Invalidate);
    assert!(matches!(
        silent.next(Duration::ZERO).unwrap(),
        Next::Timeout
    ));
    silent.add(["adele.vance@contoso.example"]).unwrap();
    silent.finish_input().unwrap();
    assert_eq!(read(&silent).len(), 1);
    drop(silent);
    let verifying = run(true, RunMode::VerifyJournal);
    assert_eq!(verifying.progress().unwrap().wanted, 0);
    assert_eq!(read(&verifying).len(), 1);
}

#[test]
fn a_service_that_does_not_answer_is_told_from_one_that_asks_to_wait() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let mut options = ClientOptions::default();
    options.endpoint = Some(format!("http://{address}"));
    options.token = Some(AccessToken::new("opaque").unwrap());
    let run = Client::new(options)
        .unwrap()
        .run(RunOptions::default())
        .unwrap();
    run.add(["adele.vance@contoso.example"]).unwrap();
    run.finish_input().unwrap();
    while !matches!(run.next(Duration::from_secs(20)), Err(_) | Ok(Next::Done)) {}
    assert!(run.progress().unwrap().unanswered > 0);
}

#[test]
fn a_journal_that_is_to_be_verified_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.jsonl");
    let mut options = RunOptions::default();
    options.mode = RunMode::VerifyJournal;
    options.journal = Some(path.clone());
    let client = Client::new(ClientOptions::default()).unwrap();
    let error = client.run(options).unwrap_err();
    assert_eq!(error.status(), Status::JournalUnusable);
    assert!(!path.exists(), "none was made");
}

#[test]
fn users_who_need_nothing_do_not_hold_up_those_behind_them() {
    const MANY: usize = 10_000;
    let emulator = Emulator::builder().users(5).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let accepted: String = (0..MANY)
        .map(|number| {
            format!("{{\"type\":\"outcome\",\"time\":\"2026-11-25T10:00:00.000Z\",\"user\":\"known{number}@contoso.example\",\"status\":\"accepted\",\"attempts\":1}}\n")
        })
        .collect();
    let begin = "{\"type\":\"run\",\"version\":1,\"api\":\"beta\"}\n";
    std::fs::write(&path, begin.to_owned() + &accepted).unwrap();
    let mut resumed = RunOptions::default();
    resumed.journal = Some(path);
    resumed.resume = true;
    resumed.resume_within = Some(Duration::MAX);
    let mut excluding = RunOptions::default();
    excluding.exclude = vec!["user000002@contoso.example".to_owned()];

    let known = |number| format!("known{number}@contoso.example");
    let same = |name: &'static str| std::iter::repeat_n(name.to_owned(), MANY);
    for (what, options, idle) in [
        (
            "accepted before",
            resumed,
            (0..MANY).map(known).collect::<Vec<_>>(),
        ),
        (
            "duplicates",
            RunOptions::default(),
            same("user000003@contoso.example").collect(),
        ),
        (
            "excluded",
            excluding,
            same("user000002@contoso.example").collect(),
        ),
        ("no keys", RunOptions::default(), same("a b").collect()),
    ] {
        let run = client(&emulator).run(options).unwrap();
        run.add(idle).unwrap();
        run.add(["user000001@contoso.example"]).unwrap();
        run.finish_input().unwrap();
        let outcomes = read(&run);
        let last = outcomes
            .last()
            .map(|outcome| (outcome.user.as_str(), outcome.status));
        assert_eq!(
            last,
            Some(("user000001@contoso.example", Status::Ok)),
            "{what}"
        );
    }
}

/// In how many places a user is counted, all users together.
fn counted(progress: &Progress) -> u64 {
    progress.duplicates
        + progress.excluded
        + progress.accepted_before
        + progress.accepted
        + progress.failed
        + progress.planned
        + progress.waiting
        + progress.in_flight
}

#[test]
fn every_user_is_counted_in_exactly_one_place_at_every_moment() {
    const MANY: u64 = 3_000;
    let emulator = Emulator::builder().users(MANY as usize).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let list = (1..=MANY).map(|n| format!("user{n:06}@contoso.example"));
    let list: Vec<String> = list
        .chain(
            [
                "a b",
                "nobody@contoso.example",
                "user000001@contoso.example",
            ]
            .map(str::to_owned),
        )
        .collect();
    for (mode, resume, cancel_after) in [
        (RunMode::DryRun, false, usize::MAX),
        (RunMode::Invalidate, false, 700),
        (RunMode::Invalidate, true, usize::MAX),
        (RunMode::VerifyJournal, false, usize::MAX),
    ] {
        let unavailable = FaultKind::Status {
            status: 503,
            code: None,
            message: None,
            headers: Vec::new(),
            body: None,
        };
        let milliseconds = 600_000;
        let lag = FaultKind::VerificationLag { milliseconds };
        for (number, kind) in [(10, unavailable), (11, lag)] {
            let mut fault = Fault::once(kind);
            fault.user = Some(format!("user{number:06}@contoso.example"));
            emulator.arm(fault);
        }
        let mut options = RunOptions::default();
        options.mode = mode;
        options.resume = resume;
        options.verify = mode == RunMode::Invalidate;
        options.wait = Some(Duration::from_millis(300));
        options.rate = Rate::Unlimited;
        options.exclude = vec!["user000002@contoso.example".to_owned()];
        options.journal = (mode != RunMode::DryRun).then(|| path.clone());
        let run = client(&emulator).run(options).unwrap();
        if mode != RunMode::VerifyJournal {
            run.add(&list).unwrap();
        }
        run.finish_input().unwrap();
        let mut read = 0;
        loop {
            let progress = run.progress().unwrap();
            assert_eq!(counted(&progress), progress.added, "{progress:?}");
            assert!(
                progress.verified + progress.unverified + progress.verifying
                    <= progress.accepted + progress.accepted_before,
                "{progress:?}"
            );
            match run.next(Duration::from_millis(1)).unwrap() {
                Next::Outcome(_) => read += 1,
                Next::Done => break,
                _ => {}
            }
            if read == cancel_after {
                run.cancel();
            }
        }
        let progress = run.progress().unwrap();
        assert_eq!(
            counted(&progress),
            progress.added,
            "at the end: {progress:?}"
        );
        if mode == RunMode::VerifyJournal {
            assert_eq!(progress.failed, 0, "{progress:?}");
        }
    }
}

#[test]
fn a_run_goes_no_further_ahead_of_its_reader_than_it_may() {
    for (users, ahead, verify, most) in [
        (3_000, None, false, 16 * 20 + 20),
        (300, Some(25), false, 25),
        (60, Some(5), true, 5),
        (60, Some(1), false, 1),
    ] {
        let emulator = Emulator::builder().users(users).start().unwrap();
        let mut options = RunOptions::default();
        options.rate = Rate::Unlimited;
        (options.ahead, options.verify) = (ahead, verify);
        let run = client(&emulator).run(options).unwrap();
        run.add((1..=users).map(|n| format!("user{n:06}@contoso.example")))
            .unwrap();
        run.finish_input().unwrap();
        for read in 1..=3 {
            let next = run.next(Duration::from_secs(20)).unwrap();
            assert!(matches!(next, Next::Outcome(_)), "{next:?}");
            std::thread::sleep(Duration::from_millis(300));
            let accepted = emulator.totals().accepted as usize;
            let shown = format!("{ahead:?} {verify}: {accepted} accepted, {read} read");
            assert!(accepted <= read + most, "{shown}");
            // It does not stand still either.
            assert!(accepted >= read + most.min(20) / 2, "{shown}");
        }
        assert_eq!(read(&run).len(), users - 3);
    }
}

#[test]
fn a_run_without_a_token_brings_home_whoever_is_on_the_way_though_its_reader_was_behind() {
    let emulator = Emulator::builder().users(400).start().unwrap();
    for round in 0..40 {
        emulator.reset();
        let mut fault = Fault::once(FaultKind::TokensExpire);
        fault.user = Some(format!("user{:06}@contoso.example", 60 + 8 * round));
        emulator.arm(fault);
        let mut options = RunOptions::default();
        options.rate = Rate::Unlimited;
        options.ahead = Some(100);
        let client = client(&emulator);
        let run = client.run(options).unwrap();
        run.add((1..=400).map(|n| format!("user{n:06}@contoso.example")))
            .unwrap();
        run.finish_input().unwrap();
        let (mut read, deadline) = (0, Instant::now() + Duration::from_secs(20));
        let mut needed = false;
        loop {
            assert!(Instant::now() < deadline, "{needed}: {:?}", run.progress());
            match run.next(Duration::from_secs(1)).unwrap() {
                Next::Outcome(_) => read += 1,
                Next::TokenNeeded(_) => {
                    needed = true;
                    if run.progress().unwrap().in_flight == 0 {
                        let token = emulator.mint(&TokenRequest::default()).unwrap();
                        client.set_token(AccessToken::new(&token.access_token).unwrap());
                    }
                }
                Next::Done => break,
                other => assert!(matches!(other, Next::Timeout), "{other:?}"),
            }
        }
        assert_eq!((read, needed), (400, true));
    }
}

#[test]
fn a_list_of_unknown_users_is_gone_through_at_the_callers_rate() {
    let emulator = Emulator::builder().start().unwrap();
    let mut options = RunOptions::default();
    options.rate = Rate::PerSecond(5.0);
    let run = client(&emulator).run(options).unwrap();
    run.add((0..12).map(|number| format!("nobody{number}@contoso.example")))
        .unwrap();
    run.finish_input().unwrap();
    let outcomes = read(&run);
    assert_eq!(outcomes.len(), 12);
    let unknown = |outcome: &Outcome| outcome.status == Status::UserNotFound;
    assert!(outcomes.iter().all(unknown), "{outcomes:?}");
}

#[test]
fn the_signed_in_user_cannot_be_excluded_where_nobody_is_signed_in() {
    let emulator = Emulator::builder().users(2).start().unwrap();
    let mut request = TokenRequest::default();
    request.application = true;
    let token = emulator.mint(&request).unwrap();
    for allowed in [false, true] {
        let client = client(&emulator);
        client.set_token(AccessToken::new(&token.access_token).unwrap());
        let mut options = RunOptions::default();
        options.exclude = vec!["me".to_owned()];
        options.allow_unresolved_exclusions = allowed;
        let run = client.run(options).unwrap();
        run.add(["user000001@contoso.example"]).unwrap();
        run.finish_input().unwrap();
        if allowed {
            let statuses: Vec<Status> = read(&run).iter().map(|it| it.status).collect();
            assert_eq!(statuses, [Status::Unprotected, Status::Ok]);
        } else {
            let error = run.next(Duration::from_secs(20)).unwrap_err();
            assert_eq!(error.status(), Status::ExclusionUnresolved);
            assert_eq!(emulator.totals().accepted, 0);
        }
    }
}
