//! What the scenarios of runs cannot say: time, threads, networks that are away, credentials, and secrets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use graph_invalidate::{
    AccessToken, Client, ClientOptions, CredentialKind, CredentialOptions, Environment, Error,
    JournalReader, Line, Next, Outcome, Rate, Run, RunOptions, Secret, Status,
};
use graph_invalidate_emulator::{Emulator, Fault, FaultKind, TokenRequest};

fn emulator() -> Emulator {
    Emulator::builder().users(2_000).start().unwrap()
}

fn users(count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("user{number:06}@contoso.example"))
        .collect()
}

fn token(emulator: &Emulator) -> AccessToken {
    let token = emulator.mint(&TokenRequest::default()).unwrap();
    AccessToken::new(&token.access_token).unwrap()
}

fn client(emulator: &Emulator) -> Client {
    client_with(emulator.url(), |options| {
        options.token = Some(token(emulator))
    })
}

fn client_with(endpoint: &str, change: impl FnOnce(&mut ClientOptions)) -> Client {
    let mut options = ClientOptions::default();
    options.endpoint = Some(endpoint.to_owned());
    options.timeout = Some(Duration::from_secs(20));
    change(&mut options);
    Client::new(options).unwrap()
}

fn unlimited() -> RunOptions {
    let mut options = RunOptions::default();
    options.rate = Rate::Unlimited;
    options
}

/// Reads the run to its end, giving it no token.
fn read(run: &Run) -> (Vec<Outcome>, Option<Error>) {
    let mut outcomes = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        match run.next(Duration::from_secs(5)) {
            Ok(Next::Outcome(outcome)) => outcomes.push(*outcome),
            Ok(Next::Done) => return (outcomes, None),
            Ok(Next::TokenNeeded(why)) => panic!("a token is needed: {why:?}"),
            Ok(_) => {}
            Err(error) => return (outcomes, Some(error)),
        }
    }
    panic!("the run does not end: {:?}", run.progress());
}

fn status_fault(status: u16, code: &str, message: &str) -> Fault {
    Fault::once(FaultKind::Status {
        status,
        code: Some(code.to_owned()),
        message: Some(message.to_owned()),
        headers: Vec::new(),
        body: None,
    })
}

#[test]
fn outcomes_come_while_users_are_still_added() {
    let emulator = emulator();
    let run = client(&emulator).run(unlimited()).unwrap();
    for user in users(5) {
        run.add([user.as_str()]).unwrap();
        match run.next(Duration::from_secs(5)).unwrap() {
            Next::Outcome(outcome) => assert_eq!(outcome.user, user),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(run.next(Duration::ZERO), Ok(Next::Timeout)));
    run.finish_input().unwrap();
    assert!(matches!(run.next(Duration::from_secs(5)), Ok(Next::Done)));
    let error = run.add(["late@contoso.example"]).unwrap_err();
    assert_eq!(error.status(), Status::RunClosed);
}

#[test]
fn a_caller_who_does_not_read_is_waited_for() {
    let emulator = Emulator::builder().users(20_000).start().unwrap();
    let run = client(&emulator).run(unlimited()).unwrap();
    run.add(users(20_000)).unwrap();
    run.finish_input().unwrap();
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let done = run.progress().unwrap().accepted;
        if done > 0 && done == before {
            break;
        }
        before = done;
    }
    assert!((1..12_000).contains(&before), "{before} were sent unread");
    let (outcomes, failure) = read(&run);
    assert_eq!((outcomes.len(), failure), (20_000, None));
}

/// Cancels a run with sixteen stalled requests; gives how long its end took, and its journal.
fn cancel_while_stalled(emulator: &Emulator) -> (Duration, Vec<Line>) {
    emulator.reset();
    let mut stall = Fault::once(FaultKind::Stall);
    stall.times = 1_000;
    stall.path_contains = Some("$batch".to_owned());
    emulator.arm(stall);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let mut options = unlimited();
    options.journal = Some(journal.clone());
    let run = client(emulator).run(options).unwrap();
    run.add(users(1_000)).unwrap();
    run.finish_input().unwrap();
    while run.progress().unwrap().in_flight < 320 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let begin = Instant::now();
    run.cancel();
    let (outcomes, failure) = read(&run);
    let late = begin.elapsed();
    assert_eq!((outcomes.len(), failure), (0, None));
    let progress = run.progress().unwrap();
    assert_eq!((progress.in_flight, progress.never_attempted), (320, 680));
    let lines = JournalReader::open(&journal).unwrap();
    (late, lines.map(Result::unwrap).collect())
}

#[test]
fn a_cancelled_run_ends_within_a_tenth_of_a_second_with_every_server_stalled() {
    let emulator = emulator();
    // A machine that is busy with other tests may be late once.
    let tries: Vec<_> = (0..5).map(|_| cancel_while_stalled(&emulator)).collect();
    let late = tries.iter().map(|(late, _)| *late).min().unwrap();
    assert!(late < Duration::from_millis(100), "{late:?}");
    for (_, lines) in tries {
        let [Line::Run(_), Line::Summary(summary)] = &lines[..] else {
            panic!("{lines:?}");
        };
        assert_eq!(summary.reason, "cancelled");
        assert_eq!((summary.in_flight, summary.never_attempted), (320, 680));
    }
}

#[test]
fn a_stopped_run_waits_for_the_answers_on_their_way() {
    let emulator = Emulator::builder()
        .users(2_000)
        .latency(Duration::from_millis(200))
        .start()
        .unwrap();
    let run = client(&emulator).run(unlimited()).unwrap();
    run.add(users(2_000)).unwrap();
    run.finish_input().unwrap();
    while run.progress().unwrap().in_flight < 320 {
        std::thread::sleep(Duration::from_millis(5));
    }
    run.stop();
    let (outcomes, failure) = read(&run);
    let progress = run.progress().unwrap();
    assert_eq!(failure, None);
    assert_eq!(progress.in_flight, 0);
    assert!(progress.never_attempted > 0);
    assert_eq!(outcomes.len() as u64, progress.accepted);
    assert_eq!(progress.accepted + progress.never_attempted, 2_000);
}

#[test]
fn a_dropped_run_ends_at_once() {
    let emulator = emulator();
    let mut stall = Fault::once(FaultKind::Stall);
    stall.times = 1_000;
    emulator.arm(stall);
    let run = client(&emulator).run(unlimited()).unwrap();
    run.add(users(100)).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let begin = Instant::now();
    drop(run);
    assert!(
        begin.elapsed() < Duration::from_secs(1),
        "{:?}",
        begin.elapsed()
    );
}

#[test]
fn a_service_that_cannot_be_reached_ends_the_run_within_seconds() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let client = client_with(&format!("http://127.0.0.1:{port}"), |options| {
        options.token = Some(support::token());
    });
    let run = client.run(RunOptions::default()).unwrap();
    run.add(users(500)).unwrap();
    run.finish_input().unwrap();
    let begin = Instant::now();
    let (outcomes, failure) = read(&run);
    assert!(begin.elapsed() < Duration::from_secs(8));
    assert_eq!(
        failure.map(|error| error.status()),
        Some(Status::ConnectFailed)
    );
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.status == Status::ConnectFailed)
    );
    // Three attempts in all, of one request each.
    assert!(outcomes.len() <= 60, "{}", outcomes.len());
    assert!(run.progress().unwrap().never_attempted >= 440);
}

#[test]
fn a_network_that_comes_back_is_waited_for() {
    let emulator = emulator();
    let mut reset = Fault::once(FaultKind::ResetBefore);
    reset.times = 4;
    reset.path_contains = Some("$batch".to_owned());
    emulator.arm(reset);
    let run = client(&emulator).run(unlimited()).unwrap();
    run.add(users(60)).unwrap();
    run.finish_input().unwrap();
    let (outcomes, failure) = read(&run);
    assert_eq!(failure, None);
    assert_eq!(outcomes.len(), 60);
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::Ok));
}

fn automation(emulator: &Emulator) -> Client {
    let mut credential = CredentialOptions::new(CredentialKind::ClientSecret);
    credential.tenant = Some("c0ffee00-1111-4222-8333-444455556666".to_owned());
    credential.client_id = Some("aaaaaaaa-0000-4000-8000-000000000003".to_owned());
    credential.client_secret = Some(Secret::new("emulated-secret").unwrap());
    credential.environment = Environment::of(Vec::new());
    client_with(emulator.url(), |options| {
        options.credential = Some(credential)
    })
}

#[test]
fn a_credential_renews_the_token_and_nobody_is_asked() {
    let expired = "Lifetime validation failed, the token is expired.";
    for fault in [
        status_fault(401, "InvalidAuthenticationToken", expired),
        Fault::once(FaultKind::ClaimsChallenge),
        Fault::once(FaultKind::TokensExpire),
    ] {
        let emulator = emulator();
        let kind = format!("{:?}", fault.kind);
        emulator.arm(Fault {
            user: Some("user000050@contoso.example".to_owned()),
            ..fault
        });
        let run = automation(&emulator).run(RunOptions::default()).unwrap();
        run.add(users(100)).unwrap();
        run.finish_input().unwrap();
        let (outcomes, failure) = read(&run);
        assert_eq!(failure, None, "{kind}");
        assert_eq!(outcomes.len(), 100, "{kind}");
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::Ok));
        let sign_ins = emulator
            .requests()
            .iter()
            .filter(|request| request.path.ends_with("/token"))
            .count();
        assert_eq!(sign_ins, 2, "{kind}");
    }
}

#[test]
fn a_credential_that_fails_leaves_it_to_the_caller() {
    let emulator = emulator();
    let client = client_with(emulator.url(), |options| {
        let mut credential = CredentialOptions::new(CredentialKind::ClientSecret);
        credential.tenant = Some("c0ffee00-1111-4222-8333-444455556666".to_owned());
        credential.client_id = Some("aaaaaaaa-0000-4000-8000-000000000003".to_owned());
        credential.client_secret = Some(Secret::new("wrong").unwrap());
        credential.environment = Environment::of(Vec::new());
        options.credential = Some(credential);
    });
    let run = client.run(RunOptions::default()).unwrap();
    run.add(users(3)).unwrap();
    run.finish_input().unwrap();
    match run.next(Duration::from_secs(10)).unwrap() {
        Next::TokenNeeded(why) => assert_eq!(why.status.group(), 200, "{why:?}"),
        other => panic!("{other:?}"),
    }
    client.set_token(token(&emulator));
    assert_eq!(read(&run).0.len(), 3);
}

#[test]
fn another_tenants_token_is_not_taken_midway() {
    let emulator = emulator();
    let run_client = client_with(emulator.url(), |_| {});
    let run = run_client.run(RunOptions::default()).unwrap();
    run_client.set_token(support::token_with(
        r#"{"aud":"https://graph.microsoft.com","scp":"User.RevokeSessions.All","tid":"another"}"#,
    ));
    run.add(users(3)).unwrap();
    // The emulator refuses what it did not sign; then the run is in the other tenant already.
    for _ in 0..2 {
        match run.next(Duration::from_secs(10)).unwrap() {
            Next::TokenNeeded(why) => {
                let message = why.message.clone().unwrap_or_default();
                run_client.set_token(token(&emulator));
                if message.contains("tenant") {
                    return;
                }
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("a token of another tenant was taken");
}

#[test]
fn who_could_not_begin_a_run_may_be_replaced_and_who_has_acted_may_not() {
    let emulator = emulator();
    let token_of = |user: &str| {
        let mut request = TokenRequest::default();
        request.user = Some(user.to_owned());
        AccessToken::new(&emulator.mint(&request).unwrap().access_token).unwrap()
    };
    let expired = "Lifetime validation failed, the token is expired.";
    let refused = || status_fault(401, "InvalidAuthenticationToken", expired);
    let needed = |run: &Run| loop {
        match run.next(Duration::from_secs(10)).unwrap() {
            Next::TokenNeeded(why) => return why.message.unwrap_or_default(),
            Next::Outcome(_) => {}
            other => panic!("{other:?}"),
        }
    };
    let mut options = RunOptions::default();
    options.token = Some(token_of("adele.vance@contoso.example"));
    let run = client_with(emulator.url(), |_| {}).run(options).unwrap();
    emulator.arm(refused());
    // One alone: of several, some may travel in a request that the fault does not meet.
    run.add(users(1)).unwrap();
    needed(&run);
    run.set_token(token(&emulator)).unwrap();
    assert!(matches!(
        run.next(Duration::from_secs(10)).unwrap(),
        Next::Outcome(_)
    ));

    emulator.arm(refused());
    run.add(["user000004@contoso.example"]).unwrap();
    needed(&run);
    run.set_token(token_of("adele.vance@contoso.example"))
        .unwrap();
    let why = needed(&run);
    assert!(why.contains("identity"), "{why}");
    run.set_token(token(&emulator)).unwrap();
    run.finish_input().unwrap();
    let (outcomes, failure) = read(&run);
    assert_eq!(failure, None);
    assert_eq!(outcomes.last().unwrap().status, Status::Ok);
}

#[test]
fn nothing_that_a_run_shows_or_records_holds_the_token() {
    let emulator = emulator();
    let text = emulator
        .mint(&TokenRequest::default())
        .unwrap()
        .access_token;
    // A service that repeats what it was sent.
    let mut echo = status_fault(403, "Authorization_RequestDenied", &text);
    echo.times = 10;
    emulator.arm(echo);
    let client = client_with(emulator.url(), |options| {
        options.token = Some(AccessToken::new(&text).unwrap());
    });
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let mut options = RunOptions::default();
    options.journal = Some(journal.clone());
    let run = client.run(options).unwrap();
    run.add(users(40)).unwrap();
    run.finish_input().unwrap();
    let (outcomes, failure) = read(&run);
    let shown = format!("{outcomes:?} {failure:?} {run:?} {client:?}");
    assert!(shown.contains("PermissionDenied"), "{shown}");
    assert!(!shown.contains(&text));
    assert!(!std::fs::read_to_string(journal).unwrap().contains(&text));
}

#[cfg(unix)]
#[test]
fn a_journal_is_for_its_owner_alone_and_complete() {
    use std::os::unix::fs::PermissionsExt as _;
    let emulator = emulator();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut options = RunOptions::default();
    options.journal = Some(path.clone());
    let run = client(&emulator).run(options).unwrap();
    run.add(users(30)).unwrap();
    run.finish_input().unwrap();
    let mut handed_out = 0;
    while let Next::Outcome(outcome) = run.next(Duration::from_secs(10)).unwrap() {
        // What is handed out is on disk already.
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&format!("\"user\":\"{}\"", outcome.user)));
        handed_out += 1;
    }
    assert_eq!(handed_out, 30);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let lines: Vec<Line> = JournalReader::open(&path)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(lines.len(), 32);
    let (Line::Run(begin), Line::Summary(end)) = (&lines[0], &lines[31]) else {
        panic!("{lines:?}");
    };
    assert_eq!(
        begin.tenant.as_deref(),
        Some("c0ffee00-1111-4222-8333-444455556666")
    );
    assert_eq!(begin.caller_name.as_deref(), Some("admin@contoso.example"));
    assert_eq!(begin.application_name.as_deref(), Some("Incident Response"));
    assert_eq!(begin.run, end.run);
    assert!(end.complete);
    assert_eq!(end.accepted, 30);
}

#[test]
fn a_run_that_could_not_begin_leaves_no_journal_that_it_created() {
    let emulator = emulator();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut options = RunOptions::default();
    options.journal = Some(path.clone());
    let other = AccessToken::new("opaque").unwrap();
    let elsewhere = client_with(emulator.url(), |options| {
        options.expect_tenant = Some("c0ffee00-1111-4222-8333-444455556667".to_owned());
    });
    options.token = Some(other);
    elsewhere.run(options.clone()).unwrap_err();
    assert!(!path.exists(), "a refused token");
    // Without a token nobody is sent, and nothing is recorded.
    options.token = None;
    let run = client_with(emulator.url(), |_| {})
        .run(options.clone())
        .unwrap();
    run.add(users(3)).unwrap();
    drop(run);
    assert!(!path.exists(), "a run that never had a token");
    // What was there before stays.
    std::fs::write(&path, "").unwrap();
    drop(client_with(emulator.url(), |_| {}).run(options).unwrap());
    assert!(path.exists());
}

#[test]
fn an_endless_list_of_one_user_keeps_neither_its_outcome_nor_a_cancellation_waiting() {
    let emulator = emulator();
    let run = client(&emulator).run(unlimited()).unwrap();
    let same = vec!["user000001@contoso.example"; 4_096];
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !matches!(run.next(Duration::ZERO), Ok(Next::Done)) {
                let wanted = run.progress().unwrap().wanted as usize;
                run.add(&same[..wanted.min(same.len())]).unwrap();
                if run.progress().unwrap().accepted == 1 {
                    run.cancel();
                }
            }
        });
        let begin = Instant::now();
        while run.progress().unwrap().accepted == 0 {
            assert!(begin.elapsed() < Duration::from_secs(20), "nobody is sent");
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}
