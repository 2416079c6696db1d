//! What became of one request: the same fields in Rust, C, JSON, the journal and every language.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::status::Status;

/// What became of one request for one user.
///
/// Serialised, it is one JSON object with the field names of the journal; unknown fields are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// When the outcome was known, by the local clock.
    pub time: Timestamp,
    /// The user key as given, trimmed; `me` for the signed-in user; empty where no user is concerned.
    pub user: String,
    /// The user's object id, when known.
    pub id: Option<String>,
    /// How it ended.
    pub status: Status,
    /// The HTTP status of the last answer.
    pub http_status: Option<u16>,
    /// Graph's own error code, or the kind of TLS or network failure.
    pub code: Option<String>,
    /// What happened, in one sentence.
    pub message: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// Number of attempts.
    pub attempts: u32,
    /// The service's id of the last request: what its support asks for.
    pub request_id: Option<String>,
    /// Our id of the last request, a GUID.
    pub client_request_id: Option<String>,
    /// The service's clock when it answered.
    pub server_date: Option<Timestamp>,
    /// How long the service asked to wait.
    pub retry_after: Option<Duration>,
    /// From when the user's sign-in sessions are valid: the cut-off, as the last read of it showed.
    pub sessions_valid_from: Option<Timestamp>,
    /// The headers of the last answer, in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Outcome {
    pub(crate) fn new(status: Status) -> Outcome {
        Outcome {
            time: now(),
            user: String::new(),
            id: None,
            status,
            http_status: None,
            code: None,
            message: None,
            hint: None,
            attempts: 0,
            request_id: None,
            client_request_id: None,
            server_date: None,
            retry_after: None,
            sessions_valid_from: None,
            headers: Vec::new(),
        }
    }

    /// The service asks for this wait, which would pass the deadline.
    pub(crate) fn throttle(&mut self, wait: Duration) {
        self.status = Status::Throttled;
        let wait = wait.as_secs_f64().ceil();
        self.hint = Some(format!(
            "The service asks to wait {wait:.0} s, longer than the timeout allows: call again after that."
        ));
    }

    /// The outcome of one attempt, as long as nothing is known of its end.
    pub(crate) fn of_attempt(
        user: &str,
        id: Option<String>,
        attempts: u32,
        client_request_id: String,
    ) -> Outcome {
        let mut outcome = Outcome::new(Status::InternalError);
        outcome.user = user.to_owned();
        outcome.id = id;
        outcome.client_request_id = Some(client_request_id);
        outcome.attempts = attempts;
        outcome
    }

    /// Gives the outcome back as a result: an error where its status is a failure.
    pub fn into_result(self) -> Result<Outcome, Error> {
        if self.status.is_failure() {
            Err(Error(Box::new(self)))
        } else {
            Ok(self)
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &rfc3339(self.time))?;
        map.serialize_entry("user", &self.user)?;
        optional(&mut map, "id", self.id.as_ref())?;
        map.serialize_entry("status", self.status.name())?;
        optional(&mut map, "http_status", self.http_status)?;
        optional(&mut map, "code", self.code.as_ref())?;
        optional(&mut map, "message", self.message.as_ref())?;
        optional(&mut map, "hint", self.hint.as_ref())?;
        map.serialize_entry("attempts", &self.attempts)?;
        optional(&mut map, "request_id", self.request_id.as_ref())?;
        optional(
            &mut map,
            "client_request_id",
            self.client_request_id.as_ref(),
        )?;
        optional(&mut map, "server_date", self.server_date.map(rfc3339))?;
        optional(
            &mut map,
            "retry_after",
            self.retry_after.map(|wait| wait.as_secs_f64()),
        )?;
        optional(
            &mut map,
            "sessions_valid_from",
            self.sessions_valid_from.map(rfc3339),
        )?;
        map.end()
    }
}

fn optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &'static str,
    value: Option<T>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(name, &value),
        None => Ok(()),
    }
}

/// A failed call: its outcome, as an error.
#[derive(Clone, PartialEq)]
pub struct Error(Box<Outcome>);

impl Error {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Error {
        let mut outcome = Outcome::new(status);
        outcome.message = Some(message.into());
        Error(Box::new(outcome))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = Some(hint.into());
        self
    }

    /// Completes the outcome.
    pub(crate) fn with(mut self, complete: impl FnOnce(&mut Outcome)) -> Error {
        complete(&mut self.0);
        self
    }

    /// The service asks for this wait, which would pass the deadline.
    pub(crate) fn throttled(mut self, wait: Duration) -> Error {
        self.0.throttle(wait);
        self
    }

    pub(crate) fn for_user(mut self, user: &str) -> Error {
        if self.0.user.is_empty() {
            self.0.user = user.to_owned();
        }
        self
    }

    /// How the call ended.
    pub fn status(&self) -> Status {
        self.0.status
    }

    /// All that is known about the failure.
    pub fn outcome(&self) -> &Outcome {
        &self.0
    }

    /// Gives up the error for its outcome.
    pub fn into_outcome(self) -> Outcome {
        *self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.message {
            Some(message) => formatter.write_str(message),
            None => formatter.write_str(self.0.status.name()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl std::error::Error for Error {}

/// The local clock, cut to the milliseconds that outcomes carry. One that no calendar knows stands at the end of it.
pub(crate) fn now() -> Timestamp {
    let now = SystemTime::now();
    let beyond = match now < SystemTime::UNIX_EPOCH {
        true => Timestamp::MIN,
        false => Timestamp::MAX,
    };
    let now = Timestamp::try_from(now).unwrap_or(beyond);
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// A time as outcomes and journals write it: RFC 3339, UTC, milliseconds.
pub fn rfc3339(time: Timestamp) -> String {
    format!("{time:.3}")
}
