//! A clock that jumps: runs go by the time that passes, and by the service's own clock.

#![cfg(target_os = "linux")]

use crate::disks::{preloaded, shell};
use crate::support::{Situation, ends, text, user};

const USERS: usize = 24;
const RUN: &str = "users --from list --rate 8 --verify --journal run.jsonl";
const SECRET: &str = "--auth client-secret --tenant contoso.example --client-id aaaaaaaa-0000-4000-8000-000000000003 --client-secret-file secret";

#[test]
fn a_run_is_not_disturbed_when_the_time_of_day_jumps() {
    std::thread::scope(|scope| {
        for jump in [10_800, -10_800, -31_536_000] {
            for how in ["", SECRET] {
                scope.spawn(move || {
                    let situation = Situation::of(USERS);
                    situation.list("list", USERS);
                    situation.write("secret", "emulated-secret");
                    preloaded(&situation, "jumping_clock");
                    let unset = if how.is_empty() { "" } else { "unset GRAPH_INVALIDATE_TOKEN;" };
                    let line = format!("{unset} JUMP={jump} LD_PRELOAD=./jumping_clock.so exec timeout 30 $COMMAND {RUN} {how}");
                    let output = shell(&situation, &line);
                    ends(&output, 0);
                    assert_eq!(situation.accepted(USERS), USERS);
                    let said = text(&output.stderr);
                    let verified = said.lines().find(|line| line.starts_with("verified"));
                    assert!(verified.is_some_and(|row| row.ends_with(" 24")), "{jump}: {said}");
                    assert_eq!(situation.emulator.accepted(&user(USERS)), 1);
                    ends(&situation.run(&["report", "run.jsonl"]), 0);
                });
            }
        }
    });
}
