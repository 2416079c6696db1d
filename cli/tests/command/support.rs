//! An emulator, a token, and the command in their midst.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use graph_invalidate_emulator::{Emulator, TokenRequest};
use serde_json::Value;

pub const ADELE: &str = "adele.vance@contoso.example";

pub struct Situation {
    pub emulator: Emulator,
    pub token: String,
    pub folder: tempfile::TempDir,
}

impl Situation {
    pub fn new() -> Situation {
        Situation::with(&TokenRequest::default())
    }

    /// A tenant with so many users besides its own.
    pub fn of(users: usize) -> Situation {
        Situation::made(users, &TokenRequest::default())
    }

    pub fn with(request: &TokenRequest) -> Situation {
        Situation::made(0, request)
    }

    fn made(users: usize, request: &TokenRequest) -> Situation {
        let emulator = Emulator::builder().users(users).start().unwrap();
        let token = emulator.mint(request).unwrap().access_token;
        Situation {
            emulator,
            token,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The command in the situation's folder, with the endpoint and the token in its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(arguments);
        command
            .current_dir(self.folder.path())
            .env("GRAPH_INVALIDATE_ENDPOINT", self.emulator.url())
            .env("GRAPH_INVALIDATE_TOKEN", &self.token);
        command
    }

    /// Runs it; whatever it prints, the token is not in it.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.judge(self.command(arguments).output().unwrap())
    }

    /// Runs it with this on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self.start(arguments);
        // A command that refuses need not have read it.
        let _ = child.stdin.take().unwrap().write_all(input);
        self.judge(child.wait_with_output().unwrap())
    }

    /// Starts it with pipes for all that it reads and writes.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub fn judge(&self, output: Output) -> Output {
        for stream in [&output.stdout, &output.stderr] {
            assert!(!text(stream).contains(&self.token), "the token was printed");
        }
        output
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// A list of the tenant's many users.
    pub fn list(&self, name: &str, users: usize) {
        let lines: String = (1..=users).map(|number| user(number) + "\n").collect();
        self.write(name, lines);
    }

    /// How many of the first so many users the service says it has signed out.
    pub fn accepted(&self, users: usize) -> usize {
        (1..=users)
            .filter(|number| self.emulator.accepted(&user(*number)) > 0)
            .count()
    }
}

/// One of the tenant's many users.
pub fn user(number: usize) -> String {
    format!("user{number:06}@contoso.example")
}

pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-invalidate"));
    command
        .args(arguments)
        .env_remove("GRAPH_INVALIDATE_TOKEN")
        .env_remove("GRAPH_INVALIDATE_ENDPOINT")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn code(output: &Output) -> i32 {
    output
        .status
        .code()
        .unwrap_or_else(|| panic!("{}: {}", output.status, text(&output.stderr)))
}

/// The exit status, with all that was said when it is another one than expected.
pub fn ends(output: &Output, status: i32) {
    assert_eq!(
        code(output),
        status,
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

/// Ends with this status, and says each of these on standard error.
pub fn says(output: &Output, status: i32, parts: &[&str]) {
    ends(output, status);
    let said = text(&output.stderr);
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
}

/// JSON Lines, read.
pub fn lines(bytes: &[u8]) -> Vec<Value> {
    text(bytes)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

/// What was shown of users in JSON, without the summary at the end.
pub fn outcomes(output: &Output) -> Vec<Value> {
    let mut shown = lines(&output.stdout);
    let summary = shown.pop().unwrap();
    assert_eq!(summary["type"], "summary", "{summary}");
    shown
}

/// The summary at the end of JSON.
pub fn summary(output: &Output) -> Value {
    let summary = lines(&output.stdout).pop().unwrap();
    assert_eq!(summary["type"], "summary", "{summary}");
    summary
}

/// A journal, read.
pub fn journal(path: &Path) -> Vec<Value> {
    lines(&std::fs::read(path).unwrap())
}
