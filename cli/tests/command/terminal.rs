//! What a person at a terminal sees and types.

#![cfg(unix)]

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, PtySize, native_pty_system};

use crate::support::{ADELE, Situation, user};

/// The command at a terminal of its own.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn start(situation: &Situation, arguments: &[&str]) -> Terminal {
        let size = PtySize {
            rows: 30,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_graph-invalidate"));
        command.args(arguments);
        command.cwd(situation.folder.path());
        command.env("GRAPH_INVALIDATE_ENDPOINT", situation.emulator.url());
        command.env("GRAPH_INVALIDATE_TOKEN", &situation.token);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut screen = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            // The terminal must live as long as somebody looks at it.
            let _master = pair.master;
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut buffer) {
                noted.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Terminal {
            child,
            keyboard,
            seen,
        }
    }

    /// Everything that was ever shown.
    fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    fn until(&self, part: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.seen().contains(part) {
            assert!(
                Instant::now() < deadline,
                "{part:?} is never seen: {}",
                self.seen()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        // What was written last may still be on its way to the screen.
        std::thread::sleep(Duration::from_millis(100));
        (status, self.seen())
    }
}

#[test]
fn a_bar_shows_done_failed_rate_and_time_left_and_leaves_the_table_behind() {
    let situation = Situation::of(60);
    let list: String = (1..=60).map(|number| user(number) + "\n").collect();
    situation.write("list", "nobody@contoso.example\n".to_owned() + &list);
    let terminal = Terminal::start(
        &situation,
        &[
            "users",
            "--from",
            "list",
            "--rate",
            "20",
            "--batch-size",
            "5",
        ],
    );
    terminal.until("of 61 users done, 1 failed");
    terminal.until(" a second");
    terminal.until("s left under the quota");
    terminal.until("[=");
    let (status, seen) = terminal.end();
    assert_eq!(status.exit_code(), 3, "{seen}");
    assert!(
        seen.contains("\u{1b}[32maccepted\u{1b}[0m"),
        "good ones are green: {seen}"
    );
    assert!(seen.contains("\u{1b}[31muser_not_found\u{1b}[0m"), "{seen}");
    let table = seen.rfind("accepted                           60").unwrap();
    assert!(
        !seen[table..].contains("users done"),
        "the bar is gone: {seen}"
    );
}

#[test]
fn a_wait_that_the_service_asked_for_is_told() {
    let situation = Situation::of(40);
    situation.list("list", 40);
    situation.emulator.set_quota(10.0, 5.0);
    let terminal = Terminal::start(&situation, &["users", "--from", "list", "--quiet"]);
    let (status, seen) = terminal.end();
    assert!(status.success());
    assert_eq!(seen, "", "quiet is quiet at a terminal as well");

    let situation = Situation::of(40);
    situation.list("list", 40);
    situation.emulator.set_quota(10.0, 5.0);
    let terminal = Terminal::start(&situation, &["users", "--from", "list"]);
    terminal.until("s: the service asked for it");
    let (status, seen) = terminal.end();
    assert!(status.success(), "{seen}");
}

#[test]
fn a_person_is_asked_before_more_than_a_hundred_users_are_signed_out() {
    let situation = Situation::of(120);
    situation.list("list", 120);
    for (answer, code, accepted) in [("n\n", 2, 0), ("\n", 2, 0), ("y\n", 0, 120)] {
        let mut terminal = Terminal::start(&situation, &["users", "--from", "list"]);
        terminal.until("This signs out 120 users everywhere. Continue? [y/N]");
        terminal.type_in(answer);
        let (status, seen) = terminal.end();
        assert_eq!(status.exit_code(), code, "{answer:?}: {seen}");
        assert_eq!(situation.accepted(120), accepted, "{answer:?}");
    }
}

#[test]
fn ctrl_c_ends_a_run_with_the_line_that_resumes_it() {
    let situation = Situation::of(300);
    situation.list("list", 300);
    let mut terminal = Terminal::start(
        &situation,
        &[
            "users",
            "--from",
            "list",
            "--journal",
            "run.jsonl",
            "--rate",
            "30",
            "--yes",
        ],
    );
    terminal.until("s left under the quota");
    terminal.type_in("\u{3}");
    terminal.until("stopping");
    let (status, seen) = terminal.end();
    assert_eq!(status.exit_code(), 130, "{seen}");
    assert!(
        seen.contains("--journal run.jsonl --rate 30 --yes --resume"),
        "{seen}"
    );
    let accepted = situation.accepted(300);
    assert!((1..300).contains(&accepted), "{accepted}");
}

#[test]
fn one_user_needs_no_bar() {
    let situation = Situation::new();
    let (status, seen) = Terminal::start(&situation, &["users", ADELE]).end();
    assert!(status.success());
    assert!(!seen.contains("users done"), "{seen}");
}
