//! A language's driver: a process that reads situations as JSON lines and answers each with what its interface showed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::run_scenario::ObservedRun;
use super::scenario::Observed;

/// Longer than any situation may take.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct Driver {
    words: Vec<String>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Driver {
    /// The words of its command line; it is started with the first situation.
    pub fn new(words: Vec<String>) -> Driver {
        Driver {
            words,
            running: None,
        }
    }

    /// Puts a situation, and gives the line that comes back. A driver that dies is started anew for the next one.
    pub fn ask(&mut self, situation: &Value) -> String {
        let running = match &mut self.running {
            Some(running) => running,
            None => self.running.insert(Running::start(&self.words)),
        };
        let answer = running.ask(situation);
        answer.unwrap_or_else(|why| {
            self.running = None;
            panic!("the driver {why}");
        })
    }
}

impl Running {
    fn start(words: &[String]) -> Running {
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .env_remove("GRAPH_INVALIDATE_ENDPOINT")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{words:?}: {error}"));
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Languages that greet, or warn, do so in words.
                if line.starts_with('{') && send.send(line).is_err() {
                    return;
                }
            }
        });
        Running {
            child,
            input,
            answers,
        }
    }

    fn ask(&mut self, situation: &Value) -> Result<String, String> {
        writeln!(self.input, "{situation}").map_err(|error| format!("took nothing: {error}"))?;
        self.answers
            .recv_timeout(PATIENCE)
            .map_err(|ended| match ended {
                RecvTimeoutError::Timeout => "did not answer in time".to_owned(),
                RecvTimeoutError::Disconnected => "died".to_owned(),
            })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer to calls and sign-ins.
#[derive(Deserialize)]
pub struct Answer {
    outcome: Outcome,
}

/// An answer to identities that share a client: the statuses of each one's calls.
#[derive(Deserialize)]
pub struct IdentitiesAnswer {
    pub identities: Vec<Vec<String>>,
}

/// An answer to a run.
#[derive(Deserialize)]
pub struct RunAnswer {
    #[serde(default)]
    outcomes: Vec<(Option<String>, String)>,
    failure: Option<Outcome>,
    /// The language's own words for an argument that it does not take.
    refused: Option<String>,
    notice: Option<String>,
    #[serde(default)]
    tokens_needed: usize,
    #[serde(default)]
    progress: serde_json::Map<String, Value>,
}

/// The fields of an outcome that are judged; a language may show more.
#[derive(Deserialize)]
struct Outcome {
    status: String,
    http_status: Option<u16>,
    attempts: Option<u32>,
    user: Option<String>,
    code: Option<String>,
    message: Option<String>,
    hint: Option<String>,
    sessions_valid_from: Option<String>,
}

impl From<Answer> for Observed {
    fn from(answer: Answer) -> Observed {
        let outcome = answer.outcome;
        Observed {
            status: outcome.status,
            http_status: outcome.http_status.unwrap_or_default(),
            attempts: outcome.attempts.unwrap_or_default(),
            user: outcome.user.unwrap_or_default(),
            code: outcome.code.unwrap_or_default(),
            message: outcome.message.unwrap_or_default(),
            hint: outcome.hint.unwrap_or_default(),
            sessions_valid_from: outcome.sessions_valid_from.unwrap_or_default(),
        }
    }
}

impl From<RunAnswer> for ObservedRun {
    fn from(answer: RunAnswer) -> ObservedRun {
        let refused = answer
            .refused
            .map(|words| ("invalid_option".to_owned(), words));
        let outcomes = answer.outcomes.into_iter();
        let numbers = answer.progress.into_iter();
        ObservedRun {
            outcomes: outcomes
                .map(|(user, status)| (user.unwrap_or_default(), status))
                .collect(),
            failure: answer
                .failure
                .map(|failure| (failure.status, failure.message.unwrap_or_default()))
                .or(refused),
            notice: answer.notice,
            tokens_needed: answer.tokens_needed,
            progress: numbers
                .filter_map(|(name, value)| Some((name, value.as_u64()?)))
                .collect(),
        }
    }
}
