//! Who is asked in a sign-in, and what was answered: how messages name both, without what was sent.

use url::Url;

use super::redaction;
use crate::call::answer;
use crate::outcome::{Error, now};
use crate::status::Status;
use crate::transport::{Answer, TransportFailure};

/// Who is asked, for messages: "the sign-in service at login.microsoftonline.com".
pub(super) struct Asked<'a> {
    pub(super) name: &'a str,
    pub(super) host: String,
    /// What was sent and must not come back in a message.
    pub(super) secrets: &'a [&'a str],
}

/// An answer, and what the attempts to get it were.
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) attempts: u32,
    pub(super) client_request_id: String,
}

impl<'a> Asked<'a> {
    pub(super) fn sign_in_service(page: &Url, secrets: &'a [&'a str]) -> Asked<'a> {
        Asked {
            name: "The sign-in service",
            host: page.host_str().unwrap_or_default().to_owned(),
            secrets,
        }
    }

    /// "The sign-in service at login.microsoftonline.com", the beginning of a sentence.
    pub(super) fn whom(&self) -> String {
        format!("{} at {}", self.name, self.host)
    }

    /// Takes what was sent out of a text that came back.
    pub(super) fn redact(&self, text: &mut String) {
        for secret in self.secrets {
            redaction::take_out(text, secret);
        }
    }

    /// An answer that makes no sense, in a sentence that goes on after who gave it.
    pub(super) fn senseless(&self, answered: &Answered, what: &str) -> Error {
        self.error(
            answered,
            Status::UnexpectedAnswer,
            format!("{} {what}.", self.whom()),
        )
        .hint("A proxy or a sign-in page may be intercepting the connection: check the authority, the proxy and the network.")
    }

    /// An error with all that the answer's own headers say.
    pub(super) fn error(&self, answered: &Answered, status: Status, mut message: String) -> Error {
        self.redact(&mut message);
        Error::new(status, message).with(|outcome| {
            answer::note_headers((&answered.answer).into(), outcome);
            for (_, value) in &mut outcome.headers {
                self.redact(value);
            }
            outcome.attempts = answered.attempts;
            outcome.client_request_id = Some(answered.client_request_id.clone());
        })
    }

    /// No answer came.
    pub(super) fn failed(&self, failure: TransportFailure, attempts: u32) -> Error {
        let message = format!("{} did not respond. {}", self.whom(), failure.message);
        let error = Error::new(failure.status, message).with(|outcome| {
            outcome.time = now();
            outcome.attempts = attempts;
        });
        let hint = "Check the network and the proxy, then try again.";
        error.hint(failure.hint.unwrap_or(hint))
    }
}
