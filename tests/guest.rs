//! The library as a guest in a program that it does not know: what is the host's stays the host's, and a call works
//! wherever C code can run, or says that it cannot.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::Duration;

use graph_invalidate_emulator::Emulator;
use support::c_program::{GCC, MUSL, Program, assert_ok, has_musl};
use support::program::run;
use support::{Server, accepted};

/// Plays situations of a program, each in a process of its own. Nothing is printed beside what the program says.
fn play(source: &str, situations: &[&str]) {
    play_late(source, situations, Duration::from_millis(100));
}

/// The same, with a service that answers so late.
fn play_late(source: &str, situations: &[&str], latency: Duration) {
    play_with(GCC, source, situations, latency);
    if has_musl() {
        play_with(MUSL, source, situations, latency);
    } else {
        eprintln!("not played under musl: install musl-tools, and rustup's target for it");
    }
}

fn play_with(compiler: &[&str], source: &str, situations: &[&str], latency: Duration) {
    let program = Program::build(source, compiler, "");
    let emulator = Emulator::builder()
        .users(1_000)
        .latency(latency)
        .start()
        .unwrap();
    let token = emulator.mint(&Default::default()).unwrap().access_token;
    let unused = Server::start(vec![accepted()]);
    for situation in situations {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program.command(&[], &unused);
        command.env_remove("GRAPH_INVALIDATE_ENDPOINT");
        command.args([situation, emulator.url(), &token]);
        let output = run(command.arg(folder.path()));
        assert_ok(&output);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(
            complained.is_empty(),
            "{} {situation}: {complained}",
            compiler[0]
        );
    }
}

#[test]
fn the_hosts_descriptors_stay_the_hosts() {
    play(
        "guest_descriptors.c",
        &[
            "closed_streams_stay_closed",
            "what_the_host_closed_is_noticed",
            "one_descriptor_too_many_is_closed",
        ],
    );
}

#[test]
fn what_the_host_closed_below_a_queue_is_noticed() {
    let late = Duration::from_secs(3);
    let situation = "what_the_host_closed_below_a_queue_is_noticed";
    play_late("guest_descriptors.c", &[situation], late);
}

#[test]
fn few_descriptors_are_kept_and_a_shortage_passes() {
    play(
        "guest_descriptors.c",
        &[
            "a_burst_with_few_descriptors",
            "a_burst_leaves_nothing",
            "no_descriptor_left",
            "a_shortage_passes",
        ],
    );
}

#[test]
fn no_signal_of_ours_reaches_the_host_and_none_of_its_reaches_us() {
    play(
        "guest_threads.c",
        &[
            "a_connection_that_is_gone_is_no_signal",
            "no_thread_takes_a_signal",
        ],
    );
}

#[test]
fn a_call_works_wherever_c_code_can_run() {
    play(
        "guest_threads.c",
        &[
            "calls_at_the_end",
            "a_cancelled_thread_ends_after_its_call",
            "small_stacks",
            "no_thread_allowed",
        ],
    );
}

#[test]
fn a_child_of_fork_keeps_no_journal_locked() {
    play("guest_threads.c", &["a_child_keeps_no_journal_locked"]);
}

#[test]
fn variables_are_read_once_and_never_for_somebody_elses_rights() {
    play(
        "guest_environment.c",
        &["more_rights_than_the_caller", "variables_are_read_once"],
    );
}

#[test]
fn clocks_and_paths_may_be_anything() {
    play(
        "guest_environment.c",
        &["clocks_beyond_calendars", "paths_are_bytes"],
    );
}

/// Hosts that do more than wait for an answer want it soon.
const SOON: Duration = Duration::from_millis(10);

#[test]
fn a_call_works_however_a_program_begins_forks_and_ends() {
    play_late(
        "guest_processes.c",
        &[
            "calls_before_main",
            "forks_among_calls",
            "programs_inherit_nothing",
            "a_child_ends_beside_a_run",
            "ends_among_calls",
            "the_main_thread_ends",
            "a_thread_is_cancelled_in_a_run",
            "on_a_fiber",
            "a_small_main_stack",
            "fibers_beside_an_endless_stack",
            "children_are_reaped_by_the_host",
        ],
        SOON,
    );
}

#[test]
fn a_hosts_limits_habits_and_surroundings_stay_its_own() {
    play_late(
        "guest_surroundings.c",
        &[
            "files_may_not_grow",
            "a_journal_that_is_a_pipe",
            "a_storm_of_signals",
            "floating_point_traps",
            "the_environment_is_gone",
            "the_record_is_its_owners",
            "the_host_goes_to_another_folder",
            "memory_is_short",
            "copies_of_the_library",
        ],
        SOON,
    );
}

#[test]
fn no_shortage_is_told_as_a_defect() {
    play_late(
        "guest_faults.c",
        &[
            "no_random_numbers",
            "connections_fail",
            "files_and_threads_fail",
        ],
        Duration::ZERO,
    );
}
