//! Signing in and asking about a token in steps, as a C program meets it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use graph_invalidate_emulator::{Emulator, Fault, FaultKind};
use support::c_program::{GCC, Program, assert_ok};
use support::program::run;
use support::{Server, accepted};

fn plays(what: &str, emulator: &Emulator) {
    let server = Server::start(vec![accepted()]);
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let program = Program::build("enquiry.c", GCC, "");
    let mut command = program.command(&[], &server);
    command.args([what, emulator.url(), &token]);
    assert_ok(&run(&mut command));
}

#[test]
fn an_enquiry_is_waited_for_in_steps_and_answered_once() {
    plays("answering", &Emulator::builder().start().unwrap());
}

#[test]
fn an_enquiry_that_nobody_answers_is_cancelled_or_let_go() {
    let emulator = Emulator::builder().start().unwrap();
    let mut stall = Fault::once(FaultKind::Stall);
    stall.times = 100;
    emulator.arm(stall);
    plays("stalling", &emulator);
}
