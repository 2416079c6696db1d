//! Calls that are submitted and pulled, as a C program meets them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use graph_invalidate_emulator::{Emulator, Fault, FaultKind};
use support::c_program::{GCC, Program, assert_ok};
use support::program::run;
use support::{Reply, Server, accepted, text_of};

fn tokens() -> [String; 2] {
    ["a", "b"].map(|tenant| {
        let id = format!("aaaaaaaa-0000-4000-8000-00000000000{tenant}");
        text_of(&format!(
            r#"{{"aud":"https://graph.microsoft.com","scp":"User.RevokeSessions.All","idtyp":"user","tid":"{id}"}}"#
        ))
    })
}

#[test]
fn a_queue_takes_calls_and_hands_out_what_became_of_each() {
    let server = Server::start(vec![accepted()]);
    let program = Program::build("call_queue.c", GCC, "");
    let mut command = program.command(&[], &server);
    command.args(["accepting", &server.url]).args(tokens());
    assert_ok(&run(&mut command));
    let requests = server.requests();
    assert_eq!(requests.len(), 200 + 1 + 1 + 20);
    for request in requests {
        let user = request.split("/users/").nth(1).unwrap();
        let whose = "ab".find(&user[..1]).unwrap();
        let sent = format!("Bearer {}\r\n", tokens()[whose]);
        assert!(request.contains(&sent), "{request}");
    }
}

#[test]
fn calls_that_nobody_answers_are_cancelled_run_out_of_time_and_end_with_their_queue() {
    let server = Server::start(vec![Reply::Stall]);
    let program = Program::build("call_queue.c", GCC, "");
    let mut command = program.command(&[], &server);
    command.args(["stalling", &server.url]).args(tokens());
    assert_ok(&run(&mut command));
}

fn with_late_answers(what: &str) {
    let emulator = Emulator::builder().start().unwrap();
    let server = Server::start(vec![accepted()]);
    let mut late = Fault::once(FaultKind::Delay { milliseconds: 50 });
    late.times = 20_000;
    emulator.arm(late);
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let program = Program::build("call_queue.c", GCC, "");
    let mut command = program.command(&[], &server);
    command.args([what, emulator.url(), &token, &token]);
    assert_ok(&run(&mut command));
}

#[test]
fn ten_thousand_calls_take_one_thread_and_half_of_the_descriptors() {
    with_late_answers("many");
}

#[test]
fn where_there_are_descriptors_a_burst_is_shared_out() {
    with_late_answers("shared");
}
